//! Quotas and limits as templates print them: for namespaces of tenants, and for those that nobody declared.

use serde::Serialize;

use crate::model::tenants::{ContainerLimits, Quota, Resources, bytes, cores};

/// What one container gets and may ask for.
#[derive(Debug, Serialize)]
pub(super) struct ContainersView {
    pub(super) requests: ResourcesView,
    pub(super) limits: ResourcesView,
    pub(super) max: ResourcesView,
}

/// An amount of each thing that a node has.
#[derive(Debug, Serialize)]
pub(super) struct ResourcesView {
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

/// Every line of the quota, as Kubernetes calls it.
pub(super) fn quota(quota: &Quota) -> Vec<(&'static str, String)> {
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

pub(super) fn containers(limits: &ContainerLimits) -> ContainersView {
    ContainersView { requests: (&limits.requests).into(), limits: (&limits.limits).into(), max: (&limits.max).into() }
}
