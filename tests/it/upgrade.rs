//! Plans of system-upgrade-controller: the version is Git's, servers go one by one, agents wait for them, everybody has a Plan.

use std::collections::BTreeSet;

use serde_json::Value;
use strata::compile::Compiled;
use strata::model::Role;
use strata::render;

use crate::model::{Plan, compiled};

fn plans(compiled: &Compiled) -> Vec<Value> {
    render::read::read(compiled.tree.get("platform/system-upgrade/plans.yaml").unwrap()).unwrap()
}

fn named<'a>(plans: &'a [Value], name: &str) -> &'a Value {
    plans.iter().find(|plan| plan["metadata"]["name"] == name).unwrap()
}

#[test]
fn every_node_has_one_plan_and_servers_go_one_by_one() {
    for compiled in crate::traps::environments().values() {
        let plans = plans(compiled);
        let servers = named(&plans, "servers");
        assert_eq!(servers["spec"]["concurrency"], 1);
        assert_eq!(servers["spec"]["nodeSelector"]["matchExpressions"][0]["values"], serde_json::json!(["true"]));
        assert!(servers["spec"].get("prepare").is_none());
        let mut seen = BTreeSet::new();
        for plan in plans.iter().filter(|plan| plan["metadata"]["name"] != "servers") {
            assert_eq!(plan["spec"]["prepare"]["args"], serde_json::json!(["prepare", "servers"]));
            let names = plan["spec"]["nodeSelector"]["matchExpressions"][0]["values"].as_array().unwrap();
            assert!(names.iter().all(|name| seen.insert(name.as_str().unwrap().to_owned())), "{plan}");
        }
        let agents = compiled.model.pools.iter().filter(|pool| pool.role == Role::Agent).flat_map(|pool| &pool.nodes);
        assert_eq!(seen, agents.map(|node| node.name.clone()).collect());
    }
}

#[test]
fn the_version_comes_from_git_alone() {
    for compiled in crate::traps::environments().values() {
        let version = compiled.model.kubernetes.version.to_string();
        let image = format!("docker.io/rancher/rke2-upgrade:{}", version.replace('+', "-"));
        for plan in plans(compiled) {
            let spec = &plan["spec"];
            assert!(spec.get("channel").is_none());
            assert_eq!((spec["version"].as_str(), spec["upgrade"]["image"].as_str()), (Some(version.as_str()), Some(image.as_str())));
        }
    }
}

/// Agents wait in their Job for all servers; a Job that runs out of time stops its Plan.
#[test]
fn agents_have_time_to_wait_for_servers() {
    for compiled in crate::traps::environments().values() {
        let plans = plans(compiled);
        let deadline = |plan: &Value| plan["spec"]["jobActiveDeadlineSecs"].as_u64().unwrap();
        let servers = compiled.model.pools.iter().find(|pool| pool.role == Role::Server).unwrap().nodes.len() as u64;
        let before = servers * deadline(named(&plans, "servers"));
        for plan in plans.iter().filter(|plan| plan["metadata"]["name"] != "servers") {
            assert!(deadline(plan) > before, "{plan}");
        }
    }
}

fn window(windows: &str) -> Value {
    let text = Plan::random(1).text() + &format!("\nmaintenance: {{windows: [{windows}]}}\n");
    named(&plans(&compiled(&text, None)), "servers")["spec"]["window"].clone()
}

#[test]
fn windows_are_those_of_the_environment() {
    let one = r#"{days: [Sat], start: "02:00", duration: 4h, timeZone: Europe/Rome}"#;
    let expected = serde_json::json!({"days": ["saturday"], "startTime": "02:00", "endTime": "06:00", "timeZone": "Europe/Rome"});
    assert_eq!(window(one), expected);
    // Days of one time come together, another time does not.
    let three = format!(
        r#"{one}, {{days: [Sun, Sat], start: "02:00", duration: 4h, timeZone: Europe/Rome}}, {{days: [Mon], start: "02:00", duration: 4h, timeZone: UTC}}"#
    );
    assert_eq!(window(&three)["days"], serde_json::json!(["saturday", "sunday"]));
    // The controller looks at the day of the moment: behind midnight it would be the wrong one.
    assert_eq!(window(r#"{days: [Sat], start: "22:00", duration: 4h, timeZone: UTC}"#)["endTime"], "23:59");
}

/// What the controller may do, it needs: making Jobs in its namespace. Draining is the Jobs' own.
#[test]
fn the_controller_cannot_touch_pods() {
    for compiled in crate::traps::environments().values() {
        let text = compiled.tree.get("platform/system-upgrade/controller.yaml").unwrap();
        let documents = render::read::read(text).unwrap();
        let deployment = documents.iter().find(|document| document["kind"] == "Deployment").unwrap();
        let account = &deployment["spec"]["template"]["spec"]["serviceAccountName"];
        let bound = documents
            .iter()
            .filter(|document| document["subjects"].as_array().is_some_and(|all| all.iter().any(|one| one["name"] == *account)));
        let roles: Vec<&Value> = bound.map(|binding| &binding["roleRef"]["name"]).collect();
        assert!(!roles.is_empty());
        let rules = documents.iter().filter(|document| document["rules"].is_array() && roles.contains(&&document["metadata"]["name"]));
        let rules: Vec<String> = rules.map(|role| role["rules"].to_string()).collect();
        // The drainer's role has another name, the Jobs' Role too.
        assert!(rules.iter().all(|rules| !rules.contains("pods")), "{rules:?}");
        assert!(!text.contains("hostPath"));
    }
}
