//! Places are exact.

use strata::source::yaml::{Core, Node, NodeValue, core};
use strata::source::{FileId, yaml::parse};

use super::help::tree;

fn covered<'a>(text: &'a str, node: &Node) -> &'a str {
    &text[node.span.start as usize..node.span.end as usize]
}

#[test]
fn spans_cover_what_stands_there() {
    let text = "# ünïcödé 日本\nname: \"dar\\u00e9 日\"   # c\nlist: [a, {b: 'c d'}]\nblock:\n  - é: ß x\n    on: |\n      one\n      two\n\nend: ~\nempty:\n";
    for text in [text.to_owned(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
        let top = tree(&text);
        let at = |key: &str| covered(&text, top.get(key).unwrap());
        assert_eq!(at("name"), "\"dar\\u00e9 日\"");
        assert_eq!(top.get("name").unwrap().text(), Some("daré 日"));
        assert_eq!(at("list"), "[a, {b: 'c d'}]");
        assert_eq!(at("block"), "block");
        assert_eq!(at("end"), "~");
        assert_eq!(at("empty"), "empty");
        let NodeValue::List(items) = &top.get("block").unwrap().value else { panic!("{top:?}") };
        assert_eq!(covered(&text, &items[0]), "é");
        assert_eq!(covered(&text, items[0].get("é").unwrap()), "ß x");
        assert!(covered(&text, items[0].get("on").unwrap()).ends_with("two"));
        assert_eq!(items[0].get("on").unwrap().text(), Some("one\ntwo\n"));
    }
}

#[test]
fn null_and_nothing_differ() {
    let top = tree("a: null\nb:\nc: ''\nd: \"null\"\n");
    assert_eq!(top.get("a").unwrap().value, NodeValue::Null);
    assert_eq!(top.get("b").unwrap().value, NodeValue::Empty);
    assert_eq!(top.get("c").unwrap().text(), Some(""));
    assert_eq!(top.get("d").unwrap().text(), Some("null"));
    assert_eq!(tree("# nothing\n").value, NodeValue::Empty);
}

#[test]
fn plain_words_mean_what_the_core_schema_says() {
    for (text, meaning) in [
        ("", Core::Null),
        ("~", Core::Null),
        ("True", Core::Bool(true)),
        ("yes", Core::Text),
        ("12", Core::Integer),
        ("-0x1", Core::Text),
        ("0o17", Core::Integer),
        ("1.10", Core::Float),
        ("1e3", Core::Float),
        (".5", Core::Float),
        (".", Core::Text),
        ("1.2.3", Core::Text),
        ("-.inf", Core::Float),
        ("-.nan", Core::Text),
        ("1_000", Core::Text),
        ("02:00", Core::Text),
        ("e3", Core::Text),
    ] {
        assert_eq!(core(text), meaning, "{text}");
    }
}

#[test]
fn bounds_hold() {
    let deep = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
    assert!(parse(FileId(0), &deep(64)).is_ok());
    let code = |text: &str| parse(FileId(0), text).err().map(|finding| finding.code.name);
    for text in
        [deep(65), deep(300), deep(100_000), "- ".repeat(1000), "a: [".to_owned() + &"1,".repeat(200_001) + "]", " ".repeat(5 << 20)]
    {
        assert_eq!(code(&text), Some("too-large"), "{} bytes", text.len());
    }
}
