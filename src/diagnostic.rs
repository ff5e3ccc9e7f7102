//! Findings: what is wrong, where, and what to do. Data only; `draw` shows them.

pub mod codes;
pub mod draw;

use crate::span::Span;

/// How grave a finding is. An error stops the compiler, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// There is no model of this environment.
    Error,
    /// It compiles, and somebody should know.
    Warning,
}

/// A kind of finding: what `strata explain NAME` tells.
#[derive(Debug)]
pub struct Code {
    /// Kebab-case, the field's own words: `even-server-count`.
    pub name: &'static str,
    /// Error or warning, the same each time.
    pub severity: Severity,
    /// One line, lower case, no full stop.
    pub title: &'static str,
    /// What happens otherwise, and what to do; Markdown, several sentences.
    pub explanation: &'static str,
    /// Where upstream says so: a document, an issue, a source file.
    pub upstream: &'static str,
}

/// A place that a finding points at, and what is said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// Few words; may be empty for the place itself.
    pub text: String,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    /// Its kind.
    pub code: &'static Code,
    /// Lower case, no full stop, names in back-ticks.
    pub message: String,
    /// The first is the place itself, the others what it disagrees with. May be empty (a whole file).
    pub labels: Vec<Label>,
    /// What to do, in one or two sentences.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding without a place yet.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), labels: Vec::new(), help: None }
    }

    /// Adds a place; the first one added is the place itself.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Whether it stops the compiler.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.code.severity == Severity::Error
    }
}

/// What a stage made, and what it has to say. No value if any finding is an error.
#[derive(Debug)]
pub struct Checked<T> {
    /// What was made.
    pub value: Option<T>,
    /// All findings, in the order of the text.
    pub findings: Vec<Diagnostic>,
}
