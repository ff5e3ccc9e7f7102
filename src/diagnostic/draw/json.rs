//! Findings for machines: CI annotations, editors.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::span::{Sources, Span};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Object<'a> {
    code: &'a str,
    severity: &'a str,
    message: &'a str,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    labels: Vec<Place<'a>>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    text: &'a str,
}

/// One JSON object per finding and line. Lines and columns count from 1, columns in characters; the end is
/// one past the last character. A finding without a place has `null` for it and no labels.
#[must_use]
pub fn json(findings: &[Diagnostic], sources: &Sources) -> String {
    let line = |finding| serde_json::to_string(&object(finding, sources)).unwrap_or_default() + "\n";
    findings.iter().map(line).collect()
}

fn object<'a>(finding: &'a Diagnostic, sources: &Sources) -> Object<'a> {
    let labels: Vec<Place<'a>> = finding.labels.iter().filter_map(|label| place(label, sources)).collect();
    Object {
        code: finding.code.name,
        severity: match finding.code.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &finding.message,
        file: labels.first().map(|place| place.file.clone()),
        line: labels.first().map(|place| place.line),
        column: labels.first().map(|place| place.column),
        labels,
        help: finding.help.as_deref(),
    }
}

fn place<'a>(label: &'a Label, sources: &Sources) -> Option<Place<'a>> {
    let source = sources.get(label.span.file)?;
    let (line, column) = sources.line_column(label.span);
    let (end_line, end_column) = sources.line_column(Span { start: label.span.end, ..label.span });
    Some(Place { file: source.name.clone(), line, column, end_line, end_column, text: &label.text })
}
