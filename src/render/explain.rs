//! What went wrong with a template, as a finding that points into its text.

use std::error::Error as _;
use std::ops::Range;

use minijinja::{Error, ErrorKind, OutputSpanKind};

use super::bind::{BindError, Filled};
use super::read::ReadError;
use super::{Page, Templates};
use crate::diagnostic::codes::render as codes;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Sources, Span};

/// Why a filled template is no document.
pub(super) enum Failure {
    /// Its text is no YAML.
    Read(ReadError),
    /// A value has no place where it stands: the byte in the filled text.
    Bind(BindError, usize),
}

impl Failure {
    pub(super) fn message(&self) -> String {
        match self {
            Failure::Read(error) => Filled::without_placeholders(&error.message),
            Failure::Bind(BindError::Inside(_), _) => "a value stands inside a larger scalar".to_owned(),
            Failure::Bind(BindError::Key(_), _) => "a value that is no text stands as a key".to_owned(),
            Failure::Bind(BindError::Twice(_, key), _) => format!("the key `{key}` stands twice in one mapping"),
        }
    }

    fn code(&self) -> &'static Code {
        match self {
            Failure::Bind(BindError::Inside(_), _) => &codes::VALUE_INSIDE_TEXT,
            Failure::Bind(..) | Failure::Read(_) => &codes::TEMPLATE_YAML,
        }
    }

    fn offset(&self) -> usize {
        match self {
            Failure::Read(error) => error.offset,
            Failure::Bind(_, offset) => *offset,
        }
    }
}

/// A finding about a filled text that is no document.
pub(super) fn failure(templates: &Templates, sources: &mut Sources, page: &Page, failure: &Failure) -> Diagnostic {
    let message = format!("{}, in `{}`", failure.message(), page.path);
    let finding = Diagnostic::new(failure.code(), message);
    let Some((name, range)) = locate(templates, page, failure.offset()) else { return finding };
    let finding = finding.at(span(templates, sources, &name, &range), "");
    match failure {
        Failure::Bind(BindError::Inside(_), _) => {
            finding.help("make one value in the expression: `{{ 'prefix-' ~ name }}`; a text of several lines is a template of its own: `{{ text('nodes/script.sh.j2') }}`")
        }
        _ => finding.help(whose(templates, &name)),
    }
}

/// A finding about an error of minijinja; `name` is the template that was asked for.
pub(super) fn template_error(templates: &Templates, sources: &mut Sources, name: &str, error: &Error) -> Diagnostic {
    let error = innermost(error);
    let name = error.name().unwrap_or(name).to_owned();
    let code = if error.kind() == ErrorKind::SyntaxError { &codes::TEMPLATE_SYNTAX } else { &codes::TEMPLATE_FAILURE };
    let message = match (error.kind(), error.detail()) {
        (ErrorKind::SyntaxError | ErrorKind::UndefinedError | ErrorKind::TemplateNotFound, Some(detail)) => detail.to_owned(),
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    let finding = Diagnostic::new(code, message).help(whose(templates, &name));
    let text = templates.text(&name);
    let line = |number: usize| text.map_or(0..0, |text| line_range(text, number));
    match error.range().or_else(|| error.line().map(line)) {
        Some(range) if text.is_some() => finding.at(span(templates, sources, &name, &range), ""),
        _ => finding,
    }
}

/// The error that started it: an include only says that it did not work.
fn innermost(error: &Error) -> &Error {
    let inner = error.source().and_then(|source| source.downcast_ref::<Error>());
    inner.filter(|inner| inner.line().is_some()).map_or(error, innermost)
}

fn whose(templates: &Templates, name: &str) -> String {
    if templates.is_overridden(name) {
        format!("`templates/{name}` overrides the template of the binary; compare it with that one")
    } else {
        "this is a defect of strata, not of the environment; please report it".to_owned()
    }
}

fn span(templates: &Templates, sources: &mut Sources, name: &str, range: &Range<usize>) -> Span {
    let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file: templates.file(sources, name), start: small(range.start), end: small(range.end) }
}

fn line_range(text: &str, number: usize) -> Range<usize> {
    let start = text.split_inclusive('\n').take(number.saturating_sub(1)).map(str::len).sum();
    start..rest_of_line(text, start)
}

fn rest_of_line(text: &str, start: usize) -> usize {
    text[start..].find('\n').map_or(text.len(), |length| start + length)
}

/// Which template printed a byte of the filled text, and from where. The page is filled once more, this time on the record.
fn locate(templates: &Templates, page: &Page, offset: usize) -> Option<(String, Range<usize>)> {
    let (_, spans) = templates.get(page.template).ok()?.render_with_spans(page.values.clone()).ok()?;
    let span = spans.iter().take_while(|span| span.output_range().start <= offset).last()?;
    let source = span.source_range();
    if span.kind() == OutputSpanKind::Expression {
        return Some((span.name().to_owned(), source));
    }
    let text = templates.text(span.name())?;
    let start = source.start + (offset - span.output_range().start).min(source.len());
    Some((span.name().to_owned(), start..rest_of_line(text, start)))
}
