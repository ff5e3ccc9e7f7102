//! One page for each namespace, with all that belongs to it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::access::{Binding, bindings};
use super::{Labels, path};
use crate::model::tenants::{ContainerLimits, Quota, Resources, TenantNamespace, bytes, cores};
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
    containers: ContainersView,
    /// The largest volume; `None`: there are no volumes.
    storage: Option<String>,
    bindings: Vec<Binding>,
    isolated: bool,
}

#[derive(Serialize)]
struct ContainersView {
    requests: ResourcesView,
    limits: ResourcesView,
    max: ResourcesView,
}

#[derive(Serialize)]
struct ResourcesView {
    cpu: String,
    memory: String,
    ephemeral_storage: String,
}

impl From<&Resources> for ResourcesView {
    fn from(resources: &Resources) -> Self {
        ResourcesView { cpu: cores(resources.cpu), memory: bytes(resources.memory), ephemeral_storage: bytes(resources.ephemeral_storage) }
    }
}

/// Objects that only etcd has to hold. A loop that makes one a second would fill it, and stop the cluster for everybody.
const OBJECTS: [(&str, u32); 4] = [("services", 100), ("count/configmaps", 200), ("count/secrets", 200), ("count/jobs.batch", 200)];

pub(super) fn platform(model: &Model, namespace: &Namespace) -> Page {
    let view = view(model, None, &namespace.name, namespace.pod_security, &namespace.labels);
    Page::new(format!("platform/namespaces/namespace-{}.yaml", namespace.name), "tenants/namespace.yaml.j2", view)
}

pub(super) fn tenant(model: &Model, tenant: &Tenant, namespace: &TenantNamespace) -> Page {
    let view = TenantView {
        namespace: view(model, Some(tenant), &namespace.name, namespace.pod_security, &namespace.labels),
        quota: quota(&namespace.quota),
        containers: containers(&namespace.containers),
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

/// Every line of the quota, as Kubernetes calls it.
fn quota(quota: &Quota) -> Vec<(&'static str, String)> {
    let (requests, limits) = (ResourcesView::from(&quota.requests), ResourcesView::from(&quota.limits));
    // Each claim is a volume somewhere: more than one a pod is nobody's plan.
    let claims = if quota.storage > 0 { quota.pods } else { 0 };
    let mut lines = vec![
        ("requests.cpu", requests.cpu),
        ("requests.memory", requests.memory),
        ("requests.ephemeral-storage", requests.ephemeral_storage),
        ("limits.cpu", limits.cpu),
        ("limits.memory", limits.memory),
        ("limits.ephemeral-storage", limits.ephemeral_storage),
        ("requests.storage", bytes(quota.storage)),
        ("persistentvolumeclaims", claims.to_string()),
        ("pods", quota.pods.to_string()),
        ("services.nodeports", quota.node_ports.to_string()),
        ("services.loadbalancers", quota.load_balancers.to_string()),
    ];
    lines.extend(OBJECTS.iter().map(|(name, count)| (*name, count.to_string())));
    lines
}

fn containers(limits: &ContainerLimits) -> ContainersView {
    ContainersView { requests: (&limits.requests).into(), limits: (&limits.limits).into(), max: (&limits.max).into() }
}
