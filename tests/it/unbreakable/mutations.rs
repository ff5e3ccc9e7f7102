//! Inputs that were right until something happened to them: environments, pins, tenants, templates, and the committed tree.
//! Whatever comes of it is a finding; nothing panics, hangs or grows.
//!
//! 20,000 of them here, a million with `STRATA_LONG`, any number with `STRATA_MUTATIONS=N`; `STRATA_SEED=N` repeats one. A
//! sample goes through the real program, with its time and its memory.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rayon::prelude::*;
use strata::compile;
use strata::diagnostic::draw;
use strata::render::{DEFAULTS, Templates};
use strata::source::Sources;
use strata::source::load::Memory;
use strata::tree::{Tree, changes, is_ours, read_directory};

use super::{bounded, here};
use crate::random::Random;

const COUNT: u64 = 20_000;
const LONG: u64 = 1_000_000;
/// Of so many, one goes through the real program.
const REAL: u64 = 400;
/// Of so many, one is a template or a file of the tree: those take a whole compile each.
const DEEP: u64 = 20;

/// What text becomes in people's hands, and in those of a program that means harm.
const PIECES: [&str; 44] = [
    "\n",
    "\n\n",
    "  ",
    "\t",
    ": ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "\"",
    "'",
    "|\n",
    ">-\n",
    "#",
    " #",
    "&a ",
    "*a",
    "!!binary ",
    "? ",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    "<<: ",
    "null",
    "~",
    "true",
    "no",
    "0",
    "-1",
    "1e400",
    "18446744073709551616",
    ".inf",
    "0x7f",
    "\u{feff}",
    "\u{2028}",
    "\r\n",
    "\0",
    "{{ x }}",
    "{% for a in range(99999) %}",
    "{% endfor %}",
    "\u{10fffc}0\u{10fffd}",
    "../../../../etc/passwd",
];

/// Everything that a repository holds.
type Files = BTreeMap<String, Vec<u8>>;

/// Files that are read for an environment.
fn repository() -> Files {
    let entries = walkdir::WalkDir::new(here().join("environments")).into_iter().map(Result::unwrap);
    let read = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "yaml" || ending == "pem"));
    let name = |path: &std::path::Path| path.strip_prefix(here()).unwrap().to_str().unwrap().to_owned();
    read.map(|entry| (name(entry.path()), fs::read(entry.path()).unwrap())).collect()
}

fn memory(files: &Files) -> Memory {
    files.iter().fold(Memory::default(), |memory, (path, bytes)| memory.with(path, bytes.clone()))
}

/// A place in a text, now and then at the beginning of a line.
fn place(random: &mut Random, bytes: &[u8]) -> usize {
    let at = usize::try_from(random.below(bytes.len() as u64 + 1)).unwrap();
    if random.chance() { at } else { bytes[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |line| line + 1) }
}

/// One to four things happen to a text.
fn mutate(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=random.below(4) {
        let (from, to) = (place(random, bytes), place(random, bytes));
        let range = from.min(to)..from.max(to).min(from.min(to) + 200);
        match random.below(8) {
            0 if !bytes.is_empty() => {
                let at = from.min(bytes.len() - 1);
                bytes[at] ^= 1 << random.below(8);
            }
            1 => drop(bytes.drain(range)),
            2 => {
                let copied = bytes[range].to_vec();
                drop(bytes.splice(from..from, copied));
            }
            3 => bytes.truncate(from),
            4 => {
                let start = place(random, other);
                let piece = other[start..other.len().min(start + usize::try_from(random.below(80)).unwrap())].to_vec();
                drop(bytes.splice(range, piece));
            }
            5 => {
                let piece = random.of(&PIECES).repeat(1 + usize::try_from(random.below(3)).unwrap());
                drop(bytes.splice(from..from, piece.bytes()));
            }
            _ => drop(bytes.splice(range.start..range.end.min(range.start + 12), random.of(&PIECES).bytes())),
        }
    }
}

/// The environments as they are, and what is done with them.
struct Corpus {
    files: Files,
    paths: Vec<String>,
    templates: Templates,
    tree: Tree,
}

impl Corpus {
    fn new() -> Self {
        let files = repository();
        let paths = files.keys().filter(|path| path.ends_with(".yaml")).cloned().collect();
        let templates = Templates::load(Vec::new(), &mut Sources::default()).value.unwrap();
        Corpus { files, paths, templates, tree: read_directory(&here().join("generated/minimal")).unwrap().tree }
    }

    /// One mutation, by its number: where it happened, and the repository after it.
    fn input(&self, seed: u64) -> (String, Files) {
        let mut random = Random(seed);
        let path = self.paths[usize::try_from(random.below(self.paths.len() as u64)).unwrap()].clone();
        let other = self.paths[usize::try_from(random.below(self.paths.len() as u64)).unwrap()].clone();
        let mut files = self.files.clone();
        let bytes = files.get_mut(&path).unwrap();
        mutate(&mut random, bytes, &self.files[&other]);
        (path, files)
    }

