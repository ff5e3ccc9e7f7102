//! Who has which address: each pool its block, each balancer its VIP.
//!
//! A node's address comes from its pool's block and its ordinal alone, so that an edit moves nobody else. What is
//! neither written nor recorded takes the first free place, and is recorded in lock.yaml from then on.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::network::{v4, v4_address};
use super::{Input, Network};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::network::{ADDRESS_CONFLICT, ADDRESS_IN_DYNAMIC, ADDRESS_OUTSIDE, BLOCK_TOO_SMALL, NO_ROOM, POD_RANGE_SIZE};
use crate::source::lock::Addresses;
use crate::source::values::{Address, Cidr};
use crate::source::{At, Span};

/// Bastion and VIPs lie in the first sixteenth of the subnet: the bastion on the fourth address, VIPs from the eighth.
const BASTION_OFFSET: usize = 3;
const VIP_OFFSET: usize = 7;

/// The name of the servers' pool where pools are named.
pub(super) const SERVERS: &str = "servers";

/// Every fixed address of the environment.
pub(super) struct Assigned {
    pub(super) blocks: BTreeMap<String, Ipv4Net>,
    pub(super) vips: BTreeMap<String, Ipv4Addr>,
    pub(super) bastion: Ipv4Addr,
}

impl Assigned {
    /// What lock.yaml shall record: what was recorded, and what was given now.
    pub(super) fn record(&self, input: &Input) -> Addresses {
        let mut addresses = input.lock.addresses.clone();
        for (key, written, _, _) in pools(input) {
            if let (None, Some(block)) = (written, self.blocks.get(&key)) {
                addresses.pools.insert(key, Cidr(IpNet::V4(*block)));
            }
        }
        for (key, written, _) in balancers(input) {
            if let (None, Some(vip)) = (written, self.vips.get(&key)) {
                addresses.balancers.insert(key, Address(IpAddr::V4(*vip)));
            }
        }
        addresses
    }
}

/// A pool: its key, the block as written, how many nodes, and where it stands.
type Claim<'a> = (String, Option<&'a At<Cidr>>, &'a At<u32>, Span);

fn pools<'a>(input: &Input<'a>) -> Vec<Claim<'a>> {
    let environment = input.environment;
    let servers = &environment.servers;
    let first = (SERVERS.to_owned(), servers.addresses.as_ref(), &servers.count, servers.flavor.span);
    let agents = environment.agents.iter().map(|pool| (pool.name.to_string(), pool.addresses.as_ref(), &pool.count, pool.name.span));
    std::iter::once(first).chain(agents).collect()
}

/// Each balancer: its key, the VIP as written, and where it stands.
fn balancers<'a>(input: &Input<'a>) -> Vec<(String, Option<&'a At<Address>>, Span)> {
    let environment = input.environment;
    let api = &environment.kubernetes.api;
    let first = ("api".to_owned(), api.address.as_ref(), api.name.span);
    let others =
        environment.load_balancers.iter().map(|balancer| (balancer.name.to_string(), balancer.address.as_ref(), balancer.name.span));
    std::iter::once(first).chain(others).collect()
}

pub(super) fn assign(input: &Input, network: &Network, findings: &mut Vec<Diagnostic>) -> Assigned {
    let mut taken = Taken::new(network, &input.environment.network);
    taken.single(network.gateway, "the gateway", input.environment.network.gateway.map_or(Span::NOWHERE, |at| at.span), findings);
    let bastion = bastion(input, network, findings);
    taken.single(bastion, "the bastion", input.environment.bastion.address.map_or(Span::NOWHERE, |at| at.span), findings);
    let vips = vips(input, network, &mut taken, findings);
    let blocks = blocks(input, network, &mut taken, findings);
    let nodes: u64 = pools(input).iter().map(|(_, _, count, _)| u64::from(count.value)).sum();
    // kube-controller-manager gives each node a /24 of the pods' range, whatever Calico does with it.
    let room = 1_u64 << 24_u8.saturating_sub(network.pods.prefix_len());
    if nodes > room {
        findings.push(
            Diagnostic::new(&POD_RANGE_SIZE, format!("{nodes} nodes need a /24 of `pods` each, {} has room for {room}", network.pods))
                .at(input.environment.network.pods.span.or(input.environment.network.cidr.span), "")
                .help("a /16 has room for 256 nodes; it cannot be changed later"),
        );
    }
    Assigned { blocks, vips, bastion }
}

