//! Room 1: read, parse, merge. Every value remembers where it stood.

mod span;

pub use span::{At, FileId, Source, Sources, Span};
