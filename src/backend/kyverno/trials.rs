//! The test of each policy, for `kyverno test`: what must pass, what must be refused, what is made of an object.
//!
//! A test names a refusal that must be one: Kyverno's command line counts objects that a policy never looked at as passed
//! (trap 94). Objects of namespaces that a policy leaves out are expected as `skip`.

mod ingresses;
mod objects;

use serde::Serialize;
use serde_json::Value;

use super::FOLDER;
use super::policies::{Policy, View};
use crate::model::Model;
use crate::model::policies::Rule;
use crate::render::Page;

/// One folder with a test.
#[derive(Debug)]
pub(super) struct Trial {
    /// Below the policy's folder; empty: that folder itself.
    folder: &'static str,
    /// Who asks, where the policy wants to know.
    user: Option<User>,
    /// Template of what is tried, and its values.
    resources: (&'static str, Value),
    /// File, template and values of what shall come out.
    outcome: Option<(&'static str, &'static str, Value)>,
    rows: Vec<Row>,
}

/// Who asks.
#[derive(Debug, Clone, Copy, Serialize)]
struct User {
    name: &'static str,
    groups: &'static [&'static str],
}

/// What is expected of some objects of one kind.
#[derive(Debug, Serialize)]
struct Row {
    kind: &'static str,
    resources: Vec<String>,
    result: &'static str,
    operation: Option<&'static str>,
    patched: bool,
    generated: bool,
}

impl Row {
    fn new<T: Into<String>>(result: &'static str, kind: &'static str, resources: impl IntoIterator<Item = T>) -> Self {
        let resources = resources.into_iter().map(Into::into).collect();
        Row { kind, resources, result, operation: None, patched: false, generated: false }
    }

    fn pass(kind: &'static str, resources: &[&str]) -> Self {
        Row::new("pass", kind, resources.iter().copied())
    }

    fn fail(kind: &'static str, resources: &[&str]) -> Self {
        Row::new("fail", kind, resources.iter().copied())
    }

    fn skip(kind: &'static str, resources: &[&str]) -> Self {
        Row::new("skip", kind, resources.iter().copied())
    }

    fn on_update(self) -> Self {
        Row { operation: Some("UPDATE"), ..self }
    }

    fn patched(self) -> Self {
        Row { patched: true, ..self }
    }
}

/// The files of a policy's tests.
pub(super) fn pages(model: &Model, policy: Policy) -> Vec<Page> {
    trials(model, policy).into_iter().flat_map(|trial| files(trial, policy.rule)).collect()
}

fn files(trial: Trial, rule: Rule) -> Vec<Page> {
    #[derive(Serialize)]
    struct TestView<'a> {
        name: &'a str,
        kind: &'static str,
        policy: String,
        user: bool,
        rows: &'a [Row],
    }
    #[derive(Serialize)]
    struct UserView {
        user: User,
    }
    let name = rule.name();
    let folder = if trial.folder.is_empty() { format!("tests/kyverno/{name}") } else { format!("tests/kyverno/{name}/{}", trial.folder) };
    // Relative, so that a reviewer can run the folder where it lies.
    let up = "../".repeat(folder.split('/').count());
    let kind = match rule.kind() {
        "MutatingPolicy" => "isMutatingPolicy",
        "GeneratingPolicy" => "isGeneratingPolicy",
        _ => "isValidatingPolicy",
    };
    let test = TestView { name, kind, policy: format!("{up}{FOLDER}/{name}.yaml"), user: trial.user.is_some(), rows: &trial.rows };
    let mut pages = vec![Page::new(format!("{folder}/kyverno-test.yaml"), "kyverno/tests/test.yaml.j2", test)];
    let (template, values) = trial.resources;
    pages.push(Page::new(format!("{folder}/resources.yaml"), template, values));
    pages.extend(trial.outcome.map(|(file, template, values)| Page::new(format!("{folder}/{file}"), template, values)));
    pages.extend(trial.user.map(|user| Page::new(format!("{folder}/user.yaml"), "kyverno/tests/user.yaml.j2", UserView { user })));
    pages
}

