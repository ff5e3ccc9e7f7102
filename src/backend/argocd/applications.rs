//! Projects and Applications.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::helm::values_path;
use super::{Git, in_repository, labels};
use crate::model::components::{By, Folder, repositories};
use crate::model::{Component, Model, NamespaceKind};
use crate::render::Page;
use crate::source::environment::ArgoCd;

#[derive(Serialize)]
struct ProjectView<'a> {
    labels: BTreeMap<&'static str, &'a str>,
    name: &'static str,
    description: &'static str,
    repositories: Vec<String>,
    namespaces: Vec<&'a str>,
    /// What it may bring; `None`: everything.
    kinds: Option<Vec<KindView>>,
}

#[derive(Serialize)]
struct KindView {
    group: &'static str,
    kind: &'static str,
}

#[derive(Serialize)]
struct ApplicationView<'a> {
    labels: BTreeMap<&'static str, &'a str>,
    name: &'a str,
    project: &'a str,
    namespace: &'a str,
    wave: String,
    git: Git<'a>,
    /// Its manifests, from the repository's top.
    path: Option<String>,
    /// A user's own folder may have folders in it.
    recurse: bool,
    chart: Option<ChartView<'a>>,
    ignored: Vec<IgnoredView>,
}

#[derive(Serialize)]
struct ChartView<'a> {
    repository: &'a str,
    name: &'a str,
    version: &'a str,
    /// Its values, from the repository's top.
    values: String,
}

#[derive(Serialize)]
struct IgnoredView {
    group: &'static str,
    kind: &'static str,
    name: Option<&'static str>,
    path: &'static str,
    reason: &'static str,
}

pub(super) fn pages(model: &Model, argocd: &ArgoCd) -> Vec<Page> {
    let mut pages = vec![platform(model)];
    if !model.tenants.is_empty() {
        pages.push(tenants(model, argocd));
    }
    if !model.written.platform.extra.is_empty() {
        pages.push(extra(model, argocd));
    }
    pages.extend(model.components.iter().map(|component| application(model, argocd, component)));
    pages
}

/// The platform's own namespaces and those of the system.
fn platform(model: &Model) -> Page {
    let own = |kind: &NamespaceKind| matches!(kind, NamespaceKind::System | NamespaceKind::Platform(_));
    let view = ProjectView {
        labels: labels(model),
        name: "platform",
        description: "The platform itself, from this repository and its charts",
        repositories: repositories(model),
        namespaces: model.namespaces.iter().filter(|namespace| own(&namespace.kind)).map(|namespace| namespace.name.as_str()).collect(),
        kinds: None,
    };
    Page::new("platform/applications/project-platform.yaml", "argocd/project.yaml.j2", view)
}

/// What a tenant's folder holds: it bounds the tenant, and runs nothing.
const OF_TENANTS: [(&str, &str); 10] = [
    ("", "LimitRange"),
    ("", "Namespace"),
    ("", "ResourceQuota"),
    ("", "ServiceAccount"),
    ("argoproj.io", "AppProject"),
    ("argoproj.io", "Application"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("rbac.authorization.k8s.io", "Role"),
    ("rbac.authorization.k8s.io", "RoleBinding"),
];

/// Every namespace, so that a tenant more changes nothing here; but none of the kinds that run.
fn tenants(model: &Model, argocd: &ArgoCd) -> Page {
    let view = ProjectView {
        labels: labels(model),
        name: "tenants",
        description: "Namespaces, quotas, rights and projects of tenants, from this repository",
        repositories: vec![argocd.repository.url.to_string()],
        namespaces: vec!["*"],
        kinds: Some(OF_TENANTS.into_iter().map(|(group, kind)| KindView { group, kind }).collect()),
    };
    Page::new("platform/applications/project-tenants.yaml", "argocd/project.yaml.j2", view)
}

/// The namespaces of `platform.extra`, and no others.
fn extra(model: &Model, argocd: &ArgoCd) -> Page {
    let mut namespaces: Vec<&str> = model.written.platform.extra.iter().map(|extra| extra.namespace.as_str()).collect();
    namespaces.sort_unstable();
    namespaces.dedup();
    let view = ProjectView {
        labels: labels(model),
        name: "extra",
        description: "Manifests of the user's own, from this repository",
        repositories: vec![argocd.repository.url.to_string()],
        namespaces,
        kinds: None,
    };
    Page::new("platform/applications/project-extra.yaml", "argocd/project.yaml.j2", view)
}

fn application(model: &Model, argocd: &ArgoCd, component: &Component) -> Page {
    let chart = component.chart.as_ref().filter(|_| component.by == By::Chart).map(|chart| ChartView {
        repository: chart.argocd_repository(),
        name: &chart.name,
        version: &chart.version,
        values: in_repository(model, &values_path(&component.name)),
    });
    let ignored = component.ignored.iter().map(|field| IgnoredView {
        group: field.group,
        kind: field.kind,
        name: field.name,
        path: field.path,
        reason: field.reason,
    });
    let view = ApplicationView {
        labels: labels(model),
        name: &component.name,
        project: component.project,
        namespace: &component.namespace,
        wave: component.wave.to_string(),
        git: Git::of(argocd),
        path: component.folder.as_ref().map(|folder| match folder {
            Folder::Generated => in_repository(model, &format!("platform/{}", component.name)),
            Folder::Own(path) => path.clone(),
        }),
        recurse: matches!(component.folder, Some(Folder::Own(_))),
        chart,
        ignored: ignored.collect(),
    };
    Page::new(format!("platform/applications/{}.yaml", component.name), "argocd/application.yaml.j2", view)
}
