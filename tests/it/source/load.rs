//! Files to one tree.

use strata::compile::MERGE;
use strata::source::disk::Disk;
use strata::source::load::{Files, Memory, environment, names, text};
use strata::source::{At, Sources, decode};

const PATH: &str = "environments/x/environment.yaml";

fn json(files: &Memory) -> Result<String, Vec<String>> {
    let tree = environment(files, "x", &MERGE, &mut Sources::default());
    let tree = tree.map_err(|findings| findings.into_iter().map(|finding| finding.code.name.to_owned()).collect::<Vec<_>>())?;
    Ok(serde_json::to_string(&decode::decode::<serde_json::Value>(&tree).value).unwrap())
}

#[test]
fn extends_are_applied_in_order_and_each_file_once() {
    let files = Memory::default()
        .with(PATH, "name: x\nextends: [../../sites/a.yaml, ../../sites/b.yaml]\nown: 1\n")
        .with("sites/a.yaml", "extends: base.yaml\nname: a\nv: a\na: 1\n")
        .with("sites/b.yaml", "extends: [base.yaml]\nb: 1\n")
        .with("sites/base.yaml", "v: base\nbase: 1\n");
    assert_eq!(json(&files).as_deref(), Ok(r#"{"v":"a","base":1,"a":1,"b":1,"name":"x","own":1}"#));
}

#[test]
fn another_environment_may_be_extended_without_its_name_and_tenants() {
    let files = Memory::default()
        .with(PATH, "extends: ../y/environment.yaml\na: 2\n")
        .with("environments/y/environment.yaml", "name: y\na: 1\nb: 1\n")
        .with("environments/y/tenants/t.yaml", "name: t\n");
    assert_eq!(json(&files).as_deref(), Ok(r#"{"a":2,"b":1}"#));
}

#[test]
fn tenant_files_follow_in_the_order_of_their_names() {
    let files = Memory::default()
        .with(PATH, "name: x\ntenants: [{name: z}]\n")
        .with("environments/x/tenants/b.yaml", "name: b\n")
        .with("environments/x/tenants/a.yaml", "name: a\n")
        .with("environments/x/tenants/.swp", "\0");
    assert_eq!(json(&files).as_deref(), Ok(r#"{"name":"x","tenants":[{"name":"z"},{"name":"a"},{"name":"b"}]}"#));
    let files = Memory::default().with(PATH, "name: x\n").with("environments/x/tenants/a.yaml", "name: a\n");
    assert_eq!(json(&files).as_deref(), Ok(r#"{"name":"x","tenants":[{"name":"a"}]}"#));
}

#[test]
fn findings_of_several_tenant_files_come_together() {
    let files = Memory::default()
        .with(PATH, "name: x\n")
        .with("environments/x/tenants/a.yaml", "name: [\n")
        .with("environments/x/tenants/b.yml", "name: b\n")
        .with("environments/x/tenants/c.yaml", "");
    assert_eq!(json(&files), Err(vec!["yaml-syntax".to_owned(), "tenant-file-name".to_owned(), "empty-file".to_owned()]));
    let files =
        Memory::default().with(PATH, "name: x\n").with("environments/x/tenants/a.yaml", "name: a\nnamespaces: [{name: n}, {name: n}]\n");
    assert_eq!(json(&files), Err(vec!["duplicate-name".to_owned()]));
}

#[test]
fn a_long_chain_ends() {
    let chain = (0..40).fold(Memory::default().with(PATH, "extends: ../../s0.yaml\n"), |files, number| {
        files.with(format!("s{number}.yaml"), format!("extends: s{}.yaml\n", number + 1))
    });
    assert_eq!(json(&chain), Err(vec!["too-large".to_owned()]));
    let wide = (0..300).map(|number| format!("  - ../../w{number}.yaml\n")).collect::<Vec<_>>().concat();
    let wide = (0..300)
        .fold(Memory::default().with(PATH, format!("extends:\n{wide}")), |files, number| files.with(format!("w{number}.yaml"), "a: 1\n"));
    assert_eq!(json(&wide), Err(vec!["too-large".to_owned()]));
}

#[test]
fn environments_are_listed() {
    let files = Memory::default()
        .with("environments/b/environment.yaml", "")
        .with("environments/a/environment.yaml", "")
        .with("environments/notes/readme.md", "")
        .with("environments/README.md", "");
    assert_eq!(names(&files).unwrap(), ["a", "b"]);
    assert_eq!(names(&Memory::default()).unwrap(), Vec::<String>::new());
    assert_eq!(json(&files.with("environments/x/README.md", "")), Err(vec!["missing-file".to_owned()]));
}

#[test]
fn referenced_files_lie_beside_the_file_that_names_them() {
    let files = Memory::default()
        .with(PATH, "name: x\nextends: ../../sites/cnaf.yaml\n")
        .with("sites/cnaf.yaml", "ca: files/ca.pem\nout: ../../x\nno: nothing.pem\nbad: bad.pem\n")
        .with("sites/files/ca.pem", "PEM")
        .with("sites/bad.pem", [0xff, 0xff]);
    let mut sources = Sources::default();
    let tree = environment(&files, "x", &MERGE, &mut sources).unwrap();
    let values = decode::decode::<std::collections::BTreeMap<String, At<String>>>(&tree).value.unwrap();
    let found = text(&files, &values["ca"], &mut sources).unwrap();
    assert_eq!((found.path.as_str(), found.text.as_str()), ("sites/files/ca.pem", "PEM"));
    let mut code = |key: &str| text(&files, &values[key], &mut sources).unwrap_err().code.name;
    assert_eq!([code("out"), code("no"), code("bad")], ["outside-repository", "missing-file", "not-utf8"]);
}

#[cfg(unix)]
#[test]
fn the_disk_stays_inside_the_repository() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "s").unwrap();
    let top = tempfile::tempdir().unwrap();
    let at = |path: &str| top.path().join(path);
    std::fs::create_dir(at("dir")).unwrap();
    std::fs::write(at("dir/file"), "f").unwrap();
    symlink(outside.path().join("secret"), at("leak")).unwrap();
    symlink(outside.path(), at("leaks")).unwrap();
    symlink("dir/file", at("inside")).unwrap();
    symlink("nowhere", at("dangling")).unwrap();
    let disk = Disk::new(top.path()).unwrap();
    assert_eq!(disk.read("dir/file"), Ok(Some(b"f".to_vec())));
    assert_eq!(disk.read("inside"), Ok(Some(b"f".to_vec())));
    assert_eq!(disk.read("none"), Ok(None));
    assert_eq!(disk.read("dir/file/none"), Ok(None));
    assert_eq!(disk.list("none"), Ok(Vec::new()));
    assert_eq!(disk.list("dir"), Ok(vec!["file".to_owned()]));
    assert_eq!(disk.read("dir"), Err("it is a directory".to_owned()));
    assert_eq!(disk.list("dir/file"), Err("it is not a directory".to_owned()));
    assert_eq!(disk.read("dangling"), Err("it is a link that leads nowhere".to_owned()));
    for path in ["leak", "leaks/secret", "../x/../../etc/passwd", "/etc/passwd"] {
        assert!(disk.read(path).is_err_and(|error| error.contains("out of the repository")) || disk.read(path) == Ok(None), "{path}");
    }
    assert!(disk.list("leaks").is_err());
}
