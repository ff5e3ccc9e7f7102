//! Text in, values or findings out, in one line.

use std::fmt;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use strata::diagnostic::draw;
use strata::source::yaml::{Node, parse};
use strata::source::{Sources, decode};

/// A tree from text that must be right.
pub(crate) fn tree(text: &str) -> Node {
    parse(strata::source::FileId(0), text).unwrap_or_else(|finding| panic!("{finding:?}"))
}

/// The value, or the drawn findings.
pub(crate) fn read<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, String> {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let drawn = |findings: &[_]| draw::text(findings, &sources, false);
    let node = parse(file, text).map_err(|finding| drawn(&[finding]))?;
    let checked = decode::decode(&node);
    checked.value.ok_or_else(|| drawn(&checked.findings))
}

/// The first lines of the findings of a text that must be wrong, with their places: `1:4 message`.
pub(crate) fn findings<T: DeserializeOwned + JsonSchema + fmt::Debug>(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let found = match parse(file, text) {
        Err(finding) => vec![finding],
        Ok(node) => decode::decode::<T>(&node).findings,
    };
    let shown = |finding: &strata::diagnostic::Diagnostic| {
        let place = finding.labels.first().map(|label| sources.line_column(label.span));
        place.map_or_else(|| finding.message.clone(), |(line, column)| format!("{line}:{column} {}", finding.message))
    };
    found.iter().map(shown).collect()
}
