//! Charts as HelmChart objects: RKE2's Helm controller installs them, for what is needed before Argo CD.
//!
//! Format: <https://docs.rke2.io/helm>.

use serde::Serialize;
use serde_json::Value;

use crate::model::{Component, Model};
use crate::render::Page;

#[derive(Serialize)]
struct View<'a, V> {
    environment: &'a str,
    name: &'a str,
    oci: bool,
    chart: &'a str,
    repository: &'a str,
    version: &'a str,
    namespace: &'a str,
    bootstrap: bool,
    /// The template of its values.
    values: &'static str,
    /// What the user lays over them.
    over: &'a Value,
    #[serde(flatten)]
    view: V,
}

/// The HelmChart of a component in its folder; `None`: it has no chart. `bootstrap`: it runs before nodes are ready.
pub(super) fn chart(model: &Model, component: &str, bootstrap: bool, values: &'static str, view: impl Serialize) -> Option<Page> {
    let component = component_of(model, component)?;
    let chart = component.chart.as_ref()?;
    let view = View {
        environment: model.name.as_str(),
        name: &component.name,
        oci: chart.is_oci(),
        chart: &chart.name,
        repository: &chart.repository,
        version: &chart.version,
        namespace: &component.namespace,
        bootstrap,
        values,
        over: &chart.values,
        view,
    };
    Some(Page::new(format!("platform/{}/helmchart.yaml", component.name), "argocd/chart.yaml.j2", view))
}

/// The values of a component's chart, for Argo CD to read; `None`: this environment has no such component.
pub(super) fn values(model: &Model, component: &str, template: &'static str, view: impl Serialize) -> Option<Page> {
    let component = component_of(model, component)?;
    let chart = component.chart.as_ref()?;
    Some(Page::new(values_path(&component.name), template, view).over(chart.values.clone()))
}

/// Where the values of a component's chart stand in the tree. Not below `platform/`: they are no manifest.
pub(super) fn values_path(component: &str) -> String {
    format!("values/{component}.yaml")
}

fn component_of<'a>(model: &'a Model, name: &str) -> Option<&'a Component> {
    model.components.iter().find(|component| component.name == name)
}
