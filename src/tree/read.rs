//! A folder of generated files as a tree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::is_ours;
use super::{TEMPORARY, Tree, trouble};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::render as codes;

/// What a folder holds. Links are not followed.
#[derive(Debug, Default)]
pub struct Found {
    /// Every file of text, ours or not.
    pub tree: Tree,
    /// What strata has not made: files without its header, links, whatever is no text. Sorted.
    pub foreign: BTreeSet<String>,
}

impl Found {
    /// The part that writing `after` would touch: what is ours, and what stands at a path of `after`.
    #[must_use]
    pub fn before(&self, after: &Tree) -> Tree {
        let touched = |path: &str| !self.foreign.contains(path) || after.get(path).is_some();
        self.tree.iter().filter(|(path, _)| touched(path)).map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
    }
}

/// Reads a folder; one that does not exist is empty.
pub fn read_directory(directory: &Path) -> Result<Found, Diagnostic> {
    let mut found = Found::default();
    let listing = list(directory)?;
    for (path, kind) in listing.entries {
        match kind {
            Kind::File => {
                let full = directory.join(&path);
                let bytes = fs::read(&full).map_err(|error| unreadable(&full, &error))?;
                match String::from_utf8(bytes) {
                    Ok(text) => {
                        if !is_ours(&text) {
                            found.foreign.insert(path.clone());
                        }
                        found.tree.insert(path, text);
                    }
                    Err(_) => drop(found.foreign.insert(path)),
                }
            }
            Kind::Other => drop(found.foreign.insert(path)),
            Kind::Folder | Kind::Unfinished => {}
        }
    }
    Ok(found)
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A regular file.
    File,
    /// A folder, listed before what it holds.
    Folder,
    /// Left behind by a run that was killed.
    Unfinished,
    /// A link, a socket, a name that is no text.
    Other,
}

/// Every entry below a folder, by its path from there; a folder comes before its entries.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) entries: Vec<(String, Kind)>,
}

/// Walks a folder without following links.
pub(super) fn list(directory: &Path) -> Result<Listing, Diagnostic> {
    let mut listing = Listing::default();
    let metadata = match fs::symlink_metadata(directory) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(listing),
        other => other.map_err(|error| unreadable(directory, &error))?,
    };
    if !metadata.is_dir() {
        let help = "move it away: the generated files need a real folder there";
        return Err(trouble(&codes::TREE_READ, "cannot read", directory, "it is a link or a file, not a folder", help));
    }
    walk(directory, "", &mut listing).map_err(|(path, error)| unreadable(&path, &error))?;
    Ok(listing)
}

fn walk(folder: &Path, prefix: &str, listing: &mut Listing) -> Result<(), (PathBuf, io::Error)> {
    let at_folder = |error| (folder.to_owned(), error);
    let mut entries = fs::read_dir(folder).map_err(at_folder)?.collect::<Result<Vec<_>, _>>().map_err(at_folder)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let path = format!("{prefix}{}", name.to_string_lossy());
        let kind = entry.file_type().map_err(at_folder)?;
        let is_text = name.to_str().is_some();
        let kind = match () {
            () if !is_text => Kind::Other,
            () if kind.is_dir() => Kind::Folder,
            () if !kind.is_file() => Kind::Other,
            () if name.to_string_lossy().starts_with(TEMPORARY) => Kind::Unfinished,
            () => Kind::File,
        };
        listing.entries.push((path.clone(), kind));
        if kind == Kind::Folder {
            walk(&entry.path(), &format!("{path}/"), listing)?;
        }
    }
    Ok(())
}

fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    trouble(&codes::TREE_READ, "cannot read", path, error, "see to its permissions, then run the same command again")
}
