//! Every integration test in one binary: linking is the slow part of a test run.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]

mod cli;
mod diagnostics;
mod draw;
mod emission;
mod golden;
mod house;
mod lock;
mod model;
mod reading;
mod source;
mod templates;
mod traps;
mod tree;
