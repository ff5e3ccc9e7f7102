//! A repository of environments: its files, its templates, its names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use super::output::Output;
use crate::compile::{self, Compiled};
use crate::diagnostic::{Checked, Diagnostic};
use crate::exit::Exit;
use crate::render::Templates;
use crate::source::disk::Disk;
use crate::source::load::Files;
use crate::source::suggest::nearest;
use crate::source::{Sources, load};
use crate::tree::Tree;

/// Most bytes of an override that is read; a template is text for people.
const TEMPLATE_LIMIT: u64 = 1 << 20;

/// A repository that is open, its templates read.
pub(super) struct Repository {
    root: PathBuf,
    files: Disk,
    templates: Templates,
    /// The texts of overridden templates; each environment's own texts come on top of a copy.
    base: Sources,
}

/// One environment, what was made of it, and the texts that its findings point into.
pub(super) struct Answer {
    pub(super) name: String,
    pub(super) checked: Checked<Compiled>,
    pub(super) sources: Sources,
}

/// Opens a repository and finds the environments that were asked for, or says why not.
pub(super) fn open(directory: &Path, asked: &[String], output: &Output) -> Result<(Repository, Vec<String>), Exit> {
    let repository = Repository::open(directory, output)?;
    let names = repository.names(asked).map_err(|message| output.failure(&message))?;
    Ok((repository, names))
}

impl Repository {
    fn open(directory: &Path, output: &Output) -> Result<Self, Exit> {
        let files = Disk::new(directory).map_err(|message| output.failure(&message))?;
        if !directory.join(load::ENVIRONMENTS).is_dir() {
            let place = directory.display();
            let message =
                format!("there is no folder `environments` in `{place}`: `strata init NAME` makes one, `-C DIR` names another repository");
            return Err(output.failure(&message));
        }
        let mut base = Sources::default();
        let overrides = overrides(directory).map_err(|finding| output.findings(&[finding], &base))?;
        let Checked { value, findings } = Templates::load(overrides, &mut base);
        let exit = output.findings(&findings, &base);
        Ok(Repository { root: directory.to_owned(), files, templates: value.ok_or(exit)?, base })
    }

    /// The environments that were asked for, or all.
    pub(super) fn names(&self, asked: &[String]) -> Result<Vec<String>, String> {
        let all = load::names(&self.files).map_err(|finding| finding.message)?;
        if let Some(name) = asked.iter().find(|name| !all.contains(name)) {
            let hint = match nearest(name, all.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are: {}", all.join(", ")),
            };
            return Err(format!("there is no environment `{name}`; {hint}"));
        }
        match (asked.is_empty(), all.is_empty()) {
            (true, true) => Err("there is no environment: `strata init NAME` writes one".into()),
            (true, false) => Ok(all),
            (false, _) => Ok(asked.to_vec()),
        }
    }

    /// Where an environment's tree goes.
    pub(super) fn generated(&self, name: &str) -> PathBuf {
        self.root.join("generated").join(name)
    }

    /// Where an environment's pins are.
    pub(super) fn lock(&self, name: &str) -> PathBuf {
        self.root.join(compile::lock_path(name))
    }

    /// The files that it is made of.
    pub(super) fn files(&self) -> &dyn Files {
        &self.files
    }

    /// Name and text of each template that is overridden.
    pub(super) fn overridden(&self) -> &BTreeMap<String, String> {
        self.templates.overrides()
    }

    /// Compiles one environment, in memory.
    pub(super) fn compile(&self, name: &str) -> Answer {
        self.compile_from(&self.files, name)
    }

    /// The same from files that somebody watches.
    pub(super) fn compile_from(&self, files: &dyn Files, name: &str) -> Answer {
        let mut sources = self.base.clone();
        let checked = compile::compile(files, name, &self.templates, &mut sources);
        Answer { name: name.to_owned(), checked, sources }
    }

    /// The same, its texts beside those of others.
    pub(super) fn compile_into(&self, name: &str, sources: &mut Sources) -> Checked<Compiled> {
        compile::compile(&self.files, name, &self.templates, sources)
    }

    /// The policies of a tree that is on disk.
    pub(super) fn reach(&self, name: &str, tree: &Tree, sources: &mut Sources) -> Checked<compile::Asked> {
        compile::reach(&self.files, name, tree, sources)
    }

    /// Reads one environment, without checking it.
    pub(super) fn read(&self, name: &str, sources: &mut Sources) -> Checked<compile::Read> {
        compile::read(&self.files, name, sources)
    }

    /// The texts of overridden templates.
    pub(super) fn sources(&self) -> Sources {
        self.base.clone()
    }
}

/// The user's own templates: name below `templates/` and text.
fn overrides(root: &Path) -> Result<Vec<(String, String)>, Diagnostic> {
    let top = root.join("templates");
    let mut overrides = Vec::new();
    if !top.is_dir() {
        return Ok(overrides);
    }
    for entry in WalkDir::new(&top).sort_by_file_name().follow_links(false) {
        let entry = entry.map_err(|error| unreadable("templates", &error))?;
        let path = entry.path();
        if entry.file_type().is_file() && path.extension().is_some_and(|extension| extension == "j2") {
            let name = path.strip_prefix(&top).unwrap_or(path).to_string_lossy().replace('\\', "/");
            if entry.metadata().is_ok_and(|metadata| metadata.len() > TEMPLATE_LIMIT) {
                return Err(unreadable(&format!("templates/{name}"), &"larger than 1 MiB"));
            }
            let text = std::fs::read_to_string(path).map_err(|error| unreadable(&format!("templates/{name}"), &error))?;
            overrides.push((name, text));
        }
    }
    Ok(overrides)
}

fn unreadable(what: &str, why: &dyn std::fmt::Display) -> Diagnostic {
    Diagnostic::new(&crate::diagnostic::codes::source::UNREADABLE_FILE, format!("`{what}` cannot be read: {why}"))
}
