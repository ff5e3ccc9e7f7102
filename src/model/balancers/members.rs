//! Members: all nodes of a pool, all servers, or machines outside of the cluster.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::draft::Draft;
use super::provider::without_effect;
use super::{Scope, also, clients, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{
    DUPLICATE_MEMBER, MEMBER_PORT, MEMBER_SOURCE, MEMBER_WEIGHT, NO_ACTIVE_MEMBER, NO_MEMBERS, NODE_PORT_RANGE, OVN_UNSUPPORTED,
};
use crate::model::network::v4_address;
use crate::model::nodes::unknown;
use crate::model::{Member, Node, Pool, Role};
use crate::source::environment::Members;
use crate::source::{At, Span};

/// Octavia's heaviest member.
const HEAVIEST: u16 = 256;

pub(super) fn members(scope: &Scope, draft: &Draft, findings: &mut Vec<Diagnostic>) -> Vec<Member> {
    let mut members = Vec::new();
    let mut taken: BTreeMap<(Ipv4Addr, u16), Span> = BTreeMap::new();
    let before = findings.len();
    for written in draft.members {
        clients::second_api(scope, written, findings);
        limits(scope, written, findings);
        let place = place(written, draft.name.span);
        for member in entry(scope, written, place, findings) {
            match taken.insert((member.address, member.port), place) {
                None => members.push(member),
                Some(other) => duplicate(&member, place, other, findings),
            }
        }
    }
    if findings.len() == before {
        active(draft, &members, findings);
    }
    members
}

/// Where an entry of `members` stands.
fn place(written: &Members, fallback: Span) -> Span {
    let agents = written.agents.as_ref().map(|at| at.span);
    let address = written.address.map(|at| at.span);
    agents.or(address).unwrap_or(written.servers.span).or(written.node_port.or(written.port).map_or(fallback, |at| at.span))
}

/// Two entries that share one node mostly share them all: once is enough.
fn duplicate(member: &Member, place: Span, other: Span, findings: &mut Vec<Diagnostic>) {
    if findings
        .iter()
        .any(|finding| finding.code.name == DUPLICATE_MEMBER.name && finding.labels.first().is_some_and(|label| label.span == place))
    {
        return;
    }
    let twice = format!("{}:{} is a member twice", member.address, member.port);
    let finding = Diagnostic::new(&DUPLICATE_MEMBER, twice).at(place, "here").at(other, "and here");
    findings.push(finding.help("remove one of them; a larger share is a `weight`"));
}

/// The members of one entry.
fn entry(scope: &Scope, written: &Members, place: Span, findings: &mut Vec<Diagnostic>) -> Vec<Member> {
    let sources = usize::from(written.agents.is_some()) + usize::from(written.servers.value) + usize::from(written.address.is_some());
    if sources != 1 {
        let message = if sources == 0 { "these members come from nowhere" } else { "these members come from several places" };
        findings.push(wrong(&MEMBER_SOURCE, message, place).help("write one of `agents: NAME`, `servers: true` and `address: ADDRESS`"));
    }
    let port = port(scope, written, place, findings);
    if let Some(address) = &written.address {
        return outside(scope, written, address, port, findings).into_iter().collect();
    }
    let pools: Vec<&Pool> = match &written.agents {
        Some(agents) => {
            let known = || scope.nodes.iter().filter(|pool| pool.role == Role::Agent);
            let found: Vec<&Pool> = known().filter(|pool| pool.key == agents.as_str()).collect();
            if found.is_empty() {
                findings.push(unknown(
                    "pool of agents",
                    agents,
                    known().map(|pool| pool.key.as_str()),
                    "declare it under `agents`; for servers write `servers: true`",
                ));
            }
            found
        }
        None => scope.nodes.iter().filter(|pool| written.servers.value && pool.role == Role::Server).collect(),
    };
    let nodes = pools.iter().flat_map(|pool| pool.nodes.iter().map(|node| (*pool, node)));
    nodes.map(|(pool, node)| inside(scope, written, pool, node, port)).collect()
}

fn inside(scope: &Scope, written: &Members, pool: &Pool, node: &Node, port: u16) -> Member {
    Member {
        name: node.name.clone(),
        address: node.address,
        in_subnet: scope.network.cidr.contains(&node.address),
        pool: Some(pool.key.clone()),
        port,
        weight: written.weight.value,
        backup: written.backup.value,
        monitor_port: written.monitor_port.map(|at| at.value),
    }
}

fn outside(
    scope: &Scope,
    written: &Members,
    address: &At<crate::source::values::Address>,
    port: u16,
    findings: &mut Vec<Diagnostic>,
) -> Option<Member> {
    let found = v4_address(address, findings)?;
    let in_subnet = scope.network.cidr.contains(&found);
    if scope.is_ovn() && !in_subnet {
        let finding = wrong(&OVN_UNSUPPORTED, format!("the provider ovn does not reach {found} outside of the subnet"), address.span)
            .at(scope.input.environment.network.cidr.span, "the subnet");
        findings.push(also(finding, scope.choice.span, "this provider").help("use the provider amphora for this balancer"));
    }
    Some(Member {
        name: found.to_string(),
        address: found,
        in_subnet,
        pool: None,
        port,
        weight: written.weight.value,
        backup: written.backup.value,
        monitor_port: written.monitor_port.map(|at| at.value),
    })
}

/// The members' port: a Service's, or the machine's own.
fn port(scope: &Scope, written: &Members, place: Span, findings: &mut Vec<Diagnostic>) -> u16 {
    let range = scope.input.environment.kubernetes.node_ports;
    let mut unclear = |message: &str, place: Span, help: &str| findings.push(wrong(&MEMBER_PORT, message, place).help(help));
    match (written.node_port, written.port) {
        (None, None) => unclear("these members have no port", place, "add `nodePort`, or `port` for a port of the machine itself"),
        (Some(_), Some(port)) => unclear("these members have a `port` and a `nodePort`", port.span, "keep one of the two"),
        (Some(node_port), None) if written.address.is_some() => {
            unclear("a machine outside of the cluster has no nodePorts", node_port.span, "write `port`");
        }
        (None, Some(port)) if port.value == 0 => unclear("port 0 does not exist", port.span, "write 1 to 65535"),
        _ => {}
    }
    if let Some(monitor) = written.monitor_port.filter(|port| port.value == 0) {
        unclear("port 0 does not exist", monitor.span, "write 1 to 65535");
    }
    if let Some(node_port) = written.node_port.filter(|port| port.value < range.from || port.value > range.to) {
        let message = format!("{} is no nodePort of this cluster: they are {}", node_port.value, range.value);
        let finding = also(wrong(&NODE_PORT_RANGE, message, node_port.span), range.span, "the range");
        findings.push(finding.help("take one of the range; for a port of the machine itself write `port`"));
    }
    written.node_port.or(written.port).map_or(0, |at| at.value)
}

/// Weight, and what ovn cannot do.
fn limits(scope: &Scope, written: &Members, findings: &mut Vec<Diagnostic>) {
    if written.weight.value > HEAVIEST {
        let message = format!("a weight of {} is more than {HEAVIEST}", written.weight.value);
        findings.push(
            wrong(&MEMBER_WEIGHT, message, written.weight.span).help("weights are shares: 10 and 20 do what 1000 and 2000 were meant to"),
        );
    }
    if !scope.is_ovn() {
        return;
    }
    if written.weight.value != 1 {
        without_effect(scope, "weight", written.weight.span, findings);
    }
    if written.backup.value {
        without_effect(scope, "backup", written.backup.span, findings);
    }
    if let Some(port) = written.monitor_port {
        let finding = wrong(&OVN_UNSUPPORTED, "the provider ovn probes a member on its own port alone", port.span);
        findings.push(also(finding, scope.choice.span, "this provider").help("remove `monitorPort`"));
    }
}

/// Whether anybody takes connections.
fn active(draft: &Draft, members: &[Member], findings: &mut Vec<Diagnostic>) {
    if members.is_empty() {
        let message = format!("nobody is behind `{}`", draft.name.value);
        findings.push(wrong(&NO_MEMBERS, message, draft.name.span).help("the agent pool has no nodes: raise its `count`, or name others"));
    } else if members.iter().all(|member| member.backup || member.weight == 0) {
        let message = format!("every member of `{}` is a backup or has weight 0", draft.name.value);
        findings
            .push(wrong(&NO_ACTIVE_MEMBER, message, draft.name.span).help("leave at least one member without `backup` and with a weight"));
    }
}
