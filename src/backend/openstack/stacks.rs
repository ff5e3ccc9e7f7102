//! The bastion's stack, and the stacks of nodes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Parameter, USER_DATA, VolumeView, environment};
use crate::backend::accounts;
use crate::model::{BootDisk, Model, Node, Pool, Volume};
use crate::render::Page;

/// A user-data file: as a template in `nodes/` or beside it names it, so that Heat's own command line finds it too, and in the tree.
pub(super) fn user_data_file(stem: &str) -> (String, String) {
    let up = if stem == "bastion" { "" } else { "../" };
    (format!("{up}user-data/{stem}.yaml"), format!("{USER_DATA}{stem}.yaml"))
}

fn volume(disk: &BootDisk) -> Option<&Volume> {
    match disk {
        BootDisk::Volume(volume) => Some(volume),
        BootDisk::Local => None,
    }
}

/// Parameters that come from the network stack: name there and here, what it is.
pub(super) fn from_network(model: &Model, pool: &Pool) -> Vec<(String, String)> {
    let mut inputs = vec![("network".to_owned(), "network".to_owned()), ("subnet".to_owned(), "subnet".to_owned())];
    let extra = pool.extra_networks.iter().filter_map(|name| model.network.extra.iter().find(|extra| extra.name == *name));
    let groups = pool.groups.iter().cloned().chain(extra.map(|extra| extra.group.clone()));
    inputs.extend(groups.map(|group| (format!("group_{group}"), format!("group_{group}"))));
    if pool.server_group.is_some() {
        inputs.push(("server_group".to_owned(), format!("server_group_{}", pool.key)));
    }
    inputs
}

fn parameters(inputs: &[(String, String)]) -> Vec<Parameter> {
    let describe =
        |(name, output): &(String, String)| Parameter { name: name.clone(), description: format!("From the network stack: {output}.") };
    inputs.iter().map(describe).collect()
}

#[derive(Serialize)]
struct PoolView<'a> {
    environment: &'a str,
    pool: &'a str,
    inputs: Vec<Parameter>,
    compute_zone: bool,
    volume_zone: bool,
    server_group: bool,
    groups: &'a [String],
    allowed_address_pairs: Vec<String>,
    extra_networks: Vec<Extra<'a>>,
    boot: Option<VolumeView<'a>>,
    etcd: Option<VolumeView<'a>>,
    image: &'a str,
    flavor: &'a str,
    metadata: &'a BTreeMap<String, String>,
    user_data: String,
}

#[derive(Serialize)]
struct Extra<'a> {
    name: &'a str,
    network: &'a str,
    group: &'a str,
}

/// One template for the pool, one environment for each node. What the user data says is for the back end of the nodes.
pub(super) fn pool(model: &Model, pool: &Pool) -> Vec<Page> {
    let stem = pool.stem();
    let extra = model.network.extra.iter().filter(|extra| pool.extra_networks.contains(&extra.name));
    let view = PoolView {
        environment: model.name.as_str(),
        pool: &pool.key,
        inputs: parameters(&from_network(model, pool)),
        compute_zone: pool.nodes.iter().any(|node| node.compute_zone.is_some()),
        volume_zone: pool.nodes.iter().any(|node| node.volume_zone.is_some()),
        server_group: pool.server_group.is_some(),
        groups: &pool.groups,
        allowed_address_pairs: pool.allowed_address_pairs.iter().map(ToString::to_string).collect(),
        extra_networks: extra.map(|extra| Extra { name: extra.name.as_str(), network: &extra.network, group: &extra.group }).collect(),
        boot: volume(&pool.disk).map(VolumeView::from),
        etcd: pool.etcd_disk.as_ref().map(VolumeView::from),
        image: pool.image.reference(),
        flavor: &pool.flavor,
        metadata: &pool.metadata,
        user_data: user_data_file(stem).0,
    };
    let mut pages = vec![Page::new(format!("openstack/nodes/{stem}.yaml"), "openstack/node.yaml.j2", view)];
    pages.extend(pool.nodes.iter().map(|node| environment(&format!("nodes/{stem}-{}", node.ordinal), &node_parameters(node))));
    pages
}

fn node_parameters(node: &Node) -> BTreeMap<&'static str, String> {
    let zones = [("compute_zone", &node.compute_zone), ("volume_zone", &node.volume_zone)];
    let zones = zones.into_iter().filter_map(|(name, zone)| Some((name, zone.clone()?)));
    [("name", node.name.clone()), ("address", node.address.to_string())].into_iter().chain(zones).collect()
}

/// The bastion has accounts and nothing else.
fn user_data(model: &Model) -> Page {
    #[derive(Serialize)]
    struct View<'a> {
        administrators: Vec<accounts::Account<'a>>,
    }
    Page::new(user_data_file("bastion").1, "openstack/user-data.yaml.j2", View { administrators: accounts::of(model) })
}

#[derive(Serialize)]
struct BastionView<'a> {
    environment: &'a str,
    name: &'a str,
    inputs: Vec<Parameter>,
    address: String,
    boot: Option<VolumeView<'a>>,
    data: Option<VolumeView<'a>>,
    image: &'a str,
    flavor: &'a str,
    compute_zone: Option<&'a str>,
    volume_zone: Option<&'a str>,
    public: bool,
    user_data: String,
}

pub(super) fn bastion(model: &Model) -> [Page; 3] {
    let bastion = &model.bastion;
    let mut inputs = parameters(&bastion_from_network());
    if bastion.public {
        inputs.push(Parameter { name: "floatingip".into(), description: "Id of its public address.".into() });
    }
    let view = BastionView {
        environment: model.name.as_str(),
        name: &bastion.name,
        inputs,
        address: bastion.address.to_string(),
        boot: volume(&bastion.disk).map(VolumeView::from),
        data: bastion.data.as_ref().map(VolumeView::from),
        image: bastion.image.reference(),
        flavor: &bastion.flavor,
        compute_zone: bastion.compute_zone.as_deref(),
        volume_zone: bastion.volume_zone.as_deref(),
        public: bastion.public,
        user_data: user_data_file("bastion").0,
    };
    let template = Page::new("openstack/bastion.yaml", "openstack/bastion.yaml.j2", view);
    [template, user_data(model), environment("bastion", &BTreeMap::new())]
}

pub(super) fn bastion_from_network() -> Vec<(String, String)> {
    ["network", "subnet", "group_bastion"].map(|name| (name.to_owned(), name.to_owned())).to_vec()
}
