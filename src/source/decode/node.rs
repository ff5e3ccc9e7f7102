//! serde's view of one value.

use serde::de::{self, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::failure::Failure;
use super::key::SpanReader;
use super::map::{Items, Variant, structure, table};
use super::path::Path;
use super::{Context, RAW, SHORT, scalar, words};
use crate::source::yaml::{Core, Node, NodeValue, core, old_bool, old_octal};
use crate::span::AT;

/// Reads one value for whatever type asks.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) node: &'a Node,
    pub(super) context: &'a Context,
    pub(super) path: &'a Path<'a>,
}

impl<'a> Reader<'a> {
    /// The value is of another type than `expected`.
    pub(super) fn wrong(&self, expected: &str, help: Option<String>) -> Failure {
        Failure::placed(Some(words::wrong_type(self.node, &self.path.shown(), expected, help)), self.node)
    }

    /// Gives a failure that has no place this one.
    fn here<T>(&self, result: Result<T, Failure>) -> Result<T, Failure> {
        result.map_err(|failure| failure.at(self.node, self.path, self.node.span))
    }

    /// A scalar's text as written, unless it is no text at all.
    fn raw(&self) -> Result<&'a str, Failure> {
        match &self.node.value {
            NodeValue::Scalar { text, .. } => Ok(text),
            _ => Err(self.wrong("text", None)),
        }
    }

    /// The text of a scalar that is not also a number or a truth value.
    fn text(&self) -> Result<&'a str, Failure> {
        match &self.node.value {
            NodeValue::Scalar { text, plain: true } if core(text) != Core::Text => {
                Err(self.wrong("text", Some(format!("quote it: `\"{}\"`", words::short(text)))))
            }
            _ => self.raw(),
        }
    }

    fn truth(&self) -> Result<bool, Failure> {
        let help = match &self.node.value {
            NodeValue::Scalar { text, plain: true } => match (core(text), old_bool(text)) {
                (Core::Bool(value), _) => return Ok(value),
                (_, Some(value)) => Some(format!("write `{value}`")),
                _ => None,
            },
            NodeValue::Scalar { text, plain: false } if matches!(core(text), Core::Bool(_)) => Some("remove the quotes".to_owned()),
            _ => None,
        };
        Err(self.wrong("`true` or `false`", help))
    }

    fn float(&self) -> Result<f64, Failure> {
        let number = match &self.node.value {
            NodeValue::Scalar { text, plain: true } if matches!(core(text), Core::Integer | Core::Float) => text.parse().ok(),
            _ => None,
        };
        number.filter(|value: &f64| value.is_finite()).ok_or_else(|| self.wrong("a number", None))
    }

    fn items(&self, expected: &str) -> Result<&'a [Node], Failure> {
        match &self.node.value {
            NodeValue::List(items) => Ok(items),
            NodeValue::Scalar { text, .. } => Err(self.wrong(expected, Some(format!("write `[{}]`", words::short(text))))),
            _ => Err(self.wrong(expected, None)),
        }
    }

    /// A value of an open mapping, by its own look.
    fn any_scalar<'de, V: Visitor<'de>>(self, text: &str, visitor: V) -> Result<V::Value, Failure> {
        if old_bool(text).is_some() || old_octal(text) {
            return Err(Failure::placed(Some(scalar::ambiguous(self.node, &self.path.shown(), text)), self.node));
        }
        match core(text) {
            Core::Null => visitor.visit_unit(),
            Core::Bool(value) => visitor.visit_bool(value),
            Core::Text => visitor.visit_str(text),
            Core::Float => visitor.visit_f64(self.float()?),
            Core::Integer => match scalar::integer(text) {
                Some(value) if value < 0 => visitor.visit_i64(i64::try_from(value).map_err(|_| scalar::too_long(&self))?),
                Some(value) => visitor.visit_u64(u64::try_from(value).map_err(|_| scalar::too_long(&self))?),
                None => Err(scalar::too_long(&self)),
            },
        }
    }
}

macro_rules! integers {
    ($($method:ident $visit:ident $type:ty;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
            let value = scalar::bounded(&self, i128::from(<$type>::MIN), i128::from(<$type>::MAX))?;
            let value = <$type>::try_from(value).map_err(|_| self.wrong("a whole number", None))?;
            self.here(visitor.$visit(value))
        }
    )*};
}

impl<'de> de::Deserializer<'de> for Reader<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let result = match &self.node.value {
            NodeValue::Empty | NodeValue::Null => visitor.visit_unit(),
            NodeValue::Scalar { text, plain: true } => self.any_scalar(text, visitor),
            NodeValue::Scalar { text, plain: false } => visitor.visit_str(text),
            NodeValue::List(items) => visitor.visit_seq(Items::new(items, self)),
            NodeValue::Map(entries) => table(entries, self, visitor),
        };
        self.here(result)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.here(visitor.visit_bool(self.truth()?))
    }

    integers! {
        deserialize_i8 visit_i8 i8; deserialize_i16 visit_i16 i16; deserialize_i32 visit_i32 i32; deserialize_i64 visit_i64 i64;
        deserialize_u8 visit_u8 u8; deserialize_u16 visit_u16 u16; deserialize_u32 visit_u32 u32; deserialize_u64 visit_u64 u64;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_f64(visitor)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.here(visitor.visit_f64(self.float()?))
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.here(visitor.visit_str(self.text()?))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let result = match &self.node.value {
            NodeValue::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        };
        self.here(result)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        if self.node.value == NodeValue::Null { visitor.visit_unit() } else { Err(self.wrong("`null`", None)) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        let result = match name {
            RAW => visitor.visit_str(self.raw()?),
            SHORT if self.node.entries().is_none() => visitor.visit_some(self),
            _ => visitor.visit_newtype_struct(self),
        };
        self.here(result)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.here(visitor.visit_seq(Items::new(self.items("a list")?, self)))
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Failure> {
        self.here(visitor.visit_seq(Items::all(self.items(&format!("a list of {len}"))?, self)?))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, len: usize, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        let entries = self.node.entries().ok_or_else(|| self.wrong("a mapping", None))?;
        self.here(table(entries, self, visitor))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let result =
            if name == AT { visitor.visit_seq(SpanReader::new(self, self.node.span)) } else { structure(self, name, fields, visitor) };
        self.here(result)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Failure> {
        let result = match &self.node.value {
            NodeValue::Scalar { text, .. } => visitor.visit_enum(text.as_str().into_deserializer()),
            NodeValue::Map(entries) => visitor.visit_enum(Variant::new(entries, variants, self)?),
            _ => Err(self.wrong("text", None)),
        };
        self.here(result)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf unit_struct }
}
