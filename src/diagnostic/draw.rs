//! How findings are shown: text as rustc draws it, or one JSON object a line.

mod json;
mod text;

pub use json::json;
pub use text::text;

use super::{Diagnostic, Severity};

/// The last line of what a command says: `2 errors, 1 warning`.
#[must_use]
pub fn summary(findings: &[Diagnostic]) -> String {
    let count = |severity| findings.iter().filter(|finding| finding.code.severity == severity).count();
    let shown = |number: usize, noun: &str| match number {
        0 => None,
        1 => Some(format!("1 {noun}")),
        many => Some(format!("{many} {noun}s")),
    };
    let parts: Vec<String> =
        [shown(count(Severity::Error), "error"), shown(count(Severity::Warning), "warning")].into_iter().flatten().collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}
