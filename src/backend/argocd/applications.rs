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
    if !model.written.platform.extra.is_empty() {
        pages.push(extra(model, argocd));
    }
    pages.extend(model.components.iter().map(|component| application(model, argocd, component)));
    pages
}

/// Every namespace that is known: the platform also brings what bounds tenants in theirs.
fn platform(model: &Model) -> Page {
    let view = ProjectView {
        labels: labels(model),
        name: "platform",
        description: "The platform itself, from this repository and its charts",
        repositories: repositories(model),
        namespaces: model.namespaces.iter().map(|namespace| namespace.name.as_str()).collect(),
    };
    Page::new("platform/applications/project-platform.yaml", "argocd/project.yaml.j2", view)
}

/// The namespaces of `platform.extra`, and no others.
fn extra(model: &Model, argocd: &ArgoCd) -> Page {
    let mut namespaces: Vec<&str> = model.written.platform.extra.iter().map(|extra| extra.namespace.as_str()).collect();
    namespaces.extend(model.namespaces.iter().filter(|one| one.kind == NamespaceKind::Extra).map(|one| one.name.as_str()));
    namespaces.sort_unstable();
    namespaces.dedup();
    let view = ProjectView {
        labels: labels(model),
        name: "extra",
        description: "Manifests of the user's own, from this repository",
        repositories: vec![argocd.repository.url.to_string()],
        namespaces,
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
