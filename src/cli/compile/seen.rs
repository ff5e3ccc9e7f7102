//! What the last run has seen, in the user's cache folder: inputs by a hash of what was read, outputs by how they look. Where nothing
//! has changed since, there is nothing to compile.
//!
//! It is only a memory. Whatever is missing, strange or unwritable there means that the environment is compiled. It knows the
//! program by its file, the templates by their texts, and looks at every output: an edited, removed or added file is seen.

use std::cell::RefCell;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::cli::repository::Repository;
use crate::source::load::Files;
use crate::tree::{Stamp, write_file};

/// The memory of one repository.
pub(super) struct Seen {
    /// `None`: there is no place for it.
    folder: Option<PathBuf>,
    /// Of the program and the templates.
    maker: u64,
}

/// What was read for one environment: `r` or `l`, the hash of the answer, and the path.
pub(super) type Inputs = Vec<(char, u64, String)>;

impl Seen {
    pub(super) fn of(repository: &Repository, directory: &Path) -> Seen {
        let folder = place(directory);
        Seen { folder, maker: hash(&(program(), repository.overridden())) }
    }

    /// How many files there are, if neither an input nor an output of the environment has changed.
    pub(super) fn unchanged(&self, repository: &Repository, name: &str) -> Option<usize> {
        let text = fs::read_to_string(self.folder.as_ref()?.join(name)).ok()?;
        let (inputs, stamp) = text.split_once("\n\n")?;
        let mut inputs = inputs.lines();
        if inputs.next()?.parse() != Ok(self.maker) {
            return None;
        }
        for input in inputs {
            let mut parts = input.splitn(3, ' ');
            let (how, before, path) = (parts.next()?, parts.next()?.parse::<u64>().ok()?, parts.next()?);
            let now = if how == "r" { hash(&repository.files().read(path)) } else { hash(&repository.files().list(path)) };
            if now != before {
                return None;
            }
        }
        let stamp = Stamp::from_text(stamp)?;
        stamp.holds(&repository.generated(name)).then(|| stamp.files())
    }

    /// Remembers what was read, and how the files look now.
    pub(super) fn remember<'a>(&self, repository: &Repository, name: &str, inputs: &Inputs, files: impl IntoIterator<Item = &'a str>) {
        let Some(folder) = &self.folder else { return };
        let Some(stamp) = Stamp::take(&repository.generated(name), files) else { return };
        if inputs.iter().any(|(_, _, path)| path.contains('\n')) {
            return;
        }
        let lines: Vec<String> = inputs.iter().map(|(how, hash, path)| format!("{how} {hash} {path}\n")).collect();
        // Without it the next run only takes longer.
        drop(write_file(&folder.join(name), &format!("{}\n{}\n{}", self.maker, lines.concat(), stamp.to_text())));
    }
}

/// The cache folder's part for a repository.
fn place(directory: &Path) -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")))?;
    Some(cache.join("strata").join(format!("{:016x}", hash(&directory.canonicalize().ok()?))))
}

/// This program's file, as it was when it was installed.
fn program() -> Option<(PathBuf, u64, u64, i64, i64)> {
    let path = std::env::current_exe().ok()?;
    let file = fs::metadata(&path).ok()?;
    Some((path, file.ino(), file.size(), file.mtime(), file.mtime_nsec()))
}

fn hash(value: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// Files that write down what was read.
pub(super) struct Watched<'a> {
    files: &'a dyn Files,
    inputs: RefCell<Inputs>,
}

impl<'a> Watched<'a> {
    pub(super) fn new(files: &'a dyn Files) -> Self {
        Watched { files, inputs: RefCell::default() }
    }

    /// What was read. A file that is written since counts as read with that text.
    pub(super) fn inputs(self, written: Option<(&str, &str)>) -> Inputs {
        let mut inputs = self.inputs.into_inner();
        for (how, hash, path) in &mut inputs {
            if let Some((_, text)) = written.filter(|(written, _)| *how == 'r' && written == path) {
                *hash = self::hash(&Ok::<_, String>(Some(text.as_bytes().to_vec())));
            }
        }
        inputs
    }

    fn note<T: Hash>(&self, how: char, path: &str, answer: T) -> T {
        self.inputs.borrow_mut().push((how, hash(&answer), path.to_owned()));
        answer
    }
}

impl Files for Watched<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        self.note('r', path, self.files.read(path))
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, String> {
        self.note('l', dir, self.files.list(dir))
    }
}
