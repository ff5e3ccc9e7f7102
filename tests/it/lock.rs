//! `strata lock` from outside: a release that answers in every way a server can, and the lab's real cloud.

mod charts;
mod clouds;
mod lab;
mod release;
mod server;

use strata::diagnostic::Diagnostic;
use strata::lock::{Locked, Options, lock};
use strata::source::environment::Environment;
use strata::source::lock::Lock;
use strata::source::merge::Rules;
use strata::source::{Sources, decode, load};

/// An environment with what `edits` puts in place of what stands in the plain one.
fn environment(edits: &[(&str, &str)]) -> (Environment, Sources) {
    let plain = include_str!("lock/environment.yaml").to_owned();
    let text = edits.iter().fold(plain, |text, (from, to)| {
        assert!(text.contains(from), "`{from}` is not in the plain environment");
        text.replace(from, to)
    });
    let files = load::Memory::default().with("environments/lab/environment.yaml", text);
    let mut sources = Sources::default();
    let node = load::environment(&files, "lab", &Rules::default(), &mut sources).expect("an environment");
    let checked = decode::decode::<Environment>(&node);
    (checked.value.unwrap_or_else(|| panic!("{:?}", checked.findings)), sources)
}

/// Only the release.
fn release_only() -> Options {
    Options { cloud: false, charts: false, ..Options::default() }
}

/// Only the cloud.
fn cloud_only() -> Options {
    Options { rke2: false, charts: false, ..Options::default() }
}

/// Locks what is edited, and gives the names of the findings with it.
fn locked(edits: &[(&str, &str)], old: &Lock, options: &Options) -> (Locked, Vec<&'static str>) {
    let (environment, _) = environment(edits);
    let locked = lock(&environment, old, options);
    let codes = locked.findings.iter().map(|finding| finding.code.name).collect();
    (locked, codes)
}

/// A finding as somebody reads it.
fn text(finding: &Diagnostic) -> String {
    let labels: Vec<&str> = finding.labels.iter().map(|label| label.text.as_str()).collect();
    format!("{} [{}] {}", finding.message, labels.join("; "), finding.help.clone().unwrap_or_default())
}
