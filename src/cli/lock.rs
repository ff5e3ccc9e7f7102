//! `strata lock`: asks the cloud and the release, and writes the answers to lock.yaml.

use std::path::Path;

use clap::ValueEnum;

use super::output::Output;
use super::repository;
use crate::exit::Exit;
use crate::lock::{Options, lock, write};
use crate::tree::write_file;

/// A part of lock.yaml that can be renewed alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Part {
    /// What the cloud has: needs `clouds.yaml` and a way to the cloud.
    Cloud,
    /// The checksums of the RKE2 release: needs a way to the release or its mirror.
    Rke2,
    /// Digests of charts and the keys of their values: needs a way to their repositories.
    Charts,
}

/// What was asked.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Wish {
    /// Renew one part and leave the others.
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// Take newer images of the same names.
    #[arg(long)]
    upgrade: bool,
    /// Write nothing; exit with 3 if lock.yaml would change.
    #[arg(long)]
    check: bool,
}

pub(super) fn run(directory: &Path, name: &str, wish: Wish, output: &Output) -> Exit {
    let (repository, names) = match repository::open(directory, &[name.to_owned()], output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    let (Some(name), mut sources) = (names.first(), repository.sources()) else { return Exit::Defect };
    let read = repository.read(name, &mut sources);
    let Some(read_value) = read.value else { return output.findings(&read.findings, &sources) };
    let wants = |part| wish.only.is_none_or(|only| only == part);
    let options = Options {
        cloud: wants(Part::Cloud),
        rke2: wants(Part::Rke2),
        charts: wants(Part::Charts),
        upgrade: wish.upgrade,
        certificates: read_value.texts.certificates.into_iter().map(|text| text.text).collect(),
        ..Options::default()
    };
    let locked = lock(&read_value.environment, &read_value.lock, &options);
    let found = output.findings(&locked.findings, &sources);
    let text = write(&locked.lock, name);
    let path = repository.lock(name);
    if std::fs::read_to_string(&path).is_ok_and(|before| before == text) {
        if found == Exit::Fine {
            output.say(&format!("{name}: lock.yaml is as it would be locked"));
        }
        return found;
    }
    if wish.check {
        output.say(&format!("{name}: lock.yaml would change"));
        return if found == Exit::Errors { found } else { Exit::Changes };
    }
    match write_file(&path, &text) {
        Ok(()) => {
            output.say(&format!("{name}: lock.yaml written; review its diff, and what `strata diff {name}` shows"));
            found
        }
        Err(finding) => output.findings(&[finding], &sources),
    }
}
