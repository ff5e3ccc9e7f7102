//! Every integration test in one binary: linking is the slow part of a test run.

#![allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
#![allow(clippy::print_stdout, reason = "what a random run did is told")]
#![allow(clippy::format_collect, clippy::similar_names, clippy::case_sensitive_file_extension_comparisons, reason = "plain texts of tests")]

mod calico;
mod cli;
mod delivery;
mod diagnostics;
mod draw;
mod emission;
mod environments;
mod first_boot;
mod golden;
mod harbor;
mod house;
mod ingress;
mod kyverno;
mod lock;
mod measure;
mod model;
mod random;
mod reach;
mod reading;
mod rke2;
mod seen;
mod source;
mod storage;
mod templates;
mod tenants;
mod traps;
mod tree;
mod unbreakable;
mod upgrade;
