//! Files in memory: for tests, and for a revision that was read elsewhere.

use std::collections::{BTreeMap, BTreeSet};

use super::Files;

/// Paths and contents.
#[derive(Debug, Clone, Default)]
pub struct Memory(BTreeMap<String, Vec<u8>>);

impl Memory {
    /// Adds a file, or replaces it.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.insert(path.into(), bytes.into());
        self
    }
}

impl Files for Memory {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.get(path).cloned())
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, String> {
        let inside = self.0.keys().filter_map(|path| path.strip_prefix(dir)?.strip_prefix('/'));
        let names: BTreeSet<&str> = inside.filter_map(|path| path.split('/').next()).collect();
        Ok(names.into_iter().map(str::to_owned).collect())
    }
}
