//! `strata explain CODE`.

use std::fmt::Write as _;

use super::output::Output;
use crate::diagnostic::{Code, Severity, codes};
use crate::exit::Exit;
use crate::source::suggest::nearest;

pub(super) fn run(code: Option<&str>, output: &Output) -> Exit {
    let Some(name) = code else {
        output.data(&list());
        return Exit::Fine;
    };
    if let Some(code) = codes::find(name) {
        output.data(&page(code));
        return Exit::Fine;
    }
    let hint = match nearest(name, codes::all().map(|code| code.name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`strata explain` lists them".to_owned(),
    };
    output.failure(&format!("there is no code `{name}`; {hint}"))
}

fn severity(code: &Code) -> &'static str {
    match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn list() -> String {
    let mut codes: Vec<&Code> = codes::all().collect();
    codes.sort_by_key(|code| code.name);
    codes.iter().fold(String::new(), |mut text, code| {
        let _ = writeln!(text, "{:<30} {:<8} {}", code.name, severity(code), code.title);
        text
    })
}

fn page(code: &Code) -> String {
    format!("{} ({})\n{}\n\n{}\n\nUpstream: {}\n", code.name, severity(code), code.title, wrapped(code.explanation, 80), code.upstream)
}

/// Text in lines of at most `width` characters, where words allow it.
fn wrapped(text: &str, width: usize) -> String {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.len() - 1;
        if !lines[line].is_empty() && lines[line].chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            if !lines[line].is_empty() {
                lines[line].push(' ');
            }
            lines[line].push_str(word);
        }
    }
    lines.join("\n")
}
