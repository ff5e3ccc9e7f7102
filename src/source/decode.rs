//! The tree to typed values. All findings about shapes at once, each at its place.
//!
//! serde stops at the first error. So the value that failed is marked as wounded and everything is decoded
//! again, now as if that value were not there; what is missing only because of a wound is not reported. Items
//! that an earlier round has judged are not read again, so that the time does not grow with rounds times items.
//! serde also names one missing key alone; the JSON Schema of the type knows the others.
//!
//! Three struct names are understood beside serde's own: [`AT`](super::span::AT) gives a value's place,
//! [`RAW`] a scalar's text as it was written, for types whose text form may look like a number (`cpu: 4`), and [`SHORT`]
//! tells a mapping from the one word that may stand for it.

mod failure;
mod key;
mod map;
mod node;
mod path;
mod required;
mod scalar;
mod words;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fmt::Display;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Deserializer;
use serde::de::{self, DeserializeOwned};

use super::Span;
use super::yaml::Node;
use crate::diagnostic::codes::source as codes;
use crate::diagnostic::{Checked, Diagnostic};
use failure::Failure;
use path::Path;
use required::Required;

/// More findings than these help nobody.
const MOST: usize = 100;

/// The newtype name under which a type asks for a scalar's text, whatever it looks like.
pub(crate) const RAW: &str = "$strata::Raw";

/// The newtype name under which a type is given a mapping as its newtype, and anything shorter as `Some`.
pub(crate) const SHORT: &str = "$strata::Short";

/// Decodes a tree: a value, or the findings about its shape in the order of the text: all of them, or the first
/// hundred that were met and a last one that says so.
#[must_use]
pub fn decode<T: DeserializeOwned + JsonSchema>(node: &Node) -> Checked<T> {
    let context = Context::new(Required::of::<T>);
    let value = loop {
        match T::deserialize(context.reader(node)) {
            Ok(decoded) => break Some(decoded),
            Err(failure) => {
                let wounded = context.record(failure.at(node, &Path::Top, node.span));
                if wounded.is_none_or(|wounded| wounded == identity(node)) || context.full.get() {
                    break None;
                }
            }
        }
    };
    let findings = context.into_findings();
    Checked { value: value.filter(|_| findings.is_empty()), findings }
}

/// Deserialises a type from its text form, also where that form is a plain number: `cpu: 4`.
pub fn from_text<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromStr<Err: Display>,
    D: Deserializer<'de>,
{
    struct Visitor<T>(std::marker::PhantomData<T>);
    impl<T: FromStr<Err: Display>> de::Visitor<'_> for Visitor<T> {
        type Value = T;
        fn expecting(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
            formatter.write_str("text")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }
    deserializer.deserialize_newtype_struct(RAW, Visitor(std::marker::PhantomData))
}

/// What one call of [`decode`] knows across its rounds. Values go by their address in the tree, which nobody
/// moves while it is decoded.
struct Context {
    findings: RefCell<Vec<Diagnostic>>,
    /// There are more findings than are kept.
    full: Cell<bool>,
    /// Values that failed.
    wounded: RefCell<HashSet<usize>>,
    /// Keys that were reported as unknown.
    unknown: RefCell<HashSet<usize>>,
    /// How many of a list's or a table's first items need not be read again.
    judged: RefCell<HashMap<usize, usize>>,
    /// Made when the first key is missing.
    required: OnceCell<Required>,
    schema: fn() -> Required,
}

fn identity(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

impl Context {
    fn new(schema: fn() -> Required) -> Self {
        Context {
            findings: RefCell::default(),
            full: Cell::default(),
            wounded: RefCell::default(),
            unknown: RefCell::default(),
            judged: RefCell::default(),
            required: OnceCell::new(),
            schema,
        }
    }

    fn reader<'a>(&'a self, node: &'a Node) -> node::Reader<'a> {
        node::Reader { node, context: self, path: &Path::Top }
    }

    fn is_wounded(&self, node: &Node) -> bool {
        self.wounded.borrow().contains(&identity(node))
    }

    /// Keeps a finding, unless there are enough.
    fn report(&self, finding: impl FnOnce() -> Diagnostic) {
        let mut findings = self.findings.borrow_mut();
        if findings.len() < MOST { findings.push(finding()) } else { self.full.set(true) }
    }

    /// Keeps a failure's finding and marks its value, which is returned if it was not marked before.
    fn record(&self, failure: Failure) -> Option<usize> {
        let (finding, node) = failure.into_parts();
        if let Some(finding) = finding {
            self.report(|| finding);
        }
        node.filter(|node| self.wounded.borrow_mut().insert(*node))
    }

    /// Reports an unknown key, once.
    fn unknown(&self, node: &Node, finding: impl FnOnce() -> Diagnostic) {
        if self.unknown.borrow_mut().insert(identity(node)) {
            self.report(finding);
        }
    }

    fn is_unknown(&self, node: &Node) -> bool {
        self.unknown.borrow().contains(&identity(node))
    }

    fn judged(&self, node: &Node) -> usize {
        self.judged.borrow().get(&identity(node)).copied().unwrap_or(0)
    }

    fn judge(&self, node: &Node, items: usize) {
        self.judged.borrow_mut().insert(identity(node), items);
    }

    /// What a required key of a struct is for; `None` if it is not required.
    fn required(&self, name: &str, key: &str) -> Option<&str> {
        self.required.get_or_init(self.schema).meaning(name, key)
    }

    fn into_findings(self) -> Vec<Diagnostic> {
        let mut findings = self.findings.into_inner();
        findings.sort_by_key(|finding| finding.labels.first().map(|label| (label.span.file, label.span.start)));
        if self.full.get() {
            let last = findings.last().and_then(|finding| finding.labels.first()).map_or_else(Span::default, |label| label.span);
            let more = Diagnostic::new(&codes::MORE_FINDINGS, format!("{MOST} findings are shown, there are more"));
            findings.push(more.at(last, "the last that is shown").help("correct these and check again"));
        }
        findings
    }
}
