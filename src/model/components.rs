//! Components of the platform: each is one Application of Argo CD, with a folder of manifests, a chart or both.
//!
//! One table. What has to stand before a component is said by `after`; waves follow from it: a component's wave is the
//! longest way to it, so that adding one moves only those that wait for it.

use std::collections::BTreeMap;

use super::charts::{self, Chart};
use super::{Input, Model};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::delivery::{COMPONENT_NAME_TAKEN, DEPENDENCY_CYCLE};
use crate::diagnostic::codes::nodes::UNKNOWN_REFERENCE;
use crate::source::At;
use crate::source::environment::{CloudProvider, Environment, ExtraManifests};
use crate::source::suggest::nearest;
use crate::source::values::Name;

/// A component of the platform, as Argo CD delivers it.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// The Application's name, and that of its folder.
    pub name: String,
    /// The project that bounds it: `platform`, `tenants` for what bounds tenants, `extra` for the user's own manifests.
    pub project: &'static str,
    /// Where objects go that name no namespace.
    pub namespace: String,
    /// Its manifests; `None`: the chart alone.
    pub folder: Option<Folder>,
    /// Its chart; `None`: manifests alone.
    pub chart: Option<Chart>,
    /// How the chart comes into the cluster.
    pub by: By,
    /// Names of the components that are Synced and Healthy before.
    pub after: Vec<String>,
    /// From 0.
    pub wave: u32,
    /// Fields that others than Git decide.
    pub ignored: &'static [Ignored],
}

/// Where a component's manifests are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Folder {
    /// Of the generated tree: `platform/NAME`.
    Generated,
    /// The user's own, from the repository's top.
    Own(String),
}

/// How a component comes into the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Plain manifests.
    Manifests,
    /// Argo CD renders the chart with the values of `values/NAME.yaml`.
    Chart,
    /// RKE2's Helm controller installs the chart by a HelmChart, since it is needed before Argo CD.
    HelmChart,
}

/// Fields of live objects that Argo CD leaves to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ignored {
    /// The API group.
    pub group: &'static str,
    /// The kind.
    pub kind: &'static str,
    /// The one object; `None`: all of the kind.
    pub name: Option<&'static str>,
    /// The fields, as a path of jq.
    pub path: &'static str,
    /// Who writes them.
    pub reason: &'static str,
}

struct Row {
    name: &'static str,
    namespace: &'static str,
    by: By,
    /// Whether it has manifests beside its chart.
    manifests: bool,
    after: &'static [&'static str],
    ignored: &'static [Ignored],
    wanted: fn(&Environment) -> bool,
}

/// Every component beside tenants and the user's own manifests.
const ROWS: &[Row] = &[
    Row { name: "namespaces", namespace: "argocd", by: By::Manifests, manifests: true, after: &[], ignored: &[], wanted: always },
    Row {
        name: "openstack-cloud-controller",
        namespace: "kube-system",
        by: By::HelmChart,
        manifests: true,
        after: &["namespaces"],
        ignored: &[],
        wanted: |environment| environment.kubernetes.cloud_provider.value == CloudProvider::Openstack,
    },
    Row {
        name: "argocd",
        namespace: "argocd",
        by: By::HelmChart,
        manifests: true,
        after: &["namespaces", "openstack-cloud-controller"],
        ignored: &[],
        wanted: |environment| environment.argocd.is_some(),
    },
    Row {
        name: "calico-policies",
        namespace: "kube-system",
        by: By::Manifests,
        manifests: true,
        after: &["namespaces"],
        ignored: &[],
        wanted: always,
    },
    Row {
        name: "kyverno",
        namespace: "kyverno",
        by: By::Chart,
        manifests: false,
        after: &["namespaces", "calico-policies"],
        ignored: &[],
        wanted: always,
    },
    Row {
        name: "kyverno-policies",
        namespace: "kyverno",
        by: By::Manifests,
        manifests: true,
        after: &["kyverno"],
        ignored: &[],
        wanted: always,
    },
    Row {
        name: "system-upgrade",
        namespace: "system-upgrade",
        by: By::Manifests,
        manifests: true,
        after: &["kyverno-policies"],
        ignored: &[],
        wanted: always,
    },
    Row {
        name: "ceph-csi",
        namespace: "ceph-csi",
        by: By::Chart,
        manifests: true,
        after: &["kyverno-policies"],
        ignored: &[],
        wanted: |environment| environment.storage.cephfs.is_some(),
    },
    Row {
        name: "cinder-csi",
        namespace: "cinder-csi",
        by: By::Chart,
        manifests: true,
        after: &["kyverno-policies"],
        ignored: &[],
        wanted: |environment| environment.storage.cinder.is_some(),
    },
];

