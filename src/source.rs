//! Room 1: read, parse, merge. Every value remembers where it stood.

pub mod decode;
pub mod disk;
pub mod load;
pub mod merge;
mod span;
pub mod suggest;
pub mod yaml;

pub use span::{At, FileId, Source, Sources, Span};
