//! The house keeps its order: rooms look in one direction, only some touch the world, crates are met where they belong,
//! and nothing grows beyond what one reads at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use strata::backend::BACKENDS;
use strata::render::DEFAULTS;

/// What each room may use of this crate, beside itself. `cli` and `compile` put the rooms together.
const ROOMS: [(&str, &[&str]); 11] = [
    ("span", &[]),
    ("diagnostic", &["span"]),
    ("source", &["diagnostic", "span"]),
    ("model", &["diagnostic", "source", "span"]),
    // The README tells what the other back ends' policies let through.
    ("backend", &["model", "reach", "render", "source"]),
    ("reach", &["model", "source"]),
    ("render", &["diagnostic", "source", "span", "tree"]),
    ("tree", &["diagnostic"]),
    ("compile", &["backend", "diagnostic", "model", "reach", "render", "source", "span", "tree"]),
    ("lock", &["diagnostic", "model", "render", "source", "span"]),
    ("cli", &["backend", "compile", "diagnostic", "exit", "lock", "model", "reach", "render", "source", "span", "tree"]),
];

/// Rooms in which the same text in gives the same bytes out, and the file that reads for them.
const PURE: [&str; 8] = ["span", "diagnostic", "source", "model", "backend", "reach", "render", "compile"];
const READS: &str = "source/disk.rs";

/// How the world is reached: files, environment, clock, network, other programs, chance, the terminal.
const WORLD: [&str; 15] = [
    "std::fs",
    "std::env",
    "std::time",
    "std::process",
    "std::thread",
    "std::io",
    "SystemTime",
    "Instant",
    "TcpStream",
    "UdpSocket",
    "ToSocketAddrs",
    "rand::",
    "println!",
    "print!",
    "dbg!",
];

/// Third-party crates that few files may meet, by the beginnings of their paths.
const CRATES: &[(&str, &[&str])] = &[
    ("granit_parser", &["source/yaml"]),
    ("minijinja", &["render"]),
    ("annotate_snippets", &["diagnostic/draw"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("rayon", &["cli", "compile.rs", "backend.rs", "render.rs", "model/leaks.rs"]),
    ("walkdir", &["cli", "tree"]),
    ("similar", &["cli", "tree"]),
    ("reqwest", &["lock"]),
    ("tokio", &["lock"]),
    ("sha2", &["backend", "lock"]),
    ("serde_yaml", &["render/read", "lock/cloud/clouds_yaml.rs", "lock/charts"]),
    ("flate2", &["lock/charts/archive.rs"]),
    ("tar", &["lock/charts/archive.rs"]),
    ("url", &["source/values", "lock"]),
    // The model's own type for networks.
    ("ipnet", &["backend", "model", "reach", "source", "lock"]),
    // Certificates that an environment names.
    ("x509_cert", &["model/certificates"]),
    ("base64", &["model/certificates"]),
    ("git2", &[]),
    ("rustix", &["tree/write", "source/disk.rs"]),
    // The allocator of the program; the library leaves the choice to who uses it.
    ("mimalloc", &["main.rs"]),
];

const FUNCTION: usize = 60;
const FILE: usize = 400;

/// Files that are longer, because they are lists and not logic.
const LONG_FILES: [&str; 5] = [
    // The language, a type for each mapping, its doc comments are what the editor shows.
    "source/environment/balancers.rs",
    "source/environment/openstack.rs",
    "source/environment/platform.rs",
    // One typed value behind the other.
    "source/values.rs",
    // The model as plain data, without a function of more than a line.
    "model.rs",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files below a folder with that ending, by their path in it.
fn files(folder: &str, ending: &str) -> BTreeMap<String, String> {
    let top = root().join(folder);
    let entries = walkdir::WalkDir::new(&top).into_iter().map(|entry| entry.unwrap().into_path());
    // `tests.rs` holds the unit tests of the file above it: they may do what it may not.
    let unit_tests = |path: &Path| folder == "src" && path.ends_with("tests.rs");
    let wanted: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|found| found == ending) && !unit_tests(path)).collect();
    let name = |path: &Path| path.strip_prefix(&top).unwrap().to_str().unwrap().to_owned();
    wanted.iter().map(|path| (name(path), std::fs::read_to_string(path).unwrap())).collect()
}

/// The program's text without comments: `//` that no `:` stands before, as in an address.
fn code(text: &str) -> String {
    let line = |line: &str| {
        let trimmed = line.trim_start();
        if trimmed.starts_with("//") { String::new() } else { line.to_owned() }
    };
    // Tests in a file may do what the file may not.
    let text = text.split("#[cfg(test)]").next().unwrap_or_default();
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

fn room(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap()
}

/// The words that follow `crate::`.
fn uses(code: &str) -> BTreeSet<&str> {
    let after = code.split("crate::").skip(1);
    after.map(|rest| rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '{')).next().unwrap()).collect()
}

/// Whether a path of that crate stands in the text.
fn meets(code: &str, name: &str) -> bool {
    let pattern = format!("{name}::");
    let starts = |at: usize| !code[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':');
    code.match_indices(&pattern).any(|(at, _)| starts(at))
}