fn always(_: &Environment) -> bool {
    true
}

/// What everything waits for that runs for tenants or is the user's own.
const POLICIES: [&str; 2] = ["calico-policies", "kyverno-policies"];

/// The names of all components that strata knows, whether an environment has them or not.
pub fn known() -> impl Iterator<Item = &'static str> {
    ROWS.iter().map(|row| row.name)
}

/// A component before its wave is known, and where it waits for others.
struct Planned {
    component: Component,
    after: Vec<At<Name>>,
}

/// All components of an environment, in the order of their waves. Without Argo CD there is nobody to deliver them.
pub(super) fn components(input: &Input, findings: &mut Vec<Diagnostic>) -> Vec<Component> {
    if input.environment.argocd.is_none() {
        return Vec::new();
    }
    let mut planned: Vec<Planned> = ROWS.iter().filter(|row| (row.wanted)(input.environment)).map(|row| of_row(input, row)).collect();
    planned.extend(input.environment.tenants.iter().map(|tenant| tenant_folder(&tenant.name)));
    for extra in &input.environment.platform.extra {
        match planned.iter().find(|other| other.component.name == extra.name.as_str()) {
            None if !known().any(|name| name == extra.name.as_str()) => planned.push(of_extra(extra)),
            _ => findings.push(taken(extra)),
        }
    }
    resolve_after(&mut planned, findings);
    let waves = waves(&planned, findings);
    let mut components: Vec<Component> = planned.into_iter().map(|planned| planned.component).collect();
    for component in &mut components {
        component.wave = waves.get(&component.name).copied().unwrap_or(0);
    }
    components.sort_by(|one, other| (one.wave, &one.name).cmp(&(other.wave, &other.name)));
    charts::check(input, &components, findings);
    components
}

fn of_row(input: &Input, row: &Row) -> Planned {
    let chart = if row.by == By::Manifests { None } else { charts::chart(input, row.name) };
    let component = Component {
        name: row.name.to_owned(),
        project: "platform",
        namespace: row.namespace.to_owned(),
        folder: row.manifests.then_some(Folder::Generated),
        chart,
        by: row.by,
        after: row.after.iter().map(|&name| name.to_owned()).collect(),
        wave: 0,
        ignored: row.ignored,
    };
    Planned { component, after: Vec::new() }
}

/// A tenant's namespaces, rights, project and Applications.
fn tenant_folder(name: &At<Name>) -> Planned {
    let component = Component {
        name: format!("tenant-{}", name.value),
        project: "tenants",
        namespace: "argocd".to_owned(),
        folder: Some(Folder::Generated),
        chart: None,
        by: By::Manifests,
        after: POLICIES.map(str::to_owned).to_vec(),
        wave: 0,
        ignored: &[],
    };
    Planned { component, after: Vec::new() }
}

fn of_extra(extra: &ExtraManifests) -> Planned {
    let component = Component {
        name: extra.name.to_string(),
        project: "extra",
        namespace: extra.namespace.to_string(),
        folder: Some(Folder::Own(extra.path.value.trim_matches('/').to_owned())),
        chart: None,
        by: By::Manifests,
        after: POLICIES.map(str::to_owned).to_vec(),
        wave: 0,
        ignored: &[],
    };
    Planned { component, after: extra.after.clone() }
}

