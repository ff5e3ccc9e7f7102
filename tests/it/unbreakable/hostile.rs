//! Files that somebody made to hurt, before the real program: a finding or an error, in bounded time and memory.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use super::{Ended, bounded, repository};

const ENVIRONMENT: &str = "environments/minimal/environment.yaml";

/// What is wrong after something was done to the repository: it has to be refused with this code, and nothing written.
fn refused(what: &str, code: &str, spoil: impl Fn(&Path)) -> Option<String> {
    let repository = repository();
    spoil(repository.path());
    let ended = bounded(repository.path(), &["compile", "minimal"]);
    let wrong = ended.wrong(&[1]).or_else(|| (!ended.text().contains(code)).then(|| format!("no `{code}` in\n{}", ended.text())));
    let written = repository.path().join("generated/minimal").exists().then(|| "something was written".to_owned());
    wrong.or(written).map(|why| format!("{what}: {why}"))
}

fn with_text(what: &str, code: &str, text: impl AsRef<[u8]>) -> Option<String> {
    refused(what, code, |top| fs::write(top.join(ENVIRONMENT), text.as_ref()).unwrap())
}

#[test]
fn hostile_yaml_is_refused() {
    let good = fs::read_to_string(super::here().join(ENVIRONMENT)).unwrap();
    let bomb: String = ('b'..='z').map(|c| format!("{c}: &{c} [*a,*a,*a,*a,*a,*a,*a,*a]\n")).collect();
    let nested = |open: &str, close: &str| format!("{good}x: {}{}\n", open.repeat(100_000), close.repeat(100_000));
    let deep_blocks: String = (0..20_000).map(|depth| format!("{}k:\n", " ".repeat(depth % 4000))).collect();
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let wrong = [
        with_text("an alias bomb", "[yaml-alias]", format!("a: &a [x,x,x]\n{bomb}")),
        with_text("deep flow", "error[", nested("[", "]")),
        with_text("deep mappings", "error[", nested("{a: ", "}")),
        with_text("deep blocks", "error[", format!("{good}{deep_blocks}")),
        with_text("100 MB", "[too-large]", vec![b'a'; 100 << 20]),
        with_text("100 MB of good lines", "[too-large]", good.repeat((100 << 20) / good.len())),
        with_text("a NUL", "[control-character]", format!("{good}x: \0\n")),
        with_text("UTF-16", "[not-utf8]", [&[0xff, 0xfe][..], &utf16].concat()),
        with_text("Latin-1", "[not-utf8]", [good.as_bytes(), b"# \xe9\n"].concat()),
        with_text("a key twice", "[duplicate-key]", format!("{good}servers: {{}}\n")),
        with_text("a tab as indentation", "error[", good.replace("  - name", "\t- name")),
        with_text("nothing", "[empty-file]", ""),
        with_text("two documents", "error[", format!("{good}---\n{good}")),
        with_text("a number of a thousand digits", "error[", good.replace("count: 2", &format!("count: {}", "9".repeat(1000)))),
        with_text("a million agents", "error[", good.replace("count: 2", "count: 1000000")),
        with_text("four thousand million agents", "error[", good.replace("count: 2", "count: 4294967295")),
    ];
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_editors_of_other_systems_write_is_taken() {
    let repository = repository();
    let path = repository.path().join(ENVIRONMENT);
    let good = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("\u{feff}{}", good.replace('\n', "\r\n"))).unwrap();
    let ended = bounded(repository.path(), &["compile", "minimal"]);
    assert_eq!(ended.wrong(&[0]), None);
}

#[test]
fn links_and_strange_files_are_named() {
    let replace = |top: &Path, target: &Path| {
        fs::remove_file(top.join(ENVIRONMENT)).unwrap();
        symlink(target, top.join(ENVIRONMENT)).unwrap();
    };
    let extends = |top: &Path, written: &str| {
        let text = fs::read_to_string(top.join(ENVIRONMENT)).unwrap();
        fs::write(top.join(ENVIRONMENT), format!("{text}extends: {written}\n")).unwrap();
    };
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("environment.yaml"), "name: x\n").unwrap();
    let wrong = [
        refused("a link to a file outside", "leads out of the repository", |top| replace(top, &outside.path().join("environment.yaml"))),
        refused("a link to a device", "error", |top| replace(top, Path::new("/dev/zero"))),
        refused("a link that leads nowhere", "leads nowhere", |top| replace(top, Path::new("nowhere"))),
        refused("a link to itself", "error", |top| replace(top, Path::new("environment.yaml"))),
        refused("a pipe", "not a regular file", |top| {
            fs::remove_file(top.join(ENVIRONMENT)).unwrap();
            assert!(Command::new("mkfifo").arg(top.join(ENVIRONMENT)).status().unwrap().success());
        }),
        refused("a folder", "is a directory", |top| {
            fs::remove_file(top.join(ENVIRONMENT)).unwrap();
            fs::create_dir(top.join(ENVIRONMENT)).unwrap();
        }),
        refused("a path that leaves the repository", "[outside-repository]", |top| extends(top, "../../../etc/passwd")),
        refused("an absolute path", "[outside-repository]", |top| extends(top, "/etc/passwd")),
        refused("a file that extends itself", "[extends-cycle]", |top| extends(top, "environment.yaml")),
        refused("a folder of tenants that leads outside", "leads out of the repository", |top| {
            symlink(outside.path(), top.join("environments/minimal/tenants")).unwrap();
        }),
        refused("a template of 100 MB", "larger than", |top| {
            fs::create_dir_all(top.join("templates/openstack")).unwrap();
            fs::write(top.join("templates/openstack/flows.yaml.j2"), vec![b'a'; 100 << 20]).unwrap();
        }),
        refused("a template without an end", "[template-failure]", |top| {
            fs::create_dir_all(top.join("templates/openstack")).unwrap();
            let endless = "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}\n";
            fs::write(top.join("templates/openstack/flows.yaml.j2"), endless).unwrap();
        }),
    ];
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A user who may not read. The administrator may read everything, so the program runs as somebody else.
#[test]
fn an_unreadable_file_is_named() {
    let repository = repository();
    let (top, path) = (repository.path(), repository.path().join(ENVIRONMENT));
    fs::set_permissions(top, fs::Permissions::from_mode(0o755)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).unwrap();
    let program = top.join("strata");
    fs::copy(env!("CARGO_BIN_EXE_strata"), &program).unwrap();
    let mut command = if fs::read(&path).is_ok() {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&program);
        command
    } else {
        Command::new(&program)
    };
    let done = command.arg("-C").arg(top).args(["compile", "minimal"]).output().unwrap();
    let text = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(1), "{text}");
    assert!(text.contains("permission denied") && text.contains(ENVIRONMENT), "{text}");
}

/// Ten thousand findings are told, not drawn for an hour.
#[test]
fn a_file_full_of_mistakes_ends() {
    let repository = repository();
    let path = repository.path().join(ENVIRONMENT);
    let mut text = fs::read_to_string(&path).unwrap();
    text.extend((0..10_000).map(|number| format!("key{number}: {{}}\n")));
    fs::write(&path, text).unwrap();
    let ended: Ended = bounded(repository.path(), &["check", "minimal"]);
    assert_eq!(ended.wrong(&[1]), None);
}
