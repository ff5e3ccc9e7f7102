//! Random environments that are right: each compiles, to the same bytes everywhere, and an edit of one pool, tenant or
//! listener moves nothing else.
//!
//! 200 of them here, 20,000 with `STRATA_LONG`. What fails is made smaller and printed with its seed; `STRATA_SEED=N` throws
//! that one alone, `STRATA_ENVIRONMENTS=N` another number. The first are left in `target/run/random/`, for Heat to judge.

mod dice;
mod edit;
mod language;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use strata::compile::{Compiled, compile};
use strata::diagnostic::{Diagnostic, draw};
use strata::render::{Templates, read};
use strata::source::Sources;
use strata::tree::{Tree, changes, is_ours, read_directory};

use self::dice::{Dice, shrunk};
use self::language::{World, world};

const COUNT: u64 = 200;
const LONG: u64 = 20_000;
/// Of so many, one goes through the real program.
const REAL: u64 = 40;
/// So many are left for Heat (`tests/labs/openstack/validate`).
const LEFT: u64 = 12;

fn seeds() -> Vec<u64> {
    if let Ok(seed) = std::env::var("STRATA_SEED") {
        return vec![seed.parse().unwrap()];
    }
    let long = std::env::var_os("STRATA_LONG").is_some();
    let count = std::env::var("STRATA_ENVIRONMENTS").map_or(if long { LONG } else { COUNT }, |count| count.parse().unwrap());
    (0..count).collect()
}

/// Compiles a world in memory, or says what is wrong with it.
fn compiled(world: &World, templates: &Templates) -> Result<Compiled, String> {
    let mut sources = Sources::default();
    let checked = compile(&world.memory(), &world.name, templates, &mut sources);
    let errors: Vec<Diagnostic> = checked.findings.into_iter().filter(Diagnostic::is_error).collect();
    match checked.value {
        Some(compiled) if errors.is_empty() => Ok(compiled),
        _ => Err(draw::text(&errors, &sources, false)),
    }
}

fn templates() -> Templates {
    Templates::load(Vec::new(), &mut Sources::default()).value.unwrap()
}

/// Runs the judge over every seed, and shows the first that fails, made smaller, and what the others say.
fn each(judge: impl Fn(&mut Dice, u64) -> Result<(), String> + Sync) {
    let failed: Vec<(u64, Vec<u64>, String)> = seeds()
        .into_par_iter()
        .filter_map(|seed| {
            let mut dice = Dice::thrown(seed);
            judge(&mut dice, seed).err().map(|why| (seed, dice.decisions(), why))
        })
        .collect();
    let Some((seed, decisions, _)) = failed.first() else { return };
    for (seed, _, why) in failed.iter().take(20) {
        println!("STRATA_SEED={seed}: {}", why.chars().take(600).collect::<String>());
    }
    let again = |decisions: Vec<u64>| judge(&mut Dice::played(decisions), *seed);
    let smallest = shrunk(decisions.clone(), |decisions| again(decisions).is_err());
    let why = again(smallest.clone()).err().unwrap_or_default();
    let files: String = world(&mut Dice::played(smallest)).files().iter().map(|(path, text)| format!("--- {path}\n{text}")).collect();
    panic!("{} fail; STRATA_SEED={seed}, made smaller:\n{files}\n{why}", failed.len());
}

/// What holds for every tree.
fn sound(tree: &Tree) -> Result<(), String> {
    let mut lower = BTreeMap::new();
    for (path, text) in tree.iter() {
        if let Some(other) = lower.insert(path.to_lowercase(), path) {
            return Err(format!("{path} and {other} are one file on some disks"));
        }
        if let Some(file) = path.match_indices('/').map(|(at, _)| &path[..at]).find(|folder| tree.get(folder).is_some()) {
            return Err(format!("{file} is a file, and {path} is in it"));
        }
        if !is_ours(text) && !path.ends_with(".json") {
            return Err(format!("{path} has no header:\n{text}"));
        }
        if path.ends_with(".yaml") {
            let full = read::full(text).map_err(|error| format!("{path}: {}\n{text}", error.message))?;
            if read::subset(text).is_some_and(|subset| subset != full) {
                return Err(format!("{path}: the two readers differ\n{text}"));
            }
        }
    }
    Ok(())
}

