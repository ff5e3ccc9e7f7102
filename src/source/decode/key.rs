//! serde's view of a key, and of a place.

use serde::de::value::SeqDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::failure::Failure;
use crate::source::Span;
use crate::source::yaml::Key;
use crate::span::AT;

/// The two parts of an [`At`](crate::source::At): its place, then its value.
pub(super) struct SpanReader<R> {
    place: Option<Span>,
    value: Option<R>,
}

impl<R> SpanReader<R> {
    pub(super) fn new(value: R, place: Span) -> Self {
        SpanReader { place: Some(place), value: Some(value) }
    }
}

impl<'de, R: de::Deserializer<'de, Error = Failure>> de::SeqAccess<'de> for SpanReader<R> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        if let Some(Span { file, start, end }) = self.place.take() {
            let place = [file.0, start, end].into_iter();
            return seed.deserialize(SeqDeserializer::<_, Failure>::new(place)).map(Some);
        }
        self.value.take().map(|value| seed.deserialize(value)).transpose()
    }
}

/// Reads one key.
#[derive(Clone, Copy)]
pub(super) struct KeyReader<'a>(pub(super) &'a Key);

impl<'de> de::Deserializer<'de> for KeyReader<'_> {
    type Error = Failure;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_str(&self.0.text)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, name: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        if name == AT { visitor.visit_seq(SpanReader::new(self, self.0.span)) } else { self.deserialize_any(visitor) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Failure> {
        if name == super::RAW { self.deserialize_any(visitor) } else { visitor.visit_newtype_struct(self) }
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_enum(self.0.text.as_str().into_deserializer())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Failure> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct
        seq tuple tuple_struct map identifier ignored_any
    }
}