fn trials(model: &Model, policy: Policy) -> Vec<Trial> {
    let plain = |resources: &'static str, rows: Vec<Row>| Trial {
        folder: "",
        user: None,
        resources: (resources, Value::Object(serde_json::Map::new())),
        outcome: None,
        rows,
    };
    let nothing = || Value::Object(serde_json::Map::new());
    match policy.rule {
        Rule::DefaultResources => vec![objects::default_resources(model)],
        Rule::LimitContainers => vec![objects::limit_containers(model)],
        Rule::DeclaredRegistries => vec![objects::registries(model)],
        Rule::ProtectNamespaces => objects::namespaces(model),
        Rule::CarriableIngresses => vec![ingresses::trial(model)],
        Rule::RequireLimits => vec![plain("kyverno/tests/require-limits.yaml.j2", require_limits())],
        Rule::RefuseHostPath => vec![plain("kyverno/tests/refuse-host-path.yaml.j2", host_path())],
        Rule::RefuseHostPathVolumes => {
            let rows = vec![Row::pass("PersistentVolume", &["of-a-class"]), Row::fail("PersistentVolume", &["of-the-host", "local"])];
            vec![plain("kyverno/tests/refuse-host-path-volumes.yaml.j2", rows)]
        }
        Rule::LockDefaultServiceAccount => vec![Trial {
            outcome: Some(("patched.yaml", "kyverno/tests/lock-default-service-account-patched.yaml.j2", nothing())),
            ..plain("kyverno/tests/lock-default-service-account.yaml.j2", accounts())
        }],
        Rule::RefuseDefaultToken => vec![plain("kyverno/tests/refuse-default-token.yaml.j2", tokens())],
        Rule::RefuseDefaultTokenSecrets => {
            let skip = Row::skip("Secret", &["team/other"]);
            let rows = vec![Row::pass("Secret", &["team/of-an-own-account"]), skip, Row::fail("Secret", &["team/of-default"])];
            vec![plain("kyverno/tests/refuse-default-token-secrets.yaml.j2", rows)]
        }
        Rule::RefuseDefaultBindings => vec![plain("kyverno/tests/refuse-default-bindings.yaml.j2", bindings())],
        Rule::RefuseDefaultClusterBindings => vec![plain("kyverno/tests/refuse-default-cluster-bindings.yaml.j2", cluster_bindings())],
        Rule::SecureNewNamespaces => vec![Trial {
            outcome: Some(("patched.yaml", "kyverno/tests/secure-new-namespaces-patched.yaml.j2", nothing())),
            ..plain("kyverno/tests/secure-new-namespaces.yaml.j2", secured())
        }],
        Rule::NewNamespaces => {
            let view = serde_json::to_value(View::new(model, policy)).unwrap_or_default();
            let row = Row { generated: true, ..Row::pass("Namespace", &["undeclared", "pretender"]) };
            vec![Trial {
                outcome: Some(("generated.yaml", "kyverno/tests/new-namespaces-generated.yaml.j2", view)),
                ..plain("kyverno/tests/new-namespaces.yaml.j2", vec![row])
            }]
        }
    }
}

fn require_limits() -> Vec<Row> {
    let bare = ["team/unlimited", "team/unlimited-memory", "team/unlimited-init"];
    vec![Row::pass("Pod", &["team/limited", "team/limited-as-a-whole"]), Row::fail("Pod", &bare), Row::fail("Pod", &bare).on_update()]
}

fn host_path() -> Vec<Row> {
    vec![
        Row::pass("Pod", &["team/volumes"]),
        Row::skip("Pod", &["kube-system/system-volume"]),
        Row::fail("Pod", &["team/host-volume"]),
        Row::fail("Pod", &["team/host-volume"]).on_update(),
        Row::fail("DaemonSet", &["team/host-daemonset"]),
        Row::fail("CronJob", &["team/host-cronjob"]),
    ]
}

fn accounts() -> Vec<Row> {
    vec![
        Row::pass("ServiceAccount", &["team/default", "unlocked/default"]).patched(),
        Row::pass("ServiceAccount", &["unlocked/default"]).on_update().patched(),
        Row::skip("ServiceAccount", &["team/own", "kube-system/default"]),
    ]
}

fn tokens() -> Vec<Row> {
    vec![
        Row::pass("Pod", &["team/without-token", "team/own-account"]),
        Row::fail("Pod", &["team/asks-for-token", "team/mounts-token"]),
        Row::fail("Deployment", &["team/asks-for-token-deployment"]),
    ]
}

fn bindings() -> Vec<Row> {
    let open = ["team/default-account", "team/default-as-user", "team/accounts-of-a-namespace", "team/everybody"];
    vec![
        Row::pass("RoleBinding", &["team/own-account", "team/nobody"]),
        Row::fail("RoleBinding", &open),
        Row::fail("RoleBinding", &open).on_update(),
    ]
}

fn cluster_bindings() -> Vec<Row> {
    vec![
        Row::pass("ClusterRoleBinding", &["own-account"]),
        Row::skip("ClusterRoleBinding", &["system:discovery"]),
        Row::fail("ClusterRoleBinding", &["default-account", "all-accounts", "anonymous"]),
    ]
}

fn secured() -> Vec<Row> {
    vec![
        Row::pass("Namespace", &["undeclared", "privileged"]).patched(),
        Row::pass("Namespace", &["privileged"]).on_update().patched(),
        Row::skip("Namespace", &["declared"]),
    ]
}
