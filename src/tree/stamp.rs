//! What a folder of files looks like from outside: enough to see that nobody has touched it since, without reading it.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// Files that changed so shortly ago may change once more without a trace: clocks of file systems tick every few milliseconds.
const TICK: Duration = Duration::from_millis(50);

/// Each file of a tree and each of its folders: inode, size, and when its content or its name last changed. A folder changes when
/// something in it comes or goes, so what is new in it is seen too.
#[derive(Debug, PartialEq, Eq)]
pub struct Stamp(Vec<Line>);

#[derive(Debug, PartialEq, Eq)]
struct Line {
    path: String,
    look: Look,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    inode: u64,
    /// Zero for folders, where it says nothing.
    size: u64,
    seconds: i64,
    nanoseconds: i64,
}

impl Stamp {
    /// Looks at these files of a folder, and at the folders that they are in. `None` if one is not there, or has changed so
    /// shortly ago that another change might look the same.
    #[must_use]
    pub fn take<'a>(directory: &Path, files: impl IntoIterator<Item = &'a str>) -> Option<Stamp> {
        let mut lines: Vec<Line> = Vec::new();
        let mut folders = vec![String::new()];
        for path in files {
            for (at, _) in path.match_indices('/') {
                // Sorted paths: what shares a folder stands together.
                if !folders.iter().rev().any(|known| *known == path[..at]) {
                    folders.push(path[..at].to_owned());
                }
            }
            lines.push(Line { path: path.to_owned(), look: look(&directory.join(path)).ok().filter(|(is_file, _)| *is_file)?.1 });
        }
        for path in folders {
            let look = look(&directory.join(&path)).ok().filter(|(is_file, _)| !is_file)?.1;
            lines.push(Line { path: path + "/", look });
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).ok()?.checked_sub(TICK)?;
        let (seconds, nanoseconds) = (i64::try_from(now.as_secs()).ok()?, i64::from(now.subsec_nanos()));
        let settled = lines.iter().all(|line| (line.look.seconds, line.look.nanoseconds) < (seconds, nanoseconds));
        settled.then_some(Stamp(lines))
    }

    /// Whether everything looks as it did.
    #[must_use]
    pub fn holds(&self, directory: &Path) -> bool {
        self.0.iter().all(|line| {
            let path = line.path.strip_suffix('/');
            let is_folder = path.is_some();
            look(&directory.join(path.unwrap_or(&line.path))).is_ok_and(|(is_file, found)| is_file != is_folder && found == line.look)
        })
    }

    /// How many files.
    #[must_use]
    pub fn files(&self) -> usize {
        self.0.iter().filter(|line| !line.path.ends_with('/')).count()
    }

    /// As text, a line each.
    #[must_use]
    pub fn to_text(&self) -> String {
        let line = |Line { path, look }: &Line| format!("{} {} {} {} {path}\n", look.inode, look.size, look.seconds, look.nanoseconds);
        self.0.iter().map(line).collect()
    }

    /// From its text; `None` where that is something else.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Stamp> {
        let line = |line: &str| {
            let mut parts = line.splitn(5, ' ');
            let (inode, size) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            let (seconds, nanoseconds) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            Some(Line { path: parts.next()?.to_owned(), look: Look { inode, size, seconds, nanoseconds } })
        };
        text.lines().map(line).collect::<Option<_>>().map(Stamp)
    }
}

/// Whether it is a regular file, or else a folder, and how it looks. Links are neither.
fn look(path: &Path) -> io::Result<(bool, Look)> {
    let found = fs::symlink_metadata(path)?;
    if !found.is_file() && !found.is_dir() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let size = if found.is_file() { found.size() } else { 0 };
    Ok((found.is_file(), Look { inode: found.ino(), size, seconds: found.ctime(), nanoseconds: found.ctime_nsec() }))
}
