//! Findings for people. The only place that knows annotate-snippets.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::span::{FileId, Source, Sources};

/// Wide enough for most lines of an environment, narrow enough for a review beside the code.
const WIDTH: usize = 120;

/// How many bytes of a file one finding may span, folded lines included, and how many a line may have.
const MOST: usize = 256 << 10;
const LONGEST_LINE: usize = 16 << 10;

/// Findings as rustc draws them, a blank line between two.
///
/// A label that covers several lines points at the first of them. Control characters, in the source and in
/// the messages, come out as visible signs.
#[must_use]
pub fn text(findings: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() }.term_width(WIDTH);
    let drawn: Vec<String> = findings.iter().map(|finding| renderer.render(&[group(finding, sources)]) + "\n").collect();
    drawn.join("\n")
}

fn group<'a>(finding: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match finding.code.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(clean(&finding.message)).id(finding.code.name));
    for file in files(finding) {
        let Some(source) = sources.get(file) else { continue };
        group = match snippet(finding, file, source) {
            Some(snippet) => group.element(snippet),
            None => group.elements(origin(finding, file, source, sources)),
        };
    }
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(clean(help))),
        None => group,
    }
}

/// The place alone, for what is too long to be looked at.
fn origin<'a>(finding: &Diagnostic, file: FileId, source: &'a Source, sources: &Sources) -> Option<Origin<'a>> {
    let label = finding.labels.iter().find(|label| label.span.file == file)?;
    let (line, column) = sources.line_column(label.span);
    Some(Origin::path(clean(&source.name)).line(line).char_column(column))
}

/// Text from a file must not steer the terminal, nor add lines.
fn clean(text: &str) -> String {
    normalize_untrusted_str(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The files of a finding's labels, in the order of the labels.
fn files(finding: &Diagnostic) -> Vec<FileId> {
    let mut files = Vec::new();
    for label in &finding.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
}

/// One file's part: the lines from its first label to its last one, the unimportant ones folded; none if they
/// are too many, since drawing is slow on lines that no eye can follow.
fn snippet<'a>(finding: &Diagnostic, file: FileId, source: &'a Source) -> Option<Snippet<'a, Annotation<'a>>> {
    let labels: Vec<(bool, &Label, Range<usize>)> = finding
        .labels
        .iter()
        .enumerate()
        .filter(|(_, label)| label.span.file == file)
        .map(|(number, label)| (number == 0, label, first_line(&source.text, label)))
        .collect();
    let start = labels.iter().map(|(_, _, range)| line_start(&source.text, range.start)).min()?;
    let end = labels.iter().map(|(_, _, range)| line_end(&source.text, range.end)).max()?;
    if end - start > MOST || source.text[start..end].lines().any(|line| line.len() > LONGEST_LINE) {
        return None;
    }
    let annotations = labels.into_iter().map(|(primary, label, range)| {
        let kind = if primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        kind.span(range.start - start..range.end - start).label((!label.text.is_empty()).then(|| clean(&label.text)))
    });
    let first_number = source.text[..start].matches('\n').count() + 1;
    let snippet = Snippet::source(&source.text[start..end]).line_start(first_number).path(clean(&source.name));
    Some(snippet.fold(true).annotations(annotations))
}

/// A label's bytes, cut to its first line and to whole characters.
fn first_line(text: &str, label: &Label) -> Range<usize> {
    let start = boundary(text, label.span.start as usize);
    let end = boundary(text, label.span.end as usize);
    start..end.clamp(start, line_end(text, start))
}

fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// Two searches for one byte each: those are fast even on a line that is a whole file.
fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    text[at..end].find('\r').map_or(end, |length| at + length)
}
