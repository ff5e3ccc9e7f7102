//! Every integration test in one binary: linking is the slow part of a test run.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
#![allow(clippy::format_collect, clippy::similar_names, clippy::case_sensitive_file_extension_comparisons, reason = "plain texts of tests")]

mod calico;
mod cli;
mod diagnostics;
mod draw;
mod emission;
mod golden;
mod house;
mod lock;
mod model;
mod reach;
mod reading;
mod source;
mod templates;
mod traps;
mod tree;
