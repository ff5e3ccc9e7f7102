//! All findings at once, in the user's words, at their places.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use strata::source::{At, Span, decode};

use super::help::{findings, read, tree};

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
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

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Item {
    name: String,
    size: i64,
    part: Option<At<f64>>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "camelCase")]
enum Secret {
    Env(String),
    File { path: String },
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq, Clone, Copy)]
#[serde(rename_all = "camelCase")]
enum Exposure {
    Private,
    Public,
}

/// A text that can be wrong, and says what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
struct Cidr(String);

impl std::str::FromStr for Cidr {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let prefix = text.split_once('/').and_then(|(_, prefix)| prefix.parse::<u8>().ok());
        let wrong = || format!("`{text}` is not a network\nwrite an address and a prefix from 0 to 32: `10.0.0.0/24`");
        prefix.filter(|prefix| *prefix <= 32).map(|_| Cidr(text.to_owned())).ok_or_else(wrong)
    }
}

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, PartialEq, JsonSchema)]
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
fn all_missing_keys_of_all_mappings_come_at_once() {
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "read by its Debug form alone")]
    struct Outer {
        first_part: Inner,
        second: At<Inner>,
        list: Vec<At<Inner>>,
        optional: Option<Inner>,
        #[serde(default)]
        defaulted: u8,
        #[serde(rename = "type")]
        kind: String,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[expect(dead_code, reason = "read by its Debug form alone")]
    struct Inner {
        one: u8,
        two: u8,
        three: Option<u8>,
    }
    assert_eq!(findings::<Outer>("{}"), ["`firstPart`", "`second`", "`list`", "`type`"].map(|key| format!("1:1 {key} is missing")));
    let text = "firstPart: {}\nsecond: {two: x}\nlist: [{one: null}, {onee: 1}]\noptional: {one: 1}\ndefaulted: 1\n";
    let expected = [
        "1:1 `type` is missing",
        "1:12 `firstPart` has no `one`",
        "1:12 `firstPart` has no `two`",
        "2:9 `second` has no `one`",
        "2:15 `second.two` must be a whole number",
        "3:8 `list[0]` has no `one`",
        "3:8 `list[0]` has no `two`",
        "3:21 `list[1]` has no `two`",
        "3:22 `list[1]` has no key `onee`",
        "4:11 `optional` has no `two`",
    ];
    assert_eq!(findings::<Outer>(text), expected);
}

#[test]
fn what_a_variant_or_a_tuple_holds_is_judged_once() {
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    #[expect(dead_code, reason = "read by its Debug form alone")]
    struct Both {
        from: Secret,
        pair: (u8, u8),
        name: String,
    }
    let expected = ["1:21 `from.file.path` must be text", "2:8 `pair[0]` must be a whole number", "3:7 `name` must be text"];
    let text = "from: {file: {path: [x]}}\npair: [x, 1]\nname: {}\n";
    assert_eq!(findings::<Both>(text), expected);
}

#[test]
fn readers_of_yaml_disagree_about_open_values() {
    let text = "name: a\nopen:\n  ingress: {enabled: yes, mode: 0644, list: [off]}\n  fine: [true, 644, \"yes\", \"0644\"]\n";
    let expected = [
        "3:22 `open.ingress.enabled`: readers of YAML disagree about `yes`",
        "3:33 `open.ingress.mode`: readers of YAML disagree about `0644`",
        "3:46 `open.ingress.list[0]`: readers of YAML disagree about `off`",
    ];
    assert_eq!(findings::<Top>(text), expected);
    let drawn = read::<Top>(text).unwrap_err();
    assert_eq!(drawn.matches("error[ambiguous-value]").count(), 3, "{drawn}");
}

#[test]
fn many_mistakes_are_bounded_and_it_is_said() {
    for (items, count) in [(99, 99), (100, 100), (101, 101), (5000, 101)] {
        let text = format!("name: a\nitems: [{}]", "x, ".repeat(items));
        let checked = decode::decode::<Top>(&tree(&text));
        assert!(checked.value.is_none());
        assert_eq!(checked.findings.len(), count);
        let last = &checked.findings[count - 1];
        assert_eq!(last.code.name == "more-findings", items > 100, "{}", last.message);
    }
    let unknown = (0..300).map(|number| format!("k{number}: 1\n")).collect::<Vec<_>>().concat();
    assert_eq!(findings::<Top>(&unknown).len(), 101);
    // Each of these costs several rounds: the item, then what holds it.
    let nested = (0..90).map(|number| format!("- {{name: n{number}, size: 1, part: x}}\n- {{size: 1}}\n")).collect::<Vec<_>>().concat();
    assert_eq!(findings::<Vec<Item>>(&nested).len(), 101);
    let tables = (0..90).map(|number| format!("k{number}: [{{name: [], size: 1}}, {{name: a, size: 2}}]\n")).collect::<Vec<_>>().concat();
    assert_eq!(findings::<BTreeMap<String, Vec<Item>>>(&tables).len(), 90);
}

#[test]
fn a_value_with_its_place_is_compared_and_printed_by_value() {
    let (one, same, two) = (At::new(1, Span { start: 5, ..Span::default() }), At::unwritten(1), At::unwritten(2));
    assert_eq!(one, same);
    assert!(one < two && one.max(two) == two);
    assert_eq!(std::collections::HashSet::from([one, same, two]).len(), 2);
    assert_eq!(format!("{one:>3}"), "  1");
}
