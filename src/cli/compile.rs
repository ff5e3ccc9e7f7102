//! `strata compile`: environments to `generated/`, and newly given addresses to lock.yaml.

mod seen;

use std::path::Path;

use rayon::prelude::*;

use self::seen::{Inputs, Seen, Watched};
use super::output::Output;
use super::repository::{self, Answer, Repository};
use crate::compile::{self, Compiled};
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;
use crate::lock;
use crate::source::Sources;
use crate::tree::{self, Report, read_directory, write_file, write_to};

pub(super) fn run(directory: &Path, asked: &[String], check: bool, output: &Output) -> Exit {
    let (repository, names) = match repository::open(directory, asked, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    if !check {
        tree::clear(&directory.join("generated"));
    }
    // Who asks whether all is as it should be wants it compiled.
    let seen = (!check).then(|| Seen::of(&repository, directory));
    let done: Vec<Done> = names.par_iter().map(|name| one(&repository, seen.as_ref(), name, check)).collect();
    if let Some(seen) = seen {
        done.par_iter().for_each(|done| done.remember(&repository, &seen));
    }
    let mut exit = Exit::Fine;
    for Done { name, findings, sources, outcome, .. } in done {
        let failed = findings.iter().any(Diagnostic::is_error);
        if !failed {
            output.say(&format!("{name}: {}", outcome.sentence));
        }
        let found = output.findings(&findings, &sources);
        exit = match (exit, found) {
            (Exit::Errors, _) | (_, Exit::Errors) => Exit::Errors,
            _ if outcome.changed && check => Exit::Changes,
            (exit, _) => exit,
        };
    }
    exit
}

/// One environment that is done; its tree is on the disk and no longer in memory, for there may be a thousand.
struct Done {
    name: String,
    findings: Vec<Diagnostic>,
    /// The texts that the findings point into.
    sources: Sources,
    outcome: Outcome,
    /// What was read for it; `None`: not worth remembering.
    inputs: Option<Inputs>,
}

impl Done {
    fn remember(&self, repository: &Repository, seen: &Seen) {
        let Some(inputs) = &self.inputs else { return };
        seen.remember(repository, &self.name, inputs, self.outcome.files.iter().map(String::as_str));
    }
}

/// What became of one environment.
#[derive(Default)]
struct Outcome {
    changed: bool,
    sentence: String,
    /// The paths of its tree, where nothing else is in its folder.
    files: Vec<String>,
    /// The text that lock.yaml was given.
    lock: Option<String>,
}

fn one(repository: &Repository, seen: Option<&Seen>, name: &str, check: bool) -> Done {
    if let Some(files) = seen.and_then(|seen| seen.unchanged(repository, name)) {
        let outcome = Outcome { sentence: format!("0 files written, {files} unchanged"), ..Outcome::default() };
        return Done { name: name.to_owned(), findings: Vec::new(), sources: Sources::default(), outcome, inputs: None };
    }
    let watched = Watched::new(repository.files());
    let Answer { name, checked, sources } = repository.compile_from(&watched, name);
    let mut findings = checked.findings;
    let outcome = match &checked.value {
        None => Ok(Outcome::default()),
        Some(compiled) if check => compare(repository, &name, compiled),
        Some(compiled) => write(repository, &name, compiled),
    };
    let outcome = outcome.unwrap_or_else(|finding| {
        findings.push(*finding);
        Outcome::default()
    });
    // Findings are told again at each run, so the next one has to make them again.
    if !findings.is_empty() || outcome.files.is_empty() {
        return Done { name, findings, sources, outcome, inputs: None };
    }
    let path = compile::lock_path(&name);
    let inputs = watched.inputs(outcome.lock.as_deref().map(|text| (path.as_str(), text)));
    Done { name, findings, sources: Sources::default(), outcome, inputs: Some(inputs) }
}

/// The text of lock.yaml, where it must change.
fn lock_change(repository: &Repository, name: &str, compiled: &Compiled) -> Option<String> {
    let text = lock::write(&compiled.lock, name);
    let before = std::fs::read_to_string(repository.lock(name)).ok();
    (before.as_ref() != Some(&text)).then_some(text)
}

fn compare(repository: &Repository, name: &str, compiled: &Compiled) -> Result<Outcome, Box<Diagnostic>> {
    let found = read_directory(&repository.generated(name)).map_err(Box::new)?;
    let before = found.before(&compiled.tree);
    let changes = crate::tree::changes(&before, &compiled.tree);
    let lock = lock_change(repository, name, compiled).is_some();
    let mut sentence = if changes.is_empty() {
        format!("{} files are as they would be compiled", compiled.tree.len())
    } else {
        let paths: Vec<&str> = changes.iter().map(crate::tree::Change::path).collect();
        format!("{} of {} files would change: {}", paths.len(), compiled.tree.len(), paths.join(", "))
    };
    if lock {
        sentence.push_str("; lock.yaml would record new addresses");
    }
    Ok(Outcome { changed: !changes.is_empty() || lock, sentence, ..Outcome::default() })
}

/// lock.yaml first: a tree with addresses that nobody recorded could move at the next edit.
fn write(repository: &Repository, name: &str, compiled: &Compiled) -> Result<Outcome, Box<Diagnostic>> {
    let lock = lock_change(repository, name, compiled);
    if let Some(text) = &lock {
        write_file(&repository.lock(name), text).map_err(Box::new)?;
    }
    let report = write_to(&compiled.tree, &repository.generated(name)).map_err(Box::new)?;
    let mut sentence = sentence(&report);
    if lock.is_some() {
        sentence.push_str("; lock.yaml records what is new");
    }
    let files = if report.foreign.is_empty() { [report.unchanged, report.written].concat() } else { Vec::new() };
    Ok(Outcome { changed: false, sentence, files, lock })
}

fn sentence(report: &Report) -> String {
    let mut parts = vec![format!("{} files written, {} unchanged", report.written.len(), report.unchanged.len())];
    if !report.removed.is_empty() {
        parts.push(format!("removed {}", report.removed.join(", ")));
    }
    if !report.foreign.is_empty() {
        parts.push(format!("left alone, not made by strata: {}", report.foreign.join(", ")));
    }
    parts.join("; ")
}
