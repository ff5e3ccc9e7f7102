//! Tenants, as a reviewer wants to see them: what each namespace may use, and how members get in.

use serde::Serialize;

use super::words::{list, word};
use crate::model::Model;
use crate::model::tenants::{Resources, Tenant, TenantNamespace, bytes, cores};

/// A namespace of a tenant.
#[derive(Serialize)]
pub(super) struct Row<'a> {
    tenant: &'a str,
    groups: String,
    namespace: &'a str,
    pod_security: String,
    requests: String,
    limits: String,
    storage: String,
    pods: u64,
    services: String,
}

pub(super) fn rows(model: &Model) -> Vec<Row<'_>> {
    model.tenants.iter().flat_map(|tenant| tenant.namespaces.iter().map(move |namespace| row(tenant, namespace))).collect()
}

fn row<'a>(tenant: &'a Tenant, namespace: &'a TenantNamespace) -> Row<'a> {
    let quota = &namespace.quota;
    let compute = |of: &Resources| format!("{} CPU, {}", cores(of.cpu), bytes(of.memory));
    let services = [(quota.node_ports, "nodePorts"), (quota.load_balancers, "balancers")];
    Row {
        tenant: &tenant.name,
        groups: list(tenant.groups.iter().map(String::as_str)),
        namespace: &namespace.name,
        pod_security: word(&namespace.pod_security),
        requests: compute(&quota.requests),
        limits: compute(&quota.limits),
        storage: bytes(quota.storage),
        pods: quota.pods,
        services: list(services.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"))),
    }
}

/// How members get in: by the API where it knows their groups, and through Argo CD.
pub(super) fn access(model: &Model) -> &'static str {
    let argocd = model.written.argocd.as_ref();
    match (model.kubernetes.oidc.is_some(), argocd.is_some_and(|argocd| argocd.oidc.is_some()), argocd.is_some()) {
        (true, true, _) => "Members use kubectl and Argo CD.",
        (true, false, _) => "Members use kubectl.",
        (false, true, _) => "The Kubernetes API has no identity provider: members deploy from Git, and use Argo CD.",
        (false, false, true) => "Members deploy from Git. Neither the Kubernetes API nor Argo CD has an identity provider to let them in.",
        (false, false, false) => "Nobody lets members in: neither the Kubernetes API nor Argo CD has an identity provider.",
    }
}
