//! The fast reader: block style, flow on one line, `|`, `|-` and `|+`, quoted and plain scalars of one line, comments.
//! It never says that a text is wrong: where it does not know, it gives up and the full parser judges.

use serde_json::{Map, Value};

use super::flow::flow;
use super::plain;

/// Nobody nests deeper on purpose, and the stack has an end; the full parser says what is wrong.
const DEEPEST: usize = 64;

/// Every document that is not empty, or `None` where the text leaves the subset.
#[must_use]
pub fn subset(text: &str) -> Option<Vec<Value>> {
    if text.bytes().any(|byte| matches!(byte, 0..=8 | 11..=31 | 127)) || text.chars().any(is_break) {
        return None;
    }
    let mut lines = Lines { text, next: 0, pending: None, depth: 0 };
    let mut documents = Vec::new();
    while let Some(line) = lines.peek()? {
        if line.is_marker() {
            lines.advance();
            continue;
        }
        match block(&mut lines, line)? {
            Value::Null => {}
            document => documents.push(document),
        }
        // What follows a document is the end or a marker.
        if lines.peek()?.is_some_and(|line| !line.is_marker()) {
            return None;
        }
    }
    Some(documents)
}

/// Controls beyond ASCII, and what some reader takes for a line break or a byte order mark.
fn is_break(character: char) -> bool {
    matches!(character, '\u{80}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A line with something on it, or what follows a `- ` as a line of its own.
#[derive(Clone, Copy)]
struct Line<'a> {
    indent: usize,
    body: &'a str,
}

impl Line<'_> {
    fn is_marker(&self) -> bool {
        self.indent == 0 && self.body.trim_end_matches(' ') == "---"
    }

    fn is_item(&self) -> bool {
        self.body == "-" || self.body.starts_with("- ")
    }
}

struct Lines<'a> {
    text: &'a str,
    /// Where the next unread line starts.
    next: usize,
    /// A line already taken from the text.
    pending: Option<Line<'a>>,
    /// How deep the node being read lies.
    depth: usize,
}

impl<'a> Lines<'a> {
    /// The next line that is neither empty nor a comment; it stays until [`Lines::advance`].
    #[expect(clippy::option_option, reason = "outside of the subset, end of the text, a line")]
    fn peek(&mut self) -> Option<Option<Line<'a>>> {
        while self.pending.is_none() && self.next < self.text.len() {
            let line = self.raw();
            let body = line.trim_start_matches(' ');
            if !body.is_empty() && !body.starts_with('#') {
                self.pending = Some(Line { indent: line.len() - body.len(), body });
            }
        }
        let outside = self.pending.is_some_and(|line| {
            let first = line.body.as_bytes()[0];
            matches!(first, b'\t' | b'%') || (line.indent == 0 && (line.body.starts_with("...") || line.body.starts_with("--- ")))
        });
        (!outside).then_some(self.pending)
    }

    /// The next line of the text as it is, without its break.
    fn raw(&mut self) -> &'a str {
        let rest = &self.text[self.next..];
        let end = rest.find('\n').unwrap_or(rest.len());
        self.next = (self.next + end + 1).min(self.text.len());
        &rest[..end]
    }

    fn advance(&mut self) {
        self.pending = None;
    }
}

/// The node that begins with `line`.
fn block(lines: &mut Lines, line: Line) -> Option<Value> {
    lines.depth += 1;
    let value = if lines.depth > DEEPEST { None } else { node(lines, line) };
    lines.depth -= 1;
    value
}

fn node(lines: &mut Lines, line: Line) -> Option<Value> {
    if line.is_item() {
        return sequence(lines, line.indent).map(Value::Array);
    }
    if key(line.body).is_some() {
        return mapping(lines, line.indent).map(Value::Object);
    }
    lines.advance();
    inline(lines, line.body, None)
}

