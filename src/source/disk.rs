//! The files of a repository on disk. The only place of `source` that touches the operating system.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};

use super::load::Files;
use super::yaml::MAX_BYTES;

/// A repository's directory.
#[derive(Debug)]
pub struct Disk {
    root: PathBuf,
    /// The same, held open.
    handle: Option<OwnedFd>,
}

impl Disk {
    /// Opens the repository whose top is `root`.
    pub fn new(root: &Path) -> Result<Self, String> {
        let root = root.canonicalize().map_err(|error| format!("`{}`: {}", root.display(), reason(&error)))?;
        let handle = openat(CWD, &root, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty()).ok();
        if root.is_dir() { Ok(Disk { root, handle }) } else { Err(format!("`{}` is not a directory", root.display())) }
    }

    /// Opens a file in one step, all links followed, if none of them leads out: the system itself sees to that. `None`: whoever wants
    /// to know why takes the long way.
    fn open(&self, path: &str) -> Option<File> {
        // A pipe would wait for somebody to write.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let file = File::from(openat2(self.handle.as_ref()?, path, flags, Mode::empty(), ResolveFlags::BENEATH).ok()?);
        file.metadata().is_ok_and(|found| found.is_file()).then_some(file)
    }

    /// The real place of a path, all links followed; `None` if nothing is there.
    fn place(&self, path: &str) -> Result<Option<PathBuf>, String> {
        match self.root.join(path).canonicalize() {
            Ok(place) if place.starts_with(&self.root) => Ok(Some(place)),
            Ok(place) => Err(format!("it leads out of the repository, to `{}`", place.display())),
            Err(error) if error.kind() == ErrorKind::NotFound && self.root.join(path).is_symlink() => {
                Err("it is a link that leads nowhere".to_owned())
            }
            // `a.yaml/b.yaml` does not exist either.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(reason(&error)),
        }
    }

    /// Opens a file step by step, so that what stands in the way can be named.
    fn open_slowly(&self, path: &str) -> Result<Option<File>, String> {
        let Some(place) = self.place(path)? else { return Ok(None) };
        let kind = fs::metadata(&place).map_err(|error| reason(&error))?.file_type();
        if kind.is_dir() {
            return Err("it is a directory".to_owned());
        }
        // A pipe or a device may never end, or never begin.
        if !kind.is_file() {
            return Err("it is not a regular file".to_owned());
        }
        File::open(&place).map(Some).map_err(|error| reason(&error))
    }
}

impl Files for Disk {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let file = match self.open(path) {
            Some(file) => file,
            None => match self.open_slowly(path)? {
                Some(file) => file,
                None => return Ok(None),
            },
        };
        let mut bytes = Vec::new();
        // One byte more than the bound, so that whoever decodes sees that there is too much.
        let bound = u64::try_from(MAX_BYTES).unwrap_or(u64::MAX).saturating_add(1);
        file.take(bound).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
        Ok(Some(bytes))
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, String> {
        let Some(place) = self.place(dir)? else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for entry in fs::read_dir(place).map_err(|error| reason(&error))? {
            let name = entry.map_err(|error| reason(&error))?.file_name();
            names.push(name.into_string().map_err(|name| format!("`{}` is not a UTF-8 name", name.display()))?);
        }
        names.sort();
        Ok(names)
    }
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::PermissionDenied => "permission denied".to_owned(),
        ErrorKind::NotFound => "it does not exist".to_owned(),
        ErrorKind::NotADirectory => "it is not a directory".to_owned(),
        _ => error.to_string(),
    }
}
