//! The parser's errors in the user's words.

use granit_parser::{ErrorKind, Marker, ScanError};

use super::{MAX_DEPTH, span};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
use crate::source::{FileId, Span};

/// A marker's byte offset. Text input has it; counting characters is the way for any other.
pub(super) fn offset(text: &str, marker: Marker) -> usize {
    let counted = || text.char_indices().nth(marker.index()).map_or(text.len(), |(at, _)| at);
    let mut at = marker.byte_offset().unwrap_or_else(counted).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A syntax error as a finding. A tab in the indentation is the likelier cause of whatever was seen.
pub(super) fn finding(file: FileId, text: &str, error: &ScanError, bracket: Option<Span>) -> Diagnostic {
    let at = offset(text, *error.marker());
    if let Some(tab) = tab_near(text, at) {
        return Diagnostic::new(&codes::TAB, "a tab in the indentation")
            .at(span(file, tab, tab + 1), "this is a tab")
            .help("YAML takes spaces alone: replace each tab by two spaces");
    }
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        let message = format!("more than {MAX_DEPTH} levels of nesting");
        return Diagnostic::new(&codes::TOO_LARGE, message)
            .at(place(file, text, at), "one level too many")
            .help("nothing in the language nests so deep; look for brackets that are not closed");
    }
    if let Some(bracket) = bracket.filter(|bracket| in_brackets(error.kind()) || text[bracket.start as usize..at].contains('\n')) {
        return unclosed(bracket, place(file, text, at));
    }
    if let Some(colon) = tight_colon(text, at).filter(|_| *error.kind() == ErrorKind::MappingValueNotAllowed) {
        return Diagnostic::new(&codes::SYNTAX, "no space behind a colon")
            .at(span(file, colon, colon + 1), "here")
            .help("write `key: value`; quote the whole text if the colon belongs to it");
    }
    if *error.kind() == ErrorKind::MappingValueNotAllowed && !text[line_start(text, at)..at].contains(": ") {
        return too_deep(file, text, at);
    }
    let (message, help) = words(error.kind());
    let finding = Diagnostic::new(&codes::SYNTAX, message).at(place(file, text, at), "the reader stopped here");
    finding.help(help.unwrap_or("correct this line or the one before it: the cause is at one of them"))
}

/// A bracket that stays open swallows the lines below it, so the error seen there is not the cause.
fn unclosed(bracket: Span, stopped: Span) -> Diagnostic {
    let finding = Diagnostic::new(&codes::SYNTAX, "a bracket that is not closed, or a comma that is missing")
        .at(bracket, "opened here")
        .help("separate items with `,` and close with `]` or `}`");
    if stopped.start == bracket.start { finding } else { finding.at(stopped, "the reader stopped here") }
}

/// The only colon of a line is in the wrong place: so is the line.
fn too_deep(file: FileId, text: &str, at: usize) -> Diagnostic {
    let start = line_start(text, at);
    let key = at - text[start..at].trim_start().len();
    Diagnostic::new(&codes::SYNTAX, "a line that is indented too deep")
        .at(span(file, key, at), "no key can stand here")
        .help("keys of one mapping begin in the same column; a key with a value on its line has nothing below it")
}

/// The colon of `key:value` on the line before: the line below it then looks wrong.
fn tight_colon(text: &str, at: usize) -> Option<usize> {
    let line = text[..at].rfind('\n')?;
    let start = text[..line].rfind('\n').map_or(0, |newline| newline + 1);
    let colon = text[start..line].find(':').map(|colon| start + colon)?;
    let key = text[start..colon].trim_start().trim_start_matches("- ");
    let tight = text[colon + 1..line].starts_with(|c: char| !c.is_whitespace() && c != '/');
    (tight && !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')).then_some(colon)
}

/// One character, or the end of the last line that has text.
fn place(file: FileId, text: &str, at: usize) -> Span {
    let at = if text[at..].trim().is_empty() { text.trim_end().len() } else { at };
    let width = text[at..].chars().next().filter(|c| !c.is_whitespace()).map_or(0, char::len_utf8);
    span(file, at, at + width)
}

/// A tab among the leading blanks of the line of `at`, of the line before or of the line behind.
fn tab_near(text: &str, at: usize) -> Option<usize> {
    let line = line_start(text, at);
    let before = line_start(text, line.saturating_sub(1));
    let behind = text[at..].find('\n').map_or(line, |newline| at + newline + 1);
    [line, before, behind].into_iter().find_map(|start| {
        let blanks = text[start..].find(|c| c != ' ' && c != '\t').unwrap_or(text.len() - start);
        text[start..start + blanks].find('\t').map(|tab| start + tab)
    })
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn in_brackets(kind: &ErrorKind) -> bool {
    use ErrorKind as E;
    matches!(
        kind,
        E::UnexpectedEofFlowSequence
            | E::UnexpectedEofFlowMapping
            | E::UnexpectedEofImplicitFlowMapping
            | E::ExpectedFlowMappingSeparator
            | E::ExpectedFlowSequenceSeparator
            | E::MismatchedFlowCollectionEnd { .. }
            | E::UnclosedFlowCollection { .. }
            | E::BlockEntryInFlowCollection
            | E::InvalidFlowScalarIndent
    )
}

fn words(kind: &ErrorKind) -> (String, Option<&'static str>) {
    use ErrorKind as E;
    let (message, help) = match kind {
        E::MappingValueNotAllowed | E::InvalidColonPlacement => ("a second `: ` in one line", "quote a text that holds `: `"),
        E::SimpleKeyExpected | E::InvalidSimpleKey => {
            ("a line without `key: value`", "write a space behind the colon, and a colon behind each key")
        }
        E::ExpectedBlockMappingKey | E::InvalidIndentation | E::ExpectedBlockSequenceEntry | E::ExpectedDocumentStart => {
            ("this line does not fit the lines above it", "keys of one mapping, and dashes of one list, begin in the same column")
        }
        E::BlockSequenceEntryNotAllowed | E::InvalidBlockEntryWhitespace => {
            ("a `-` where no list item can stand", "a list begins on the line below its key")
        }
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => ("a quote that is not closed", "close it on the same line"),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => {
            ("text behind a closing quote", "quote the whole value; inside `\"..\"` write `\\\"`, inside `'..'` write `''`")
        }
        E::UnknownQuotedScalarEscape | E::InvalidQuotedScalarHexEscape | E::InvalidUnicodeEscape => {
            ("an escape that does not exist", "inside `\"..\"` write `\\\\` for a backslash, or use single quotes")
        }
        E::UnexpectedCharacter { character: '@' | '`' | '%' } => ("a value cannot begin with this character", "quote the value"),
        E::DirectiveDisallowed => ("a YAML directive", "remove the line that begins with `%`"),
        E::CommentNotSeparated => ("a comment without a space before its `#`", "write a space before it, or quote the value"),
        E::InvalidBlockScalarIndent | E::TabAtBlockScalarStart => {
            ("a line of a block text with the wrong indentation", "indent every line of the block alike")
        }
        kind if in_brackets(kind) => ("a bracket that does not fit", "each `[` is closed by `]`, each `{` by `}`"),
        other => return (plain_words(&other.to_string()), None),
    };
    (message.to_owned(), Some(help))
}

/// What is rare keeps the parser's words, without its jargon.
fn plain_words(text: &str) -> String {
    text.replace("scalar", "text").replace("flow ", "bracketed ").replace("EOF", "end of the file")
}
