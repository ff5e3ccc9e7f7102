//! A tree that is not there yet: it is made beside its place and appears whole, which is safer than file by file, and faster.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::{Report, unwritable};
use crate::diagnostic::Diagnostic;
use crate::tree::{TEMPORARY, Tree};

/// Writes the tree as a new folder. `None`: there is one already, or another run was faster, or the disk cannot do it like this.
pub(super) fn write(tree: &Tree, directory: &Path) -> Result<Option<Report>, Diagnostic> {
    let (Some(parent), Some(name)) = (directory.parent(), directory.file_name()) else { return Ok(None) };
    if fs::symlink_metadata(directory).is_ok() {
        return Ok(None);
    }
    let beside = parent.join(format!("{TEMPORARY}{}-{}", std::process::id(), name.to_string_lossy()));
    let told = |error: io::Error| unwritable(directory, &error);
    match fs::create_dir_all(parent).and_then(|()| fs::create_dir(&beside)) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        made => made.map_err(told)?,
    }
    // Held until the folder is in its place, so that nobody takes it for what a killed run has left.
    let held = fs::File::open(&beside).map_err(told)?;
    let locked = held.lock();
    let placed = match fill(tree, &beside) {
        Ok(()) => Ok(locked.is_ok() && renameat_with(CWD, &beside, CWD, directory, RenameFlags::NOREPLACE).is_ok()),
        // Another run has cleared it away before it was held.
        Err((_, error)) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err((path, error)) => Err(unwritable(&directory.join(path), &error)),
    };
    if !matches!(placed, Ok(true)) {
        drop(fs::remove_dir_all(&beside));
    }
    Ok(placed?.then(|| Report { written: tree.paths().map(str::to_owned).collect(), ..Report::default() }))
}

fn fill(tree: &Tree, top: &Path) -> Result<(), (String, io::Error)> {
    let mut folder = "";
    for (path, text) in tree.iter() {
        let here = path.rfind('/').map_or("", |at| &path[..at]);
        let ready = if here == folder { Ok(()) } else { fs::create_dir_all(top.join(here)) };
        folder = here;
        let made = ready.and_then(|()| fs::File::create_new(top.join(path))?.write_all(text.as_bytes()));
        made.map_err(|error| (path.to_owned(), error))?;
    }
    Ok(())
}

/// Removes what killed runs have left beside the trees of a folder.
pub fn clear(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(TEMPORARY) && entry.file_type().is_ok_and(|kind| kind.is_dir());
        // Whoever is still at it holds the folder.
        if is_ours && fs::File::open(entry.path()).is_ok_and(|folder| folder.try_lock().is_ok()) {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}