#[test]
fn rooms_look_in_one_direction() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let Some((own, allowed)) = ROOMS.iter().find(|(name, _)| *name == room(&path)) else { continue };
        for used in uses(&code(&text)).into_iter().filter(|used| ROOMS.iter().any(|(name, _)| name == used) || used.starts_with('{')) {
            if used != *own && !allowed.contains(&used) {
                wrong.push(format!("src/{path} uses crate::{used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A back end sees the types of the language, and no text, place or tree of it.
#[test]
fn back_ends_see_the_model_alone() {
    for (path, text) in files("src", "rs").into_iter().filter(|(path, _)| room(path) == "backend") {
        let code = code(&text);
        for part in code.split("crate::source::").skip(1) {
            assert!(
                part.starts_with("environment") || part.starts_with("values"),
                "src/{path}: crate::source::{}",
                part.lines().next().unwrap()
            );
        }
        for other in BACKENDS.iter().filter(|other| path != "backend.rs" && !path.contains(other.name)) {
            assert!(!code.contains(&format!("backend::{}", other.name)), "src/{path} sees the back end {}", other.name);
        }
    }
}

#[test]
fn pure_rooms_do_not_touch_the_world() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs").into_iter().filter(|(path, _)| PURE.contains(&room(path)) && path != READS) {
        let code = code(&text);
        wrong.extend(WORLD.iter().filter(|word| code.contains(**word)).map(|word| format!("src/{path}: {word}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_are_met_where_they_belong() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let code = code(&text);
        for (name, places) in CRATES.iter().filter(|(name, _)| meets(&code, name)) {
            if !places.iter().any(|place| path.starts_with(place)) {
                wrong.push(format!("src/{path} meets {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Name and number of lines of each function.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let trimmed = line.trim_start();
        let Some(name) = trimmed.split_once("fn ").filter(|(before, _)| before.split(' ').all(is_qualifier)).map(|(_, rest)| rest) else {
            continue;
        };
        let end = format!("{}}}", &line[..line.len() - trimmed.len()]);
        let length = lines[at..].iter().position(|line| *line == end).map_or(1, |length| length + 1);
        // A signature that ends in its own line has no body below it.
        let length = if line.ends_with('}') || line.ends_with(';') { 1 } else { length };
        found.push((name.split(['(', '<']).next().unwrap().to_owned(), length));
    }
    found
}

fn is_qualifier(word: &str) -> bool {
    matches!(word, "" | "pub" | "pub(crate)" | "pub(super)" | "const" | "async")
}

#[test]
fn functions_and_files_stay_short() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", "rs") {
        let long = functions(&text).into_iter().filter(|(_, length)| *length > FUNCTION);
        wrong.extend(long.map(|(name, length)| format!("src/{path}: fn {name} has {length} lines, {FUNCTION} at most")));
        let lines = text.lines().count();
        if lines > FILE && !LONG_FILES.contains(&path.as_str()) {
            wrong.push(format!("src/{path} has {lines} lines, {FILE} at most"));
        }
        if LONG_FILES.contains(&path.as_str()) && lines <= FILE {
            wrong.push(format!("src/{path} is short again: take it from the list"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every file is a module of the one above it: a forgotten one would never be compiled.
fn orphans(folder: &str, tops: &[&str]) -> Vec<String> {
    let files = files(folder, "rs");
    let declared = |parent: &str, module: &str| {
        files.get(parent).is_some_and(|text| text.lines().any(|line| line.trim().ends_with(&format!("mod {module};"))))
    };
    let mut orphans = Vec::new();
    for path in files.keys().filter(|path| !tops.contains(&path.as_str())) {
        let (above, module) = path.trim_end_matches(".rs").rsplit_once('/').unwrap_or(("", path.trim_end_matches(".rs")));
        let parents = if above.is_empty() { tops.iter().map(|top| (*top).to_owned()).collect() } else { vec![format!("{above}.rs")] };
        if !parents.iter().any(|parent| declared(parent, module)) {
            orphans.push(format!("{folder}/{path} is no module of {}", parents.join(" or ")));
        }
    }
    orphans
}

#[test]
fn no_file_is_forgotten() {
    let mut orphans = orphans("src", &["lib.rs", "main.rs"]);
    orphans.extend(self::orphans("tests/it", &["main.rs"]));
    assert!(orphans.is_empty(), "{}", orphans.join("\n"));
}

#[test]
fn nothing_is_left_for_later() {
    for (path, text) in files("src", "rs") {
        for word in ["todo!", "unimplemented!", "FIXME", "TODO", "XXX"] {
            assert!(!text.contains(word), "src/{path}: {word}");
        }
    }
}

#[test]
fn each_template_has_a_back_end_and_each_back_end_its_templates() {
    let sources = files("src", "rs");
    let back_ends: String = sources.iter().filter(|(path, _)| room(path) == "backend").map(|(_, text)| text.as_str()).collect();
    let templates: BTreeSet<&str> = DEFAULTS.iter().map(|(name, _)| *name).collect();
    for (name, _) in DEFAULTS {
        let included = DEFAULTS.iter().any(|(other, text)| other != name && text.contains(&format!("'{name}'")));
        assert!(included || back_ends.contains(&format!("\"{name}\"")), "templates/{name} is used by nobody");
        assert!(
            BACKENDS.iter().any(|back_end| name.starts_with(&format!("{}/", back_end.name))),
            "templates/{name} lies in no back end's folder"
        );
    }
    let quoted = back_ends.split('"').filter(|text| text.ends_with(".j2"));
    for name in quoted {
        assert!(templates.contains(name), "a back end asks for templates/{name}");
    }
    for back_end in BACKENDS {
        assert!(sources.contains_key(&format!("backend/{}.rs", back_end.name)), "no src/backend/{}.rs", back_end.name);
        assert!(!back_end.summary.is_empty() && templates.iter().any(|name| name.starts_with(back_end.name)), "{}", back_end.name);
    }
}

#[test]
fn the_readme_lists_every_back_end() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    for backend in strata::backend::BACKENDS {
        let row = format!("| `{}` | {} |", backend.name, backend.summary);
        assert!(readme.contains(&row), "README.md lacks: {row}");
    }
}
