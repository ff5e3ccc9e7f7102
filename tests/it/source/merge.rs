//! One file over another.

use strata::source::decode;
use strata::source::merge::{Rules, duplicate_names, merge};
use strata::source::{At, FileId, yaml::parse};

use super::help::tree;

const RULES: Rules = Rules { named: &["agents", "balancers", "balancers.listeners", "by.*.list"], open: &["charts.*.values"] };

fn merged(base: &str, over: &str) -> String {
    let tree = merge(tree(base), tree(over), &RULES);
    serde_json::to_string(&decode::decode::<serde_json::Value>(&tree).value).unwrap()
}

#[test]
fn mappings_merge_and_lists_are_replaced() {
    assert_eq!(merged("a: {x: 1, y: 2}\nl: [1, 2]\n", "l: [3]\na: {y: 3, z: 4}\nn: 5\n"), r#"{"a":{"x":1,"y":3,"z":4},"l":[3],"n":5}"#);
    assert_eq!(merged("a: {x: 1}\nb: [1]\n", "a: text\nb: {y: 1}\n"), r#"{"a":"text","b":{"y":1}}"#);
}

#[test]
fn named_items_merge_by_name_inherited_ones_first() {
    let base = "agents: [{name: a, n: 1, l: [1]}, {name: b, n: 2}]\n";
    let over = "agents: [{name: c, n: 3}, {name: a, n: 9, l: [2]}, {n: 4}]\n";
    assert_eq!(merged(base, over), r#"{"agents":[{"name":"a","n":9,"l":[2]},{"name":"b","n":2},{"name":"c","n":3},{"n":4}]}"#);
    let base = "balancers: [{name: i, listeners: [{name: h, port: 80}]}]\nby: {x: {list: [{name: a}]}}\n";
    let over = "balancers: [{name: i, listeners: [{name: s, port: 443}]}]\nby: {x: {list: [{name: b}]}}\n";
    let expected = r#"{"balancers":[{"name":"i","listeners":[{"name":"h","port":80},{"name":"s","port":443}]}],"by":{"x":{"list":[{"name":"a"},{"name":"b"}]}}}"#;
    assert_eq!(merged(base, over), expected);
}

#[test]
fn null_removes_what_is_inherited_but_stays_in_open_values() {
    assert_eq!(merged("a: {x: 1, y: 2}\nb: 1\n", "a: {x: ~}\nb: null\n"), r#"{"a":{"y":2}}"#);
    let base = "charts: {one: {values: {a: 1, b: {c: 1}}}}\n";
    let over = "charts: {one: {values: {a: null, b: {c: null}}}}\n";
    assert_eq!(merged(base, over), r#"{"charts":{"one":{"values":{"a":null,"b":{"c":null}}}}}"#);
}

#[test]
fn every_value_keeps_its_file() {
    let base = parse(FileId(1), "a: 1\nb: 2\n").unwrap();
    let over = parse(FileId(2), "b: 3\n").unwrap();
    let tree = merge(base, over, &RULES);
    let values = decode::decode::<std::collections::BTreeMap<String, At<u8>>>(&tree).value.unwrap();
    assert_eq!((values["a"].span.file, values["b"].span.file, values["b"].span.start), (FileId(1), FileId(2), 3));
}

#[test]
fn a_name_twice_in_one_list_is_found_at_every_depth() {
    let text = "agents: [{name: a}, {name: b}, {name: a}]\nbalancers: [{name: i, listeners: [{name: x}, {name: x}]}]\nother: [{name: q}, {name: q}]\n";
    let messages: Vec<String> = duplicate_names(&tree(text), &RULES).into_iter().map(|finding| finding.message).collect();
    assert_eq!(messages, ["two items of `agents` have the name `a`", "two items of `balancers.listeners` have the name `x`"]);
}
