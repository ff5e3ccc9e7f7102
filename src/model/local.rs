//! What listens on a node's loopback address alone. No rule opens it, because nobody else reaches it; a port that
//! Prometheus reads is a flow instead.
//!
//! Ports: RKE2's requirements, <https://docs.rke2.io/install/requirements#networking>, and what its processes are started with.

use super::{Kubernetes, Role};

/// A listener on 127.0.0.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    /// Where it is; `None`: on every node.
    pub role: Option<Role>,
    /// Its port, TCP.
    pub port: u16,
    /// Who listens, and for what.
    pub what: &'static str,
}

/// On every cluster.
const ALWAYS: [Local; 9] = [
    on(Some(Role::Server), 2382, "etcd: its HTTP interface"),
    on(Some(Role::Agent), 6443, "RKE2: the way to the API servers"),
    on(Some(Role::Agent), 6444, "RKE2: the way to the supervisors"),
    on(None, 9098, "Calico's Typha: health, where it runs; open between nodes too, as RKE2 asks"),
    on(None, 9099, "Calico's Felix: health; open between nodes too, as RKE2 asks"),
    on(None, 10010, "containerd: exec, attach and port-forward for kubelet"),
    on(None, 10248, "kubelet: health"),
    on(None, 10256, "kube-proxy: health"),
    on(Some(Role::Server), 10258, "the cloud controller: RKE2's own, or OpenStack's"),
];

/// Metrics, while Prometheus does not read them.
const UNLESS_SCRAPED: [Local; 4] = [
    on(Some(Role::Server), 2381, "etcd: metrics and health"),
    on(None, 10249, "kube-proxy: metrics"),
    on(Some(Role::Server), 10257, "kube-controller-manager: metrics and health"),
    on(Some(Role::Server), 10259, "kube-scheduler: metrics and health"),
];

const fn on(role: Option<Role>, port: u16, what: &'static str) -> Local {
    Local { role, port, what }
}

/// Sorted by port.
#[must_use]
pub fn listeners(kubernetes: &Kubernetes) -> Vec<Local> {
    let metrics: &[Local] = if kubernetes.scraped { &[] } else { &UNLESS_SCRAPED };
    let mut found: Vec<Local> = ALWAYS.iter().chain(metrics).copied().collect();
    found.sort_by_key(|local| local.port);
    found
}
