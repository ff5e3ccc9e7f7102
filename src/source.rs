//! Room 1: read, parse, merge. Every value remembers where it stood.

pub mod decode;
pub mod disk;
pub mod environment;
pub mod load;
pub mod lock;
pub mod merge;
pub mod open;
pub mod suggest;
pub mod values;
pub mod yaml;

pub use crate::span::{At, FileId, Source, Sources, Span};
