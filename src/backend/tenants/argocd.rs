//! A tenant in Argo CD: a project that holds it to its own repositories, namespaces and kinds, and its Applications.
//!
//! Argo CD itself may do everything in the cluster. What it does for a tenant is bounded twice: by the project, and by the
//! rights of the service account that it acts as (`application.sync.impersonation.enabled`).

use serde::Serialize;

use super::access::{account, writable};
use super::{Labels, path};
use crate::model::tenants::Application;
use crate::model::{Model, Tenant};
use crate::render::Page;
use crate::source::environment::{Day, Window};
use crate::source::values::Duration;

/// What no tenant may bring, also where a later list of allowed kinds should become wider: its own bounds, what opens them,
/// and what controllers of the platform carry out with rights of their own (a `HelmChart` is installed as cluster-admin).
const DENIED: [(&str, &str); 13] = [
    ("", "Endpoints"),
    ("", "LimitRange"),
    ("", "ResourceQuota"),
    ("argoproj.io", "*"),
    ("crd.projectcalico.org", "*"),
    ("discovery.k8s.io", "EndpointSlice"),
    ("helm.cattle.io", "*"),
    ("kyverno.io", "*"),
    ("networking.k8s.io", "NetworkPolicy"),
    ("policies.kyverno.io", "*"),
    ("projectcalico.org", "*"),
    ("rbac.authorization.k8s.io", "*"),
    ("upgrade.cattle.io", "*"),
];

/// What members do with their Applications: look, sync, restart, read logs. What an Application is stands in Git, and a
/// shell in Argo CD is for administrators.
const ALLOWED: [(&str, &str); 4] = [("applications", "get"), ("applications", "sync"), ("applications", "action/*"), ("logs", "get")];

#[derive(Serialize)]
struct ProjectView<'a> {
    labels: Labels<'a>,
    name: &'a str,
    description: String,
    account: String,
    repositories: &'a [String],
    namespaces: Vec<&'a str>,
    allowed: Vec<Kind>,
    denied: Vec<Kind>,
    role: Option<Role<'a>>,
    windows: Vec<SyncWindow<'a>>,
}

#[derive(Serialize)]
struct Kind {
    group: &'static str,
    kind: &'static str,
}

#[derive(Serialize)]
struct Role<'a> {
    policies: Vec<String>,
    groups: &'a [String],
}

#[derive(Serialize)]
struct SyncWindow<'a> {
    schedule: String,
    duration: String,
    time_zone: &'a str,
}

#[derive(Serialize)]
struct ApplicationView<'a> {
    labels: Labels<'a>,
    name: &'a str,
    project: &'a str,
    repository: &'a str,
    path: &'a str,
    revision: &'a str,
    namespace: &'a str,
}

pub(super) fn project(model: &Model, tenant: &Tenant) -> Page {
    let kind = |(group, kind)| Kind { group, kind };
    let oidc = model.written.argocd.as_ref().is_some_and(|argocd| argocd.oidc.is_some());
    let policy = |(resource, action): &(&str, &str)| {
        let name = &tenant.name;
        format!("p, proj:{name}:members, {resource}, {action}, {name}/*, allow")
    };
    let view = ProjectView {
        labels: Labels::of(model, Some(tenant)),
        name: &tenant.name,
        description: format!("Tenant {}", tenant.name),
        account: account(tenant),
        repositories: &tenant.repositories,
        namespaces: tenant.namespaces.iter().map(|namespace| namespace.name.as_str()).collect(),
        allowed: writable(model).into_iter().map(|(group, _, name)| kind((group, name))).collect(),
        denied: DENIED.into_iter().map(kind).collect(),
        // Without an issuer no token ever names a group.
        role: (oidc && !tenant.groups.is_empty()).then(|| Role { policies: ALLOWED.iter().map(policy).collect(), groups: &tenant.groups }),
        windows: model.written.maintenance.windows.iter().map(window).collect(),
    };
    Page::new(path(tenant, "project"), "tenants/project.yaml.j2", view)
}

pub(super) fn application(model: &Model, tenant: &Tenant, application: &Application) -> Page {
    let view = ApplicationView {
        labels: Labels::of(model, Some(tenant)),
        name: &application.name,
        project: &tenant.name,
        repository: &application.repository,
        path: &application.path,
        revision: &application.revision,
        namespace: &application.namespace,
    };
    Page::new(path(tenant, &format!("application-{}", application.name)), "tenants/application.yaml.j2", view)
}

/// While nodes are changed nothing else changes by itself: a tenant's rollout would meet pods that are being moved.
fn window(window: &Window) -> SyncWindow<'_> {
    let day = |day: Day| match day {
        Day::Sun => "0",
        Day::Mon => "1",
        Day::Tue => "2",
        Day::Wed => "3",
        Day::Thu => "4",
        Day::Fri => "5",
        Day::Sat => "6",
    };
    let start = window.start.value.to_string();
    let (hour, minute) = start.split_once(':').unwrap_or(("0", "0"));
    let number = |text: &str| text.trim_start_matches('0').parse::<u8>().unwrap_or(0);
    let days: Vec<&str> = window.days.iter().map(|at| day(at.value)).collect();
    SyncWindow {
        schedule: format!("{} {} * * {}", number(minute), number(hour), days.join(",")),
        duration: go_duration(window.duration.value),
        time_zone: &window.time_zone.value,
    }
}

/// Go knows no days.
fn go_duration(duration: Duration) -> String {
    let seconds = duration.milliseconds() / 1000;
    let minutes = seconds / 60;
    match (minutes / 60, minutes % 60) {
        _ if !seconds.is_multiple_of(60) => format!("{seconds}s"),
        (hours, 0) => format!("{hours}h"),
        (0, minutes) => format!("{minutes}m"),
        (hours, minutes) => format!("{hours}h{minutes}m"),
    }
}
