//! A compile that is stopped, or that the disk stops: each file is old or new, the next run repairs, nothing foreign is lost.
//!
//! It is killed at 200 moments; `STRATA_KILLS=N` asks for another number.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::{bounded, repository, strata};
use crate::random::Random;

const ENVIRONMENT: &str = "environments/minimal/environment.yaml";
const KILLS: u64 = 200;

/// Everything below a folder, links as what they point at.
fn everything(top: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(top).into_iter().map(Result::unwrap).filter(|entry| !entry.file_type().is_dir());
    let read = |path: &Path| fs::read_link(path).map_or_else(|_| fs::read(path).unwrap(), |to| to.to_str().unwrap().into());
    entries.map(|entry| (entry.path().strip_prefix(top).unwrap().to_str().unwrap().to_owned(), read(entry.path()))).collect()
}

/// Two versions of one environment: many files differ, some are only in one of them.
fn versions(top: &Path) -> [String; 2] {
    let one = fs::read_to_string(top.join(ENVIRONMENT)).unwrap();
    let two = one.replace("count: 2", "count: 9").replace("m1.large", "m1.xlarge").replace("10.0.0.53", "10.0.0.54");
    assert_ne!(one, two);
    [one, two]
}

/// When something in a folder last came or went.
fn modified(folder: &Path) -> SystemTime {
    fs::metadata(folder).unwrap().modified().unwrap()
}

fn compiled(top: &Path) -> BTreeMap<String, Vec<u8>> {
    let ended = bounded(top, &["compile", "minimal"]);
    assert_eq!(ended.wrong(&[0]), None);
    everything(&top.join("generated/minimal"))
}

#[test]
fn a_compile_that_is_killed_leaves_each_file_old_or_new() {
    let repository = repository();
    let top = repository.path();
    let texts = versions(top);
    let mut random = Random(41);
    let trees = [0, 1].map(|at| {
        fs::write(top.join(ENVIRONMENT), &texts[at]).unwrap();
        compiled(top)
    });
    let generated = top.join("generated/minimal");
    fs::write(generated.join("openstack/mine.txt"), "mine\n").unwrap();
    let started = Instant::now();
    compiled(top);
    let whole = u64::try_from(started.elapsed().as_micros()).unwrap();
    let kills = std::env::var("STRATA_KILLS").map_or(KILLS, |number| number.parse().unwrap());
    let mut between = 0;
    for round in 0..kills {
        let at = usize::try_from(round % 2).unwrap();
        fs::write(top.join(ENVIRONMENT), &texts[at]).unwrap();
        let before = modified(&generated);
        let mut child = strata(top, &["compile", "minimal"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Any moment of the run; and since most of it is over before it writes, half of them as soon as it does.
        let moment = if random.chance() {
            whole / 4 + random.below(whole)
        } else {
            while modified(&generated) == before && child.try_wait().unwrap().is_none() {
                thread::sleep(Duration::from_micros(50));
            }
            random.below(3_000)
        };
        thread::sleep(Duration::from_micros(moment));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut left = everything(&generated);
        assert_eq!(left.remove("openstack/mine.txt").as_deref(), Some(&b"mine\n"[..]), "round {round}: a foreign file is gone");
        left.retain(|path, _| !path.contains(".strata-unfinished-"));
        let strange = left.iter().find(|(path, bytes)| trees.iter().all(|tree| tree.get(*path) != Some(bytes)));
        assert!(strange.is_none(), "round {round}: {strange:?} is of neither tree");
        between += u32::from(trees.iter().all(|tree| *tree != left));
        // Not after each: the next run may well begin with a tree that is half old and half new.
        if round % 20 == 19 {
            let mut repaired = compiled(top);
            repaired.remove("openstack/mine.txt");
            assert!(repaired == trees[at], "round {round}: not repaired");
        }
    }
    println!("{between} of {kills} runs were killed in the middle of writing");
    assert!(between > 0, "no run was killed while it wrote");
}

/// A first compile makes its tree beside its place: a killed one leaves nothing there, and the next run clears away what is beside.
#[test]
fn a_first_compile_that_is_killed_leaves_no_tree_and_no_litter() {
    let repository = repository();
    let top = repository.path();
    let generated = top.join("generated");
    let whole = compiled(top);
    let litter = || {
        fs::read_dir(&generated).into_iter().flatten().filter(|entry| entry.as_ref().unwrap().path() != generated.join("minimal")).count()
    };
    let mut seen = 0;
    for _ in 0..60 {
        fs::remove_dir_all(&generated).unwrap();
        let mut child = strata(top, &["compile", "minimal"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // As soon as it begins to write.
        while !generated.exists() && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_micros(100));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        seen += litter();
        if generated.join("minimal").exists() {
            assert!(everything(&generated.join("minimal")) == whole, "a part of a tree");
        }
        if seen > 3 {
            break;
        }
    }
    assert!(seen > 0, "no run was killed while it wrote");
    assert!(compiled(top) == whole);
    assert_eq!(litter(), 0, "what killed runs left is still there");
}

/// A disk of its own, of that many KiB, where the process may mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn new(kibibytes: u64) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kibibytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder.path()).stderr(Stdio::null()).status();
        mounted.is_ok_and(|status| status.success()).then_some(SmallDisk(folder))
    }

    /// One that holds the repository's generated trees from now on, or a line that says why not.
    fn with_generated(kibibytes: u64, top: &Path) -> Option<Self> {
        let Some(disk) = SmallDisk::new(kibibytes) else {
            println!("skipped: a small disk cannot be mounted here");
            return None;
        };
        super::copy(&top.join("generated"), disk.0.path());
        fs::remove_dir_all(top.join("generated")).unwrap();
        symlink(disk.0.path(), top.join("generated")).unwrap();
        Some(disk)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg(self.0.path()).status());
    }
}

