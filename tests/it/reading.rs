//! The fast reader and the full parser agree wherever the fast one has an answer.

use serde_json::json;
use strata::render::read;

fn cases() -> Vec<(&'static str, String)> {
    let text = include_str!("../corpus/documents.txt");
    let mut cases = vec![("the first", String::new())];
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("===== ") {
            Some(name) => cases.push((name.trim_end(), String::new())),
            None => cases.last_mut().unwrap().1.push_str(line),
        }
    }
    cases
}

#[test]
fn both_readers_see_the_same_documents() {
    for (name, text) in cases() {
        let Some(fast) = read::subset(&text) else { continue };
        match read::full(&text) {
            Ok(full) => assert_eq!(fast, full, "{name}"),
            Err(error) => panic!("{name}: only the fast reader takes it: {}\n{text}", error.message),
        }
    }
}

/// One line at a time, so that a case which leaves the subset in one place does not hide the others.
#[test]
fn both_readers_agree_line_by_line() {
    for (name, text) in cases() {
        for line in text.lines().filter(|line| line.contains(": ")) {
            let text = format!("{}\n", line.trim_start());
            let Some(fast) = read::subset(&text) else { continue };
            let full = read::full(&text).unwrap_or_else(|error| panic!("{name}: {}\n{text}", error.message));
            assert_eq!(fast, full, "{name}: {text}");
        }
    }
}

#[test]
fn the_fast_reader_knows_what_templates_are_written_in() {
    let within = [
        "comments and blank lines",
        "lists under a key, indented and not",
        "nested lists",
        "booleans are of 1.2",
        "literals",
        "flow",
        "documents",
        "deep",
    ];
    for (name, text) in cases() {
        assert!(!within.contains(&name) || read::subset(&text).is_some(), "{name} has left the subset\n{text}");
    }
}

#[test]
fn words_that_a_template_means_as_text_stay_text() {
    let read = read::read("a: on\nb: 0644\nc: 1_000\nd: 2024-01-01\ne: no\nf: 1.0\ng: 12:30\n").unwrap();
    assert_eq!(read, [json!({ "a": "on", "b": "0644", "c": "1_000", "d": "2024-01-01", "e": "no", "f": 1.0, "g": "12:30" })]);
}

#[test]
fn what_hides_something_is_refused() {
    for text in ["a: 1\na: 2\n", "a: &x 1\nb: *x\n", "a: {b: 1}\nc:\n  <<: {d: 2}\n", "a: {b: 1, b: 2}\n", "a: .nan\n", "a: \"x\n"] {
        assert!(read::read(text).is_err(), "{text}");
    }
    for deep in ["a: ".to_owned() + &"[".repeat(100_000), "- ".repeat(100_000), "a: ".to_owned() + &"{a: ".repeat(100_000)] {
        assert!(read::read(&(deep + "\n")).is_err());
    }
}
