//! Integration tests, one binary: linking is the slow part of a test run.

mod draw;
mod golden;
mod source;
