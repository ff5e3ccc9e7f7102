//! The tables of nodes and pools.

use serde::Serialize;

use crate::backend::documents::words::{NOTHING, boot_disk, count, image, list, taint, volume, word};
use crate::model::{Model, Node, Pool, Role};

#[derive(Serialize)]
pub(super) struct NodeRow<'a> {
    name: &'a str,
    pool: &'a str,
    role: &'static str,
    zone: &'a str,
    address: String,
    flavor: &'a str,
    disk: String,
}

#[derive(Serialize)]
pub(super) struct PoolRow<'a> {
    key: &'a str,
    nodes: String,
    placement: String,
    image: String,
    disks: String,
    labels: String,
    taints: String,
    kubelet: String,
    networks: String,
    update: String,
}

/// The bastion first, then nodes by pool.
pub(super) fn nodes(model: &Model) -> Vec<NodeRow<'_>> {
    let bastion = &model.bastion;
    let first = NodeRow {
        name: &bastion.name,
        pool: NOTHING,
        role: "bastion",
        zone: bastion.compute_zone.as_deref().unwrap_or(NOTHING),
        address: bastion.address.to_string(),
        flavor: &bastion.flavor,
        disk: boot_disk(&bastion.disk),
    };
    let nodes = model.pools.iter().flat_map(|pool| pool.nodes.iter().map(move |node| row(pool, node)));
    std::iter::once(first).chain(nodes).collect()
}

fn row<'a>(pool: &'a Pool, node: &'a Node) -> NodeRow<'a> {
    NodeRow {
        name: &node.name,
        pool: &pool.key,
        role: role(pool.role),
        zone: node.compute_zone.as_deref().unwrap_or(NOTHING),
        address: node.address.to_string(),
        flavor: &pool.flavor,
        disk: boot_disk(&pool.disk),
    }
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Server => "server",
        Role::Agent => "agent",
    }
}

pub(super) fn pool(pool: &Pool) -> PoolRow<'_> {
    let etcd = pool.etcd_disk.as_ref().map(|etcd| format!("etcd {}", volume(etcd)));
    PoolRow {
        key: &pool.key,
        nodes: count(pool.nodes.len(), role(pool.role), if pool.role == Role::Server { "servers" } else { "agents" }),
        placement: pool.server_group.as_ref().map_or_else(|| "any".to_owned(), |group| group.policy.to_owned()),
        image: image(&pool.image),
        disks: list(std::iter::once(format!("boot {}", boot_disk(&pool.disk))).chain(etcd)),
        labels: pairs(&pool.labels),
        taints: list(pool.taints.iter().map(taint)),
        kubelet: pairs(&pool.kubelet_arguments),
        networks: list(pool.extra_networks.iter().map(ToString::to_string)),
        update: format!("{} at once, drain {}, then {}", pool.update.at_once.value, pool.update.drain.value, word(&pool.update.on_timeout)),
    }
}

fn pairs(map: &std::collections::BTreeMap<String, String>) -> String {
    list(map.iter().map(|(key, value)| if value.is_empty() { key.clone() } else { format!("{key}={value}") }))
}
