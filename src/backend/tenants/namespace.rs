//! One page for each namespace, with all that belongs to it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::limits;
use super::access::{Binding, bindings};
use super::{Labels, path};
use crate::model::tenants::{TenantNamespace, bytes};
use crate::model::{Model, Namespace, Tenant};
use crate::render::Page;
use crate::source::environment::{PodSecurity, ServiceAccountRule};

#[derive(Serialize)]
struct View<'a> {
    labels: Labels<'a>,
    name: &'a str,
    pod_security: PodSecurityView,
    own_labels: &'a BTreeMap<String, String>,
    /// Whether the service account `default` gets no token.
    locked: bool,
}

/// Levels of Pod Security: what is refused, and what is said to be unwise.
#[derive(Serialize)]
struct PodSecurityView {
    enforce: PodSecurity,
    warn: PodSecurity,
}

#[derive(Serialize)]
struct TenantView<'a> {
    #[serde(flatten)]
    namespace: View<'a>,
    quota: Vec<(&'static str, String)>,
    containers: limits::ContainersView,
    /// The largest volume; `None`: there are no volumes.
    storage: Option<String>,
    bindings: Vec<Binding>,
    isolated: bool,
}

pub(super) fn platform(model: &Model, namespace: &Namespace) -> Page {
    let view = view(model, None, &namespace.name, namespace.pod_security, &namespace.labels);
    Page::new(format!("platform/namespaces/namespace-{}.yaml", namespace.name), "tenants/namespace.yaml.j2", view)
}

pub(super) fn tenant(model: &Model, tenant: &Tenant, namespace: &TenantNamespace) -> Page {
    let view = TenantView {
        namespace: view(model, Some(tenant), &namespace.name, namespace.pod_security, &namespace.labels),
        quota: limits::quota(&namespace.quota),
        containers: limits::containers(&namespace.containers),
        storage: (namespace.quota.storage > 0).then(|| bytes(namespace.quota.storage)),
        bindings: bindings(model, tenant),
        isolated: model.written.policies.isolate_namespaces.value,
    };
    Page::new(path(tenant, &format!("namespace-{}", namespace.name)), "tenants/tenant-namespace.yaml.j2", view)
}

fn view<'a>(
    model: &'a Model,
    tenant: Option<&'a Tenant>,
    name: &'a str,
    enforce: PodSecurity,
    own_labels: &'a BTreeMap<String, String>,
) -> View<'a> {
    // Who is allowed more than `restricted` is told where he needs it; node agents need it everywhere.
    let warn = if enforce == PodSecurity::Baseline { PodSecurity::Restricted } else { enforce };
    View {
        labels: Labels::of(model, tenant),
        name,
        pod_security: PodSecurityView { enforce, warn },
        own_labels,
        locked: model.written.policies.default_service_account.value == ServiceAccountRule::Locked,
    }
}
