//! The files that were made, and the one place where they meet a disk.

mod change;
mod header;
mod read;
mod stamp;
mod write;

pub use change::{Change, changes};
pub use header::{MARK, is_ours};
pub(crate) use header::{add as add_header, keeps_first_line};
pub use read::{Found, read_directory};
pub use stamp::Stamp;
pub use write::{Report, clear, write_file, write_to};

use std::collections::BTreeMap;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic};

/// Path → text, sorted, so that everything after it is ordered. Paths are relative and have `/`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree(BTreeMap<String, String>);

impl Tree {
    /// Puts a file in, and gives the text that stood at its path before.
    pub fn insert(&mut self, path: impl Into<String>, text: impl Into<String>) -> Option<String> {
        self.0.insert(path.into(), text.into())
    }

    /// The text at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Every path and its text, sorted by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// How many files there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no file.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, String)> for Tree {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(files: I) -> Self {
        Tree(files.into_iter().collect())
    }
}

/// Whether a path names something inside of the folder that it is taken from, on every system.
#[must_use]
pub fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', '\0', ':'])
        && path.split('/').all(|part| !matches!(part, "" | "." | "..") && !part.starts_with(TEMPORARY))
}

/// How the names of unfinished files begin; whoever finds one under the lock may remove it.
const TEMPORARY: &str = ".strata-unfinished-";

/// A finding about a path on the disk.
fn trouble(code: &'static Code, what: &str, path: &Path, why: impl std::fmt::Display, help: &str) -> Diagnostic {
    Diagnostic::new(code, format!("{what} `{}`: {why}", path.display())).help(help)
}
