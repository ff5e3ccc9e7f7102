//! Values are bound as SQL binds parameters: a template prints a numbered placeholder, the text is read as YAML, and only
//! then the value takes the placeholder's place, with its type. No value is ever text inside YAML, so there is nothing to
//! escape and nothing to inject; and the text depends on the shape of the values alone, so it can be cached.

use minijinja::value::{Value as Printed, ValueKind};
use minijinja::{Error, ErrorKind, Output, State};
use serde_json::{Map, Number, Value};

/// Opens a placeholder: the last but one private-use character of Unicode, which no font and no icon set uses.
pub(super) const OPEN: char = '\u{10fffc}';
/// Closes a placeholder.
pub(super) const CLOSE: char = '\u{10fffd}';

/// The values that one rendering has printed, by the number of their placeholder.
#[derive(Debug, Default)]
pub(super) struct Values(Vec<Value>);

/// A text with placeholders, and what they stand for.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) text: String,
    pub(super) values: Values,
}

/// Why the values do not fit the document.
#[derive(Debug)]
pub(super) enum BindError {
    /// A placeholder stands inside a larger scalar.
    Inside(usize),
    /// A key became a value that is no text.
    Key(usize),
    /// Two keys of one mapping became the same text.
    Twice(usize, String),
}

/// minijinja's formatter for YAML: prints a placeholder, keeps the value.
pub(super) fn print(out: &mut Output, state: &mut State, value: &Printed) -> Result<(), Error> {
    if value.is_safe() {
        // What a macro returned: template text, with its placeholders in it.
        return Ok(out.write_str(value.as_str().unwrap_or_default())?);
    }
    let value = convert(value)?;
    let values = &mut state.get_or_insert_extension(Values::default()).0;
    let number = values.len();
    values.push(value);
    Ok(write!(out, "{OPEN}{number}{CLOSE}")?)
}

/// A value of minijinja as one of JSON.
fn convert(value: &Printed) -> Result<Value, Error> {
    match value.kind() {
        ValueKind::None => Ok(Value::Null),
        ValueKind::Bool => Ok(Value::Bool(value.is_true())),
        ValueKind::String => convert_text(value.as_str().unwrap_or_default()).map(Value::String),
        ValueKind::Number => convert_number(value),
        ValueKind::Seq | ValueKind::Iterable => value.try_iter()?.map(|item| convert(&item)).collect::<Result<_, _>>().map(Value::Array),
        ValueKind::Map => {
            let mut map = Map::new();
            for key in value.try_iter()? {
                let text = match key.as_str() {
                    Some(text) => convert_text(text)?,
                    None => return Err(Error::new(ErrorKind::NonKey, format!("the key `{key}` is no text"))),
                };
                map.insert(text, convert(&value.get_item(&key)?)?);
            }
            Ok(Value::Object(map))
        }
        kind => Err(Error::new(ErrorKind::BadSerialization, format!("a value of the kind `{kind}` has no place in YAML"))),
    }
}

fn convert_text(text: &str) -> Result<String, Error> {
    if text.contains([OPEN, CLOSE]) {
        let why = "the text was made from what a macro or a block has printed; give the macro's arguments to the expression instead";
        return Err(Error::new(ErrorKind::InvalidOperation, why));
    }
    Ok(text.to_owned())
}

fn convert_number(value: &Printed) -> Result<Value, Error> {
    if value.is_integer() {
        let whole = i64::try_from(value.clone()).map(Value::from);
        return whole.or_else(|_| u64::try_from(value.clone()).map(Value::from));
    }
    let float = f64::try_from(value.clone())?;
    let number = Number::from_f64(float).map(Value::Number);
    number.ok_or_else(|| Error::new(ErrorKind::BadSerialization, format!("the number {float} has no place in YAML")))
}

impl Filled {
    /// Puts the values into the documents that were read from the text.
    pub(super) fn bind(&self, documents: &mut [Value]) -> Result<(), BindError> {
        documents.iter_mut().try_for_each(|document| self.values.bind(document))
    }

    /// Where a placeholder stands in the text.
    pub(super) fn offset_of(&self, number: usize) -> usize {
        self.text.find(&format!("{OPEN}{number}{CLOSE}")).unwrap_or(0)
    }

    /// A message of a parser may quote the text; nobody should meet a placeholder there.
    pub(super) fn without_placeholders(message: &str) -> String {
        let mut parts = message.split(OPEN);
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + "{{ … }}" + part.split_once(CLOSE).map_or(part, |(_, rest)| rest))
    }
}

impl Values {
    fn bind(&self, value: &mut Value) -> Result<(), BindError> {
        match value {
            Value::String(text) => {
                if let Some(bound) = self.lookup(text)? {
                    *value = bound.clone();
                }
            }
            Value::Array(items) => return items.iter_mut().try_for_each(|item| self.bind(item)),
            Value::Object(map) if map.keys().any(|key| key.contains(OPEN)) => *map = self.bind_keys(std::mem::take(map))?,
            Value::Object(map) => return map.values_mut().try_for_each(|item| self.bind(item)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
        Ok(())
    }

    fn bind_keys(&self, map: Map<String, Value>) -> Result<Map<String, Value>, BindError> {
        let mut bound = Map::new();
        for (key, mut value) in map {
            self.bind(&mut value)?;
            let text = match self.lookup(&key)? {
                None => key.clone(),
                Some(Value::String(text)) => text.clone(),
                Some(_) => return Err(BindError::Key(number_in(&key))),
            };
            if bound.insert(text.clone(), value).is_some() {
                return Err(BindError::Twice(number_in(&key), text));
            }
        }
        Ok(bound)
    }

    /// The value behind a text that is exactly one placeholder.
    fn lookup(&self, text: &str) -> Result<Option<&Value>, BindError> {
        let Some(at) = text.find(OPEN) else { return Ok(None) };
        let value = placeholder(text).and_then(|number| self.0.get(number));
        value.map(Some).ok_or_else(|| BindError::Inside(number_in(&text[at..])))
    }

    /// The value behind a placeholder.
    pub(super) fn get(&self, number: usize) -> &Value {
        self.0.get(number).unwrap_or(&Value::Null)
    }
}

/// The number of a text that is exactly one placeholder.
pub(super) fn placeholder(text: &str) -> Option<usize> {
    text.strip_prefix(OPEN)?.strip_suffix(CLOSE)?.parse().ok()
}

/// The number of the first placeholder in a text.
fn number_in(text: &str) -> usize {
    let digits = text.split_once(OPEN).and_then(|(_, rest)| rest.split_once(CLOSE)).map(|(digits, _)| digits);
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(0)
}
