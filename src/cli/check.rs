//! `strata check`: findings alone.

use std::path::Path;

use super::counted;
use super::output::Output;
use super::repository;
use crate::exit::Exit;
use crate::model::{policies, site};
use crate::source::values::Date;

pub(super) fn run(directory: &Path, asked: &[String], today: Option<Date>, output: &Output) -> Exit {
    let (repository, names) = match repository::open(directory, asked, output) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    // One table of texts: a finding between two environments points into both.
    let mut sources = repository.sources();
    let mut findings = Vec::new();
    let mut models = Vec::new();
    for name in &names {
        let checked = repository.compile_into(name, &mut sources);
        findings.extend(checked.findings);
        models.extend(checked.value.map(|compiled| compiled.model));
    }
    let environments: Vec<_> = models.iter().map(|model| &model.written).collect();
    if let Some(today) = today {
        findings.extend(environments.iter().flat_map(|environment| policies::past(environment, today)));
    }
    if asked.is_empty() {
        findings.extend(site::check(&environments));
    }
    let exit = output.findings(&findings, &sources);
    if exit == Exit::Fine {
        output.say(&format!("{} checked", counted(names.len(), "environment")));
    }
    exit
}
