//! Every namespace that is known before the cluster stands: of the system, of the platform, of tenants, of the user's own manifests.
//!
//! One table: policies except the first two kinds, isolation treats each kind differently, and tenants may take none of their names.

use std::collections::BTreeMap;

use super::Input;
use crate::source::environment::{PodSecurity, TenantNamespace};

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub kind: NamespaceKind,
    /// The Pod Security Standard that is enforced in it.
    pub pod_security: PodSecurity,
    /// Labels beside those that strata sets.
    pub labels: BTreeMap<String, String>,
}

/// Whose a namespace is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamespaceKind {
    /// Kubernetes, RKE2 and Calico bring it.
    System,
    /// A component of the platform, by its name.
    Platform(&'static str),
    /// The user's own manifests (`platform.extra`).
    Extra,
    /// A tenant, by its name.
    Tenant(String),
}

/// Namespaces that Kubernetes, RKE2 and Calico make themselves: nothing of ours may stop what runs there.
pub const SYSTEM: [(&str, PodSecurity); 6] = [
    ("kube-system", PodSecurity::Privileged),
    ("kube-public", PodSecurity::Restricted),
    ("kube-node-lease", PodSecurity::Restricted),
    ("default", PodSecurity::Restricted),
    ("calico-system", PodSecurity::Privileged),
    ("tigera-operator", PodSecurity::Privileged),
];

/// Components of the platform: namespace, and the Pod Security Standard that its programs can live with.
///
/// Node agents mount the node's file system or use its network: they need `privileged`.
pub const PLATFORM: [(&str, PodSecurity); 8] = [
    ("argocd", PodSecurity::Restricted),
    ("kyverno", PodSecurity::Restricted),
    ("cert-manager", PodSecurity::Restricted),
    ("monitoring", PodSecurity::Privileged),
    ("ceph-csi", PodSecurity::Privileged),
    ("cinder-csi", PodSecurity::Privileged),
    ("octavia-ingress", PodSecurity::Restricted),
    ("system-upgrade", PodSecurity::Privileged),
];

/// The label of namespaces whose pods are reached through ports of nodes.
pub const NODE_PORTS: &str = "strata/node-ports";

/// All of an environment, each once: system, platform, own manifests, tenants in the order of the text.
pub(super) fn namespaces(input: &Input) -> Vec<Namespace> {
    let environment = input.environment;
    let plain = |name: &str, kind, pod_security| Namespace { name: name.to_owned(), kind, pod_security, labels: BTreeMap::new() };
    let mut found: Vec<Namespace> = SYSTEM.iter().map(|(name, security)| plain(name, NamespaceKind::System, *security)).collect();
    let wanted = PLATFORM.iter().filter(|(name, _)| has(input, name));
    found.extend(wanted.map(|(name, security)| plain(name, NamespaceKind::Platform(name), *security)));
    for extra in &environment.platform.extra {
        if !found.iter().any(|known| known.name == extra.namespace.as_str()) {
            found.push(plain(extra.namespace.as_str(), NamespaceKind::Extra, PodSecurity::Restricted));
        }
    }
    for tenant in &environment.tenants {
        found.extend(tenant.namespaces.iter().map(|namespace| Namespace {
            name: namespace.name.to_string(),
            kind: NamespaceKind::Tenant(tenant.name.to_string()),
            pod_security: namespace.pod_security.value,
            labels: labels(namespace),
        }));
    }
    found
}

/// Labels as written, and what opens a namespace to balancers where its quota has ports of nodes for them.
pub(super) fn labels(namespace: &TenantNamespace) -> BTreeMap<String, String> {
    let services = &namespace.quota.services;
    let open = services.node_ports.value > 0 || services.load_balancers.value > 0;
    let written = namespace.labels.iter().map(|(key, value)| (key.value.clone(), value.value.clone()));
    written.chain(open.then(|| (NODE_PORTS.to_owned(), "true".to_owned()))).collect()
}

/// Whether an environment has a component of [`PLATFORM`].
fn has(input: &Input, component: &str) -> bool {
    let environment = input.environment;
    match component {
        "argocd" => environment.argocd.is_some(),
        "cert-manager" => environment.certificates.is_some(),
        "monitoring" => environment.monitoring.is_some(),
        "ceph-csi" => environment.storage.cephfs.is_some(),
        "cinder-csi" => environment.storage.cinder.is_some(),
        "octavia-ingress" => environment.ingress.octavia.is_some(),
        // Policies and upgrades are part of every cluster.
        _ => true,
    }
}
