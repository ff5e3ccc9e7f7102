//! The text with placeholders depends on the shape of the values alone, and a fleet's environments share most of their shapes. So what
//! was once read and written is kept as the pieces between the values; the next page of that shape only writes its values.
//!
//! Debug builds go the long way too and compare.

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use serde_json::Value;

use super::bind::{CLOSE, Filled, OPEN, Values, placeholder};
use super::explain::Failure;
use super::write::{Place, write_value};

/// Most shapes that are kept: more than all templates have, and little memory.
const MOST: usize = 4096;

/// The shapes that were met, by the text with placeholders. `None`: it takes the long way each time.
#[derive(Default)]
pub(super) struct Shapes(RwLock<HashMap<String, Option<Arc<Shape>>>>);

/// A document's text, cut where values go.
struct Shape {
    pieces: Vec<Piece>,
    last: String,
}

/// Some text, then a value.
struct Piece {
    before: String,
    value: usize,
    place: Place,
    indent: usize,
}

impl Shapes {
    /// The text of a filled template.
    pub(super) fn text(&self, filled: &Filled) -> Result<String, Failure> {
        let known = self.0.read().ok().and_then(|shapes| shapes.get(&filled.text).cloned());
        if let Some(Some(shape)) = &known {
            let text = shape.fill(&filled.values);
            debug_assert!(long_way(filled).is_none_or(|long| long == text), "a shape and its text differ:\n{text}");
            return Ok(text);
        }
        let (text, _) = super::long_way(filled, None)?;
        if known.is_none() {
            self.keep(filled);
        }
        Ok(text)
    }

    fn keep(&self, filled: &Filled) {
        let Ok(mut shapes) = self.0.write() else { return };
        if shapes.len() < MOST {
            let shape = super::read::read(&filled.text).ok().and_then(|skeleton| Shape::of(&skeleton, &super::first_line(&filled.text)));
            shapes.insert(filled.text.clone(), shape.map(Arc::new));
        }
    }
}

impl Shape {
    /// Writes documents whose values are placeholders still, and cuts the text at them.
    fn of(skeleton: &[Value], first_line: &str) -> Option<Shape> {
        if !skeleton.iter().all(|document| !document.is_string() && is_simple(document)) {
            return None;
        }
        let text = first_line.to_owned() + &super::join(skeleton);
        // How the writer shows the characters around a placeholder.
        let (open, close) = (format!("\"\\U{:08x}", u32::from(OPEN)), format!("\\U{:08x}\"\n", u32::from(CLOSE)));
        let mut parts = text.split(open.as_str());
        let mut before = parts.next()?;
        let mut pieces = Vec::new();
        for part in parts {
            let (number, rest) = part.split_once(close.as_str())?;
            let (before_value, place, indent) = Place::behind(before)?;
            pieces.push(Piece { before: before_value.to_owned(), value: number.parse().ok()?, place, indent });
            before = rest;
        }
        Some(Shape { pieces, last: before.to_owned() })
    }

    fn fill(&self, values: &Values) -> String {
        let mut out = String::with_capacity(self.last.len() + self.pieces.iter().map(|piece| piece.before.len() + 32).sum::<usize>());
        for Piece { before, value, place, indent } in &self.pieces {
            out.push_str(before);
            write_value(&mut out, values.get(*value), *place, *indent);
        }
        out + &self.last
    }
}

/// The same text by reading, binding and writing. Both readers have read this shape before, so the fast one alone is asked.
fn long_way(filled: &Filled) -> Option<String> {
    let mut documents = super::read::subset(&filled.text)?;
    filled.bind(&mut documents).ok()?;
    Some(super::first_line(&filled.text) + &super::join(&documents))
}

/// Whether values stand where a whole scalar does, and none is a key: two keys might become one.
fn is_simple(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.contains([OPEN, CLOSE]) || placeholder(text).is_some(),
        Value::Array(items) => items.iter().all(is_simple),
        Value::Object(map) => map.iter().all(|(key, value)| !key.contains([OPEN, CLOSE]) && is_simple(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => true,
    }
}
