//! The tree to typed values. All findings about shapes at once, each at its place.
//!
//! serde stops at the first error. So the value that failed is marked as wounded and everything is decoded
//! again, now as if that value were not there; what is missing only because of a wound is not reported. A
//! decode takes microseconds, and the number of rounds is bounded.
//!
//! Two struct names are understood beside serde's own: [`AT`](super::span::AT) gives a value's place, and
//! [`RAW`] a scalar's text as it was written, for types whose text form may look like a number (`cpu: 4`).

mod failure;
mod key;
mod map;
mod node;
mod path;
mod scalar;
mod words;

use std::cell::RefCell;
use std::collections::HashSet;
use std::fmt::Display;
use std::str::FromStr;

use serde::Deserializer;
use serde::de::{self, DeserializeOwned};

use super::yaml::Node;
use crate::diagnostic::{Checked, Diagnostic};
use failure::Failure;
use path::Path;

/// More findings than these help nobody.
const MOST: usize = 100;

/// The newtype name under which a type asks for a scalar's text, whatever it looks like.
pub(crate) const RAW: &str = "$strata::Raw";

/// Decodes a tree: a value, or every finding about its shape in the order of the text.
#[must_use]
pub fn decode<T: DeserializeOwned>(node: &Node) -> Checked<T> {
    let context = Context::default();
    let mut value = None;
    for _ in 0..MOST {
        match T::deserialize(context.reader(node)) {
            Ok(decoded) => {
                value = Some(decoded);
                break;
            }
            Err(failure) => {
                let wounded = context.record(failure.at(node, &Path::Top, node.span));
                if wounded == Some(identity(node)) || wounded.is_none() {
                    break;
                }
            }
        }
    }
    let mut findings = context.findings.into_inner();
    findings.sort_by_key(|finding| finding.labels.first().map(|label| (label.span.file, label.span.start)));
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

/// What one call of [`decode`] knows across its rounds.
#[derive(Default)]
struct Context {
    findings: RefCell<Vec<Diagnostic>>,
    /// Values that failed, by their address in the tree, which nobody moves while it is decoded.
    wounded: RefCell<HashSet<usize>>,
    /// Keys that were reported as unknown.
    unknown: RefCell<HashSet<usize>>,
}

fn identity(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}

impl Context {
    fn reader<'a>(&'a self, node: &'a Node) -> node::Reader<'a> {
        node::Reader { node, context: self, path: &Path::Top }
    }

    fn is_wounded(&self, node: &Node) -> bool {
        self.wounded.borrow().contains(&identity(node))
    }

    /// Keeps a failure's finding and marks its value, which is returned.
    fn record(&self, failure: Failure) -> Option<usize> {
        let (finding, node) = failure.into_parts();
        self.findings.borrow_mut().extend(finding);
        node.inspect(|node| {
            self.wounded.borrow_mut().insert(*node);
        })
    }

    /// Reports an unknown key, once.
    fn unknown(&self, node: &Node, finding: impl FnOnce() -> Diagnostic) {
        let mut findings = self.findings.borrow_mut();
        if self.unknown.borrow_mut().insert(identity(node)) && findings.len() < MOST {
            findings.push(finding());
        }
    }

    fn is_unknown(&self, node: &Node) -> bool {
        self.unknown.borrow().contains(&identity(node))
    }
}
