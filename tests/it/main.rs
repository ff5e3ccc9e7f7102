//! Integration tests, one binary: linking is the slow part of a test run.

#![allow(clippy::unwrap_used, reason = "a test that panics is a test that fails")]
#![allow(clippy::format_collect, reason = "short texts")]

mod draw;
mod golden;
mod source;
