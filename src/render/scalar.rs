//! How a string is written: plain where every reader of YAML 1.1 and 1.2 sees the same string, as a block
//! where several lines survive exactly, else between double quotes with the escapes of JSON.

use std::fmt::Write as _;

/// Words that some reader takes for something else, whatever their case.
const RESERVED: &[&str] = &["y", "yes", "n", "no", "true", "false", "on", "off", "null", "none", "nan", "inf", "infinity"];

/// A key, or a value on one line.
pub(super) fn one_line(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else {
        quoted(out, text);
    }
}

/// Whether the bare word is this very string for everybody. Rather too careful: a quoted word is never wrong.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let start = match bytes {
        [b'a'..=b'z' | b'A'..=b'Z', ..] => !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text)),
        [b'0'..=b'9', ..] => is_plain_after_digit(bytes),
        // `--flag` of a command line; `-1`, `---` and `- x` are other things.
        [b'/' | b'_', ..] | [b'-', b'-', b'a'..=b'z', ..] => true,
        _ => false,
    };
    start && bytes.last() != Some(&b' ') && bytes.iter().all(|byte| is_plain_byte(*byte)) && colons_are_inside(bytes)
}

/// What may stand inside a plain word. No `#`, quotes, brackets, nor anything that begins something elsewhere.
fn is_plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_./-+:=@%()~,; ".contains(&byte)
}

/// No colon may end a word, there it makes a key.
fn colons_are_inside(bytes: &[u8]) -> bool {
    bytes.last() != Some(&b':') && !bytes.windows(2).any(|pair| matches!(pair, b": " | b" :"))
}

/// Addresses (`10.0.0.0/16`, `10.0.0.1`), versions of three parts, and quantities (`100Gi`, `1.5h`, `25%`). All else that
/// begins with a digit may be a number, a date, or base 60 for somebody: `1_000`, `0x1f`, `1e3`, `1:30`, `2001-01-01`.
fn is_plain_after_digit(bytes: &[u8]) -> bool {
    let end = bytes.iter().position(|byte| !matches!(byte, b'0'..=b'9' | b'.')).unwrap_or(bytes.len());
    if bytes[..end].split(|byte| *byte == b'.').count() > 2 || bytes.contains(&b'/') {
        return true;
    }
    match &bytes[end..] {
        b"%" => true,
        [letter, rest @ ..] => letter.is_ascii_alphabetic() && !b"eExXoObB".contains(letter) && !rest.contains(&b':'),
        [] => false,
    }
}

/// Between double quotes. Escapes beyond 16 bits are YAML's own (`\U`): a surrogate pair is two wrong characters for `PyYAML`.
fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            shown if is_shown(shown) => out.push(shown),
            hidden => {
                let code = u32::from(hidden);
                let _ = if code > 0xffff { write!(out, "\\U{code:08x}") } else { write!(out, "\\u{code:04x}") };
            }
        }
    }
    out.push('"');
}

/// Whether a reviewer sees the character and every reader accepts it as it is: no controls, no line breaks of Unicode,
/// no byte order mark, no blanks but the blank, nothing that is invisible or turns the direction of the text.
fn is_shown(character: char) -> bool {
    if character.is_ascii() {
        return matches!(character, ' '..='~');
    }
    let hidden = matches!(u32::from(character),
        0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
        | 0xe000..=0xf8ff | 0xfdd0..=0xfdef | 0xfeff | 0xfff0..=0xfffb | 0xe_0000..=0x10_ffff)
        || u32::from(character) & 0xfffe == 0xfffe;
    !hidden && !character.is_control() && !character.is_whitespace()
}

/// Whether a text of several lines survives exactly as a block: it begins with something that is seen, no line ends in a
/// blank (editors drop it, nobody sees it), and nothing needs an escape.
pub(super) fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\t', '\n'])
        && !text.split('\n').any(|line| line.ends_with([' ', '\t']))
        && text.chars().all(|character| matches!(character, '\n' | '\t') || is_shown(character))
}

/// A text for which [`is_block`] holds, from the `|` to the last line break.
pub(super) fn block(out: &mut String, text: &str, indent: usize) {
    let body = text.trim_end_matches('\n');
    out.push_str(match text.len() - body.len() {
        0 => "|-\n",
        1 => "|\n",
        _ => "|+\n",
    });
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', indent));
            out.push_str(line);
        }
        out.push('\n');
    }
}