fn taken(extra: &ExtraManifests) -> Diagnostic {
    Diagnostic::new(&COMPONENT_NAME_TAKEN, format!("the platform has an Application `{}` already", extra.name.value))
        .at(extra.name.span, "")
        .help("choose another name: the later one would replace the other, with all that it brought")
}

/// What is written under `after` are components of this environment; of the table only those count that it has.
fn resolve_after(planned: &mut [Planned], findings: &mut Vec<Diagnostic>) {
    let names: Vec<String> = planned.iter().map(|one| one.component.name.clone()).collect();
    for one in planned {
        one.component.after.retain(|name| names.contains(name));
        for after in &one.after {
            if names.iter().any(|name| name == after.as_str()) {
                one.component.after.push(after.to_string());
                continue;
            }
            let finding = Diagnostic::new(&UNKNOWN_REFERENCE, format!("there is no component `{}`", after.value)).at(after.span, "");
            findings.push(match nearest(after.as_str(), names.iter().map(String::as_str)) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help(format!("there are: {}", names.join(", "))),
            });
        }
    }
}

/// The wave of each component. Those of a cycle have none, and are told once.
fn waves(planned: &[Planned], findings: &mut Vec<Diagnostic>) -> BTreeMap<String, u32> {
    let mut waves: BTreeMap<String, u32> = BTreeMap::new();
    loop {
        let before = waves.len();
        for Planned { component, .. } in planned {
            let known: Option<Vec<u32>> = component.after.iter().map(|name| waves.get(name).copied()).collect();
            if let Some(known) = known {
                waves.entry(component.name.clone()).or_insert_with(|| known.into_iter().max().map_or(0, |last| last + 1));
            }
        }
        if waves.len() == before {
            break;
        }
    }
    findings.extend(cycle(planned, &waves));
    waves
}

/// One way round among components that wait for each other.
fn cycle(planned: &[Planned], waves: &BTreeMap<String, u32>) -> Option<Diagnostic> {
    let waiting = |name: &str| planned.iter().find(|one| one.component.name == name && !waves.contains_key(name));
    // Whoever has no wave waits for one that has none either: following that ends in the cycle.
    let next = |one: &'_ Planned| one.after.iter().find(|after| waiting(after.as_str()).is_some()).cloned();
    let mut way: Vec<At<Name>> = Vec::new();
    let mut here = planned.iter().find(|one| !waves.contains_key(&one.component.name))?;
    loop {
        let after = next(here)?;
        if let Some(start) = way.iter().position(|seen| seen.value == after.value) {
            return Some(told(&way[start..]));
        }
        here = waiting(after.as_str())?;
        way.push(after);
    }
}

fn told(way: &[At<Name>]) -> Diagnostic {
    let names: Vec<String> = way.iter().chain(way.first()).map(|name| format!("`{}`", name.value)).collect();
    let finding = Diagnostic::new(&DEPENDENCY_CYCLE, format!("these wait for each other: {}", names.join(" waits for ")));
    let finding = way.iter().fold(finding, |finding, name| finding.at(name.span, "waits for this"));
    finding.help("take one of these out of `after`: none of them would ever be synced")
}

/// Every repository that components come from, each once: what the project `platform` may read.
#[must_use]
pub fn repositories(model: &Model) -> Vec<String> {
    let git = model.written.argocd.iter().map(|argocd| argocd.repository.url.to_string());
    let charts = model.components.iter().filter(|component| component.by == By::Chart).filter_map(|component| component.chart.as_ref());
    let mut found: Vec<String> = Vec::new();
    for repository in git.chain(charts.map(|chart| chart.argocd_repository().to_owned())) {
        if !found.contains(&repository) {
            found.push(repository);
        }
    }
    found
}
