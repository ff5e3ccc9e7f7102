//! Trials whose objects hold values of the environment: registries, sizes, who may write namespaces.

use serde_json::{Map, Value, json};

use super::super::expressions::Amounts;
use super::super::policies::amounts;
use super::{Row, Trial, User};
use crate::model::Model;

const NOBODY: User = User { name: "alice", groups: &["system:authenticated", "team"] };
const EMERGENCY: User = User { name: "admin", groups: &["system:masters", "system:authenticated"] };
const ARGO_CD: User = User {
    name: "system:serviceaccount:argocd:platform",
    groups: &["system:serviceaccounts", "system:serviceaccounts:argocd", "system:authenticated"],
};

/// As whom Argo CD syncs what belongs to a tenant.
const FOR_A_TENANT: User = User { name: "system:serviceaccount:argocd:tenant-team", groups: ARGO_CD.groups };

/// Names of images as people write them, and whose they are.
pub(super) fn registries(model: &Model) -> Trial {
    let declared = &model.policies.registries;
    let hub = declared.iter().any(|registry| registry == "docker.io");
    let first = declared.first().map_or("", String::as_str);
    let digest = "0123456789abcdef".repeat(4);
    let mut images: Vec<(String, String, bool)> = Vec::new();
    for (number, registry) in declared.iter().enumerate() {
        images.push((format!("declared-{number}"), format!("{registry}/team/app:1"), true));
    }
    images.push(("digest".into(), format!("{first}/team/app@sha256:{digest}"), true));
    // Without a host a name is Docker Hub's.
    for (name, image) in [("short", "nginx:1"), ("short-user", "grafana/grafana:12"), ("index", "index.docker.io/library/nginx:1")] {
        images.push((name.into(), image.into(), hub));
    }
    let foreign = [
        ("foreign", "evil.example.net/app:1".to_owned()),
        ("foreign-port", format!("{first}:8443/team/app:1")),
        ("foreign-upper-case", format!("{}/team/app:1", first.to_uppercase())),
        ("foreign-longer", format!("{first}.evil.example.net/team/app:1")),
        ("foreign-host-by-its-case", "EVIL/app:1".to_owned()),
        ("foreign-localhost", "localhost/app:1".to_owned()),
        ("foreign-path", format!("evil.example.net/{first}/app:1")),
    ];
    images.extend(foreign.into_iter().map(|(name, image)| (name.to_owned(), image, false)));
    let mut pods: Vec<Value> = images.iter().map(|(name, image, _)| json!({ "name": name, "namespace": "team", "image": image })).collect();
    pods.push(json!({ "name": "of-the-system", "namespace": "kube-system", "image": "evil.example.net/app:1" }));
    let named = |allowed: bool| images.iter().filter(move |(.., good)| *good == allowed).map(|(name, ..)| format!("team/{name}"));
    let hidden = ["team/foreign-init", "team/foreign-ephemeral", "team/foreign-volume"];
    let refused = || named(false).chain(hidden.map(str::to_owned));
    Trial {
        folder: "",
        user: None,
        resources: ("kyverno/tests/declared-registries.yaml.j2", json!({ "pods": pods, "declared": first })),
        outcome: None,
        rows: vec![
            Row::new("pass", "Pod", named(true)),
            Row::skip("Pod", &["kube-system/of-the-system"]),
            Row::new("fail", "Pod", refused()),
            Row::new("fail", "Pod", refused()).on_update(),
            Row::fail("Deployment", &["team/foreign-deployment"]),
            Row::fail("CronJob", &["team/foreign-cronjob"]),
        ],
    }
}

pub(super) fn limit_containers(model: &Model) -> Trial {
    let max = &model.policies.max;
    // A digit before it: more in whatever unit.
    let more: Amounts = max.iter().map(|(name, amount)| (*name, format!("9{amount}"))).collect();
    let large = ["team/too-large", "team/too-large-init", "team/too-large-pod"];
    Trial {
        folder: "",
        user: None,
        resources: ("kyverno/tests/limit-containers.yaml.j2", json!({ "maximum": mapping(max), "more": mapping(&more) })),
        outcome: None,
        rows: vec![
            Row::pass("Pod", &["team/largest"]),
            Row::fail("Pod", &large),
            Row::fail("Pod", &large).on_update(),
            Row::fail("StatefulSet", &["team/too-large-statefulset"]),
        ],
    }
}

/// What containers say, and what comes out: told here a second time, without CEL.
pub(super) fn default_resources(model: &Model) -> Trial {
    let containers = &model.policies.containers;
    let (requests, limits) = (amounts(&containers.requests), amounts(&containers.limits));
    let small = json!({ "limits": { "cpu": "10m", "memory": "16Mi" } });
    let large = json!({ "requests": { "cpu": "900", "memory": "900Gi" } });
    let cases = [("bare", json!({}), json!({})), ("small-and-large", small, large)];
    let pods = |change: &dyn Fn(&Value) -> Value| -> Vec<Value> {
        cases.iter().map(|(name, app, init)| json!({ "name": name, "app": change(app), "init": change(init) })).collect()
    };
    let before = json!({ "pods": pods(&Value::clone) });
    let after = json!({ "pods": pods(&|said| completed(said, &requests, &limits)) });
    Trial {
        folder: "",
        user: None,
        resources: ("kyverno/tests/default-resources.yaml.j2", before),
        outcome: Some(("patched.yaml", "kyverno/tests/default-resources.yaml.j2", after)),
        rows: vec![Row::pass("Pod", &["team/bare", "team/small-and-large"]).patched(), Row::skip("Pod", &["team/as-a-whole"])],
    }
}

/// A limit that is said is the request too; a request that is said and larger than the limit by default is the limit too.
fn completed(said: &Value, requests: &Amounts, limits: &Amounts) -> Value {
    let complete = |own: &str, other: &str, defaults: &Amounts| -> Map<String, Value> {
        let amount = |(name, default): &(&str, String)| {
            let said = said[own].get(*name).or_else(|| said[other].get(*name)).cloned();
            ((*name).to_owned(), said.unwrap_or_else(|| default.clone().into()))
        };
        defaults.iter().map(amount).collect()
    };
    json!({
        "requests": complete("requests", "limits", requests),
        "limits": complete("limits", "requests", limits),
    })
}

pub(super) fn namespaces(model: &Model) -> Vec<Trial> {
    let trial = |folder, user, result| Trial {
        folder,
        user: Some(user),
        resources: ("kyverno/tests/protect-namespaces.yaml.j2", json!({})),
        outcome: None,
        rows: vec![
            Row::skip("Namespace", &["undeclared"]),
            Row::new(result, "Namespace", ["declared", "of-a-tenant"]),
            Row::new(result, "Namespace", ["declared", "of-a-tenant"]).on_update(),
        ],
    };
    let argocd = model.policies.namespace_writer.is_some();
    let mut trials = vec![trial("somebody", NOBODY, "fail"), trial("emergency", EMERGENCY, "pass")];
    trials.push(trial("argocd", ARGO_CD, if argocd { "pass" } else { "fail" }));
    trials.push(trial("argocd-for-a-tenant", FOR_A_TENANT, "fail"));
    trials
}

fn mapping(amounts: &Amounts) -> Map<String, Value> {
    amounts.iter().map(|(name, amount)| ((*name).to_owned(), amount.clone().into())).collect()
}