fn bastion(input: &Input, network: &Network, findings: &mut Vec<Diagnostic>) -> Ipv4Addr {
    let written = input.environment.bastion.address.as_ref().and_then(|address| v4_address(address, findings));
    written.unwrap_or_else(|| network.cidr.hosts().nth(BASTION_OFFSET).unwrap_or(network.cidr.network()))
}

fn vips(input: &Input, network: &Network, taken: &mut Taken, findings: &mut Vec<Diagnostic>) -> BTreeMap<String, Ipv4Addr> {
    let mut vips = BTreeMap::new();
    let mut open = Vec::new();
    // Written and recorded ones first, so that a new one never takes their place.
    for (key, written, span) in balancers(input) {
        let recorded = input.lock.addresses.balancers.get(&key).map(|address| At::new(*address, Span::NOWHERE));
        match written.copied().or(recorded) {
            Some(address) => {
                let Some(vip) = v4_address(&At::new(address.value, address.span.or(span)), findings) else { continue };
                taken.single(vip, &format!("the VIP of balancer `{key}`"), address.span.or(span), findings);
                vips.insert(key, vip);
            }
            None => open.push((key, span)),
        }
    }
    let share = infrastructure(network).hosts().skip(VIP_OFFSET).collect::<Vec<_>>();
    for (key, span) in open {
        if let Some(vip) = share.iter().copied().find(|address| taken.is_free(*address)) {
            taken.single(vip, &format!("the VIP of balancer `{key}`"), span, findings);
            vips.insert(key, vip);
        } else {
            findings.push(
                Diagnostic::new(&NO_ROOM, format!("no address is left for the VIP of balancer `{key}` in {}", infrastructure(network)))
                    .at(span, "")
                    .help("write its `address`, anywhere in the subnet outside `dynamic` and the pools' blocks"),
            );
        }
    }
    vips
}

/// The first sixteenth of the subnet: gateway, bastion, VIPs.
fn infrastructure(network: &Network) -> Ipv4Net {
    Ipv4Net::new_assert(network.cidr.network(), network.cidr.prefix_len() + 4)
}

fn blocks(input: &Input, network: &Network, taken: &mut Taken, findings: &mut Vec<Diagnostic>) -> BTreeMap<String, Ipv4Net> {
    let mut blocks = BTreeMap::new();
    let mut open = Vec::new();
    for (key, written, count, span) in pools(input) {
        let recorded = input.lock.addresses.pools.get(&key).map(|block| At::new(*block, Span::NOWHERE));
        match written.copied().or(recorded) {
            Some(block) => {
                let recorded = block.span == Span::NOWHERE;
                let block = At::new(v4(&At::new(block.value, block.span.or(span)), findings), block.span.or(span));
                taken.block(block.value, &key, recorded, block.span, findings);
                fits(&key, block, recorded, count, findings);
                blocks.insert(key, block.value);
            }
            None => open.push((key, count, span)),
        }
    }
    for (key, count, span) in open {
        let sixteenths = network.cidr.subnets(network.cidr.prefix_len() + 4).into_iter().flatten().skip(1);
        if let Some(block) = sixteenths.into_iter().find(|block| taken.is_block_free(*block)) {
            taken.block(block, &key, false, span, findings);
            fits(&key, At::new(block, span), false, count, findings);
            blocks.insert(key, block);
        } else {
            findings.push(
                Diagnostic::new(&NO_ROOM, format!("no block is left for pool `{key}` in {}", network.cidr))
                    .at(span, "")
                    .help("write its `addresses`, or use a larger `network.cidr` in a new environment"),
            );
        }
    }
    blocks
}

/// Nodes that a block holds: its first and last address stay free, as in a subnet, so that nobody wonders.
pub(super) fn capacity(block: Ipv4Net) -> u32 {
    (1_u64 << (32 - block.prefix_len())).saturating_sub(2).try_into().unwrap_or(u32::MAX)
}

fn fits(key: &str, block: At<Ipv4Net>, recorded: bool, count: &At<u32>, findings: &mut Vec<Diagnostic>) {
    if count.value > capacity(block.value) {
        findings.push(
            Diagnostic::new(
                &BLOCK_TOO_SMALL,
                format!("pool `{key}` has {} nodes, its block {} holds {}", count.value, block.value, capacity(block.value)),
            )
            .at(count.span.or(block.span), "so many")
            .at(block.span, if recorded { "its block is recorded in lock.yaml" } else { "its block" })
            .help("a pool cannot move to another block without replacing its nodes: make a second pool for the rest"),
        );
    }
}