fn mapping(lines: &mut Lines, indent: usize) -> Option<Map<String, Value>> {
    let mut map = Map::new();
    while let Some(line) = lines.peek()? {
        if line.indent < indent || (line.indent == indent && (line.is_item() || line.is_marker())) {
            break;
        }
        if line.indent > indent {
            return None;
        }
        let (key, rest) = key(line.body)?;
        lines.advance();
        let value = if plain::is_end(rest) {
            match lines.peek()? {
                Some(next) if next.indent > indent => block(lines, next)?,
                Some(next) if next.indent == indent && next.is_item() => Value::Array(sequence(lines, indent)?),
                _ => Value::Null,
            }
        } else {
            inline(lines, rest.trim_start_matches(' '), Some(indent))?
        };
        if map.insert(key, value).is_some() {
            return None;
        }
    }
    Some(map)
}

fn sequence(lines: &mut Lines, indent: usize) -> Option<Vec<Value>> {
    let mut items = Vec::new();
    while let Some(line) = lines.peek()? {
        if line.indent != indent || !line.is_item() {
            // Deeper is an error; a key at the same depth ends the list of the key before it.
            return (line.indent <= indent).then_some(items);
        }
        lines.advance();
        let rest = &line.body[1..];
        let item = rest.trim_start_matches(' ');
        items.push(if plain::is_end(rest) {
            match lines.peek()? {
                Some(next) if next.indent > indent => block(lines, next)?,
                _ => Value::Null,
            }
        } else {
            let nested = Line { indent: indent + line.body.len() - item.len(), body: item };
            if nested.is_item() || key(item).is_some() {
                lines.pending = Some(nested);
                block(lines, nested)?
            } else {
                inline(lines, item, Some(indent))?
            }
        });
    }
    Some(items)
}

/// A key at the start of a line, and what follows its colon. `None` also for what only the full parser knows.
fn key(body: &str) -> Option<(String, &str)> {
    let (key, rest) = match body.as_bytes()[0] {
        b'"' => plain::double(body)?,
        b'\'' => plain::single(body)?,
        _ => {
            let end = body.find(": ").or_else(|| body.ends_with(':').then(|| body.len() - 1))?;
            let word = body[..end].trim_end_matches(' ');
            if word.is_empty() || word.contains(" #") || word.contains('\t') {
                return None;
            }
            let Value::String(word) = plain::typed(word)? else { return None };
            (word, &body[end..])
        }
    };
    let rest = rest.trim_start_matches(' ').strip_prefix(':')?;
    (rest.is_empty() || rest.starts_with(' ')).then_some((key, rest))
}

/// What stands behind a key or a dash, whose own indentation is `parent`.
fn inline(lines: &mut Lines, text: &str, parent: Option<usize>) -> Option<Value> {
    let (value, rest) = match text.as_bytes()[0] {
        b'|' => return literal(lines, text, parent?).map(Value::String),
        b'"' => plain::double(text).map(|(string, rest)| (Value::String(string), rest))?,
        b'\'' => plain::single(text).map(|(string, rest)| (Value::String(string), rest))?,
        b'[' | b'{' if text.bytes().filter(|byte| matches!(byte, b'[' | b'{')).count() <= DEEPEST => flow(text)?,
        b'[' | b'{' => return None,
        _ => (plain::typed(plain::rest_of_line(text)?)?, ""),
    };
    plain::is_end(rest).then_some(value)
}

/// The lines of a `|` text, which are those indented deeper than `parent`.
fn literal(lines: &mut Lines, header: &str, parent: usize) -> Option<String> {
    let mut out = String::new();
    let mut indent = None;
    while lines.next < lines.text.len() {
        let start = lines.next;
        let line = lines.raw();
        let depth = line.len() - line.trim_start_matches(' ').len();
        if depth == line.len() && indent.is_none_or(|indent| depth <= indent) {
            // Blanks before the first line may be deeper than it, which is an error for some readers.
            if indent.is_none() && depth > 0 {
                return None;
            }
            out.push('\n');
            continue;
        }
        if depth <= parent || indent.is_some_and(|indent| depth < indent) {
            lines.next = start;
            break;
        }
        out.push_str(&line[*indent.get_or_insert(depth)..]);
        out.push('\n');
    }
    // An empty text, and a last line without its break, are read differently from reader to reader.
    indent.filter(|_| lines.text.ends_with('\n'))?;
    let body = out.trim_end_matches('\n').len();
    match header.trim_end_matches(' ') {
        "|" => out.truncate(body + 1),
        "|-" => out.truncate(body),
        "|+" => {}
        _ => return None,
    }
    Some(out)
}
