//! What a plain word means in YAML 1.2's core schema, and where other readers disagree.

/// The meaning of a plain scalar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Core {
    /// `null`, `Null`, `NULL`, `~` or nothing.
    Null,
    /// `true` or `false` (also `True`, `TRUE`).
    Bool(bool),
    /// A whole number, decimal, `0o17` or `0x1f`.
    Integer,
    /// A number with a point or an exponent, `.inf`, `.nan`.
    Float,
    /// Anything else.
    Text,
}

/// Reads a plain scalar's meaning.
#[must_use]
pub fn core(text: &str) -> Core {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Core::Null,
        "true" | "True" | "TRUE" => Core::Bool(true),
        "false" | "False" | "FALSE" => Core::Bool(false),
        _ if is_integer(text) => Core::Integer,
        _ if is_float(text) => Core::Float,
        _ => Core::Text,
    }
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}

fn all(text: &str, digit: impl Fn(&u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(|byte| digit(&byte))
}

fn is_integer(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0o") {
        return all(digits, |b| (b'0'..=b'7').contains(b));
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return all(digits, u8::is_ascii_hexdigit);
    }
    all(unsigned(text), u8::is_ascii_digit)
}

fn is_float(text: &str) -> bool {
    let number = unsigned(text);
    if matches!(number, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let (mantissa, exponent) = number.split_once(['e', 'E']).map_or((number, None), |(m, e)| (m, Some(e)));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && whole.len() + fraction.len() > 0 && exponent.is_none_or(|e| all(unsigned(e), u8::is_ascii_digit))
}

/// A word that YAML 1.1 readers (`PyYAML`, parts of Go) take for a truth value, and that value.
pub(crate) fn old_bool(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "y" | "yes" | "on" => Some(true),
        "n" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// A number that YAML 1.1 readers take for an octal one: `0644`.
pub(crate) fn old_octal(text: &str) -> bool {
    let digits = unsigned(text);
    digits.len() > 1 && digits.starts_with('0') && all(digits, u8::is_ascii_digit)
}
