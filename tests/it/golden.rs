//! Compares a text with the file that holds what is expected; `STRATA_BLESS=1` rewrites the file.

use std::fs;
use std::path::Path;

/// What is wrong, or nothing.
pub(crate) fn compare(path: &Path, actual: &str) -> Option<String> {
    if std::env::var_os("STRATA_BLESS").is_some() {
        fs::write(path, actual).unwrap();
        return None;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    (expected != actual).then(|| format!("{}\n--- expected\n{expected}\n--- actual\n{actual}", path.display()))
}