/// What is taken, and by whom, so that a second claim names the first.
struct Taken<'a> {
    network: &'a Network,
    cidr: Span,
    /// Where `dynamic` is written; by default it is the last quarter of the subnet.
    dynamic: Option<Span>,
    singles: BTreeMap<Ipv4Addr, (String, Span)>,
    blocks: Vec<(Ipv4Net, String, Span)>,
    reported: BTreeSet<String>,
}

impl<'a> Taken<'a> {
    fn new(network: &'a Network, written: &crate::source::environment::Network) -> Self {
        let (cidr, dynamic) = (written.cidr.span, written.dynamic.map(|at| at.span));
        Taken { network, cidr, dynamic, singles: BTreeMap::new(), blocks: Vec::new(), reported: BTreeSet::new() }
    }

    fn is_free(&self, address: Ipv4Addr) -> bool {
        let in_block = self.blocks.iter().any(|(block, ..)| block.contains(&address));
        !in_block && !self.singles.contains_key(&address) && !self.network.dynamic.contains(&address)
    }

    fn is_block_free(&self, block: Ipv4Net) -> bool {
        let shared = |other: &Ipv4Net| block.contains(other) || other.contains(&block);
        !self.blocks.iter().any(|(other, ..)| shared(other))
            && !shared(&self.network.dynamic)
            && !self.singles.keys().any(|address| block.contains(address))
    }

    fn single(&mut self, address: Ipv4Addr, what: &str, span: Span, findings: &mut Vec<Diagnostic>) {
        self.placed(Ipv4Net::from(address), what, span, findings);
        if let Some((other, other_span)) = self.singles.insert(address, (what.to_owned(), span)) {
            self.conflict(&format!("{what} and {other} both have {address}"), span, other_span, &other, findings);
        }
    }

    fn block(&mut self, block: Ipv4Net, key: &str, recorded: bool, span: Span, findings: &mut Vec<Diagnostic>) {
        let what = format!("the {}block of pool `{key}`", if recorded { "recorded " } else { "" });
        self.placed(block, &what, span, findings);
        if let Some((address, (other, other_span))) = self.singles.iter().find(|(address, _)| block.contains(*address)) {
            let (message, other, other_span) = (format!("{what}, {block}, holds {address}, {other}"), other.clone(), *other_span);
            self.conflict(&message, span, other_span, &other, findings);
        }
        let shared = self.blocks.iter().find(|(other, ..)| block.contains(other) || other.contains(&block));
        if let Some((other, other_what, other_span)) = shared.cloned() {
            self.conflict(&format!("{what}, {block}, and {other_what}, {other}, overlap"), span, other_span, &other_what, findings);
        }
        self.blocks.push((block, what, span));
    }

    /// Inside the subnet, and outside the part that Neutron gives away.
    fn placed(&self, net: Ipv4Net, what: &str, span: Span, findings: &mut Vec<Diagnostic>) {
        let shown = if net.prefix_len() == 32 { net.addr().to_string() } else { net.to_string() };
        let host = net.prefix_len() < 32 || (net.addr() != self.network.cidr.network() && net.addr() != self.network.cidr.broadcast());
        if !self.network.cidr.contains(&net) || !host {
            let why = if self.network.cidr.contains(&net) { "is the first or last address of" } else { "lies outside" };
            findings.push(
                Diagnostic::new(&ADDRESS_OUTSIDE, format!("{what}, {shown}, {why} the subnet {}", self.network.cidr))
                    .at(span.or(self.cidr), what)
                    .at(self.cidr, "the subnet")
                    .help("choose one inside, outside `dynamic`"),
            );
        } else if self.network.dynamic.contains(&net) || net.contains(&self.network.dynamic) {
            let finding = Diagnostic::new(&ADDRESS_IN_DYNAMIC, format!("{what}, {shown}, and `dynamic` {} overlap", self.network.dynamic));
            let finding = finding.at(span.or(self.cidr), what);
            let finding = match self.dynamic {
                Some(dynamic) => finding.at(dynamic, "Neutron's allocation pool"),
                None => finding,
            };
            findings.push(finding.help("Neutron may give it to an amphora first; choose one outside `dynamic`"));
        }
    }

    fn conflict(&mut self, message: &str, span: Span, other: Span, other_what: &str, findings: &mut Vec<Diagnostic>) {
        if self.reported.insert(message.to_owned()) {
            findings.push(
                Diagnostic::new(&ADDRESS_CONFLICT, message)
                    .at(span.or(other).or(self.cidr), "this one")
                    .at(other.or(span).or(self.cidr), other_what)
                    .help("give one of them another address; `addresses` of lock.yaml lists what was given by itself"),
            );
        }
    }
}
