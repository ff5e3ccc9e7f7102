//! Mappings that are passed on as they are, such as the values of a chart: any YAML, and every key knows its place.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};
use serde_json::{Map, Number, Value};

use crate::span::At;

/// Any value. `null` means something to who reads it.
#[derive(Debug, Clone, PartialEq)]
pub enum Open {
    /// Neither mapping nor list.
    Scalar(Value),
    /// A list.
    List(Vec<Open>),
    /// A mapping, in the order of the text.
    Map(Vec<(At<String>, Open)>),
}

impl Default for Open {
    fn default() -> Self {
        Open::Map(Vec::new())
    }
}

impl Open {
    /// The keys and what they hold; nothing for what is no mapping.
    #[must_use]
    pub fn entries(&self) -> &[(At<String>, Open)] {
        if let Open::Map(entries) = self { entries } else { &[] }
    }

    /// Whether nothing was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Open::default()
    }

    /// Without places.
    #[must_use]
    pub fn value(&self) -> Value {
        match self {
            Open::Scalar(value) => value.clone(),
            Open::List(items) => Value::Array(items.iter().map(Open::value).collect()),
            Open::Map(entries) => Value::Object(entries.iter().map(|(key, item)| (key.value.clone(), item.value())).collect::<Map<_, _>>()),
        }
    }
}

impl Serialize for Open {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}

impl schemars::JsonSchema for Open {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Open".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "description": "Passed on as it is." })
    }
}

impl<'de> Deserialize<'de> for Open {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OpenVisitor)
    }
}

struct OpenVisitor;

impl<'de> Visitor<'de> for OpenVisitor {
    type Value = Open;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Open, E> {
        Ok(Open::Scalar(Value::Null))
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Open, E> {
        Ok(Open::Scalar(Value::Bool(value)))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Open, E> {
        Ok(Open::Scalar(value.into()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Open, E> {
        Ok(Open::Scalar(value.into()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Open, E> {
        Number::from_f64(value).map(|number| Open::Scalar(Value::Number(number))).ok_or_else(|| E::custom("no number"))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Open, E> {
        Ok(Open::Scalar(Value::String(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Open, A::Error> {
        let mut found = Vec::new();
        while let Some(item) = items.next_element()? {
            found.push(item);
        }
        Ok(Open::List(found))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Open, A::Error> {
        let mut found = Vec::new();
        while let Some(entry) = entries.next_entry::<At<String>, Open>()? {
            found.push(entry);
        }
        Ok(Open::Map(found))
    }
}
