//! Text → documents. Two readers that agree: a fast one for the subset of YAML that templates are written in, and the
//! full parser for whatever the fast one does not know. A differential test keeps them together.
//!
//! Types are those of YAML 1.2's core schema, and what other readers may take for something else stays the string that
//! the author typed: `on`, `0644`, `1_000`, `2024-01-01` come out quoted, where a reviewer sees them.

mod flow;
mod plain;
mod subset;

use serde_json::Value;
use serde_yaml::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};

pub use subset::subset;

/// Why a text is no YAML, and where.
#[derive(Debug)]
pub struct ReadError {
    /// The parser's own words.
    pub message: String,
    /// The byte in the text that was read.
    pub offset: usize,
}

/// Every document of a text; a document that holds nothing is none.
pub fn read(text: &str) -> Result<Vec<Value>, ReadError> {
    match subset(text) {
        Some(documents) => {
            // In the tests every page of every environment is a case of the differential test.
            debug_assert!(full(text).is_ok_and(|full| full == documents), "the two readers differ:\n{text}");
            Ok(documents)
        }
        None => full(text),
    }
}

/// The reference: all of YAML, except aliases (a document is written as it stands) and merge keys.
pub fn full(text: &str) -> Result<Vec<Value>, ReadError> {
    let aliases = serde_yaml::alias_limits! {
        max_total_replayed_events: 0,
        max_replay_stack_depth: 0,
        max_alias_expansions_per_anchor: 0,
    };
    let options = serde_yaml::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        duplicate_keys: DuplicateKeyPolicy::Error,
        merge_keys: MergeKeyPolicy::Error,
        non_finite_float_policy: NonFiniteFloatPolicy::Reject,
        alias_limits: aliases,
        with_snippet: false,
    };
    serde_yaml::from_multiple_with_options(text, options).map_err(|error| {
        let place = error.location().map_or((1, 1), |location| (location.line(), location.column()));
        ReadError { message: error.to_string(), offset: offset_of(text, place) }
    })
}

/// The byte at a line and a column, both from 1, the column in characters.
fn offset_of(text: &str, (line, column): (u64, u64)) -> usize {
    let small = |number: u64| usize::try_from(number.saturating_sub(1)).unwrap_or(0);
    let start: usize = text.split_inclusive('\n').take(small(line)).map(str::len).sum();
    let rest = &text[start..];
    let inside = rest.char_indices().nth(small(column)).map_or(rest.len(), |(at, _)| at);
    start + inside
}
