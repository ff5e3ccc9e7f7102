//! OpenStack's cloud controller, where `kubernetes.cloudProvider` is `openstack`: it tells Kubernetes where its nodes are, and
//! makes balancers of Services.
//!
//! Until it runs every node is tainted `node.cloudprovider.kubernetes.io/uninitialized`, and nothing else tolerates that:
//! Argo CD could not come first. So it is a HelmChart with `bootstrap: true`, which RKE2's Helm controller installs.
//!
//! Formats: <https://docs.rke2.io/helm>,
//! <https://github.com/kubernetes/cloud-provider-openstack/tree/master/charts/openstack-cloud-controller-manager>.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Backend, helm};
use crate::model::cloud_conf::CONTROLLER_SECRET;
use crate::model::{Model, Role};
use crate::render::Page;

/// OpenStack's cloud controller.
pub(super) const BACKEND: Backend = Backend {
    name: "cloud",
    summary: "OpenStack's cloud controller where it is chosen: a HelmChart that RKE2 installs before Argo CD",
    pages,
};

#[derive(Serialize)]
struct Values<'a> {
    secret: &'static str,
    trust: bool,
    tolerations: Vec<Toleration<'a>>,
}

#[derive(Serialize)]
struct Toleration<'a> {
    key: &'a str,
    operator: &'static str,
}

/// What keeps pods away from a server before it is initialised, and later.
const TAINTS: [&str; 5] = [
    "node.cloudprovider.kubernetes.io/uninitialized",
    "node.kubernetes.io/not-ready",
    "node-role.kubernetes.io/control-plane",
    "node-role.kubernetes.io/etcd",
    "CriticalAddonsOnly",
];

fn pages(model: &Model) -> Vec<Page> {
    if !model.kubernetes.external_cloud_provider {
        return Vec::new();
    }
    let values = Values { secret: CONTROLLER_SECRET, trust: !model.host.certificates.is_empty(), tolerations: tolerations(model) };
    helm::chart(model, "openstack-cloud-controller", true, "cloud/values.yaml.j2", values).into_iter().collect()
}

/// Servers' own taints too: it runs nowhere else.
fn tolerations(model: &Model) -> Vec<Toleration<'_>> {
    let servers = model.pools.iter().filter(|pool| pool.role == Role::Server);
    let own: BTreeSet<&str> = servers.flat_map(|pool| &pool.taints).map(|taint| taint.key.as_str()).collect();
    let own = own.into_iter().filter(|key| !TAINTS.contains(key));
    TAINTS.into_iter().chain(own).map(|key| Toleration { key, operator: "Exists" }).collect()
}
