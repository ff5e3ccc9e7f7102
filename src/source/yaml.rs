//! Text to a tree that knows its places. The one reader of YAML that users write.
//!
//! The language is the part of YAML that every reader understands alike: no anchors, aliases, merge keys,
//! tags, directives or second documents, no key twice, no key that is not text. What a plain word *means*
//! (text, number, true) is decided in `decode`, by the type that is wanted there.

mod build;
mod scalar;
mod syntax;

pub use scalar::{Core, core};
pub(crate) use scalar::{old_bool, old_octal};

use granit_parser::Parser;

use super::{FileId, Span};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 4 << 20;
/// How deep mappings and lists may nest.
pub const MAX_DEPTH: usize = 64;
/// How many values one file may hold.
pub const MAX_NODES: usize = 200_000;

/// A value of the text and where it stood.
///
/// A scalar's span covers it; a `[..]` or `{..}` is covered as well. A block list, a block mapping or a
/// missing value has the span of its key, or of its first line where there is no key: that draws well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it stood.
    pub span: Span,
    /// What stood there.
    pub value: NodeValue,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeValue {
    /// Nothing stands behind the key or the dash.
    Empty,
    /// `null` or `~` was written.
    Null,
    /// A word, a number, a quoted or a block text.
    Scalar {
        /// The text, escapes resolved.
        text: String,
        /// Written without quotes: it may be a number or a truth value.
        plain: bool,
    },
    /// Items in order.
    List(Vec<Node>),
    /// Entries in the order of the text; no key stands twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The text.
    pub text: String,
    /// Where it stood.
    pub span: Span,
}

impl Node {
    /// The entries, if this is a mapping.
    #[must_use]
    pub fn entries(&self) -> Option<&[(Key, Node)]> {
        if let NodeValue::Map(entries) = &self.value { Some(entries) } else { None }
    }

    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries()?.iter().find(|(k, _)| k.text == key).map(|(_, node)| node)
    }

    /// The text, if this is a scalar.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let NodeValue::Scalar { text, .. } = &self.value { Some(text) } else { None }
    }

    /// Takes a key out of a mapping.
    pub fn remove(&mut self, key: &str) -> Option<Node> {
        let NodeValue::Map(entries) = &mut self.value else { return None };
        let at = entries.iter().position(|(k, _)| k.text == key)?;
        Some(entries.remove(at).1)
    }
}

/// Reads one document.
pub fn parse(file: FileId, text: &str) -> Result<Node, Diagnostic> {
    check_size(file, text)?;
    check_characters(file, text)?;
    let mut options = granit_parser::options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        emit_anchor_events: true,
        flow_nesting_limit: u8::try_from(2 * MAX_DEPTH).unwrap_or(u8::MAX).into(),
        block_nesting_limit: u8::try_from(2 * MAX_DEPTH).unwrap_or(u8::MAX).into(),
    };
    options.set_emit_comments(false);
    let mut builder = build::Builder::new(file, text);
    for event in Parser::new_from_str_with_options(text, options) {
        match event {
            Ok((event, span)) => builder.event(event, span)?,
            Err(error) => return Err(syntax::finding(file, text, &error, builder.open_bracket())),
        }
    }
    Ok(builder.finish())
}

fn check_size(file: FileId, text: &str) -> Result<(), Diagnostic> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    let message = format!("the file is larger than {} MiB", MAX_BYTES >> 20);
    Err(Diagnostic::new(&codes::TOO_LARGE, message)
        .at(Span { file, start: 0, end: 0 }, "")
        .help("split it into files: each tenant may have its own"))
}

/// Control characters, and those that make text look different from what it is.
fn check_characters(file: FileId, text: &str) -> Result<(), Diagnostic> {
    let hidden = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    let bad = |c: char| (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}')) || hidden(c);
    let Some((at, character)) = text.char_indices().find(|&(_, c)| bad(c)) else { return Ok(()) };
    let what = if hidden(character) { "a character that reorders the text" } else { "a control character" };
    let finding = Diagnostic::new(&codes::CONTROL_CHARACTER, format!("{what}, U+{:04X}", u32::from(character)))
        .at(span(file, at, at + character.len_utf8()), "here")
        .help("remove it; in a double-quoted text it can be written as an escape, `\"\\u0007\"`");
    Err(finding)
}

fn span(file: FileId, start: usize, end: usize) -> Span {
    let cut = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file, start: cut(start), end: cut(end) }
}
