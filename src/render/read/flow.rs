//! `[a, b]` and `{a: 1}` on one line.

use serde_json::{Map, Value};

use super::plain;

/// The collection at the start of `text`, and what follows it.
pub(super) fn flow(text: &str) -> Option<(Value, &str)> {
    match text.as_bytes().first()? {
        b'[' => list(&text[1..]),
        b'{' => map(&text[1..]),
        _ => None,
    }
}

fn skip(text: &str) -> &str {
    text.trim_start_matches(' ')
}

fn list(text: &str) -> Option<(Value, &str)> {
    let mut items = Vec::new();
    let mut rest = skip(text);
    if let Some(after) = rest.strip_prefix(']') {
        return Some((Value::Array(items), after));
    }
    loop {
        let (item, after) = value(rest)?;
        items.push(item);
        rest = skip(after);
        if let Some(after) = rest.strip_prefix(']') {
            return Some((Value::Array(items), after));
        }
        rest = skip(rest.strip_prefix(',')?);
    }
}

fn map(text: &str) -> Option<(Value, &str)> {
    let mut entries = Map::new();
    let mut rest = skip(text);
    if let Some(after) = rest.strip_prefix('}') {
        return Some((Value::Object(entries), after));
    }
    loop {
        let (key, after) = value(rest)?;
        let Value::String(key) = key else { return None };
        let (item, after) = value(skip(skip(after).strip_prefix(": ")?))?;
        if entries.insert(key, item).is_some() {
            return None;
        }
        rest = skip(after);
        if let Some(after) = rest.strip_prefix('}') {
            return Some((Value::Object(entries), after));
        }
        rest = skip(rest.strip_prefix(',')?);
    }
}

fn value(text: &str) -> Option<(Value, &str)> {
    match text.as_bytes().first()? {
        b'[' | b'{' => flow(text),
        b'"' => plain::double(text).map(|(string, rest)| (Value::String(string), rest)),
        b'\'' => plain::single(text).map(|(string, rest)| (Value::String(string), rest)),
        _ => {
            let colon = text.find(": ").unwrap_or(text.len());
            let end = text.find([',', '[', ']', '{', '}', '#']).unwrap_or(text.len()).min(colon);
            let word = text[..end].trim_end_matches(' ');
            let odd = word.is_empty() || word.ends_with(':') || text[end..].starts_with(['[', '{', '#']);
            (!odd).then(|| plain::typed(word).map(|value| (value, &text[end..])))?
        }
    }
}