#[test]
fn random_environments_compile_and_an_edit_of_one_thing_moves_nothing_else() {
    let templates = templates();
    let left = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/run/random");
    fs::remove_dir_all(&left).ok();
    each(|dice, seed| {
        let mut before = world(dice);
        let first = compiled(&before, &templates)?;
        if seed < LEFT {
            copy(&first.tree, &left.join(format!("{seed}-{}", before.name)));
        }
        sound(&first.tree)?;
        // What the first run has recorded changes nothing, nor does compiling twice.
        before.lock = Some(strata::lock::write(&first.lock, &before.name));
        let again = compiled(&before, &templates)?;
        if first.tree != again.tree || first.lock != again.lock {
            let paths: Vec<String> = changes(&first.tree, &again.tree).iter().map(|change| change.path().to_owned()).collect();
            return Err(format!("compiled twice, two trees: {paths:?}"));
        }
        let edit::Edit { world: after, what, name, touched } = edit::edit(dice, &before);
        let second = compiled(&after, &templates).map_err(|why| format!("{what} {name}:\n{why}"))?;
        edit::moved(&first.tree, &second.tree, &name, &touched).map_err(|why| format!("{what} {name}: {why}"))
    });
}

/// Where, when and by whom a run happens. None of it may be seen in the tree.
const PLACES: [[(&str, &str); 4]; 2] = [
    [("RAYON_NUM_THREADS", "1"), ("LC_ALL", "C"), ("TZ", "UTC"), ("HOME", "/")],
    [("RAYON_NUM_THREADS", "7"), ("LC_ALL", "tr_TR.UTF-8"), ("TZ", "Asia/Kathmandu"), ("HOME", "/nonexistent")],
];

/// Through the real program: threads, locale, time zone, home and working folder make no difference, and no secret that lies
/// where `apply` would read it comes into the tree.
#[test]
fn nothing_of_the_surroundings_is_seen_in_the_tree() {
    let templates = templates();
    each(|dice, seed| {
        if seed % REAL != 0 {
            return Ok(());
        }
        let world = world(dice);
        let expected = compiled(&world, &templates)?.tree;
        for (at, place) in PLACES.iter().enumerate() {
            let repository = tempfile::tempdir().unwrap();
            lay_down(&world, repository.path());
            let (directory, working) = if at == 0 { (Path::new("."), repository.path()) } else { (repository.path(), Path::new("/")) };
            let done = Command::new(env!("CARGO_BIN_EXE_strata"))
                .args(["compile", "-C"])
                .arg(directory)
                .envs(secrets(&world))
                .envs(*place)
                .current_dir(working)
                .output();
            let done = done.unwrap();
            let tree = read_directory(&repository.path().join("generated").join(&world.name)).unwrap().tree;
            if tree != expected {
                return Err(format!("another tree under {place:?}\n{}", String::from_utf8_lossy(&done.stderr)));
            }
            if let Some((path, _)) = tree.iter().find(|(_, text)| text.contains("hunter2")) {
                return Err(format!("a secret stands in {path}"));
            }
        }
        Ok(())
    });
}

/// The variables that `apply` would read secrets from.
fn secrets(world: &World) -> Vec<(String, &'static str)> {
    let sources = world.environment["secrets"].as_object().into_iter().flatten();
    sources.filter_map(|(_, source)| Some((source["env"].as_str()?.to_owned(), "hunter2-in-the-environment"))).collect()
}

/// A world on disk, with secrets where it says that they are.
fn lay_down(world: &World, top: &Path) {
    let put = |path: &Path, text: &str| {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    for (path, text) in world.files() {
        put(&top.join(path), &text);
    }
    for name in world.environment["secrets"].as_object().into_iter().flatten().map(|(name, _)| name) {
        put(&top.join("secrets").join(name), "hunter2-in-a-file");
    }
}

fn copy(tree: &Tree, folder: &Path) {
    for (path, text) in tree.iter() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}
