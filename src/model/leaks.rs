//! Secrets where everybody can read them: in what users write, and in what is made of it (traps 60 and 61).
//!
//! The rule is the model's; the texts come from reading and rendering. A value that is found is never shown: it is struck
//! out of the sources before anything is drawn.

mod kinds;

use std::ops::Range;

use rayon::prelude::*;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::platform::SECRET_IN_TEXT;
use crate::source::environment::Environment;
use crate::source::{FileId, Sources, Span};

const HELP: &str =
    "count it as known to others and make a new one; name that under `secrets`, and write `{secret: NAME}` where the language takes one";

/// Searches the files that were read behind the first `seen` ones, and strikes out what it finds. Certificates have findings of
/// their own.
#[must_use]
pub fn in_sources(sources: &mut Sources, seen: usize, certificates: &[FileId]) -> Vec<Diagnostic> {
    let span = |file: FileId, range: Range<usize>| {
        let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span { file, start: byte(range.start), end: byte(range.end) }
    };
    let search = |(file, source): (FileId, &crate::source::Source)| -> Vec<(&'static str, Span)> {
        kinds::search(&source.text).into_iter().map(|(kind, range)| (kind, span(file, range))).collect()
    };
    let found: Vec<_> = sources.since(seen).flat_map(search).collect();
    let finding = |(kind, span): (&'static str, Span)| {
        // Of a key of thirty lines the first says what it is, and is its place.
        let text = sources.get(span.file).map_or("", |source| source.text.as_str());
        let first = text.get(span.start as usize..span.end as usize).and_then(|text| text.find('\n'));
        let first = first.and_then(|length| u32::try_from(length).ok()).map(|length| span.start + length);
        sources.strike(Span { start: first.unwrap_or(span.start), ..span });
        if certificates.contains(&span.file) {
            return None;
        }
        let end = first.unwrap_or(span.end);
        Some(
            Diagnostic::new(&SECRET_IN_TEXT, format!("{kind} in a file that is committed"))
                .at(Span { end, ..span }, "not shown")
                .help(HELP),
        )
    };
    found.into_iter().filter_map(finding).collect()
}

/// Searches a file of the user's manifests, which nobody else reads.
pub(super) fn in_text(path: &str, text: &str, named: Span) -> Vec<Diagnostic> {
    let finding = |(kind, range): (&'static str, Range<usize>)| {
        let line = text[..range.start].matches('\n').count() + 1;
        Diagnostic::new(&SECRET_IN_TEXT, format!("{kind} in `{path}`, line {line}")).at(named, "these manifests").help(HELP)
    };
    kinds::search(text).into_iter().map(finding).collect()
}

/// Searches what was rendered: path and text of each file. What a source holds too was told there.
#[must_use]
pub fn in_tree<'a>(environment: &Environment, rendered: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Diagnostic> {
    let one = |(path, text): (&str, &str)| -> Vec<Diagnostic> {
        let finding = |(kind, range): (&'static str, Range<usize>)| {
            let line = text[..range.start].matches('\n').count() + 1;
            Diagnostic::new(&SECRET_IN_TEXT, format!("{kind} in the generated file `{path}`, line {line}"))
                .at(environment.name.span, "compiled from this environment")
                .help(HELP)
        };
        kinds::search(text).into_iter().map(finding).collect()
    };
    let files: Vec<_> = rendered.collect();
    files.into_par_iter().flat_map_iter(one).collect()
}
