//! serde's error: a finding in the making, which learns its place on the way up.

use std::fmt;

use serde::de;

use super::path::Path;
use super::{identity, words};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
use crate::source::Span;
use crate::source::suggest;
use crate::source::yaml::{Node, NodeValue};

/// What went wrong, with or without its place.
#[derive(Debug)]
pub(super) struct Failure(Box<State>);

#[derive(Debug)]
enum State {
    /// Raised by a type; the nearest reader above gives it a place.
    Loose(Problem),
    /// A finding, or none if it only follows from another; the value to leave out from now on.
    Placed { finding: Option<Diagnostic>, node: usize },
}

#[derive(Debug)]
pub(super) enum Problem {
    Text(String),
    Type { expected: String },
    Missing(&'static str),
    Variant { word: String, choices: &'static [&'static str] },
}

impl Failure {
    pub(super) fn placed(finding: Option<Diagnostic>, node: &Node) -> Self {
        Failure(Box::new(State::Placed { finding, node: identity(node) }))
    }

    /// The key that a type misses, while no place is known.
    pub(super) fn missing(&self) -> Option<&'static str> {
        if let State::Loose(Problem::Missing(key)) = *self.0 { Some(key) } else { None }
    }

    /// Gives a place to a failure that has none; `span` is what to point at, `node` what to leave out.
    pub(super) fn at(self, node: &Node, path: &Path<'_>, span: Span) -> Self {
        match *self.0 {
            State::Placed { .. } => self,
            State::Loose(problem) => Failure::placed(Some(finding(problem, node, path, span)), node),
        }
    }

    pub(super) fn into_parts(self) -> (Option<Diagnostic>, Option<usize>) {
        match *self.0 {
            State::Placed { finding, node } => (finding, Some(node)),
            State::Loose(_) => (None, None),
        }
    }
}

fn finding(problem: Problem, node: &Node, path: &Path<'_>, span: Span) -> Diagnostic {
    let shown = path.shown();
    match problem {
        Problem::Text(text) => {
            // By agreement the lines behind the first are what to do.
            let (message, help) = text.split_once('\n').map_or((text.as_str(), None), |(m, h)| (m, Some(h)));
            let finding = Diagnostic::new(&codes::INVALID_VALUE, format!("{shown}: {message}")).at(span, "");
            if let Some(help) = help { finding.help(help) } else { finding }
        }
        Problem::Type { expected } => {
            let mut finding = words::wrong_type(node, &shown, &expected, None);
            finding.labels[0].span = span;
            finding
        }
        Problem::Missing(key) => missing(key, "", node, &shown),
        Problem::Variant { word, choices } => variant(&word, choices, &shown, span),
    }
}

/// A key that must be there and is not.
pub(super) fn missing(key: &str, meaning: &str, node: &Node, path: &str) -> Diagnostic {
    let (message, label) = match path {
        "the file" => (format!("`{key}` is missing"), format!("no `{key}` at the top of the file")),
        path => (format!("{path} has no `{key}`"), format!("`{key}` is missing here")),
    };
    let help = if meaning.is_empty() {
        format!("write `{key}`")
    } else {
        format!("write `{key}`: {}", meaning.lines().collect::<Vec<_>>().join(" "))
    };
    let finding = Diagnostic::new(&codes::MISSING_KEY, message).at(node.span, label).help(help);
    match node.entries().and_then(|entries| entries.iter().find(|(k, _)| k.text == key)) {
        Some((written, node)) if node.value == NodeValue::Null => finding.at(written.span, "`null` means without it"),
        _ => finding,
    }
}

fn variant(word: &str, choices: &[&str], path: &str, span: Span) -> Diagnostic {
    let word = words::short(word);
    let near = suggest::nearest(&word, choices.iter().copied());
    let label = near.map_or_else(String::new, |near| format!("did you mean `{near}`?"));
    Diagnostic::new(&codes::UNKNOWN_CHOICE, format!("{path} cannot be `{word}`"))
        .at(span, label)
        .help(format!("the choices are {}", suggest::list(choices.iter().copied())))
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &*self.0 {
            State::Loose(Problem::Text(text)) => f.write_str(text),
            State::Loose(Problem::Type { expected }) => write!(f, "expected {expected}"),
            State::Loose(Problem::Missing(key)) => write!(f, "`{key}` is missing"),
            State::Loose(Problem::Variant { word, .. }) => write!(f, "`{word}` is none of the choices"),
            State::Placed { finding, .. } => f.write_str(finding.as_ref().map_or("follows from another finding", |f| &f.message)),
        }
    }
}

impl std::error::Error for Failure {}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure(Box::new(State::Loose(problem)))
    }
}

impl de::Error for Failure {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Problem::Text(text.to_string()).into()
    }

    fn invalid_type(_: de::Unexpected, expected: &dyn de::Expected) -> Self {
        Problem::Type { expected: plain(&expected.to_string()) }.into()
    }

    fn invalid_value(_: de::Unexpected, expected: &dyn de::Expected) -> Self {
        Problem::Text(format!("expected {}", plain(&expected.to_string()))).into()
    }

    fn invalid_length(found: usize, expected: &dyn de::Expected) -> Self {
        Problem::Text(format!("{found} items are too few or too many, expected {}", plain(&expected.to_string()))).into()
    }

    fn unknown_variant(word: &str, choices: &'static [&'static str]) -> Self {
        Problem::Variant { word: word.to_owned(), choices }.into()
    }

    fn missing_field(key: &'static str) -> Self {
        Problem::Missing(key).into()
    }
}

/// serde's name of a type, in words.
fn plain(expected: &str) -> String {
    match expected {
        nonzero if nonzero.contains("nonzero") => "a whole number that is not zero".to_owned(),
        variant if variant.contains("variant") => "a mapping with one key".to_owned(),
        other => other.replace("a string", "text").replace("a sequence", "a list").replace("a map", "a mapping"),
    }
}
