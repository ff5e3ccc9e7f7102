//! In which order things are made, and what is still there when the environment is gone.

use serde::Serialize;

use crate::backend::documents::words::{count, list, volume};
use crate::model::{Model, Pool, Role};
use crate::source::environment::Reclaim;

/// One step of `apply`.
#[derive(Serialize)]
pub(super) struct Step {
    what: &'static str,
    names: String,
    how: &'static str,
}

/// The steps of `openstack/index.yaml`, and the hand-off.
pub(super) fn steps(model: &Model) -> Vec<Step> {
    let of = |role: Role| model.pools.iter().filter(move |pool| pool.role == role);
    let stacks =
        |pools: Vec<&Pool>| list(pools.iter().map(|pool| format!("{} of {}", count(pool.nodes.len(), "stack", "stacks"), pool.key)));
    let spread = of(Role::Agent).any(|pool| pool.server_group.is_some());
    let mut steps = vec![
        Step { what: "Network", names: format!("stack {}-network", model.name), how: "" },
        Step { what: "Bastion", names: format!("stack {}-bastion", model.name), how: "" },
    ];
    if !model.balancers.is_empty() {
        steps.push(Step {
            what: "Balancers",
            names: list(model.balancers.iter().map(|balancer| balancer.key.clone())),
            how: "side by side",
        });
    }
    steps.push(Step {
        what: "Servers",
        names: stacks(of(Role::Server).collect()),
        how: "one by one, each after the one before is in etcd",
    });
    if of(Role::Agent).next().is_some() {
        let how = if spread { "one by one, so that placement sees them" } else { "side by side" };
        steps.push(Step { what: "Agents", names: stacks(of(Role::Agent).collect()), how });
    }
    if model.written.argocd.is_some() {
        steps.push(Step { what: "Argo CD", names: "the platform".to_owned(), how: "synced from this folder" });
    }
    steps
}

/// What is still there when the environment is gone.
pub(super) fn retained(model: &Model) -> Vec<String> {
    let network = &model.network;
    let data = model.bastion.data.as_ref().map(|data| format!("the bastion's data volume, {}, with the backups", volume(data)));
    let existing = |what: &str, name: &Option<String>| name.as_ref().map(|name| format!("the {what} {name}, which was there before"));
    let fixed = [
        data,
        existing("network", &network.existing_network),
        existing("subnet", &network.existing_subnet),
        existing("router", &network.existing_router),
    ];
    let addresses = model.public_addresses.iter().filter(|address| address.keep);
    let addresses = addresses.map(|address| match address.ip {
        Some(ip) => format!("the public address {ip} of {}", address.owner),
        None => format!("the public address of {}", address.owner),
    });
    let classes = kept_classes(model).into_iter().map(|class| format!("volumes of storage class {class}: it retains"));
    fixed.into_iter().flatten().chain(addresses).chain(classes).collect()
}

fn kept_classes(model: &Model) -> Vec<String> {
    let storage = &model.written.storage;
    let cephfs = storage.cephfs.iter().flat_map(|cephfs| &cephfs.classes).map(|class| (&class.name, class.reclaim.value));
    let cinder = storage.cinder.iter().flat_map(|cinder| &cinder.classes).map(|class| (&class.name, class.reclaim.value));
    cephfs.chain(cinder).filter(|(_, reclaim)| *reclaim == Reclaim::Retain).map(|(name, _)| name.value.to_string()).collect()
}
