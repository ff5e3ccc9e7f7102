//! `cargo bench --bench fleet [-- N...]`: fleets of environments that are derived from dare-prod, through the real program, beside
//! `cp -r` of what it has written. Figures alone, nothing fails here: how fast a machine is says nothing about the code.
//!
//! Folders are new for each figure, and everything is removed at the end: after a mass removal, file systems make files ten
//! times slower for minutes, for `cp -r` too.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, reason = "a program that measures and prints")]

#[path = "../../tests/it/measure.rs"]
mod measure;
#[path = "../fleet.rs"]
mod repository;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use measure::{Measured, measured};

const LONGEST: Duration = Duration::from_secs(1800);

fn main() {
    // `cargo bench` gives `--bench`; `cargo test --benches` gives other words, and wants nothing measured.
    let asked: Vec<usize> = std::env::args().skip(1).filter_map(|word| word.parse().ok()).collect();
    let counts = if asked.is_empty() { vec![10, 100, 1000] } else { asked };
    let folder = tempfile::tempdir().unwrap();
    println!("wall and CPU in seconds; CPU of all threads, in steps of 10 ms");
    println!("{:>5} {:>8} {:>15} {:>15} {:>15} {:>9} {:>15}", "N", "files", "compile", "cp -r", "ratio", "peak", "second run");
    let points: Vec<(usize, f64)> = counts.iter().map(|count| (*count, fleet(&folder.path().join(count.to_string()), *count))).collect();
    for pair in points.windows(2) {
        let (small, large) = (pair[0], pair[1]);
        let exponent = (large.1 / small.1).ln() / (large.0 as f64 / small.0 as f64).ln();
        println!("growth from {} to {} environments: exponent {exponent:.3} of CPU time", small.0, large.0);
    }
    check(&folder.path().join(counts[0].to_string()));
}

/// One line of the table; the CPU time of the first run.
fn fleet(top: &Path, count: usize) -> f64 {
    repository::lay_down(top, count);
    let first = strata(top, &["compile"]);
    let files =
        walkdir::WalkDir::new(top.join("generated")).into_iter().filter(|entry| entry.as_ref().unwrap().file_type().is_file()).count();
    let copied = measured(Command::new("cp").arg("-r").arg(top.join("generated")).arg(top.join("copy")), LONGEST);
    let second = strata(top, &["compile"]);
    assert!(second.text.contains(" 0 files written") || second.text.contains("as they were"), "{}", second.text);
    println!(
        "{count:>5} {files:>8} {} {} {} {:>6} MB {} {}",
        both(&first),
        both(&copied),
        ratio(&first, &copied),
        first.peak >> 10,
        both(&second),
        ratio(&second, &copied)
    );
    first.busy.as_secs_f64()
}

fn strata(top: &Path, arguments: &[&str]) -> Measured {
    // A cache of its own: nothing of an earlier run is known.
    let run = measured(
        Command::new(env!("CARGO_BIN_EXE_strata")).arg("-C").arg(top).args(arguments).env("XDG_CACHE_HOME", top.join("cache")),
        LONGEST,
    );
    assert!(run.status.success(), "{}", run.text);
    run
}

fn both(run: &Measured) -> String {
    format!("{:>7.2} {:>7.2}", run.wall.as_secs_f64(), run.busy.as_secs_f64())
}

fn ratio(run: &Measured, to: &Measured) -> String {
    format!("{:>7.2} {:>7.2}", run.wall.as_secs_f64() / to.wall.as_secs_f64(), run.busy.as_secs_f64() / to.busy.as_secs_f64())
}

/// One environment as an editor checks it, from the start of the process to its end.
fn check(top: &Path) {
    let mut walls: Vec<Duration> = (0..30).map(|_| strata(top, &["check", "dare-0"]).wall).collect();
    walls.sort();
    println!(
        "check of one environment, a whole process: {:.1} ms at best, {:.1} ms in the middle of 30",
        millis(walls[0]),
        millis(walls[15])
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
