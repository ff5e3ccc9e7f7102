//! What the last run has seen is only a memory: whatever has changed since is seen, with it and without.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// A repository with one environment that has no finding, and a cache folder of its own.
struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shared = |name: &str| fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics").join(name)).unwrap();
        fs::create_dir_all(folder.path().join("environments/x")).unwrap();
        fs::write(folder.path().join("environments/base.yaml"), shared("base.yaml")).unwrap();
        fs::write(folder.path().join("environments/x/environment.yaml"), "name: x\nextends: ../base.yaml\n").unwrap();
        fs::write(folder.path().join("environments/x/lock.yaml"), shared("lock.yaml")).unwrap();
        Repository { folder }
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// What `compile` says.
    fn compile(&self) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strata"));
        let done = command.arg("-C").arg(self.folder.path()).arg("compile").env("XDG_CACHE_HOME", self.path("cache")).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap()
    }

    /// Compiles until everything is remembered.
    fn settle(&self) {
        for _ in 0..2 {
            // Files that are this fresh are not remembered.
            thread::sleep(Duration::from_millis(120));
            self.compile();
        }
        assert!(self.remembers(), "nothing is remembered");
    }

    /// Whether another run takes the memory's word: what compiles again writes it again, as a new file.
    fn remembers(&self) -> bool {
        let inode = || self.memory().map(|path| fs::metadata(path).unwrap().ino());
        let before = inode();
        self.compile();
        before.is_some() && inode() == before
    }

    fn memory(&self) -> Option<PathBuf> {
        let files = walkdir::WalkDir::new(self.path("cache")).into_iter().filter_map(Result::ok);
        files.map(walkdir::DirEntry::into_path).find(|path| path.is_file())
    }
}

#[test]
fn whatever_has_changed_is_seen() {
    let repository = Repository::new();
    repository.settle();
    let unchanged = repository.compile();
    assert!(unchanged.contains(": 0 files written") && !unchanged.contains("written, 0 unchanged"), "{unchanged}");
    let output = repository.path("generated/x/openstack/network.yaml");
    let whole = fs::read_to_string(&output).unwrap();
    let spoil: [(&str, &dyn Fn()); 4] = [
        ("an edit of the same length", &|| fs::write(&output, whole.replace("2021-04-16", "2021-04-17")).unwrap()),
        ("a removed file", &|| fs::remove_file(&output).unwrap()),
        ("a link", &|| {
            fs::rename(&output, repository.path("moved")).unwrap();
            symlink(repository.path("moved"), &output).unwrap();
        }),
        ("a copy with the same time", &|| {
            let time = fs::metadata(&output).unwrap().modified().unwrap();
            fs::write(&output, whole.replace("2021-04-16", "2021-04-17")).unwrap();
            fs::File::options().write(true).open(&output).unwrap().set_modified(time).unwrap();
        }),
    ];
    for (what, spoil) in spoil {
        spoil();
        let said = repository.compile();
        assert!(said.contains(": 1 files written"), "{what}: {said}");
        assert_eq!(fs::read_to_string(&output).unwrap(), whole, "{what}");
        repository.settle();
    }
    fs::write(repository.path("generated/x/openstack/mine"), "mine\n").unwrap();
    assert!(repository.compile().contains("left alone, not made by strata: openstack/mine"));
    fs::remove_file(repository.path("generated/x/openstack/mine")).unwrap();
    repository.settle();
    let changes: [(&str, &str); 3] = [
        ("environments/x/environment.yaml", "name: x\nextends: ../base.yaml\nnetwork: {mtu: 1400}\n"),
        ("environments/x/tenants/one.yaml", "name: one\nnamespaces: [{name: one, quota: {requests: {cpu: 1, memory: 1Gi}}}]\n"),
        ("templates/openstack/flows.yaml.j2", "mine: {{ environment }}\n"),
    ];
    for (path, text) in changes {
        fs::create_dir_all(repository.path(path).parent().unwrap()).unwrap();
        fs::write(repository.path(path), text).unwrap();
        let said = repository.compile();
        assert!(!said.contains(": 0 files written"), "{path}: {said}");
        repository.settle();
    }
}

#[test]
fn a_memory_that_is_spoilt_or_cannot_be_kept_does_no_harm() {
    let repository = Repository::new();
    repository.settle();
    let memory = repository.memory().unwrap();
    let whole = fs::read_to_string(&memory).unwrap();
    for text in ["", "\n\n", "nonsense", &whole[..whole.len() / 2], &whole.replace(' ', "  "), "1\nr x y\n\n1 2 3 4 \n"] {
        fs::write(&memory, text).unwrap();
        assert!(repository.compile().contains(": 0 files written"), "{text}");
    }
    fs::remove_dir_all(repository.path("cache")).unwrap();
    fs::write(repository.path("cache"), "no folder\n").unwrap();
    assert!(repository.compile().contains(": 0 files written"));
}
