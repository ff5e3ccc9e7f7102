//! What templates may call beside minijinja's own. Every filter returns plain text, never a "safe" one: in YAML it is bound
//! like any other value.

use std::fmt::Write as _;

use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, Output, State};

/// Adds the filters, and takes away those that would let a value pass as template text.
pub(super) fn add(environment: &mut Environment) {
    for unsafe_here in ["safe", "escape", "e", "tojson"] {
        environment.remove_filter(unsafe_here);
    }
    environment.add_filter("sh", shell);
    environment.add_filter("cell", cell);
    environment.add_filter("xml", xml);
    environment.add_filter("json", json);
}

/// minijinja's formatter for plain text. What has no obvious text is an error, not `none` in a script.
pub(super) fn print_plain(out: &mut Output, _: &mut State, value: &Value) -> Result<(), Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Bool | ValueKind::Number => Ok(write!(out, "{value}")?),
        // Only `{{ x if y }}` without an `else` comes here: strict templates refuse all other undefined values.
        ValueKind::Undefined => Ok(()),
        ValueKind::None => Err(Error::new(ErrorKind::InvalidOperation, "the value is null; ask for it with `if` first")),
        kind => Err(Error::new(ErrorKind::InvalidOperation, format!("a {kind} is no text; use a loop, `join` or `json`"))),
    }
}

/// One word for a POSIX shell.
fn shell(text: &Value) -> Result<String, Error> {
    let text = plain_text(text)?;
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:,@%+".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_bare) {
        return Ok(text);
    }
    if text.contains('\0') {
        return Err(Error::new(ErrorKind::InvalidOperation, "no word of a shell can hold a NUL"));
    }
    Ok(format!("'{}'", text.replace('\'', r"'\''")))
}

/// The text of a cell in a Markdown table.
fn cell(text: &Value) -> Result<String, Error> {
    let mut out = String::new();
    for character in plain_text(text)?.chars() {
        match character {
            '\n' => out.push_str("<br>"),
            '\r' => {}
            '\\' | '|' | '`' | '*' | '_' | '[' | ']' | '~' => out.extend(['\\', character]),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            other => out.push(other),
        }
    }
    Ok(out)
}

/// Text or an attribute of XML, SVG and HTML. Characters that XML cannot hold at all are shown as `U+001B`.
fn xml(text: &Value) -> Result<String, Error> {
    let mut out = String::new();
    for character in plain_text(text)?.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' => out.push(character),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(out, "U+{:04X}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    Ok(out)
}

/// The value as JSON on one line, as a text: what annotations and `.json` keys hold.
fn json(value: &Value) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::new(ErrorKind::BadSerialization, error.to_string()))
}

fn plain_text(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::String | ValueKind::Bool | ValueKind::Number => Ok(value.to_string()),
        kind => Err(Error::new(ErrorKind::InvalidOperation, format!("a {kind} is no text"))),
    }
}
