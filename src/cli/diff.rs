//! `strata diff`: what `compile` would change in `generated/`, as a unified diff.

use std::path::Path;

use similar::TextDiff;

use super::output::Output;
use super::repository;
use crate::exit::Exit;
use crate::tree::{Change, changes, read_directory};

pub(super) fn run(directory: &Path, asked: &[String], exit_code: bool, output: &Output) -> Exit {
    let (repository, names) = match repository::open(directory, asked, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let (mut errors, mut changed) = (false, false);
    for name in &names {
        let answer = repository.compile(name);
        let mut findings = answer.checked.findings;
        if let Some(compiled) = &answer.checked.value {
            match read_directory(&repository.generated(name)) {
                Ok(found) => {
                    let edits = changes(&found.before(&compiled.tree), &compiled.tree);
                    changed |= !edits.is_empty();
                    for change in &edits {
                        output.data(&unified(&format!("generated/{name}"), change));
                    }
                }
                Err(finding) => findings.push(finding),
            }
        }
        errors |= output.findings(&findings, &answer.sources) == Exit::Errors;
    }
    match (errors, changed && exit_code) {
        (true, _) => Exit::Errors,
        (false, true) => Exit::Changes,
        (false, false) => Exit::Fine,
    }
}

/// One file's change, as `git diff` and `patch` have it.
fn unified(folder: &str, change: &Change) -> String {
    let (before, after) = change.texts();
    let path = format!("{folder}/{}", change.path());
    let name = |side: &str, text: Option<&str>| if text.is_some() { format!("{side}/{path}") } else { "/dev/null".to_owned() };
    let names = (name("a", before), name("b", after));
    let diff = TextDiff::from_lines(before.unwrap_or_default(), after.unwrap_or_default());
    diff.unified_diff().context_radius(3).header(&names.0, &names.1).to_string()
}
