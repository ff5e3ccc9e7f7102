//! The real binary, as a user or a pipeline calls it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

fn strata(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_strata")).arg("-C").arg(directory).args(arguments).env_remove("NO_COLOR").output().unwrap()
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A repository with what `strata init demo` writes.
fn demo() -> tempfile::TempDir {
    let repository = tempfile::tempdir().unwrap();
    let done = strata(repository.path(), &["init", "demo"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    repository
}

fn edit(repository: &Path, from: &str, to: &str) {
    let path = repository.join("environments/demo/environment.yaml");
    let before = fs::read_to_string(&path).unwrap();
    assert!(before.contains(from), "{from} is not in\n{before}");
    fs::write(path, before.replace(from, to)).unwrap();
}

#[test]
fn what_is_committed_is_what_would_be_compiled() {
    let done = strata(here(), &["compile", "--check"]);
    assert_eq!(done.status.code(), Some(0), "{}{}", text(&done.stdout), text(&done.stderr));
}

#[test]
fn all_environments_of_the_repository_check_without_an_error() {
    let done = strata(here(), &["check"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert_eq!(text(&done.stdout), "3 environments checked\n");
}

#[test]
fn init_writes_about_fifteen_lines_that_compile() {
    let repository = demo();
    let written = fs::read_to_string(repository.path().join("environments/demo/environment.yaml")).unwrap();
    assert!(written.lines().count() <= 20, "{} lines", written.lines().count());
    assert!(written.starts_with("# yaml-language-server: $schema=../environment.schema.json\n"));
    let done = strata(repository.path(), &["compile"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(repository.path().join("generated/demo/openstack/network.yaml").is_file());
    // What `strata lock` pins, the image and the release, is all that a new environment is told about.
    let told = ["warning[image-unpinned]", "warning[release-unpinned]"].map(|code| text(&done.stderr).matches(code).count());
    assert_eq!((told, text(&done.stderr).matches("warning[").count()), ([1, 1], 2), "{}", text(&done.stderr));
    let again = strata(repository.path(), &["compile"]);
    assert!(text(&again.stdout).contains("0 files written"), "{}", text(&again.stdout));
}

#[test]
fn minimal_is_what_init_writes() {
    let committed = fs::read_to_string(here().join("environments/minimal/environment.yaml")).unwrap();
    assert_eq!(committed, strata::cli::init_environment(&"minimal".parse().unwrap()));
}

#[test]
fn init_leaves_an_existing_environment_alone() {
    let repository = demo();
    edit(repository.path(), "10.20.0.0/22", "10.99.0.0/22");
    let done = strata(repository.path(), &["init", "demo"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(fs::read_to_string(repository.path().join("environments/demo/environment.yaml")).unwrap().contains("10.99.0.0/22"));
}

#[test]
fn the_committed_schemas_are_the_ones_of_the_types() {
    for (file, arguments) in [("environment", vec!["schema"]), ("tenant", vec!["schema", "--tenant"])] {
        let committed = fs::read_to_string(here().join(format!("environments/{file}.schema.json"))).unwrap();
        assert_eq!(text(&strata(here(), &arguments).stdout), committed, "run `strata schema` again into environments/{file}.schema.json");
    }
}

#[test]
fn exit_codes_tell_what_a_pipeline_wants_to_know() {
    let repository = demo();
    let code = |arguments: &[&str]| strata(repository.path(), arguments).status.code();
    assert_eq!(code(&["compile", "--check"]), Some(3), "nothing is generated yet");
    assert_eq!(code(&["diff"]), Some(0));
    assert_eq!(code(&["diff", "--exit-code"]), Some(3));
    assert_eq!(code(&["compile"]), Some(0));
    assert_eq!(code(&["compile", "--check"]), Some(0));
    assert_eq!(code(&["diff", "--exit-code"]), Some(0));
    assert_eq!(code(&["no-such-command"]), Some(2));
    assert_eq!(code(&["check", "--no-such-flag"]), Some(2));
    assert_eq!(code(&["--help"]), Some(0));
    edit(repository.path(), "10.20.0.0/22", "10.20.0.1/22");
    assert_eq!(code(&["check"]), Some(1));
    assert_eq!(code(&["compile"]), Some(1));
    assert_eq!(code(&["diff", "--exit-code"]), Some(1));
}

#[test]
fn a_failed_compile_leaves_the_old_tree() {
    let repository = demo();
    strata(repository.path(), &["compile"]);
    let tree = repository.path().join("generated/demo");
    let before = fs::read_to_string(tree.join("openstack/index.yaml")).unwrap();
    edit(repository.path(), "count: 2", "count: two");
    assert_eq!(strata(repository.path(), &["compile"]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(tree.join("openstack/index.yaml")).unwrap(), before);
}

#[test]
fn json_prints_one_finding_a_line_with_its_place() {
    let repository = demo();
    edit(repository.path(), "servers: {", "servers: {count: 4, ");
    let done = strata(repository.path(), &["check", "--format", "json"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(done.stderr.is_empty(), "{}", text(&done.stderr));
    let findings: Vec<serde_json::Value> = text(&done.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let even = findings.iter().find(|finding| finding["code"] == "even-server-count").unwrap();
    assert_eq!(even["severity"], "error");
    assert_eq!(even["file"], "environments/demo/environment.yaml");
    assert_eq!((&even["line"], &even["column"]), (&12.into(), &18.into()));
    assert!(even["message"].is_string() && even["help"].is_string() && even["labels"].is_array());
}

#[test]
fn there_is_no_colour_without_a_terminal() {
    let repository = demo();
    edit(repository.path(), "servers: {", "servers: {count: 4, ");
    let done = strata(repository.path(), &["check"]);
    assert!(!text(&done.stderr).contains('\u{1b}'), "{}", text(&done.stderr));
}

#[test]
fn the_diff_shows_what_would_change() {
    let repository = demo();
    strata(repository.path(), &["compile"]);
    edit(repository.path(), "count: 2", "count: 3");
    let diff = text(&strata(repository.path(), &["diff"]).stdout);
    assert!(diff.contains("+++ b/generated/demo/openstack/nodes/general-2.env.yaml"), "{diff}");
    assert!(diff.contains("--- /dev/null"), "{diff}");
    assert!(!diff.contains("nodes/general-1.env.yaml"), "another node moved\n{diff}");
}

#[test]
fn addresses_are_recorded_and_stay() {
    let repository = demo();
    strata(repository.path(), &["compile"]);
    let lock = || fs::read_to_string(repository.path().join("environments/demo/lock.yaml")).unwrap();
    let before = lock();
    assert!(before.contains("general: 10.20.0.128/26"), "{before}");
    // A pool written before the others takes the next free block.
    edit(repository.path(), "agents: [", "agents: [{name: first, count: 1, flavor: m1.large, disk: {size: 50Gi}}, ");
    assert_eq!(strata(repository.path(), &["compile"]).status.code(), Some(0));
    let after = lock();
    assert!(after.contains("general: 10.20.0.128/26") && after.contains("first: 10.20.0.192/26"), "{after}");
}

#[test]
fn explain_knows_every_code_and_helps_with_a_misspelt_one() {
    for code in strata::diagnostic::codes::all() {
        let done = strata(here(), &["explain", code.name]);
        assert_eq!(done.status.code(), Some(0), "{}", code.name);
        assert!(text(&done.stdout).contains("Upstream: "), "{}", code.name);
    }
    let done = strata(here(), &["explain", "even-server-cout"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("did you mean `even-server-count`?"), "{}", text(&done.stderr));
}

#[test]
fn an_unknown_environment_is_named_with_a_suggestion() {
    let done = strata(here(), &["check", "dare-prd"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("did you mean `dare-prod`?"), "{}", text(&done.stderr));
}

#[test]
fn a_folder_without_environments_is_told_how_to_begin() {
    let empty = tempfile::tempdir().unwrap();
    let done = strata(empty.path(), &["compile"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("strata init NAME"), "{}", text(&done.stderr));
}

#[test]
fn completions_and_manual_pages_are_written() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = strata(here(), &["completions", shell]);
        assert!(text(&done.stdout).contains("strata"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let done = strata(here(), &["man", folder.path().to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert!(folder.path().join("strata-compile.1").is_file());
}

#[test]
fn an_override_with_a_mistake_is_drawn_like_any_finding() {
    let repository = demo();
    let folder = repository.path().join("templates/openstack");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("flows.yaml.j2"), "environment: {{ environment\n").unwrap();
    let done = strata(repository.path(), &["compile"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("--> templates/openstack/flows.yaml.j2:1:"), "{}", text(&done.stderr));
    fs::write(folder.join("flows.yaml.j2"), "environment: prefix-{{ environment }}\n").unwrap();
    let done = strata(repository.path(), &["compile"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stderr).contains("--> templates/openstack/flows.yaml.j2:1:"), "{}", text(&done.stderr));
    fs::write(folder.join("flows.yaml.j2"), "mine: {{ environment }}\n").unwrap();
    assert_eq!(strata(repository.path(), &["compile"]).status.code(), Some(0));
    let made = fs::read_to_string(repository.path().join("generated/demo/openstack/flows.yaml")).unwrap();
    assert!(made.ends_with("mine: demo\n"), "{made}");
}
