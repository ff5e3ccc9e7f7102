//! A tree into a folder: what is equal is not touched, every file is replaced whole, what is stale and ours goes.

mod fresh;

pub use fresh::clear;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::{fs, io};

use super::is_ours;
use super::read::{Kind, list};
use super::{TEMPORARY, Tree, is_inside, trouble};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::render as codes;

/// What writing has done, by path, sorted.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// New or changed.
    pub written: Vec<String>,
    /// Equal before, and not touched.
    pub unchanged: Vec<String>,
    /// Ours, and no longer made.
    pub removed: Vec<String>,
    /// Not ours, and left alone.
    pub foreign: Vec<String>,
}

/// Makes a folder hold the tree. Whoever else writes there waits until it is done. Nothing is changed unless every path is
/// free; after that, a run that is killed leaves each file old or new, and the next run does the rest.
pub fn write_to(tree: &Tree, directory: &Path) -> Result<Report, Diagnostic> {
    if let Some(path) = tree.paths().find(|path| !is_inside(path)) {
        return Err(Diagnostic::new(&codes::OUTPUT_PATH, format!("the output path `{path}` leaves its folder")));
    }
    if let Some(report) = fresh::write(tree, directory)? {
        return Ok(report);
    }
    let _lock = lock(directory)?;
    let found: BTreeMap<String, Kind> = list(directory)?.entries.into_iter().collect();
    let mut report = Report::default();
    for (path, kind) in &found {
        match kind {
            Kind::Unfinished | Kind::Folder => {}
            // A link at a path of ours is replaced.
            Kind::File | Kind::Other if tree.get(path).is_some() => {}
            Kind::File if is_file_of_ours(&directory.join(path))? => report.removed.push(path.clone()),
            Kind::File | Kind::Other => report.foreign.push(path.clone()),
        }
    }
    check_free(tree, directory, &found, &report.foreign)?;
    remove_stale(directory, &found, &report.removed)?;
    for (path, text) in tree.iter() {
        let full = directory.join(path);
        if found.get(path) == Some(&Kind::File) && fs::read(&full).is_ok_and(|before| before == text.as_bytes()) {
            report.unchanged.push(path.to_owned());
        } else {
            replace(&full, text).map_err(|error| unwritable(&full, &error))?;
            report.written.push(path.to_owned());
        }
    }
    Ok(report)
}

/// Makes the folder, and holds it. The lock is on the folder itself, so nothing is left behind in the repository, and the
/// system drops it when the process ends, however it ends.
fn lock(directory: &Path) -> Result<Option<fs::File>, Diagnostic> {
    fs::create_dir_all(directory).map_err(|error| unwritable(directory, &error))?;
    let handle = fs::File::open(directory).map_err(|error| unwritable(directory, &error))?;
    // Some network file systems have no locks for folders. Files are still replaced whole there.
    Ok(handle.lock().is_ok().then_some(handle))
}

/// Replaces one file outside of any tree, whole or not at all.
pub fn write_file(path: &Path, text: &str) -> Result<(), Diagnostic> {
    replace(path, text).map_err(|error| unwritable(path, &error))
}

fn is_file_of_ours(path: &Path) -> Result<bool, Diagnostic> {
    let bytes = fs::read(path).map_err(|error| unwritable(path, &error))?;
    Ok(std::str::from_utf8(&bytes).is_ok_and(is_ours))
}

/// Looks for what stands in the way: something foreign where a folder has to be, or a folder with something foreign in it
/// where a file has to be.
fn check_free(tree: &Tree, directory: &Path, found: &BTreeMap<String, Kind>, foreign: &[String]) -> Result<(), Diagnostic> {
    let help = "move it away: this folder belongs to strata; then run the same command again";
    for path in tree.paths() {
        for (at, _) in path.match_indices('/') {
            let folder = &path[..at];
            let blocked = found.get(folder) == Some(&Kind::Other) || foreign.iter().any(|known| known == folder);
            if blocked || tree.get(folder).is_some() {
                let why = format!("it is no folder, and `{path}` has to be in it");
                return Err(trouble(&codes::TREE_WRITE, "cannot write below", &directory.join(folder), why, help));
            }
        }
        let inside = foreign.iter().find(|known| known.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')));
        if let Some(inside) = inside {
            let why = format!("a folder stands there, with `{inside}` in it, which strata has not made");
            return Err(trouble(&codes::TREE_WRITE, "cannot write", &directory.join(path), why, help));
        }
    }
    Ok(())
}

/// Removes what is stale, what a killed run left, and folders that are empty then.
fn remove_stale(directory: &Path, found: &BTreeMap<String, Kind>, stale: &[String]) -> Result<(), Diagnostic> {
    let unfinished = found.iter().filter(|(_, kind)| **kind == Kind::Unfinished).map(|(path, _)| path);
    for path in stale.iter().chain(unfinished) {
        let full = directory.join(path);
        fs::remove_file(&full).map_err(|error| unwritable(&full, &error))?;
    }
    // Inner folders come after outer ones. One that is not empty stays, which is no error.
    for (path, _) in found.iter().rev().filter(|(_, kind)| **kind == Kind::Folder) {
        let full = directory.join(path);
        match fs::remove_dir(&full) {
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => return Err(unwritable(&full, &error)),
            _ => {}
        }
    }
    Ok(())
}

/// Writes beside the file, then takes its place. A link there is replaced, not followed.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let Some(folder) = path.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = folder.join(format!("{TEMPORARY}{}-{name}", std::process::id()));
    let written = fs::File::create_new(&unfinished).and_then(|mut file| file.write_all(text.as_bytes()));
    let placed = written.and_then(|()| fs::rename(&unfinished, path));
    if placed.is_err() {
        // The first error is the one to tell; the next run removes what stays.
        drop(fs::remove_file(&unfinished));
    }
    placed
}

fn unwritable(path: &Path, error: &io::Error) -> Diagnostic {
    trouble(
        &codes::TREE_WRITE,
        "cannot write",
        path,
        error,
        "see to its permissions and the space on the disk, then run the same command again",
    )
}
