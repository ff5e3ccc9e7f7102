//! One scalar on one line: plain and quoted. `None` always means "ask the full parser".

use serde_json::Value;

/// What a plain scalar is; `text` is trimmed and not empty.
pub(super) fn typed(text: &str) -> Option<Value> {
    let first = *text.as_bytes().first()?;
    match first {
        _ if !text.is_ascii() => string(text),
        b'a'..=b'z' | b'A'..=b'Z' => match text {
            "true" | "True" | "TRUE" => Some(Value::Bool(true)),
            "false" | "False" | "FALSE" => Some(Value::Bool(false)),
            "null" | "Null" | "NULL" => Some(Value::Null),
            _ => string(text),
        },
        b'0'..=b'9' => number(text),
        b'-' => match text.as_bytes().get(1)? {
            b'0'..=b'9' => number(text),
            b'a'..=b'z' | b'A'..=b'Z' | b'-' => string(text),
            _ => None,
        },
        b'_' | b'/' | b'$' | b'(' => string(text),
        _ => None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of its neighbours")]
fn string(text: &str) -> Option<Value> {
    Some(Value::String(text.to_owned()))
}

/// Numbers of the simplest forms, and words that begin with a digit and are a number for nobody.
fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let zero_first = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !zero_first && digits.len() < 18 {
        if is_digits(digits) {
            return text.parse::<i64>().ok().map(Value::from);
        }
        if digits.split_once('.').is_some_and(|(whole, part)| is_digits(whole) && is_digits(part)) {
            return text.parse::<f64>().ok().map(Value::from);
        }
    }
    let points = digits.bytes().filter(|byte| *byte == b'.').count();
    let word = digits.bytes().any(|byte| byte == b'/' || matches!(byte.to_ascii_lowercase(), b'g'..=b'n' | b'p'..=b's' | b'u'..=b'w'));
    (points > 1 || word).then(|| string(text)).flatten()
}

/// A scalar between double quotes at the start of `text`, and what follows it.
pub(super) fn double(text: &str) -> Option<(String, &str)> {
    let body = text.strip_prefix('"')?;
    let mut out = String::new();
    let mut rest = body;
    loop {
        let stop = rest.find(['"', '\\'])?;
        out.push_str(&rest[..stop]);
        if rest.as_bytes()[stop] == b'"' {
            return Some((out, &rest[stop + 1..]));
        }
        let escaped = rest.as_bytes().get(stop + 1)?;
        rest = rest.get(stop + 2..)?;
        out.push(match escaped {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let code = rest.get(..4)?;
                rest = &rest[4..];
                char::from_u32(u32::from_str_radix(code, 16).ok()?)?
            }
            _ => return None,
        });
    }
}

/// A scalar between single quotes at the start of `text`, and what follows it.
pub(super) fn single(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('\'')?;
    let mut out = String::new();
    loop {
        let stop = rest.find('\'')?;
        out.push_str(&rest[..stop]);
        rest = &rest[stop + 1..];
        match rest.strip_prefix('\'') {
            Some(after) => rest = after,
            None => return Some((out, rest)),
        }
        out.push('\'');
    }
}

/// A plain scalar that fills the rest of a line, without its comment.
pub(super) fn rest_of_line(text: &str) -> Option<&str> {
    let end = text.find(" #").unwrap_or(text.len());
    let word = text[..end].trim_end_matches(' ');
    (!word.contains(": ") && !word.ends_with(':') && !word.contains('\t')).then_some(word)
}

/// Whether nothing but a comment follows.
pub(super) fn is_end(text: &str) -> bool {
    let rest = text.trim_start_matches(' ');
    rest.is_empty() || (rest.starts_with('#') && rest.len() < text.len())
}
