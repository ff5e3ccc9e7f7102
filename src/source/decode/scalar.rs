//! Numbers, and plain words that readers disagree about.

use super::failure::Failure;
use super::node::Reader;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
use crate::source::yaml::{Core, Node, NodeValue, core, old_bool, old_octal};

/// The value of a whole number of the core schema.
pub(super) fn integer(text: &str) -> Option<i128> {
    if let Some(digits) = text.strip_prefix("0o") {
        return i128::from_str_radix(digits, 8).ok();
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return i128::from_str_radix(digits, 16).ok();
    }
    text.parse().ok()
}

/// A whole number within the bounds of a type; decimal, as everybody reads it.
pub(super) fn bounded(reader: &Reader<'_>, least: i128, most: i128) -> Result<i128, Failure> {
    let (text, plain) = match &reader.node.value {
        NodeValue::Scalar { text, plain } => (text.as_str(), *plain),
        _ => return Err(reader.wrong("a whole number", None)),
    };
    if core(text) != Core::Integer {
        return Err(reader.wrong("a whole number", None));
    }
    if !plain {
        return Err(reader.wrong("a whole number", Some("remove the quotes".to_owned())));
    }
    let value = integer(text);
    if text.starts_with("0o") || text.starts_with("0x") || old_octal(text) {
        let help = value.map(|value| format!("write it in decimal: `{value}`"));
        return Err(reader.wrong("a decimal number", help));
    }
    match value {
        Some(value) if (least..=most).contains(&value) => Ok(value),
        _ => Err(reader.wrong(&format!("a whole number from {least} to {most}"), None)),
    }
}

/// An open value whose meaning depends on the reader.
pub(super) fn ambiguous(node: &Node, path: &str, text: &str) -> Diagnostic {
    let (label, help) = match old_bool(text) {
        Some(value) => (format!("a text for some, `{value}` for others"), format!("write `{value}`, or `\"{text}\"` for the text")),
        None => ("octal for some, decimal for others".to_owned(), format!("write it in decimal, or `\"{text}\"` for the text")),
    };
    debug_assert!(old_bool(text).is_some() || old_octal(text));
    Diagnostic::new(&codes::AMBIGUOUS_VALUE, format!("{path}: readers of YAML disagree about `{text}`")).at(node.span, label).help(help)
}

/// A whole number that no reader keeps exactly.
pub(super) fn too_long(reader: &Reader<'_>) -> Failure {
    reader.wrong("a number of at most 64 bits", Some("quote it to keep it as text".to_owned()))
}
