//! Every integration test in one binary: linking is the slow part of a test run.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

mod cli;
mod draw;
mod emission;
mod golden;
mod lock;
mod reading;
mod source;
mod templates;
mod tree;
