//! The flow table, and the names of the rules that are made from it.

use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::model::{Direction, Flow, Model, Protocol, Remote};
use crate::render::Page;

/// A flow as the table prints it.
#[derive(Serialize)]
struct Row {
    group: String,
    direction: &'static str,
    ethertype: &'static str,
    protocol: Option<String>,
    from: Option<u16>,
    to: Option<u16>,
    remote: Option<String>,
    purposes: Vec<String>,
    rule: Option<String>,
}

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    flows: Vec<Row>,
}

pub(super) fn page(model: &Model) -> Page {
    let flows = model.flows.iter().flat_map(|flow| rows(model, flow)).collect();
    Page::new("openstack/flows.yaml", "openstack/flows.yaml.j2", View { environment: model.name.as_str(), flows })
}

/// Neutron's own egress rules are two, one for each family; every other flow is one.
fn rows(model: &Model, flow: &Flow) -> Vec<Row> {
    let families: &[&'static str] = if is_neutrons_own(flow) { &["IPv4", "IPv6"] } else { &["IPv4"] };
    families.iter().map(|family| row(model, flow, family)).collect()
}

fn row(model: &Model, flow: &Flow, ethertype: &'static str) -> Row {
    let name = |key: &str| model.groups.iter().find(|group| group.key == key).map_or_else(|| key.to_owned(), |group| group.name.clone());
    Row {
        group: name(&flow.group),
        direction: direction(flow.direction),
        ethertype,
        protocol: protocol(flow.protocol),
        from: flow.ports.map(|ports| ports.0),
        to: flow.ports.map(|ports| ports.1),
        remote: match &flow.remote {
            Remote::Group(key) => Some(name(key)),
            Remote::Cidr(net) => Some(net.to_string()),
            Remote::Anywhere => None,
        },
        purposes: flow.purposes.clone(),
        rule: (!is_neutrons_own(flow)).then(|| rule_name(flow)),
    }
}

/// What Neutron allows by itself in a new group: to anybody.
pub(super) fn is_neutrons_own(flow: &Flow) -> bool {
    flow.remote == Remote::Anywhere
}

pub(super) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
}

/// Neutron's word; a number goes in quotes. `None`: any.
pub(super) fn protocol(protocol: Protocol) -> Option<String> {
    let word = match protocol {
        Protocol::Any => return None,
        Protocol::Icmp => "icmp",
        Protocol::Sctp => "sctp",
        Protocol::Tcp => "tcp",
        Protocol::Udp => "udp",
        Protocol::Number(number) => return Some(number.to_string()),
    };
    Some(word.to_owned())
}

/// A rule's name says what it allows: an edit elsewhere leaves it alone, and a changed rule is a new one beside the old.
pub(super) fn rule_name(flow: &Flow) -> String {
    let remote = match &flow.remote {
        Remote::Group(key) => format!("group {key}"),
        Remote::Cidr(net) => net.to_string(),
        Remote::Anywhere => "anywhere".to_owned(),
    };
    let content = format!("{}|{}|{:?}|{:?}|{remote}", flow.group, direction(flow.direction), protocol(flow.protocol), flow.ports);
    let digest = Sha256::digest(content.as_bytes());
    digest.iter().take(6).fold(String::from("rule_"), |mut name, byte| {
        let _ = write!(name, "{byte:02x}");
        name
    })
}
