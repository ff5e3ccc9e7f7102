//! `delivery.yaml`: what the node channel delivers, in the order in which it is written. `plan` and `apply` read it.

use serde::Serialize;

use super::files::{path_of_node, path_of_pool};
use crate::model::delivery::{self, Delivered, Owner, Secret, Takes, When};
use crate::model::{Model, Node, Pool, Role};
use crate::render::Page;
use crate::source::environment::OnTimeout;

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    pools: Vec<PoolView<'a>>,
    first: &'a str,
    join: String,
}

#[derive(Serialize)]
struct PoolView<'a> {
    name: &'a str,
    role: &'static str,
    unit: &'static str,
    user_data: String,
    at_once: u32,
    drain: String,
    on_timeout: OnTimeout,
    files: Vec<FileView>,
    nodes: Vec<NodeView<'a>>,
}

#[derive(Serialize)]
struct NodeView<'a> {
    name: &'a str,
    address: String,
    stack: String,
    files: Vec<FileView>,
}

#[derive(Serialize)]
struct FileView {
    path: String,
    source: Option<String>,
    secret: Option<SecretView>,
    mode: &'static str,
    owner: Owner,
    when: When,
    takes: Takes,
    command: Option<&'static str>,
}

#[derive(Serialize)]
struct SecretView {
    name: String,
    generated: bool,
    fills: Vec<String>,
}

pub(super) fn page(model: &Model) -> Page {
    let first = model.pools.iter().find(|pool| pool.role == Role::Server).and_then(|pool| pool.nodes.first());
    let view = View {
        environment: model.name.as_str(),
        pools: model.pools.iter().map(|pool| pool_view(model, pool)).collect(),
        first: first.map_or("", |node| &node.name),
        join: format!("https://{}:9345", model.kubernetes.api_vip),
    };
    Page::new("rke2/delivery.yaml", "rke2/delivery.yaml.j2", view)
}

fn pool_view<'a>(model: &Model, pool: &'a Pool) -> PoolView<'a> {
    let delivered = delivery::files(model, pool);
    let of_pool = delivered.iter().filter(|delivered| !delivered.file.is_of_node());
    PoolView {
        name: &pool.key,
        role: if pool.role == Role::Server { "server" } else { "agent" },
        unit: delivery::unit(pool.role),
        user_data: format!("openstack/user-data/{}.yaml", pool.stem()),
        at_once: pool.update.at_once.value,
        drain: pool.update.drain.value.to_string(),
        on_timeout: pool.update.on_timeout.value,
        files: of_pool.map(|delivered| file(delivered, path_of_pool(pool, delivered))).collect(),
        nodes: pool.nodes.iter().map(|node| node_view(pool, node, &delivered)).collect(),
    }
}

fn node_view<'a>(pool: &Pool, node: &'a Node, delivered: &[Delivered]) -> NodeView<'a> {
    let own = delivered.iter().filter(|delivered| delivered.file.is_of_node());
    NodeView {
        name: &node.name,
        address: node.address.to_string(),
        stack: format!("openstack/nodes/{}-{}", pool.stem(), node.ordinal),
        files: own.map(|delivered| file(delivered, path_of_node(node, delivered))).collect(),
    }
}

fn file(delivered: &Delivered, source: String) -> FileView {
    FileView {
        path: delivered.path.clone(),
        source: (!delivered.file.is_secret()).then_some(source),
        secret: delivered.secret.as_ref().map(secret),
        mode: delivered.mode,
        owner: delivered.owner,
        when: delivered.when,
        takes: delivered.takes,
        command: delivered.command,
    }
}

fn secret(secret: &Secret) -> SecretView {
    SecretView { name: secret.name.clone(), generated: secret.generated, fills: secret.fills.clone() }
}
