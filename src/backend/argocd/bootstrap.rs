//! What `apply` brings into the cluster before Argo CD takes over: the steps, the Secrets, the root Application.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Git, in_repository, labels};
use crate::model::cluster_secrets::ClusterSecret;
use crate::model::components::By;
use crate::model::{Model, components};
use crate::render::Page;
use crate::source::environment::ArgoCd;

#[derive(Serialize)]
struct RootView<'a> {
    labels: BTreeMap<&'static str, &'a str>,
    git: Git<'a>,
    path: String,
}

#[derive(Serialize)]
struct IndexView {
    steps: Vec<Step>,
}

/// Files and folders of the tree, and what shows that the next step may begin.
#[derive(Serialize)]
struct Step {
    name: String,
    purpose: &'static str,
    apply: Vec<String>,
    secrets: Option<&'static str>,
    until: String,
}

#[derive(Serialize)]
struct SecretsView<'a> {
    secrets: Vec<SecretView<'a>>,
}

#[derive(Serialize)]
struct SecretView<'a> {
    namespace: &'a str,
    name: &'a str,
    purpose: &'a str,
    labels: &'a BTreeMap<&'static str, &'static str>,
    data: Vec<(&'a str, String)>,
}

const SECRETS: &str = "bootstrap/secrets.yaml";
const ROOT: &str = "bootstrap/root.yaml";

pub(super) fn pages(model: &Model, argocd: &ArgoCd) -> Vec<Page> {
    let root = RootView { labels: labels(model), git: Git::of(argocd), path: in_repository(model, "platform/applications") };
    let secrets = SecretsView { secrets: model.cluster_secrets.iter().map(secret).collect() };
    vec![
        Page::new("bootstrap/index.yaml", "argocd/index.yaml.j2", IndexView { steps: steps(model) }),
        Page::new(SECRETS, "argocd/secrets.yaml.j2", secrets),
        Page::new(ROOT, "argocd/root.yaml.j2", root),
    ]
}

fn secret(secret: &ClusterSecret) -> SecretView<'_> {
    SecretView {
        namespace: secret.namespace,
        name: &secret.name,
        purpose: &secret.purpose,
        labels: &secret.labels,
        data: secret.data.iter().map(|(key, parts)| (key.as_str(), ClusterSecret::shown(parts))).collect(),
    }
}

fn steps(model: &Model) -> Vec<Step> {
    let mut steps = vec![Step {
        name: "namespaces".to_owned(),
        purpose: "Namespaces with their Pod Security Standard, and the Secrets in them",
        apply: vec!["platform/namespaces".to_owned()],
        secrets: Some(SECRETS),
        until: "all exist".to_owned(),
    }];
    // In the order of the table: nodes are tainted until the cloud controller has seen them, and Argo CD tolerates no taint.
    let mut charts: Vec<&components::Component> = model.components.iter().filter(|component| component.by == By::HelmChart).collect();
    charts.sort_by_key(|component| components::known().position(|name| name == component.name));
    steps.extend(charts.into_iter().map(|component| Step {
        name: component.name.clone(),
        purpose: "A chart that RKE2's Helm controller installs",
        apply: vec![format!("platform/{}", component.name)],
        secrets: None,
        until: format!("job kube-system/helm-install-{} is complete, and what it made is ready", component.name),
    }));
    let projects: BTreeSet<String> =
        model.components.iter().map(|component| format!("platform/applications/project-{}.yaml", component.project)).collect();
    steps.push(Step {
        name: "hand-off".to_owned(),
        purpose: "The projects and the root Application: from here on Argo CD syncs everything",
        apply: projects.into_iter().chain([ROOT.to_owned()]).collect(),
        secrets: None,
        until: "every Application is Synced and Healthy".to_owned(),
    });
    steps
}
