//! The only place that prints. Findings go to standard error as text, or to standard output as JSON; data to standard output.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is where it is done")]

use std::io::{IsTerminal, Write};

use crate::diagnostic::{Diagnostic, draw};
use crate::exit::Exit;
use crate::source::Sources;

/// Says what a panic is. It ends the process with [`Exit::Defect`].
pub(super) fn panics_are_defects() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |what| {
        let _ =
            writeln!(std::io::stderr().lock(), "strata met a defect of its own; nothing is half-written. Please report the command and:");
        usual(what);
    }));
}

/// Where answers go.
#[derive(Debug)]
pub(super) struct Output {
    json: bool,
    color: bool,
}

impl Output {
    pub(super) fn new(json: bool) -> Self {
        // https://no-color.org: set and not empty means no colour.
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Output { json, color: std::io::stderr().is_terminal() && !refused }
    }

    /// What was asked for. A reader that has left (`| head`) is no error.
    #[allow(clippy::unused_self, reason = "where data goes is this type's to say")]
    pub(super) fn data(&self, text: &str) {
        let _ = std::io::stdout().lock().write_all(text.as_bytes());
    }

    /// A line for people: what was done. Silent where machines read.
    pub(super) fn say(&self, line: &str) {
        if !self.json {
            self.data(&format!("{line}\n"));
        }
    }

    /// An answer: for people, or a line for machines.
    pub(super) fn answer(&self, text: &str, json: &serde_json::Value) {
        if self.json {
            self.data(&format!("{json}\n"));
        } else {
            self.data(text);
        }
    }

    /// Findings and their sum; the exit code that they mean.
    pub(super) fn findings(&self, findings: &[Diagnostic], sources: &Sources) -> Exit {
        if self.json {
            self.data(&draw::json(findings, sources));
        } else if !findings.is_empty() {
            let text = draw::text(findings, sources, self.color);
            let _ = writeln!(std::io::stderr().lock(), "{}\n\n{}", text.trim_end(), draw::summary(findings));
        }
        if findings.iter().any(Diagnostic::is_error) { Exit::Errors } else { Exit::Fine }
    }

    /// Something outside of any source went wrong.
    pub(super) fn failure(&self, message: &str) -> Exit {
        if self.json {
            self.data(&format!("{}\n", serde_json::json!({ "severity": "error", "message": message })));
        } else {
            let _ = writeln!(std::io::stderr().lock(), "error: {message}");
        }
        Exit::Errors
    }
}
