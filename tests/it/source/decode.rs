//! All findings at once, in the user's words, at their places.

use std::collections::BTreeMap;

use serde::Deserialize;
use strata::source::{At, Span, decode};

use super::sample::{Cidr, Exposure, findings, read, tree};

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Top {
    name: At<String>,
    count: Option<At<u8>>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    items: Vec<Item>,
    #[serde(default)]
    networks: BTreeMap<Cidr, Exposure>,
    open: Option<serde_json::Value>,
    from: Option<Secret>,
    load: Option<Quantity>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    name: String,
    size: i64,
    part: Option<At<f64>>,
}

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Secret {
    Env(String),
    File { path: String },
}

#[derive(Debug, PartialEq)]
struct Quantity(String);

impl std::str::FromStr for Quantity {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with(|c: char| c.is_ascii_digit()) { Ok(Quantity(text.to_owned())) } else { Err(format!("`{text}` is no quantity")) }
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        decode::from_text(deserializer)
    }
}

#[test]
fn a_right_file_decodes_with_its_places() {
    let text = "name: on\ncount: 3\non: true\nitems: [{name: '1', size: -5, part: 2}]\nnetworks: {10.0.0.0/8: public}\nopen: {a: [1, x, null, 1.5]}\nfrom: {file: {path: p}}\nload: 0.5\n";
    let top: Top = read(text).unwrap_or_else(|drawn| panic!("{drawn}"));
    assert_eq!((top.name.value.as_str(), top.name.span.start, top.name.span.end), ("on", 6, 8));
    assert_eq!(top.count.unwrap().value, 3);
    assert_eq!(top.items, [Item { name: "1".into(), size: -5, part: Some(At::new(2.0, Span::default())) }]);
    let (network, exposure) = top.networks.into_iter().next().unwrap();
    assert_eq!((network.0.as_str(), exposure), ("10.0.0.0/8", Exposure::Public));
    assert_eq!(top.open, Some(serde_json::json!({"a": [1, "x", null, 1.5]})));
    assert_eq!(top.from, Some(Secret::File { path: "p".into() }));
    assert_eq!(top.load, Some(Quantity("0.5".into())));
}

#[test]
fn all_findings_at_once_in_the_order_of_the_text() {
    let text = "nmae: x\ncount: 300\non: yes\nitems:\n  - name: 1.10\n    size: big\n  - {name: b}\n  - {name: c, size: \"3\", colour: red, part: x}\nnetworks: {10.0.0.0/99: publik, 10.0.0.0/8: {}}\nload: many\n";
    assert_eq!(
        findings::<Top>(text),
        [
            "1:1 `nmae` is not a key of this file",
            "2:8 `count` must be a whole number from 0 to 255",
            "3:5 `on` must be `true` or `false`",
            "5:11 `items[1.10].name` must be text",
            "6:11 `items[1.10].size` must be a whole number",
            "7:5 `items[b]` has no `size`",
            "8:21 `items[c].size` must be a whole number",
            "8:26 `items[c]` has no key `colour`",
            "8:45 `items[c].part` must be a number",
            "9:12 `networks.10.0.0.0/99`: `10.0.0.0/99` is not a network",
            "9:45 `networks.10.0.0.0/8` must be a mapping with exactly one key",
            "10:7 `load`: `many` is no quantity",
        ]
    );
}

#[test]
fn what_only_follows_is_not_reported() {
    assert_eq!(findings::<Top>("name: [x]\n"), ["1:7 `name` must be text"]);
    assert_eq!(findings::<Top>("nam: x\n"), ["1:1 `nam` is not a key of this file"]);
    assert_eq!(findings::<Top>("count: 1\n"), ["1:1 `name` is missing"]);
}

#[test]
fn helps_say_what_to_write() {
    for (text, help) in [
        ("name: 1.10", "quote it: `\"1.10\"`"),
        ("name: true", "quote it: `\"true\"`"),
        ("name: a\non: off", "write `false`"),
        ("name: a\non: \"true\"", "remove the quotes"),
        ("name: a\ncount: \"3\"", "remove the quotes"),
        ("name: a\ncount: 0x10", "write it in decimal: `16`"),
        ("name: a\ncount: 010", "write it in decimal: `10`"),
        ("name: a\nitems: x", "write `[x]`"),
        ("name: a\nfrom: {en: X}", "write `env`"),
        ("name: a\nfrom: {env: X, file: {path: x}}", "choose one of `env` and `file`"),
        ("name: a\nnetworks: {10.0.0.0/8: shared}", "the choices are `private` and `public`"),
        ("name: a\ncount:", "lines below it may have lost their indentation"),
        ("name: a\nopen: {a: yes}", "write `true`, or `\"yes\"` for the text"),
        ("name: a\nopen: [0644]", "write it in decimal, or `\"0644\"` for the text"),
        ("name: a\nopen: 99999999999999999999", "quote it"),
        ("name: a\nopen: .inf", "expected a number"),
        ("name: a\nfrom: file", "file"),
        ("name: a\ncount: 1.0", "expected a whole number, found the number `1.0`"),
    ] {
        let drawn = read::<Top>(text).expect_err(text);
        assert!(drawn.contains(help), "{text}\n{drawn}");
    }
}

#[test]
fn null_is_a_key_that_is_not_there() {
    let top: Top = read("name: a\ncount: null\nitems: ~\nopen: {a: null}\n").unwrap();
    assert_eq!((top.count, top.items.len(), top.open), (None, 0, Some(serde_json::json!({"a": null}))));
}

#[test]
fn no_message_speaks_serde() {
    let texts = [
        "[]",
        "a",
        "name: {}",
        "name: a\ncount: -1",
        "name: a\nfrom: env",
        "name: a\nfrom: [a]",
        "name: a\nnetworks: [a]",
        "name: a\nitems: [1, [], {}]",
    ];
    for text in texts {
        let drawn = read::<Top>(text).expect_err(text);
        for jargon in ["invalid type", "sequence", "struct", " u8", "variant", "field", "deserial", "serde", "At<"] {
            assert!(!drawn.contains(jargon), "{drawn}");
        }
    }
}

#[test]
fn many_mistakes_are_bounded() {
    let text = format!("name: a\nitems: [{}]", "x, ".repeat(5000));
    let checked = decode::decode::<Top>(&tree(&text));
    assert!(checked.value.is_none());
    assert_eq!(checked.findings.len(), 100);
}
