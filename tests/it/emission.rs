//! Strings that some reader of YAML takes for something else come back as they were, as values and as keys.
//!
//! Rust's reader judges here. Five more judge what this test leaves behind (`PyYAML`, ruamel.yaml, yaml.v3, sigs.k8s.io/yaml,
//! JavaScript's yaml), in about two seconds:
//!
//! ```sh
//! STRATA_EMISSION_OUT=/tmp/emission cargo test --test it emission
//! STRATA_JUDGES=... judges/checks/yaml-agree /tmp/emission/*.yaml       # do all read the same?
//! ```
//!
//! Every `*.yaml` there has a `*.json` with the expected value beside it. JSON is YAML too, so
//! `yaml-read.py pyyaml FILE` of both prints the same line; with that and `yaml-agree` all five read what was meant.

use std::collections::BTreeMap;
use std::{env, fs, path::Path};

use serde_json::{Map, Value, json};
use strata::render::{read, write};

/// The corpus: groups of strings, by what they are awkward for.
pub(crate) fn corpus() -> BTreeMap<String, Vec<String>> {
    serde_json::from_str(include_str!("../corpus/strings.json")).unwrap()
}

/// A string in every position that a document has.
fn positions(text: &str) -> Value {
    let mut map = Map::new();
    map.insert(text.to_owned(), json!({ "in": text, "list": [text, [text, [text]], { text: text, "z": [text] }], "last": text }));
    json!({ "value": text, "under": map, "items": [{ text: {} }, { text: [] }, { text: null }], "after": [1, text] })
}

fn assert_survives(document: &Value) {
    let text = write(document);
    let read = read::full(&text).unwrap_or_else(|error| panic!("{}\n{text}", error.message));
    assert_eq!(read.as_slice(), std::slice::from_ref(document), "\n{text}");
    if let Some(read) = read::subset(&text) {
        assert_eq!(read.as_slice(), std::slice::from_ref(document), "\n{text}");
    }
}

#[test]
fn awkward_strings_survive_in_every_position() {
    let corpus = corpus();
    assert!(corpus.values().map(Vec::len).sum::<usize>() > 400);
    for text in corpus.values().flatten() {
        assert_survives(&positions(text));
        assert_survives(&json!({ text: text }));
        assert_survives(&json!([text]));
        if !text.is_empty() {
            assert_survives(&json!(text));
        }
    }
}

#[test]
fn numbers_survive_and_every_reader_sees_a_number() {
    let numbers = json!([0, -1, i64::MIN, u64::MAX, 0.1, 1.0, -0.5, 1e21, 1.5e300, 1e-7, 5e-324, 123_456_789.125]);
    assert_survives(&json!({ "n": numbers }));
    let text = write(&json!([1e21, 1.5e-7, 1e16, 2.0]));
    assert_eq!(text, "- 1.0e+21\n- 1.5e-7\n- 1.0e+16\n- 2.0\n");
}

/// The format is frozen: a change here changes every generated file of every user.
#[test]
fn the_bytes_stay_as_they_are() {
    let document = json!({
        "apiVersion": "apps/v1", "metadata": { "name": "web", "labels": {}, "annotations": { "example.org/on": "on" } },
        "spec": { "replicas": 3, "paused": false, "strategy": null, "args": ["--port=80", "-v", "a b", "a: b"],
            "matrix": [[1, [2]], [], [{}]], "ports": [{ "port": 80, "names": ["a"] }, { "port": 443 }] },
        "cidr": "10.0.0.0/16", "time": "02:00", "mode": "0644", "version": "1.35", "memory": "8Gi", "cron": "0 */6 * * *",
        "yes": "no", "text": "a\n  b\n", "bare": "a\nb", "kept": "a\n\n", "blank": "a \nb", "emoji": "😀", "bell": "\u{7}", "tag": "\u{e0001}",
    });
    let expected = include_str!("../corpus/format.yaml");
    assert_eq!(write(&document), expected);
}

#[test]
fn empty_documents_are_written_as_such() {
    assert_eq!(write(&json!({})), "{}\n");
    assert_eq!(write(&json!([])), "[]\n");
    assert_eq!(write(&json!(null)), "null\n");
    assert_eq!(write(&json!("a\nb\n")), "\"a\\nb\\n\"\n");
}

/// Random documents, the same at each run, out of the corpus and of characters that mean something in YAML.
#[test]
fn random_documents_survive_both_readers() {
    let strings: Vec<String> = corpus().into_values().flatten().collect();
    let mut dice = Dice(0x5eed_cafe);
    let mut fast = 0;
    for _ in 0..600 {
        let document = json!({ "d": random(&mut dice, &strings, 0) });
        let text = write(&document);
        assert_survives(&document);
        fast += usize::from(read::subset(&text).is_some());
    }
    assert!(fast > 100, "the fast reader knows only {fast} of 600");
}

struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }
}

fn random(dice: &mut Dice, strings: &[String], depth: usize) -> Value {
    match dice.below(if depth > 3 { 5 } else { 8 }) {
        0 => Value::Null,
        1 => json!(dice.below(2) == 0),
        2 => json!(i64::try_from(dice.below(1 << 40)).unwrap() - (1 << 39)),
        3 => json!(random_text(dice, strings)),
        4 => json!(f64::from(u32::try_from(dice.below(1 << 30)).unwrap()) / 64.0),
        5 => (0..dice.below(4)).map(|_| random(dice, strings, depth + 1)).collect(),
        _ => Value::Object((0..dice.below(4)).map(|_| (random_text(dice, strings), random(dice, strings, depth + 1))).collect()),
    }
}

fn random_text(dice: &mut Dice, strings: &[String]) -> String {
    const LETTERS: &[char] = &[
        'a', 'b', 'Z', '0', '1', '9', ' ', ' ', '\n', '\n', ':', '-', '#', '\'', '"', '\\', '.', '_', ',', '[', '{', '|', '>', '\t', 'é',
        '~', 'e', '+',
    ];
    match dice.below(4) {
        0 => strings[dice.below(strings.len())].clone(),
        1 => format!("key{}", dice.below(100)),
        _ => (0..dice.below(12)).map(|_| LETTERS[dice.below(LETTERS.len())]).collect(),
    }
}

/// For the judges outside; see the head of this file.
#[test]
fn the_corpus_is_left_for_other_readers_when_they_ask() {
    let Some(folder) = env::var_os("STRATA_EMISSION_OUT") else { return };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).unwrap();
    for (group, strings) in corpus() {
        let document = Value::Array(strings.iter().map(|text| positions(text)).collect());
        leave(folder, &group.replace([' ', ','], "-"), &document);
    }
    // No reader of JavaScript has integers beyond 2^53.
    leave(folder, "floats", &json!([0.1, 1.0, 1e21, 1.5e300, 1e-7, -0.5, 9_007_199_254_740_991_i64, -1]));
    let strings: Vec<String> = corpus().into_values().flatten().collect();
    let mut dice = Dice(0xd1ce);
    leave(folder, "random", &(0..300).map(|_| random(&mut dice, &strings, 0)).collect());
}

fn leave(folder: &Path, name: &str, document: &Value) {
    fs::write(folder.join(format!("{name}.yaml")), write(document)).unwrap();
    fs::write(folder.join(format!("{name}.json")), document.to_string()).unwrap();
}