#[test]
fn a_full_disk_is_told_and_the_old_tree_stays() {
    let repository = repository();
    let top = repository.path();
    let texts = versions(top);
    let old = compiled(top);
    let Some(disk) = SmallDisk::with_generated(2_000, top) else { return };
    // Room for a part of what changes.
    let filler = disk.0.path().join("filler");
    fs::write(&filler, vec![0; 4_000_000]).unwrap_err();
    fs::File::options().write(true).open(&filler).unwrap().set_len(fs::metadata(&filler).unwrap().len() - 20_000).unwrap();
    fs::write(top.join(ENVIRONMENT), &texts[1]).unwrap();
    let ended = bounded(top, &["compile", "minimal"]);
    assert_eq!(ended.wrong(&[1]), None);
    assert!(ended.text().contains("[tree-write]") && ended.text().contains("No space left"), "{}", ended.text());
    let left = everything(&disk.0.path().join("minimal"));
    assert!(left.keys().all(|path| !path.contains("unfinished")), "an unfinished file is left");
    fs::remove_file(&filler).unwrap();
    let new = compiled(top);
    let strange = left.iter().find(|(path, bytes)| old.get(*path) != Some(bytes) && new.get(*path) != Some(bytes));
    assert!(strange.is_none(), "{strange:?} is of neither tree");
}

/// Even root cannot write where the disk itself is read-only; for others a folder without permission is enough.
#[test]
fn a_read_only_folder_is_told_and_the_old_tree_stays() {
    let repository = repository();
    let top = repository.path();
    let texts = versions(top);
    let old = compiled(top);
    let Some(disk) = SmallDisk::with_generated(4_000, top) else { return };
    let remount = |how: &str| assert!(Command::new("mount").args(["-o", how]).arg(disk.0.path()).status().unwrap().success());
    remount("remount,ro");
    fs::write(top.join(ENVIRONMENT), &texts[1]).unwrap();
    let ended = bounded(top, &["compile", "minimal"]);
    assert_eq!(ended.wrong(&[1]), None);
    assert!(ended.text().contains("[tree-write]") && ended.text().contains("Read-only"), "{}", ended.text());
    assert!(everything(&disk.0.path().join("minimal")) == old);
    remount("remount,rw");
    assert!(compiled(top) != old);
}

/// A file of ours that became a folder or a link, and a folder of ours that became a file.
#[test]
fn what_was_replaced_is_repaired_or_named() {
    let repository = repository();
    let top = repository.path();
    let old = compiled(top);
    let generated = top.join("generated/minimal");
    let victim = generated.join("openstack/network.yaml");
    // An empty folder, and a link, are in nobody's way.
    fs::remove_file(&victim).unwrap();
    fs::create_dir(&victim).unwrap();
    assert!(compiled(top) == old, "a folder in place of a file");
    fs::remove_file(&victim).unwrap();
    symlink("/etc/hostname", &victim).unwrap();
    let before = fs::read("/etc/hostname").unwrap_or_default();
    assert!(compiled(top) == old, "a link in place of a file");
    assert_eq!(fs::read("/etc/hostname").unwrap_or_default(), before);
    // What somebody has put there is named, and nothing is changed.
    fs::remove_file(&victim).unwrap();
    fs::create_dir(&victim).unwrap();
    fs::write(victim.join("mine"), "mine\n").unwrap();
    let ended = bounded(top, &["compile", "minimal"]);
    assert_eq!(ended.wrong(&[1]), None);
    assert!(ended.text().contains("network.yaml/mine"), "{}", ended.text());
    assert_eq!(fs::read_to_string(victim.join("mine")).unwrap(), "mine\n");
    fs::remove_dir_all(&victim).unwrap();
    fs::rename(generated.join("octavia"), top.join("octavia")).unwrap();
    fs::write(generated.join("octavia"), "mine\n").unwrap();
    let ended = bounded(top, &["compile", "minimal"]);
    assert_eq!(ended.wrong(&[1]), None);
    assert_eq!(fs::read_to_string(generated.join("octavia")).unwrap(), "mine\n");
    fs::remove_file(generated.join("octavia")).unwrap();
    assert!(compiled(top) == old);
}

#[test]
fn two_compiles_at_once_do_not_mix() {
    let repositories = [repository(), repository()];
    let texts = versions(repositories[0].path());
    // Two repositories with one folder for what they generate.
    fs::create_dir(repositories[0].path().join("generated")).unwrap();
    symlink(repositories[0].path().join("generated"), repositories[1].path().join("generated")).unwrap();
    let mut trees = Vec::new();
    for (repository, text) in repositories.iter().zip(&texts) {
        fs::write(repository.path().join(ENVIRONMENT), text).unwrap();
        trees.push(compiled(repository.path()));
    }
    for round in 0..5 {
        thread::scope(|scope| {
            for repository in &repositories {
                // Not read before both are done: the other one may just take a folder away.
                scope.spawn(|| assert_eq!(bounded(repository.path(), &["compile", "minimal"]).wrong(&[0]), None));
            }
        });
        let left = everything(&repositories[0].path().join("generated/minimal"));
        assert!(trees.contains(&left), "round {round}: a tree of both");
    }
}
