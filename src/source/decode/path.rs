//! The way from the top of the file to a value, in the user's words: `agents[general].count`.

use std::fmt;

use crate::source::yaml::Node;

/// A value's way from the top, kept on the stack while it is decoded.
pub(super) enum Path<'a> {
    Top,
    Key(&'a Path<'a>, &'a str),
    /// An item: shown by its name if it has one, else by its number.
    Item(&'a Path<'a>, usize, &'a Node),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Path::Top => Ok(()),
            Path::Key(Path::Top, key) => f.write_str(key),
            Path::Key(above, key) => write!(f, "{above}.{key}"),
            Path::Item(above, number, node) => match node.get("name").and_then(Node::text) {
                Some(name) => write!(f, "{above}[{name}]"),
                None => write!(f, "{above}[{number}]"),
            },
        }
    }
}

impl Path<'_> {
    /// The path in back-ticks, or what to call the top.
    pub(super) fn shown(&self) -> String {
        if matches!(self, Path::Top) { "the file".to_owned() } else { format!("`{self}`") }
    }
}
