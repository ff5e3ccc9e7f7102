//! Charts of components: which one, from where, at which version, and what the user lays over strata's values.
//!
//! The table holds what strata was tested with (`tests/charts`); `platform.charts` chooses otherwise, and lock.yaml pins
//! what was chosen: its digest, and the keys that it knows, so that a misspelt value is found without a network.

use serde_json::Value;

use super::{Input, Texts};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::charts::{CHART_LOCK_OLD, CHART_UNPINNED, CHART_UNUSED, CHART_VALUE_UNKNOWN, CHART_VERSION};
use crate::diagnostic::codes::nodes::UNKNOWN_REFERENCE;
use crate::source::At;
use crate::source::environment::{ChartChoice, Environment};
use crate::source::lock::{self, Keys};
use crate::source::open::Open;
use crate::source::suggest::nearest;

/// A chart as its project publishes it.
#[derive(Debug)]
pub struct Known {
    /// The component that it brings.
    pub component: &'static str,
    /// Its name in the repository.
    pub name: &'static str,
    /// Its project's repository.
    pub repository: &'static str,
    /// The version that strata was tested with.
    pub version: &'static str,
    /// The program that this version brings.
    pub app_version: &'static str,
}

/// Every chart that strata has values for.
pub static KNOWN: &[Known] = &[
    Known {
        component: "argocd",
        name: "argo-cd",
        repository: "https://argoproj.github.io/argo-helm",
        version: "10.1.1",
        app_version: "v3.4.4",
    },
    Known {
        component: "kyverno",
        name: "kyverno",
        repository: "https://kyverno.github.io/kyverno",
        version: "3.9.0",
        app_version: "v1.19.0",
    },
    Known {
        component: "cert-manager",
        name: "cert-manager",
        repository: "https://charts.jetstack.io",
        version: "v1.21.1",
        app_version: "v1.21.1",
    },
    Known {
        component: "ceph-csi",
        name: "ceph-csi-cephfs",
        repository: "https://ceph.github.io/csi-charts",
        version: "3.17.1",
        app_version: "v3.17.1",
    },
    Known {
        component: "cinder-csi",
        name: "openstack-cinder-csi",
        repository: "https://kubernetes.github.io/cloud-provider-openstack",
        version: "2.35.0",
        app_version: "v1.35.0",
    },
    Known {
        component: "openstack-cloud-controller",
        name: "openstack-cloud-controller-manager",
        repository: "https://kubernetes.github.io/cloud-provider-openstack",
        version: "2.35.0",
        app_version: "v1.35.0",
    },
];

/// The chart of a component, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Its name in the repository.
    pub name: String,
    /// Where it comes from: `https://HOST/PATH` or `oci://HOST/PATH`.
    pub repository: String,
    /// Its version.
    pub version: String,
    /// The program's version, where it is known.
    pub app_version: Option<String>,
    /// What the user lays over strata's values; an empty mapping for nothing.
    pub values: Value,
}

impl Chart {
    /// As Argo CD names a registry of charts: without the scheme.
    #[must_use]
    pub fn argocd_repository(&self) -> &str {
        self.repository.strip_prefix("oci://").unwrap_or(&self.repository)
    }

    /// Whether it lies in a registry of images.
    #[must_use]
    pub fn is_oci(&self) -> bool {
        self.repository.starts_with("oci://")
    }
}

/// The chart of a component; `None` where it has none.
pub(super) fn chart(input: &Input, component: &str) -> Option<Chart> {
    let known = KNOWN.iter().find(|known| known.component == component)?;
    let platform = &input.environment.platform;
    let choice = choice(input, component).map(|(_, choice)| choice);
    let version = choice.and_then(|choice| choice.version.as_ref()).map_or(known.version, |at| at.as_str());
    let written = choice.and_then(|choice| choice.repository.as_ref()).or(platform.chart_repository.as_ref());
    let repository = written.map_or(known.repository, |at| at.as_str()).trim_end_matches('/');
    let locked = input.lock.charts.get(component).filter(|locked| locked.version == version);
    let own = (version == known.version).then(|| known.app_version.to_owned());
    Some(Chart {
        name: known.name.to_owned(),
        repository: repository.to_owned(),
        version: version.to_owned(),
        app_version: locked.and_then(|locked| locked.app_version.clone()).or(own),
        values: choice.map_or_else(|| Open::default().value(), |choice| choice.values.value()),
    })
}

/// The charts of an environment, by component: what `strata lock` pins.
#[must_use]
pub fn wanted(environment: &Environment) -> Vec<(String, Chart)> {
    let (lock, texts) = (lock::Lock::default(), Texts::default());
    let input = Input { environment, lock: &lock, source: "", texts: &texts };
    let components = super::components::components(&input, &mut Vec::new());
    components.into_iter().filter_map(|component| Some((component.name, component.chart?))).collect()
}

