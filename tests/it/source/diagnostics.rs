//! Every code has a picture: `tests/diagnostics/<code>-<name>/` holds the input and the message.

use std::path::{Path, PathBuf};

use strata::diagnostic::codes::source;
use strata::diagnostic::draw;
use strata::source::disk::Disk;
use strata::source::{Sources, decode, load};

use super::sample::{RULES, Sample};
use crate::golden;

fn cases() -> Vec<PathBuf> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut cases: Vec<PathBuf> = std::fs::read_dir(top).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> &str {
    case.file_name().and_then(|name| name.to_str()).unwrap()
}

fn drawn(case: &Path) -> String {
    let mut sources = Sources::default();
    let files = Disk::new(case).unwrap();
    let findings = match load::environment(&files, "x", &RULES, &mut sources) {
        Err(findings) => findings,
        Ok(tree) => decode::decode::<Sample>(&tree).findings,
    };
    draw::text(&findings, &sources, false)
}

#[test]
fn every_message_is_as_expected() {
    let mine = |case: &PathBuf| source::ALL.iter().any(|code| name(case).starts_with(code.name));
    let mut wrong = Vec::new();
    for case in cases().into_iter().filter(mine) {
        let drawn = drawn(&case);
        let shown = source::ALL
            .iter()
            .any(|code| name(&case).starts_with(&format!("{}-", code.name)) && drawn.contains(&format!("[{}]", code.name)));
        if !shown {
            wrong.push(format!("{} shows another code:\n{drawn}", case.display()));
        }
        wrong.extend(golden::compare(&case.join("expected.txt"), &drawn));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_picture_and_an_explanation() {
    for code in source::ALL {
        let prefix = format!("{}-", code.name);
        assert!(cases().iter().any(|case| name(case).starts_with(&prefix)), "no tests/diagnostics/{prefix}*");
        assert!(code.explanation.matches(". ").count() >= 1, "{}: several sentences", code.name);
        assert!(!code.upstream.is_empty() && !code.title.ends_with('.'), "{}", code.name);
    }
}
