//! Where a value stood: the files that were read, places in them, and values that remember theirs.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::{Deserialize, Deserializer, de};

/// A file that was read, by its place in [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(pub u32);

/// A range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Default for Span {
    fn default() -> Self {
        Span::NOWHERE
    }
}

impl Span {
    /// The place of a value that nobody wrote: a default.
    pub const NOWHERE: Span = Span { file: FileId(u32::MAX), start: 0, end: 0 };

    /// This place, or another one where nobody wrote the value.
    #[must_use]
    pub fn or(self, other: Span) -> Span {
        if self == Span::NOWHERE { other } else { self }
    }
}

/// One file's name, as the user writes it (relative to the repository), and its text.
#[derive(Debug, Clone)]
pub struct Source {
    /// Path from the repository's top, with `/`.
    pub name: String,
    /// What the file holds.
    pub text: String,
}

/// Every file that was read, so that a [`Span`] can be drawn anywhere.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

impl Sources {
    /// Adds a file and gives the id that its spans carry.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Source { name: name.into(), text: text.into() });
        id
    }

    /// The file that an id names; ids come only from [`Sources::add`].
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// The files that were added behind the first `seen` ones, with their ids.
    pub fn since(&self, seen: usize) -> impl Iterator<Item = (FileId, &Source)> {
        let id = |at: usize| FileId(u32::try_from(at).unwrap_or(u32::MAX));
        self.0.iter().enumerate().skip(seen).map(move |(at, source)| (id(at), source))
    }

    /// How many files were read.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Strikes a secret out of what is kept of a file, so that no finding ever draws it. Places stay where they are.
    pub fn strike(&mut self, span: Span) {
        let Some(source) = self.0.get_mut(span.file.0 as usize) else { return };
        let range = span.start as usize..span.end as usize;
        if let Some(secret) = source.text.get(range.clone()) {
            let struck: String = secret.bytes().map(|byte| if byte == b'\n' { '\n' } else { '*' }).collect();
            source.text.replace_range(range, &struck);
        }
    }

    /// Line and column of a span's start, both from 1, the column in characters.
    #[must_use]
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let Some(source) = self.get(span.file) else { return (1, 1) };
        let before = source.text.get(..span.start as usize).unwrap_or(&source.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// A value and where it stood in its source. Equality, order, hash and printing are the value's own.
#[derive(Debug, Clone, Copy, Default)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stood; for a value that nobody wrote, the place that made it necessary.
    pub span: Span,
}

/// The struct name under which [`At`] asks the decoder for a span.
pub(crate) const AT: &str = "$strata::At";
/// The two fields of [`AT`]: file, start and end as one tuple, then the value.
pub(crate) const AT_FIELDS: &[&str] = &["span", "value"];

impl<T> At<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        At { value, span }
    }

    /// A default: a value that nobody wrote.
    pub fn unwritten(value: T) -> Self {
        At { value, span: Span::NOWHERE }
    }
}

impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for At<T> {}

impl<T: PartialOrd> PartialOrd for At<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for At<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T: Hash> Hash for At<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.value.hash(state);
    }
}

impl<T: fmt::Display> fmt::Display for At<T> {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
            type Value = At<T>;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("a value that knows its place")
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut parts: A) -> Result<At<T>, A::Error> {
                let missing = || de::Error::custom("a value without a place: only source::decode reads At");
                let (file, start, end) = parts.next_element::<(u32, u32, u32)>()?.ok_or_else(missing)?;
                let value = parts.next_element()?.ok_or_else(missing)?;
                Ok(At { value, span: Span { file: FileId(file), start, end } })
            }
        }
        deserializer.deserialize_struct(AT, AT_FIELDS, Visitor(std::marker::PhantomData))
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

impl<T: serde::Serialize> serde::Serialize for At<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}
