//! How values and types are called in messages.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
pub(super) use crate::source::suggest::short;
use crate::source::yaml::{Core, Node, NodeValue, core};

/// What was found: ``the number `1.10` ``.
pub(super) fn found(node: &Node) -> String {
    match &node.value {
        NodeValue::Empty => "nothing".to_owned(),
        NodeValue::Null => "`null`".to_owned(),
        NodeValue::List(_) => "a list".to_owned(),
        NodeValue::Map(_) => "a mapping".to_owned(),
        NodeValue::Scalar { text, plain } => {
            let text = short(text);
            match core(&text) {
                Core::Integer | Core::Float if *plain => format!("the number `{text}`"),
                Core::Bool(_) | Core::Null if *plain => format!("`{text}`"),
                _ if *plain => format!("the text `{text}`"),
                _ => format!("the quoted text `{text}`"),
            }
        }
    }
}

/// A value of the wrong type, or no value at all.
pub(super) fn wrong_type(node: &Node, path: &str, expected: &str, help: Option<String>) -> Diagnostic {
    if node.value == NodeValue::Empty {
        return Diagnostic::new(&codes::EMPTY_VALUE, format!("{path} has no value"))
            .at(node.span, format!("expected {expected}, found nothing"))
            .help("write a value, `null` to do without it, or remove the key; lines below it may have lost their indentation");
    }
    let label = format!("expected {expected}, found {}", found(node));
    let finding = Diagnostic::new(&codes::WRONG_TYPE, format!("{path} must be {expected}")).at(node.span, label);
    finding.help(help.unwrap_or_else(|| format!("write {expected}")))
}
