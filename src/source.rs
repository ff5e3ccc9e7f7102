//! Room 1: read, parse, merge. Every value remembers where it stood.

pub mod environment;
pub mod lock;
mod span;
pub mod values;

pub(crate) use span::{AT, AT_FIELDS};
pub use span::{At, FileId, Source, Sources, Span};
