//! How findings look.

use strata::diagnostic::codes::source::{DUPLICATE_KEY, UNKNOWN_KEY};
use strata::diagnostic::draw::{json, summary, text};
use strata::diagnostic::{Diagnostic, Severity};
use strata::source::{FileId, Sources, Span};

fn span(sources: &Sources, file: FileId, word: &str) -> Span {
    let start = sources.get(file).unwrap().text.find(word).unwrap();
    Span { file, start: u32::try_from(start).unwrap(), end: u32::try_from(start + word.len()).unwrap() }
}

fn one(content: &str, word: &str) -> String {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", content);
    let finding = Diagnostic::new(&UNKNOWN_KEY, "not known").at(span(&sources, file, word), "here");
    text(&[finding], &sources, false)
}

#[test]
fn labels_in_two_files_and_a_help() {
    let mut sources = Sources::default();
    let first = sources.add("environments/x/environment.yaml", "name: x\nservers:\n  count: 3\n");
    let second = sources.add("sites/cnaf.yaml", "# a site\nservers: {count: 5}\n");
    let finding = Diagnostic::new(&DUPLICATE_KEY, "two counts")
        .at(span(&sources, first, "3"), "here")
        .at(span(&sources, second, "5"), "and here")
        .help("keep one");
    let expected = "error[duplicate-key]: two counts
 --> environments/x/environment.yaml:3:10
  |
3 |   count: 3
  |          ^ here
  |
 ::: sites/cnaf.yaml:2:18
  |
2 | servers: {count: 5}
  |                  - and here
  |
  = help: keep one
";
    assert_eq!(text(&[finding], &sources, false), expected);
}

#[test]
fn far_lines_are_folded() {
    let content = format!("first: 1\n{}last: 2\n", "middle:\n".repeat(1000));
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", content);
    let finding = Diagnostic::new(&UNKNOWN_KEY, "m").at(span(&sources, file, "last"), "b").at(span(&sources, file, "first"), "a");
    let drawn = text(&[finding], &sources, false);
    assert!(drawn.lines().count() <= 10, "{drawn}");
    assert!(drawn.contains("a.yaml:1002:1"), "{drawn}");
}

#[test]
fn a_label_over_many_lines_points_at_the_first() {
    let drawn = one("key: |\n  one\n  two\n  three\n  four\nlast: 1\n", "|\n  one\n  two\n  three\n  four");
    assert!(drawn.lines().count() <= 6, "{drawn}");
    assert!(drawn.contains("a.yaml:1:6"), "{drawn}");
}

#[test]
fn long_lines_are_cut_around_the_place() {
    let drawn = one(&format!("key: [{}here{}]\n", "aaaa, ".repeat(500), ", bbbb".repeat(500)), "here");
    assert!(drawn.lines().all(|line| line.chars().count() <= 130), "{drawn}");
    assert!(drawn.contains("here") && drawn.contains("^^^^"), "{drawn}");
}

#[test]
fn wide_and_combining_characters_keep_the_marks_in_place() {
    let drawn = one("name: 日本語 here # é\n", "here");
    let lines: Vec<&str> = drawn.lines().collect();
    // Three characters of two columns each before the word.
    assert_eq!(lines[4].find('^'), Some("1 | name: ".len() + 7), "{drawn}");
}

#[test]
fn crlf_tabs_ends_of_file_and_control_characters() {
    for (content, word) in [("a: 1\r\nb: 2\r\n", "2"), ("a:\t1\n", "1"), ("a: 1", ""), ("", ""), ("a: \u{1b}[31m\u{7}x\u{202e}\n", "x")] {
        let drawn = one(content, word);
        assert!(drawn.contains(" --> a.yaml:"), "{drawn}");
        assert!(drawn.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{drawn:?}");
    }
}

#[test]
fn hostile_messages_stay_one_line_without_escapes() {
    let finding = Diagnostic::new(&UNKNOWN_KEY, "a\nb\u{1b}[31m").help("c\r\nd");
    let drawn = text(&[finding], &Sources::default(), false);
    assert!(!drawn.contains('\u{1b}') && !drawn.contains('\r'), "{drawn:?}");
    assert_eq!(drawn.lines().next(), Some("error[unknown-key]: a b␛[31m"));
}

#[test]
fn spans_that_do_not_fit_the_text_do_no_harm() {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", "é: 日\n");
    for start in 0..12 {
        for end in [0, start, start + 1, u32::MAX] {
            let finding = Diagnostic::new(&UNKNOWN_KEY, "m").at(Span { file, start, end }, "t");
            let foreign = Diagnostic::new(&UNKNOWN_KEY, "m").at(Span { file: FileId(9), start, end }, "t");
            assert!(text(&[finding.clone(), foreign.clone()], &sources, true).contains("unknown-key"));
            assert_eq!(json(&[finding, foreign], &sources).lines().count(), 2);
        }
    }
}

#[test]
fn json_is_one_object_a_line() {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", "ä: 1\nb: 2\n");
    let finding = Diagnostic::new(&UNKNOWN_KEY, "m \"q\"\n").at(span(&sources, file, "b"), "t").help("h");
    let expected = concat!(
        r#"{"code":"unknown-key","severity":"error","message":"m \"q\"\n","file":"a.yaml","line":2,"column":1,"#,
        r#""labels":[{"file":"a.yaml","line":2,"column":1,"endLine":2,"endColumn":2,"text":"t"}],"help":"h"}"#,
        "\n",
        r#"{"code":"unknown-key","severity":"error","message":"w","file":null,"line":null,"column":null,"labels":[],"help":null}"#,
        "\n",
    );
    assert_eq!(json(&[finding, Diagnostic::new(&UNKNOWN_KEY, "w")], &sources), expected);
}

#[test]
fn the_summary_counts() {
    static WARNING: strata::diagnostic::Code =
        strata::diagnostic::Code { name: "w", severity: Severity::Warning, title: "", explanation: "", upstream: "" };
    let error = || Diagnostic::new(&UNKNOWN_KEY, "e");
    let warning = || Diagnostic::new(&WARNING, "w");
    assert_eq!(summary(&[]), "no findings");
    assert_eq!(summary(&[error(), warning(), error()]), "2 errors, 1 warning");
    assert_eq!(summary(&[warning(), warning()]), "2 warnings");
}
