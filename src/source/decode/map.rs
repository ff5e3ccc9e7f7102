//! Lists, mappings, structs and enums that hold a value.

use std::collections::HashSet;

use serde::de::{self, DeserializeSeed, Visitor};

use super::Context;
use super::failure::{self, Failure};
use super::key::KeyReader;
use super::node::Reader;
use super::path::Path;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
use crate::source::suggest;
use crate::source::yaml::{Key, Node, NodeValue};

/// A list's items, without the wounded ones and those that an earlier round has judged.
pub(super) struct Items<'a> {
    list: &'a [Node],
    next: usize,
    reader: Reader<'a>,
}

impl<'a> Items<'a> {
    pub(super) fn new(items: &'a [Node], reader: Reader<'a>) -> Self {
        Items { list: items, next: reader.context.judged(reader.node), reader }
    }

    /// All items of a list whose length matters.
    pub(super) fn all(items: &'a [Node], reader: Reader<'a>) -> Result<Self, Failure> {
        let follows = items.iter().any(|node| reader.context.is_wounded(node));
        if follows { Err(Failure::placed(None, reader.node)) } else { Ok(Items { list: items, next: 0, reader }) }
    }
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Failure;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let context = self.reader.context;
        let whole = self.next..self.list.len();
        let number = whole.into_iter().find(|number| !context.is_wounded(&self.list[*number])).unwrap_or(self.list.len());
        context.judge(self.reader.node, number);
        let Some(node) = self.list.get(number) else { return Ok(None) };
        self.next = number + 1;
        let path = Path::Item(self.reader.path, number, node);
        let value = seed.deserialize(Reader { node, context, path: &path });
        value.map(Some).map_err(|failure| failure.at(node, &path, node.span))
    }
}

/// A mapping's entries, as far as they are to be read.
struct Entries<'a, F> {
    mapping: &'a [(Key, Node)],
    next: usize,
    reader: Reader<'a>,
    wanted: F,
    current: Option<&'a (Key, Node)>,
}

impl<'de, F: Fn(usize, &Key, &Node) -> bool> de::MapAccess<'de> for Entries<'_, F> {
    type Error = Failure;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, Failure> {
        let wanted = |(number, (key, node)): &(usize, &(Key, Node))| (self.wanted)(*number, key, node);
        let Some((number, entry)) = self.mapping.iter().enumerate().skip(self.next).find(wanted) else { return Ok(None) };
        self.next = number + 1;
        self.current = Some(entry);
        let (key, node) = entry;
        let path = Path::Key(self.reader.path, &key.text);
        seed.deserialize(KeyReader(key)).map(Some).map_err(|failure| failure.at(node, &path, key.span))
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Failure> {
        let Some((key, node)) = self.current.take() else { return Err(de::Error::custom("a value before its key")) };
        let path = Path::Key(self.reader.path, &key.text);
        let value = seed.deserialize(Reader { node, context: self.reader.context, path: &path });
        value.map_err(|failure| failure.at(node, &path, node.span))
    }
}

/// A mapping with keys of the user's own.
pub(super) fn table<'de, V: Visitor<'de>>(entries: &[(Key, Node)], reader: Reader<'_>, visitor: V) -> Result<V::Value, Failure> {
    let Reader { context, node: mapping, .. } = reader;
    let wanted = |number: usize, _: &Key, node: &Node| {
        context.judge(mapping, number);
        !context.is_wounded(node)
    };
    visitor.visit_map(Entries { mapping: entries, next: context.judged(mapping), reader, wanted, current: None })
}

