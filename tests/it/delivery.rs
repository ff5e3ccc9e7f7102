//! What Argo CD delivers: every Application finds what it names, nothing comes before what it needs, and Secrets hold references.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strata::compile::{Compiled, compile};
use strata::render::{Templates, read};
use strata::source::Sources;
use strata::source::disk::Disk;
use strata::source::load::Memory;

/// The reference environments that have Argo CD.
const ENVIRONMENTS: [&str; 2] = ["dare-prod", "staging"];

fn compiled(name: &str) -> Compiled {
    let mut sources = Sources::default();
    let templates = Templates::load([], &mut sources).value.unwrap();
    let top = Disk::new(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    compile(&top, name, &templates, &mut sources).value.unwrap()
}

fn documents(compiled: &Compiled, folder: &str) -> Vec<Value> {
    let files = compiled.tree.iter().filter(|(path, _)| path.starts_with(folder));
    files.flat_map(|(_, text)| read::read(text).unwrap()).collect()
}

fn applications(compiled: &Compiled) -> Vec<Value> {
    let is = |document: &Value| document["kind"] == "Application";
    documents(compiled, "platform/applications/").into_iter().filter(is).collect()
}

fn wave(application: &Value) -> u32 {
    application["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"].as_str().unwrap().parse().unwrap()
}

#[test]
fn every_application_finds_its_manifests_and_values() {
    for name in ENVIRONMENTS {
        let compiled = compiled(name);
        let in_tree = |path: &str| path.strip_prefix(&format!("generated/{name}/")).unwrap().to_owned();
        for application in applications(&compiled) {
            for source in application["spec"]["sources"].as_array().unwrap() {
                if let Some(path) = source["path"].as_str() {
                    let folder = in_tree(path) + "/";
                    assert!(compiled.tree.iter().any(|(path, _)| path.starts_with(&folder)), "{name}: {folder} is empty");
                }
                for values in source["helm"]["valueFiles"].as_array().into_iter().flatten() {
                    let file = in_tree(values.as_str().unwrap().strip_prefix("$values/").unwrap());
                    assert!(compiled.tree.get(&file).is_some(), "{name}: there is no {file}");
                }
            }
        }
    }
}

#[test]
fn every_folder_of_the_platform_is_an_application() {
    for name in ENVIRONMENTS {
        let compiled = compiled(name);
        let folders: BTreeSet<&str> =
            compiled.tree.iter().filter_map(|(path, _)| path.strip_prefix("platform/")?.split('/').next()).collect();
        let applications: BTreeSet<String> =
            applications(&compiled).iter().map(|one| one["metadata"]["name"].as_str().unwrap().to_owned()).collect();
        let missing: Vec<&&str> = folders.iter().filter(|folder| **folder != "applications" && !applications.contains(**folder)).collect();
        assert!(missing.is_empty(), "{name}: nobody syncs {missing:?}");
    }
}

#[test]
fn nothing_is_synced_before_what_it_comes_after() {
    for name in ENVIRONMENTS {
        let compiled = compiled(name);
        let waves: BTreeMap<String, u32> =
            applications(&compiled).iter().map(|one| (one["metadata"]["name"].as_str().unwrap().to_owned(), wave(one))).collect();
        let mut pairs = 0;
        for component in &compiled.model.components {
            for after in &component.after {
                assert!(waves[after] < waves[&component.name], "{name}: {} is not after {after}", component.name);
                pairs += 1;
            }
        }
        assert!(pairs > 5);
        let order = ["namespaces", "kyverno", "kyverno-policies"].map(|name| waves[name]);
        assert!(order.is_sorted(), "{order:?}");
    }
}

#[test]
fn every_namespace_of_an_application_is_in_its_project() {
    for name in ENVIRONMENTS {
        let compiled = compiled(name);
        let all = documents(&compiled, "platform/applications/");
        for application in all.iter().filter(|document| document["kind"] == "Application") {
            let project =
                all.iter().find(|one| one["kind"] == "AppProject" && one["metadata"]["name"] == application["spec"]["project"]).unwrap();
            let destinations = project["spec"]["destinations"].as_array().unwrap();
            let namespace = &application["spec"]["destination"]["namespace"];
            assert!(
                destinations.iter().any(|one| one["namespace"] == *namespace || one["namespace"] == "*"),
                "{name}: {namespace} is in no project"
            );
            for source in application["spec"]["sources"].as_array().unwrap() {
                assert!(project["spec"]["sourceRepos"].as_array().unwrap().contains(&source["repoURL"]), "{name}: {}", source["repoURL"]);
            }
        }
    }
}

/// An environment of the test, with all that a finding-free one has.
fn with(text: &str) -> Memory {
    let top = env!("CARGO_MANIFEST_DIR");
    let read = |path: &str| std::fs::read_to_string(format!("{top}/{path}")).unwrap();
    Memory::default()
        .with("environments/base.yaml", read("tests/diagnostics/base.yaml"))
        .with("environments/x/lock.yaml", read("tests/diagnostics/lock.yaml"))
        .with("environments/x/environment.yaml", format!("name: x\nextends: ../base.yaml\n{text}"))
}

fn compiled_of(text: &str) -> Compiled {
    let mut sources = Sources::default();
    let templates = Templates::load([], &mut sources).value.unwrap();
    let checked = compile(&with(text), "x", &templates, &mut sources);
    checked.value.unwrap_or_else(|| panic!("{:?}", checked.findings.iter().map(|one| &one.message).collect::<Vec<_>>()))
}

#[test]
fn values_of_the_user_are_laid_over_ours_for_both_ways_of_a_chart() {
    let compiled = compiled_of(
        "argocd: {host: argocd.example.org, repository: {url: https://git.example.org/platform.git}}\n\
         platform:\n  charts:\n    kyverno: {values: {config: {preserve: null, extra: [1]}}}\n    argocd: {values: {server: {replicas: 5}}}\n",
    );
    let kyverno = &documents(&compiled, "values/kyverno.yaml")[0];
    assert_eq!(kyverno["config"]["preserve"], Value::Null);
    assert_eq!(kyverno["config"]["extra"], serde_json::json!([1]));
    assert!(kyverno["config"]["webhooks"].is_object(), "what is not named stays");
    let chart = &documents(&compiled, "platform/argocd/helmchart.yaml")[0];
    let values = read::read(chart["spec"]["valuesContent"].as_str().unwrap()).unwrap();
    assert_eq!(values[0]["server"]["replicas"], 5);
    assert_eq!(values[0]["repoServer"]["replicas"], 2);
}

#[test]
fn a_component_that_is_added_moves_only_what_waits_for_it() {
    let base = "argocd: {host: argocd.example.org, repository: {url: https://git.example.org/platform.git}}\n";
    let extra = "platform: {extra: [{name: site, path: manifests/site, namespace: site, after: [kyverno]}]}\n";
    let waves = |compiled: &Compiled| -> BTreeMap<String, u32> {
        compiled.model.components.iter().map(|component| (component.name.clone(), component.wave)).collect()
    };
    let (before, mut after) = (waves(&compiled_of(base)), waves(&compiled_of(&format!("{base}{extra}"))));
    assert!(after.remove("site").is_some_and(|wave| wave > before["kyverno-policies"]));
    assert_eq!(before, after);
}

#[test]
fn secrets_of_the_cluster_are_references() {
    let compiled = compiled_of(
        "argocd:\n  host: argocd.example.org\n  repository: {url: ssh://git@git.example.org/platform.git, credentials: {secret: key}}\n  \
         credentials: [{url: https://git.example.org/dare, credentials: {secret: token}, username: robot$1}]\n\
         secrets: {key: {file: key}, token: {env: TOKEN}}\n",
    );
    let secrets = &documents(&compiled, "bootstrap/secrets.yaml")[0]["secrets"];
    let of = |name: &str| secrets.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["data"].clone();
    assert_eq!(of("repository-platform")["sshPrivateKey"], "${secret.key}");
    assert_eq!(of("repositories-git-example-org-dare")["username"], "robot$$1");
    assert_eq!(of("repositories-git-example-org-dare")["password"], "${secret.token}");
}
