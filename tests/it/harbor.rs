//! Harbor's calls: what nodes ask for is what is made, nothing is secret, and nobody gets a right that he does not need.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strata::compile::Compiled;

use crate::model::{Plan, compiled, document};

const SPECIFICATION: &str = "harbor/specification.yaml";

fn with(harbor: &str) -> Compiled {
    let registry = format!("registry: {{harbor: {{url: https://harbor.example.org, {harbor}}}}}\nbastion: {{");
    let secrets = "\nsecrets: {harbor: {env: HARBOR}, hub: {env: HUB}, robot: {env: ROBOT}}\n";
    let text = Plan::random(1).text();
    assert!(!text.contains("secrets:"), "{text}");
    compiled(&(text.replacen("bastion: {", &registry, 1) + secrets), None)
}

/// Every call of a specification.
fn calls(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(map) if map.contains_key("method") => vec![value],
        Value::Object(map) => map.values().flat_map(calls).collect(),
        Value::Array(items) => items.iter().flat_map(calls).collect(),
        _ => Vec::new(),
    }
}

fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Object(map) => map.values().flat_map(texts).collect(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn what_nodes_ask_for_is_what_is_made() {
    for compiled in crate::traps::environments().values().filter(|compiled| compiled.model.harbor.is_some()) {
        let specification = document(compiled, SPECIFICATION);
        let projects = specification["projects"].as_array().unwrap();
        let made: BTreeMap<String, String> = projects
            .iter()
            .map(|project| {
                let body = &project["create"]["body"];
                let registry = body["registry_id"].as_str().unwrap().trim_start_matches("${registry.").trim_end_matches(".id}");
                (registry.to_owned(), body["project_name"].as_str().unwrap().to_owned())
            })
            .collect();
        let registries = document(compiled, "rke2/pools/server/registries.yaml");
        let asked: BTreeMap<String, String> = registries["mirrors"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(registry, mirror)| {
                let project = mirror["rewrite"]["^(.*)$"].as_str().unwrap();
                (registry.clone(), project.trim_end_matches("/$1").to_owned())
            })
            .collect();
        assert_eq!(made, asked);
    }
}

#[test]
fn the_login_is_tried_before_anything_else() {
    for compiled in crate::traps::environments().values().filter(|compiled| compiled.model.harbor.is_some()) {
        let specification = document(compiled, SPECIFICATION);
        let first = calls(&specification)[0];
        assert_eq!((first["method"].as_str(), first["path"].as_str()), (Some("GET"), Some("/users/current")));
    }
}

#[test]
fn a_robot_pulls_from_private_projects_and_does_nothing_else() {
    let compiled = with(
        "credentials: {secret: harbor}, robot: {secret: robot}, \
         proxies: {quay.io: quay, ghcr.io: {project: ghcr, private: true}, registry.k8s.io: {project: k8s, private: true}}",
    );
    let specification = document(&compiled, SPECIFICATION);
    let robot = &specification["robots"][0];
    for body in [&robot["create"]["body"], &robot["update"]["body"]] {
        let permissions = body["permissions"].as_array().unwrap();
        let namespaces: BTreeSet<&str> = permissions.iter().map(|permission| permission["namespace"].as_str().unwrap()).collect();
        assert_eq!(namespaces, BTreeSet::from(["ghcr", "k8s"]));
        for permission in permissions {
            assert_eq!(permission["access"], serde_json::json!([{"resource": "repository", "action": "pull"}]));
        }
    }
    let public = |name: &str| {
        let projects = specification["projects"].as_array().unwrap();
        let project = projects.iter().find(|project| project["name"] == name).unwrap();
        project["create"]["body"]["metadata"]["public"].as_str().unwrap().to_owned()
    };
    assert_eq!(["quay", "ghcr", "k8s"].map(public), ["true", "false", "false"]);
    let open = with("credentials: {secret: harbor}, proxies: {quay.io: quay}");
    assert!(document(&open, SPECIFICATION).get("robots").is_none());
}

#[test]
fn accounts_are_references() {
    let compiled = with(
        "credentials: {secret: harbor}, robot: {secret: robot}, upstream: {docker.io: {secret: hub}}, \
         proxies: {docker.io: {project: hub, private: true}, quay.io: quay}",
    );
    let specification = document(&compiled, SPECIFICATION);
    let references: BTreeSet<&str> = texts(&specification).into_iter().filter(|text| text.starts_with("${secret.")).collect();
    assert_eq!(
        references.into_iter().collect::<Vec<_>>(),
        [
            "${secret.harbor.name}",
            "${secret.harbor.password}",
            "${secret.hub.name}",
            "${secret.hub.password}",
            "${secret.robot.name}",
            "${secret.robot.password}"
        ]
    );
    let registries = specification["registries"].as_array().unwrap();
    for registry in registries {
        let create = &registry["create"]["body"];
        let own = registry["name"] == "docker.io";
        // An account that is gone is taken away; a new endpoint without one says nothing.
        assert_eq!(create.get("credential").is_some(), own);
        assert_eq!(registry["update"]["body"]["access_key"].as_str() == Some(""), !own);
    }
}

#[test]
fn what_others_manage_is_only_looked_at() {
    let compiled = with("manage: false, proxies: {docker.io: hub, quay.io: {project: quay, private: true}}, robot: {secret: robot}");
    let specification = document(&compiled, SPECIFICATION);
    assert!(calls(&specification).iter().all(|call| call["method"] == "GET"), "{specification}");
    assert_eq!(specification["projects"].as_array().unwrap().len(), 2);
}
