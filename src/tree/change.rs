//! Two trees, and what differs.

use std::collections::BTreeSet;

use super::Tree;

/// A file that one tree has and the other has not, or has otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Only after.
    Added {
        /// Where.
        path: String,
        /// Its text.
        after: String,
    },
    /// Only before.
    Removed {
        /// Where.
        path: String,
        /// Its text.
        before: String,
    },
    /// In both.
    Edited {
        /// Where.
        path: String,
        /// Its text before.
        before: String,
        /// Its text after.
        after: String,
    },
}

impl Change {
    /// Where.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Change::Added { path, .. } | Change::Removed { path, .. } | Change::Edited { path, .. } => path,
        }
    }

    /// Its text before and after.
    #[must_use]
    pub fn texts(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Change::Added { after, .. } => (None, Some(after)),
            Change::Removed { before, .. } => (Some(before), None),
            Change::Edited { before, after, .. } => (Some(before), Some(after)),
        }
    }
}

/// What differs, sorted by path.
#[must_use]
pub fn changes(before: &Tree, after: &Tree) -> Vec<Change> {
    let paths: BTreeSet<&str> = before.paths().chain(after.paths()).collect();
    let change = |path: &str| match (before.get(path), after.get(path)) {
        (None, Some(after)) => Some(Change::Added { path: path.into(), after: after.into() }),
        (Some(before), None) => Some(Change::Removed { path: path.into(), before: before.into() }),
        (Some(before), Some(after)) if before != after => {
            Some(Change::Edited { path: path.into(), before: before.into(), after: after.into() })
        }
        _ => None,
    };
    paths.into_iter().filter_map(change).collect()
}
