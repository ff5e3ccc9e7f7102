//! Argo CD: how it comes into the cluster, and what it syncs once it is there.
//!
//! Its chart is a HelmChart object of RKE2: the Helm controller installs and upgrades it, also when Argo CD itself is broken,
//! and Argo CD only syncs the object. `platform/applications/` is what the root Application brings: the projects, and one
//! Application for each component. `bootstrap/` is for `apply` alone.
//!
//! Formats: <https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/>,
//! <https://argo-cd.readthedocs.io/en/stable/operator-manual/project-specification/>,
//! <https://github.com/argoproj/argo-helm/tree/main/charts/argo-cd>.

mod applications;
mod bootstrap;
mod chart;
mod metrics;

use std::collections::BTreeMap;

use serde::Serialize;

use super::Backend;
use crate::model::Model;
use crate::render::Page;
use crate::source::environment::ArgoCd;

/// Argo CD and its Applications.
pub(super) const BACKEND: Backend = Backend {
    name: "argocd",
    summary: "Argo CD: its chart, projects, one Application for each component, and what `apply` brings before it",
    pages,
};

fn pages(model: &Model) -> Vec<Page> {
    let Some(argocd) = &model.written.argocd else { return Vec::new() };
    let mut pages = applications::pages(model, argocd);
    pages.extend(chart::page(model, argocd));
    pages.push(Page::new("platform/argocd/account.yaml", "argocd/account.yaml.j2", Common { labels: labels(model) }));
    if argocd.metrics.value {
        pages.push(metrics::page(model));
    }
    pages.extend(bootstrap::pages(model, argocd));
    pages
}

/// What has nothing of its own.
#[derive(Serialize)]
struct Common<'a> {
    labels: BTreeMap<&'static str, &'a str>,
}

fn labels(model: &Model) -> BTreeMap<&'static str, &str> {
    BTreeMap::from([("app.kubernetes.io/managed-by", "strata"), ("app.kubernetes.io/part-of", model.name.as_str())])
}

/// Where this repository is.
#[derive(Serialize)]
struct Git<'a> {
    url: &'a str,
    revision: &'a str,
}

impl<'a> Git<'a> {
    fn of(argocd: &'a ArgoCd) -> Self {
        Git { url: argocd.repository.url.as_str(), revision: &argocd.repository.revision }
    }
}

/// A path of the tree, from the repository's top.
fn in_repository(model: &Model, path: &str) -> String {
    format!("generated/{}/{path}", model.name)
}
