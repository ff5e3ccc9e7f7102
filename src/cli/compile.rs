//! `strata compile`: environments to `generated/`, and newly given addresses to lock.yaml.

use std::path::Path;

use rayon::prelude::*;

use super::output::Output;
use super::repository::{self, Answer, Repository};
use crate::compile::Compiled;
use crate::diagnostic::Diagnostic;
use crate::exit::Exit;
use crate::lock;
use crate::tree::{Report, read_directory, write_file, write_to};

pub(super) fn run(directory: &Path, asked: &[String], check: bool, output: &Output) -> Exit {
    let (repository, names) = match repository::open(directory, asked, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let done: Vec<(Answer, Result<Outcome, Box<Diagnostic>>)> = names.par_iter().map(|name| one(&repository, name, check)).collect();
    let mut exit = Exit::Fine;
    for (answer, outcome) in done {
        let mut findings = answer.checked.findings;
        let failed = findings.iter().any(Diagnostic::is_error);
        let changed = match outcome {
            Ok(outcome) if !failed => {
                output.say(&format!("{}: {}", answer.name, outcome.sentence));
                outcome.changed
            }
            Ok(_) => false,
            Err(finding) => {
                findings.push(*finding);
                false
            }
        };
        let found = output.findings(&findings, &answer.sources);
        exit = match (exit, found) {
            (Exit::Errors, _) | (_, Exit::Errors) => Exit::Errors,
            _ if changed && check => Exit::Changes,
            (exit, _) => exit,
        };
    }
    exit
}

/// What became of one environment.
struct Outcome {
    changed: bool,
    sentence: String,
}

fn one(repository: &Repository, name: &str, check: bool) -> (Answer, Result<Outcome, Box<Diagnostic>>) {
    let answer = repository.compile(name);
    let outcome = match &answer.checked.value {
        None => Ok(Outcome { changed: false, sentence: String::new() }),
        Some(compiled) if check => compare(repository, name, compiled),
        Some(compiled) => write(repository, name, compiled),
    };
    (answer, outcome)
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
    Ok(Outcome { changed: !changes.is_empty() || lock, sentence })
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
    Ok(Outcome { changed: false, sentence })
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
