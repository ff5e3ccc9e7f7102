//! The network stack.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::flows::{direction, is_neutrons_own, protocol, rule_name};
use super::{Parameter, environment};
use crate::model::{Flow, Model, PublicAddress, Remote};
use crate::render::Page;

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    inputs: Vec<Parameter>,
    network: NetworkView,
    subnet: SubnetView,
    router: RouterView<'a>,
    groups: Vec<Group<'a>>,
    rules: Vec<Rule<'a>>,
    server_groups: Vec<ServerGroupView<'a>>,
    vips: Vec<Vip<'a>>,
    public_addresses: Vec<Public<'a>>,
}

#[derive(Serialize)]
struct NetworkView {
    make: bool,
    reference: Value,
    mtu: u32,
}

#[derive(Serialize)]
struct SubnetView {
    make: bool,
    reference: Value,
    cidr: String,
    gateway: String,
    from: String,
    to: String,
    dns: Vec<String>,
}

#[derive(Serialize)]
struct RouterView<'a> {
    make: bool,
    interface: bool,
    reference: Value,
    external: &'a str,
}

#[derive(Serialize)]
struct Group<'a> {
    key: &'a str,
    name: &'a str,
    description: &'a str,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: String,
    group: &'a str,
    direction: &'static str,
    protocol: Option<String>,
    from: Option<u16>,
    to: Option<u16>,
    remote_group: Option<&'a str>,
    remote_cidr: Option<String>,
}

#[derive(Serialize)]
struct ServerGroupView<'a> {
    key: &'a str,
    name: &'a str,
    policy: &'static str,
}

#[derive(Serialize)]
struct Vip<'a> {
    key: &'a str,
    address: String,
}

#[derive(Serialize)]
struct Public<'a> {
    owner: &'a str,
    /// The address, where it exists already: then it is only attached.
    existing: Option<String>,
    /// The port it is attached to; the bastion's port is in the bastion's stack.
    port: Option<String>,
    keep: bool,
}

pub(super) fn pages(model: &Model) -> [Page; 2] {
    let network = &model.network;
    // An existing subnet on an existing router is connected already.
    let interface = network.existing_subnet.is_none() || network.existing_router.is_none();
    let view = View {
        environment: model.name.as_str(),
        inputs: attached(model).map(parameter).collect(),
        network: NetworkView {
            make: network.existing_network.is_none(),
            reference: reference(network.existing_network.as_ref(), "network"),
            mtu: network.mtu,
        },
        subnet: subnet(model),
        router: RouterView {
            make: network.existing_router.is_none(),
            interface,
            reference: reference(network.existing_router.as_ref(), "router"),
            external: &model.openstack.external_network,
        },
        groups: model.groups.iter().map(|group| Group { key: &group.key, name: &group.name, description: &group.description }).collect(),
        rules: model.flows.iter().filter(|flow| !is_neutrons_own(flow)).map(rule).collect(),
        server_groups: model
            .pools
            .iter()
            .filter_map(|pool| {
                let group = pool.server_group.as_ref()?;
                Some(ServerGroupView { key: &pool.key, name: &group.name, policy: group.policy })
            })
            .collect(),
        vips: model.balancers.iter().map(|balancer| Vip { key: &balancer.key, address: balancer.vip.to_string() }).collect(),
        public_addresses: model.public_addresses.iter().map(public).collect(),
    };
    [Page::new("openstack/network.yaml", "openstack/network.yaml.j2", view), environment("network", &BTreeMap::new())]
}

/// What exists by its name or id, else what this stack makes.
fn reference(existing: Option<&String>, made: &str) -> Value {
    existing.map_or_else(|| json!({ "get_resource": made }), |name| json!(name))
}

fn subnet(model: &Model) -> SubnetView {
    let network = &model.network;
    let first = network.dynamic.network();
    // The subnet's last address is its broadcast address; Neutron refuses it in a pool.
    let last = network.dynamic.broadcast();
    let last = if last == network.cidr.broadcast() { (u32::from(last) - 1).into() } else { last };
    let first = if first == network.cidr.network() { (u32::from(first) + 1).into() } else { first };
    SubnetView {
        make: network.existing_subnet.is_none(),
        reference: reference(network.existing_subnet.as_ref(), "subnet"),
        cidr: network.cidr.to_string(),
        gateway: network.gateway.to_string(),
        from: first.to_string(),
        to: last.to_string(),
        dns: network.dns.iter().map(ToString::to_string).collect(),
    }
}

fn rule(flow: &Flow) -> Rule<'_> {
    let (remote_group, remote_cidr) = match &flow.remote {
        Remote::Group(key) => (Some(key.as_str()), None),
        Remote::Cidr(net) => (None, Some(net.to_string())),
        Remote::Anywhere => (None, None),
    };
    Rule {
        name: rule_name(flow),
        group: &flow.group,
        direction: direction(flow.direction),
        protocol: protocol(flow.protocol),
        from: flow.ports.map(|ports| ports.0),
        to: flow.ports.map(|ports| ports.1),
        remote_group,
        remote_cidr,
    }
}

fn public(address: &PublicAddress) -> Public<'_> {
    let port = (address.owner != "bastion").then(|| format!("vip_{}", address.owner));
    Public { owner: &address.owner, existing: address.ip.map(|ip| ip.to_string()), port, keep: address.keep }
}

/// Existing addresses that this stack attaches: their ids are looked up late, Heat takes nothing else.
pub(super) fn attached(model: &Model) -> impl Iterator<Item = &PublicAddress> {
    model.public_addresses.iter().filter(|address| address.ip.is_some() && address.owner != "bastion")
}

fn parameter(address: &PublicAddress) -> Parameter {
    let ip = address.ip.map(|ip| ip.to_string()).unwrap_or_default();
    Parameter { name: format!("floatingip_{}", address.owner), description: format!("Id of the floating address {ip}.") }
}