/// A mapping with known keys, those of the struct `name`. `null` stands for a key that is not there.
pub(super) fn structure<'de, V: Visitor<'de>>(
    reader: Reader<'_>,
    name: &str,
    fields: &'static [&'static str],
    visitor: V,
) -> Result<V::Value, Failure> {
    let Some(entries) = reader.node.entries() else { return Err(reader.wrong("a mapping", None)) };
    // What an unknown key may stand for: the known ones that are not there.
    let there: HashSet<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
    let absent: Vec<&str> = fields.iter().copied().filter(|field| !there.contains(field)).collect();
    for (key, node) in entries.iter().filter(|(key, _)| !fields.contains(&key.text.as_str())) {
        reader.context.unknown(node, || unknown_key(key, fields, &absent, reader.path));
    }
    let wanted = |_, key: &Key, node: &Node| {
        fields.contains(&key.text.as_str()) && node.value != NodeValue::Null && !reader.context.is_wounded(node)
    };
    let result = visitor.visit_map(Entries { mapping: entries, next: 0, reader, wanted, current: None });
    result.map_err(|failure| match failure.missing() {
        Some(first) => {
            for key in fields.iter().filter(|key| lacks(key, entries, &absent, reader.context)) {
                let meaning = reader.context.required(name, key).or_else(|| (*key == first).then_some(""));
                if let Some(meaning) = meaning {
                    reader.context.report(|| failure::missing(key, meaning, reader.node, &reader.path.shown()));
                }
            }
            Failure::placed(None, reader.node)
        }
        None => failure,
    })
}

/// Whether nothing was written for a key. One whose value is wounded, or whose name is misspelt, has its finding.
fn lacks(wanted: &str, entries: &[(Key, Node)], absent: &[&str], context: &Context) -> bool {
    // One misspelt key in a mapping is a mistake; a great many are another kind of file.
    const MOST: usize = 100;
    if !absent.contains(&wanted) {
        return entries.iter().any(|(key, node)| key.text == wanted && node.value == NodeValue::Null);
    }
    let mut unknown = entries.iter().take(MOST).filter(|(_, node)| context.is_unknown(node));
    !unknown.any(|(key, _)| suggest::nearest(&key.text, absent.iter().copied()) == Some(wanted))
}

fn unknown_key(key: &Key, fields: &[&str], absent: &[&str], path: &Path<'_>) -> Diagnostic {
    let message = match path {
        Path::Top => format!("`{}` is not a key of this file", key.text),
        path => format!("{} has no key `{}`", path.shown(), key.text),
    };
    let finding = Diagnostic::new(&codes::UNKNOWN_KEY, message);
    let near = suggest::nearest(&key.text, absent.iter().copied());
    match near.or_else(|| suggest::nearest(&key.text, fields.iter().copied())) {
        Some(near) => finding.at(key.span, format!("did you mean `{near}`?")).help(format!("write `{near}`")),
        None => finding.at(key.span, "nothing reads this").help(format!("known here: {}", suggest::list(fields.iter().copied()))),
    }
}

/// An enum's variant that holds a value, written as a mapping with one key.
pub(super) struct Variant<'a> {
    key: &'a Key,
    node: &'a Node,
    reader: Reader<'a>,
}

impl<'a> Variant<'a> {
    pub(super) fn new(entries: &'a [(Key, Node)], variants: &[&str], reader: Reader<'a>) -> Result<Self, Failure> {
        let choices = suggest::list(variants.iter().copied());
        let [(key, node)] = entries else {
            return Err(reader.wrong("a mapping with exactly one key", Some(format!("choose one of {choices}"))));
        };
        if reader.context.is_wounded(node) {
            return Err(Failure::placed(None, reader.node));
        }
        if variants.contains(&key.text.as_str()) {
            return Ok(Variant { key, node, reader });
        }
        Err(Failure::placed(Some(unknown_key(key, variants, variants, reader.path)), reader.node))
    }
}

impl<'de> de::EnumAccess<'de> for Variant<'_> {
    type Error = Failure;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Failure> {
        Ok((seed.deserialize(KeyReader(self.key))?, self))
    }
}

impl Variant<'_> {
    fn read<T>(&self, read: impl FnOnce(Reader<'_>) -> Result<T, Failure>) -> Result<T, Failure> {
        let path = Path::Key(self.reader.path, &self.key.text);
        let value = read(Reader { node: self.node, context: self.reader.context, path: &path });
        value.map_err(|failure| failure.at(self.node, &path, self.node.span))
    }
}

impl<'de> de::VariantAccess<'de> for Variant<'_> {
    type Error = Failure;

    fn unit_variant(self) -> Result<(), Failure> {
        Err(self.reader.wrong("text", Some(format!("write `{}` alone", self.key.text))))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Failure> {
        self.read(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Failure> {
        self.read(|reader| de::Deserializer::deserialize_tuple(reader, len, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Failure> {
        // The schema has no name for what a variant holds: one missing key is reported at a time.
        self.read(|reader| structure(reader, "", fields, visitor))
    }
}
