//! No input and no moment breaks the compiler: it never panics, never hangs, never needs more than a bounded memory, and
//! leaves either the old or the new content in each file.

mod hostile;
mod interrupted;
mod mutations;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::measure::{Measured, measured};

/// Most memory of one run of the real program, in KiB.
const MEMORY: u64 = 200 << 10;
/// How long a run of it may be at work. A program that was built for debugging takes tens of times longer than the one that is used.
const BUSY: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });
/// What has not ended by then hangs.
const LONGEST: Duration = Duration::from_secs(120);

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The committed environments, on a disk of their own.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(&here().join("environments"), &folder.path().join("environments"));
    folder
}

fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(place).unwrap();
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// The real program on a repository.
fn strata(top: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_strata"));
    command.arg("-C").arg(top).args(arguments).env("RAYON_NUM_THREADS", "2").stdin(Stdio::null());
    command
}

/// A run of the real program that stays within its bounds, and how it ended.
struct Ended(Measured);

impl Ended {
    fn text(&self) -> &str {
        &self.0.text
    }

    /// What is wrong with how it ended, if it is not one of these exit codes, or took too much.
    fn wrong(&self, codes: &[i32]) -> Option<String> {
        let Measured { status, text, busy, peak, .. } = &self.0;
        let kind = match status.code() {
            Some(code) if !codes.contains(&code) => format!("exit code {code}"),
            None => format!("{status}"),
            Some(_) if *busy > BUSY => format!("{busy:?} at work"),
            Some(_) if *peak > MEMORY => format!("{peak} KiB of memory"),
            Some(_) => return None,
        };
        Some(format!("{kind}\n{}", text.chars().take(2000).collect::<String>()))
    }
}

/// Runs the real program on a repository to its end.
fn bounded(top: &Path, arguments: &[&str]) -> Ended {
    Ended(measured(&mut strata(top, arguments), LONGEST))
}
