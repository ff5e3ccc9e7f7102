//! Document → text: the one emitter. Its byte format is frozen, because every generated file in every
//! repository would change with it: block style, two blanks of indentation, lists indented under their key,
//! no folding, `{}` and `[]` for what is empty, strings as [`scalar`](super::scalar) decides.

use serde_json::{Map, Number, Value};

use super::scalar;

/// The longest key that stands before a colon; readers give up looking for the colon after 1,024 characters.
const LONGEST_KEY: usize = 1000;

/// One document as YAML, with a line break at its end.
#[must_use]
pub fn write(document: &Value) -> String {
    let mut out = String::with_capacity(1024);
    match document {
        Value::Object(map) if !map.is_empty() => mapping(&mut out, map, 0),
        Value::Array(items) if !items.is_empty() => sequence(&mut out, items, 0),
        // A text alone in a document is never a block: the file could not be told from its own text.
        Value::String(text) => {
            scalar::one_line(&mut out, text);
            out.push('\n');
        }
        other => leaf(&mut out, other, 0),
    }
    out
}

/// Every entry of a mapping; the first is written where `out` stands, the others after `indent` blanks.
fn mapping(out: &mut String, map: &Map<String, Value>, indent: usize) {
    for (at, (key, value)) in map.iter().enumerate() {
        if at > 0 {
            blanks(out, indent);
        }
        write_key(out, key, indent);
        write_value(out, value, Place::Key, indent + 2);
    }
}

/// What a value stands behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// A key and its colon.
    Key,
    /// A dash and a blank.
    Dash,
}

impl Place {
    /// The place at the end of a text, the text before it, and how far a value there is indented.
    pub(super) fn behind(text: &str) -> Option<(&str, Place, usize)> {
        let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
        let mut key = line.trim_start_matches(' ');
        while let Some(rest) = key.strip_prefix("- ") {
            key = rest;
        }
        let start = line.len() - key.len();
        if key.is_empty() && line.ends_with("- ") {
            return Some((text, Place::Dash, start));
        }
        Some((text.strip_suffix(' ').filter(|text| text.ends_with(':'))?, Place::Key, start + 2))
    }
}

/// A value behind a key or a dash, to the end of its last line.
pub(super) fn write_value(out: &mut String, value: &Value, place: Place, indent: usize) {
    let is_long = match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    match (place, is_long) {
        (Place::Key, true) => {
            out.push('\n');
            blanks(out, indent);
        }
        (Place::Key, false) => out.push(' '),
        (Place::Dash, _) => {}
    }
    match value {
        Value::Object(map) if is_long => mapping(out, map, indent),
        Value::Array(items) if is_long => sequence(out, items, indent),
        value => leaf(out, value, indent),
    }
}

/// Every item of a list, placed as in [`mapping`].
fn sequence(out: &mut String, items: &[Value], indent: usize) {
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            blanks(out, indent);
        }
        out.push_str("- ");
        write_value(out, item, Place::Dash, indent + 2);
    }
}

/// A key and its colon.
fn write_key(out: &mut String, key: &str, indent: usize) {
    let start = out.len();
    scalar::one_line(out, key);
    if out.len() - start > LONGEST_KEY {
        out.insert_str(start, "? ");
        out.push('\n');
        blanks(out, indent);
    }
    out.push(':');
}

/// What has no entries of its own, and the line break after it; a text of several lines is indented by `indent`.
fn leaf(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(true) => out.push_str("true"),
        Value::Bool(false) => out.push_str("false"),
        Value::Number(number) => write_number(out, number),
        Value::String(text) if scalar::is_block(text) => return scalar::block(out, text, indent),
        Value::String(text) => scalar::one_line(out, text),
        Value::Array(_) => out.push_str("[]"),
        Value::Object(_) => out.push_str("{}"),
    }
    out.push('\n');
}

/// A float has a point, and a sign in its exponent: `PyYAML` reads `1e21` and `1.0e21` as text.
fn write_number(out: &mut String, number: &Number) {
    let Some(float) = number.as_f64().filter(|_| number.is_f64()) else {
        out.push_str(&number.to_string());
        return;
    };
    let text = format!("{float:?}");
    let Some((mantissa, exponent)) = text.split_once('e') else {
        out.push_str(&text);
        return;
    };
    out.push_str(mantissa);
    if !mantissa.contains('.') {
        out.push_str(".0");
    }
    out.push('e');
    if !exponent.starts_with('-') {
        out.push('+');
    }
    out.push_str(exponent);
}

fn blanks(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}