fn choice<'a>(input: &Input<'a>, component: &str) -> Option<(&'a At<String>, &'a ChartChoice)> {
    input.environment.platform.charts.iter().find(|(name, _)| name.as_str() == component)
}

/// What is chosen of charts, against the components that there are and against lock.yaml.
pub(super) fn check(input: &Input, components: &[super::Component], findings: &mut Vec<Diagnostic>) {
    for (name, choice) in &input.environment.platform.charts {
        if !KNOWN.iter().any(|known| known.component == name.as_str()) {
            findings.push(no_chart(name));
        } else if !components.iter().any(|component| component.name == name.as_str()) {
            findings.push(
                Diagnostic::new(&CHART_UNUSED, format!("this environment has no `{}`, so nobody uses its chart", name.value))
                    .at(name.span, "")
                    .help("remove it, or add what needs the component"),
            );
        }
        findings.extend(choice.version.as_ref().and_then(version));
        if let Some(locked) = input.lock.charts.get(name.as_str()) {
            values(&locked.values, &choice.values, &format!("the chart `{}` {}", locked.name, locked.version), findings);
        }
    }
    pins(input, components, findings);
}

fn no_chart(name: &At<String>) -> Diagnostic {
    let known = || KNOWN.iter().map(|known| known.component);
    let finding = Diagnostic::new(&UNKNOWN_REFERENCE, format!("there is no component with a chart `{}`", name.value)).at(name.span, "");
    match nearest(name.as_str(), known()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding.help(format!("there are: {}", known().collect::<Vec<_>>().join(", "))),
    }
}

/// One version: Argo CD would follow a range to whatever is newest, without a review.
fn version(version: &At<String>) -> Option<Diagnostic> {
    (!is_exact(version)).then(|| {
        Diagnostic::new(&CHART_VERSION, format!("`{}` is no single version", version.value))
            .at(version.span, "")
            .help("write all three numbers, such as `3.9.0`")
    })
}

/// Three numbers, and perhaps what follows them.
fn is_exact(version: &str) -> bool {
    let core = version.strip_prefix('v').unwrap_or(version).split(['-', '+']).next().unwrap_or_default();
    core.split('.').count() == 3 && core.split('.').all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Each key of the user's values is one of the chart's, as far as these are known.
fn values(known: &Keys, written: &Open, chart: &str, findings: &mut Vec<Diagnostic>) {
    if known.0.is_empty() {
        return;
    }
    for (key, value) in written.entries() {
        match known.0.get(key.as_str()) {
            Some(below) => values(below, value, chart, findings),
            None => {
                let finding = Diagnostic::new(&CHART_VALUE_UNKNOWN, format!("{chart} has no value `{}`", key.value)).at(key.span, "");
                findings.push(match nearest(key.as_str(), known.0.keys().map(String::as_str)) {
                    Some(near) => finding.help(format!("did you mean `{near}`?")),
                    None => finding.help("Helm would pass it over in silence: look it up in the chart's values.yaml"),
                });
            }
        }
    }
}

/// Charts that lock.yaml does not pin, or pins otherwise.
fn pins(input: &Input, components: &[super::Component], findings: &mut Vec<Diagnostic>) {
    let charts = || components.iter().filter_map(|component| Some((component.name.as_str(), component.chart.as_ref()?)));
    let unpinned: Vec<&str> = charts().filter(|(name, _)| !input.lock.charts.contains_key(*name)).map(|(name, _)| name).collect();
    let environment = &input.environment.name;
    if !unpinned.is_empty() {
        let message = format!("nobody has pinned the charts of {}", unpinned.join(", "));
        findings.push(
            Diagnostic::new(&CHART_UNPINNED, message)
                .at(environment.span, "")
                .help(format!("run `strata lock {}` where the repositories can be reached, and commit lock.yaml", environment.value)),
        );
    }
    for (name, chart) in charts().filter(|(_, chart)| is_exact(&chart.version)) {
        let Some(locked) = input.lock.charts.get(name).filter(|locked| !fits(locked, chart)) else { continue };
        let place = choice(input, name).map_or(environment.span, |(_, choice)| {
            let version = choice.version.as_ref().map(|at| at.span);
            version.or(choice.repository.as_ref().map(|at| at.span)).unwrap_or(environment.span)
        });
        let message = format!(
            "lock.yaml pins {} {} of {}, not {} of {}",
            locked.name, locked.version, locked.repository, chart.version, chart.repository
        );
        let help = format!("run `strata lock {}`, and review what the new version makes of the values", environment.value);
        findings.push(Diagnostic::new(&CHART_LOCK_OLD, message).at(place, "").help(help));
    }
}

fn fits(locked: &lock::Chart, chart: &Chart) -> bool {
    locked.version == chart.version && locked.repository == chart.repository && locked.name == chart.name
}