    /// Everything that the program does with it. Returns how it ended, in one word.
    fn run(&self, seed: u64) -> &'static str {
        if seed.is_multiple_of(DEEP) {
            return if seed.is_multiple_of(2 * DEEP) { self.template(seed) } else { self.tree(seed) };
        }
        let (path, files) = self.input(seed);
        let environment = if path.contains("/sites/") { "staging" } else { path.split('/').nth(1).unwrap() };
        Self::compile(&memory(&files), environment, &self.templates, seed % DEEP == 1)
    }

    fn compile(files: &Memory, environment: &str, templates: &Templates, whole: bool) -> &'static str {
        let mut sources = Sources::default();
        let (fine, findings) = if whole {
            let checked = compile::compile(files, environment, templates, &mut sources);
            (checked.value.is_some(), checked.findings)
        } else {
            let checked = compile::check(files, environment, &mut sources);
            (checked.value.is_some(), checked.findings)
        };
        let drawn = draw::text(&findings, &sources, true).len() + draw::json(&findings, &sources).len();
        assert!(fine || drawn > 0, "refused without a word");
        if fine { "accepted" } else { "refused" }
    }

    fn template(&self, seed: u64) -> &'static str {
        let mut random = Random(seed);
        let (name, text) = random.of(DEFAULTS);
        let mut bytes = text.as_bytes().to_vec();
        let (_, other) = random.of(DEFAULTS);
        mutate(&mut random, &mut bytes, other.as_bytes());
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match Templates::load([(name.to_owned(), text)], &mut Sources::default()).value {
            Some(templates) => Self::compile(&memory(&self.files), "minimal", &templates, true),
            None => "refused",
        }
    }

    fn tree(&self, seed: u64) -> &'static str {
        let mut random = Random(seed);
        let paths: Vec<&str> = self.tree.paths().filter(|path| path.starts_with("platform/")).collect();
        let path = paths[usize::try_from(random.below(paths.len() as u64)).unwrap()];
        let mut bytes = self.tree.get(path).unwrap().as_bytes().to_vec();
        mutate(&mut random, &mut bytes, &self.files[&self.paths[0]]);
        let mut tree = self.tree.clone();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let _ = is_ours(&text);
        tree.insert(path, text);
        let _ = changes(&tree, &self.tree);
        let mut sources = Sources::default();
        let asked = compile::reach(&memory(&self.files), "minimal", &tree, &mut sources);
        let Some(asked) = asked.value else { return "refused" };
        let _ = asked.reach.matrix(["a", "b"]);
        if asked.reach.troubles.is_empty() { "accepted" } else { "refused" }
    }
}

fn seeds() -> Vec<std::ops::Range<u64>> {
    let number = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u64>().unwrap());
    if let Some(seed) = number("STRATA_SEED") {
        return std::iter::once(seed..seed + 1).collect();
    }
    let long = std::env::var_os("STRATA_LONG").is_some();
    let count = number("STRATA_MUTATIONS").unwrap_or(if long { LONG } else { COUNT });
    (0..count.div_ceil(1000)).map(|thousand| thousand * 1000..(thousand * 1000 + 1000).min(count)).collect()
}

/// How long one mutation may take, by the clock: a hundred times what the slowest needs on a quiet machine.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn nothing_that_happens_to_a_file_breaks_the_compiler() {
    let corpus = Corpus::new();
    let (accepted, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    let broken: Vec<String> = seeds()
        .into_par_iter()
        .flat_map_iter(|seeds| seeds)
        .filter_map(|seed| {
            let started = Instant::now();
            let ended = catch_unwind(AssertUnwindSafe(|| corpus.run(seed)));
            let taken = started.elapsed();
            match ended {
                Err(_) => Some(format!("STRATA_SEED={seed} panics")),
                Ok(_) if taken > PATIENCE => Some(format!("STRATA_SEED={seed} takes {taken:?}")),
                Ok(word) => {
                    let counter = if word == "accepted" { &accepted } else { &refused };
                    counter.fetch_add(1, Ordering::Relaxed);
                    None
                }
            }
        })
        .collect();
    assert!(broken.is_empty(), "{} broke it, the first:\n{}", broken.len(), broken[..broken.len().min(20)].join("\n"));
    let (accepted, refused) = (accepted.into_inner(), refused.into_inner());
    println!("{} mutations: {accepted} accepted, {refused} refused", accepted + refused);
    assert!(std::env::var_os("STRATA_SEED").is_some() || (accepted > 10 && refused > 10), "one kind is missing");
}

#[test]
fn a_sample_through_the_real_program_ends_in_time_and_memory() {
    let corpus = Corpus::new();
    let sample: Vec<u64> = (0..COUNT / REAL).map(|number| number * REAL + 1).collect();
    let broken: Vec<String> = sample
        .into_iter()
        .filter_map(|seed| {
            let folder = tempfile::tempdir().unwrap();
            let (path, files) = corpus.input(seed);
            for (path, bytes) in &files {
                let place = folder.path().join(path);
                fs::create_dir_all(place.parent().unwrap()).unwrap();
                fs::write(place, bytes).unwrap();
            }
            bounded(folder.path(), &["compile"]).wrong(&[0, 1]).map(|why| format!("STRATA_SEED={seed} ({path}): {why}"))
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
