//! No input makes the reader panic, loop or grow without bound.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use strata::compile::MERGE;
use strata::diagnostic::draw;
use strata::source::environment::Environment;
use strata::source::load::{Memory, environment};
use strata::source::{Sources, decode};

const PATH: &str = "environments/x/environment.yaml";

/// Everything that `strata check` does with bytes.
fn whole(bytes: impl Into<Vec<u8>>) -> String {
    let files = Memory::default().with(PATH, bytes);
    let mut sources = Sources::default();
    let findings = match environment(&files, "x", &MERGE, &mut sources) {
        Err(findings) => findings,
        Ok(tree) => {
            let _ = decode::decode::<serde_json::Value>(&tree);
            decode::decode::<Environment>(&tree).findings
        }
    };
    draw::text(&findings, &sources, true) + &draw::json(&findings, &sources)
}

/// A small generator, so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

const GOOD: &str = "apiVersion: strata/v1alpha1\r\nkind: 'Environment'\nname: \"x\\u00e9\" # é\nopenstack: {cloud: 日本, image: [a, b]}\nagents:\n  - name: g\n    count: 5\n    disk: |\n      x\n    flavor: >-\n      y\n";

#[test]
fn truncated_at_every_byte() {
    for length in 0..GOOD.len() {
        whole(&GOOD.as_bytes()[..length]);
    }
}

#[test]
fn one_byte_changed() {
    let mut random = Random(7);
    for _ in 0..4000 {
        let mut bytes = GOOD.as_bytes().to_vec();
        for _ in 0..=random.below(3) {
            let at = random.below(bytes.len());
            bytes[at] = u8::try_from(random.below(256)).unwrap();
        }
        whole(bytes);
    }
}

#[test]
fn random_yaml_like_text() {
    const PARTS: [&str; 34] = [
        ":", ": ", "- ", "-", "\n", "\n  ", "\n\t", "[", "]", "{", "}", ",", "\"", "'", "|", ">", "#", " #", "&a ", "*a", "!t ", "? ", "%",
        "@", "~", "null", "a", "name", "agents", "é", "\r\n", "\u{feff}", "---\n", "...\n",
    ];
    let mut random = Random(11);
    for _ in 0..6000 {
        let text: String = (0..random.below(40)).map(|_| PARTS[random.below(PARTS.len())]).collect();
        whole(text);
    }
}

#[test]
fn random_bytes() {
    let mut random = Random(13);
    for _ in 0..2000 {
        let bytes: Vec<u8> = (0..random.below(200)).map(|_| u8::try_from(random.below(256)).unwrap()).collect();
        whole(bytes);
    }
}

#[test]
fn bombs_end_quickly() {
    let bomb = ('b'..='k').map(|c| format!("{c}: &{c} [*a,*a,*a,*a,*a,*a,*a,*a]\n"));
    let unknown = (0..20_000).map(|number| format!("k{number}: 1\n")).collect::<Vec<_>>().concat();
    for (code, bytes) in [
        ("yaml-alias", bomb.fold("a: &a [x,x,x,x]\n".to_owned(), |text, line| text + &line).into_bytes()),
        ("control-character", b"x: \0".to_vec()),
        ("too-large", vec![b'a'; 100 << 20]),
        ("too-large", "{".repeat(1 << 20).into_bytes()),
        ("error", ("a: 1\n".to_owned() + &"b".repeat(1 << 20)).into_bytes()),
        ("error", format!("{{{}}}", "? ".repeat(100_000)).into_bytes()),
        ("unknown-key", unknown.into_bytes()),
        ("wrong-type", format!("agents: [{}]", "1,".repeat(100_000)).into_bytes()),
    ] {
        let started = busy();
        let size = bytes.len();
        assert!(whole(bytes).contains(code), "{code}, {size} bytes");
        let taken = busy().saturating_sub(started);
        // In a debug build; most of it is the parser's.
        assert!(taken < Duration::from_secs(2), "{code}, {size} bytes: {taken:?}");
    }
}

/// How long this thread has been at work, without the time that others of a busy machine took; else what the clock says.
fn busy() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = schedule.and_then(|text| text.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.elapsed(), Duration::from_nanos)
}

#[test]
fn a_byte_order_mark_and_crlf_are_no_mistakes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/environments/minimal/environment.yaml");
    let good = std::fs::read_to_string(path).unwrap();
    assert_eq!(whole(good.clone()), "");
    assert_eq!(whole(format!("\u{feff}{}", good.replace('\n', "\r\n"))), "");
}
