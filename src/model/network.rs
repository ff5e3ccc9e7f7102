//! The network: IPv4 only, sizes, ranges that may not overlap, MTU, parts that exist already.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::{ExtraNetwork, Input, Network};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::network::{
    CIDR_OVERLAP, DYNAMIC_OUTSIDE, EXISTING_INCOMPLETE, EXISTING_SUBNET_DIFFERS, GATEWAY_UNUSABLE, IPV6, MTU_MISMATCH, MTU_RANGE,
    NETWORK_SIZE, SERVICE_RANGE_SIZE,
};
use crate::source::environment::{Encapsulation, ExtraNetwork as WrittenExtra};
use crate::source::values::{Address, Cidr};
use crate::source::{At, Span};

/// Prefixes that leave room for sixteen blocks of at least sixteen addresses, and are no larger than a site's share.
const PREFIXES: std::ops::RangeInclusive<u8> = 16..=24;

pub(super) fn network(input: &Input, findings: &mut Vec<Diagnostic>) -> Network {
    let written = &input.environment.network;
    let cidr = subnet(&written.cidr, findings);
    let dynamic = dynamic(input, cidr, findings);
    let gateway = gateway(input, cidr, findings);
    let network = Network {
        site: written.site.as_ref().map(|site| site.value.clone()),
        cidr,
        gateway,
        dynamic,
        mtu: written.mtu.value,
        pod_mtu: written.mtu.value.saturating_sub(overhead(input.environment.kubernetes.encapsulation.value)),
        pods: v4(&written.pods, findings),
        services: v4(&written.services, findings),
        dns: written.dns.iter().filter_map(|server| v4_address(server, findings)).collect(),
        ntp: written.ntp.iter().map(|server| server.value.clone()).collect(),
        existing_network: written.existing.network.as_ref().map(|at| at.value.clone()),
        existing_subnet: written.existing.subnet.as_ref().map(|at| at.value.clone()),
        existing_router: written.existing.router.as_ref().map(|at| at.value.clone()),
        extra: written.extra.iter().map(|extra| extra_network(extra, findings)).collect(),
    };
    overlaps(input, findings);
    mtu(input, findings);
    existing(input, &network, findings);
    if network.services.prefix_len() < 12 {
        findings.push(
            Diagnostic::new(
                &SERVICE_RANGE_SIZE,
                format!("`services` has {} address bits, kube-apiserver takes 20 at most", 32 - network.services.prefix_len()),
            )
            .at(written.services.span, "larger than a /12")
            .help("a /16 holds 65,534 Services"),
        );
    }
    network
}

/// Bytes that the overlay's header takes from each packet.
fn overhead(encapsulation: Encapsulation) -> u32 {
    match encapsulation {
        Encapsulation::Vxlan => 50,
        Encapsulation::IpIp => 20,
    }
}

/// The IPv4 network of a value; for IPv6 a finding and a stand-in, so that the other findings still come.
pub(super) fn v4(cidr: &At<Cidr>, findings: &mut Vec<Diagnostic>) -> Ipv4Net {
    match cidr.value.0 {
        IpNet::V4(net) => net,
        IpNet::V6(_) => {
            findings.push(ipv6(cidr.span));
            Ipv4Net::new_assert(Ipv4Addr::new(192, 0, 2, 0), 24)
        }
    }
}

/// The IPv4 address of a value; for IPv6 a finding.
pub(super) fn v4_address(address: &At<Address>, findings: &mut Vec<Diagnostic>) -> Option<Ipv4Addr> {
    match address.value.0 {
        IpAddr::V4(v4) => Some(v4),
        IpAddr::V6(_) => {
            findings.push(ipv6(address.span));
            None
        }
    }
}

fn ipv6(span: Span) -> Diagnostic {
    Diagnostic::new(&IPV6, "an IPv6 address, and strata/v1alpha1 builds IPv4 clusters only")
        .at(span, "IPv6")
        .help("write the IPv4 address; a dual-stack cluster cannot be made from one of these later, so say early if you need it")
}

fn subnet(written: &At<Cidr>, findings: &mut Vec<Diagnostic>) -> Ipv4Net {
    let net = v4(written, findings);
    if PREFIXES.contains(&net.prefix_len()) {
        return net;
    }
    findings.push(
        Diagnostic::new(
            &NETWORK_SIZE,
            format!("the subnet `{net}` has a prefix of /{}, between /16 and /24 is possible", net.prefix_len()),
        )
        .at(written.span, "")
        .help("a /22 has room for 11 pools of 62 nodes"),
    );
    Ipv4Net::new_assert(net.network(), 22).trunc()
}

/// The part of the subnet that Neutron gives addresses from; by default its last quarter.
fn dynamic(input: &Input, cidr: Ipv4Net, findings: &mut Vec<Diagnostic>) -> Ipv4Net {
    let quarter = cidr.subnets(cidr.prefix_len() + 2).ok().and_then(Iterator::last).unwrap_or(cidr);
    let Some(written) = &input.environment.network.dynamic else { return quarter };
    let net = v4(written, findings);
    if cidr.contains(&net) && net.prefix_len() > cidr.prefix_len() {
        return net;
    }
    let message = if net.contains(&cidr) {
        format!("`dynamic` {net} takes the whole subnet {cidr}: no fixed address is left")
    } else {
        format!("`dynamic` {net} is no part of the subnet {cidr}")
    };
    findings.push(
        Diagnostic::new(&DYNAMIC_OUTSIDE, message)
            .at(written.span, "Neutron's allocation pool")
            .at(input.environment.network.cidr.span, "the subnet")
            .help(format!("its last quarter is {quarter}")),
    );
    quarter
}

fn gateway(input: &Input, cidr: Ipv4Net, findings: &mut Vec<Diagnostic>) -> Ipv4Addr {
    let first = cidr.hosts().next().unwrap_or(cidr.network());
    let Some(written) = &input.environment.network.gateway else { return first };
    let Some(address) = v4_address(written, findings) else { return first };
    if cidr.contains(&address) && address != cidr.network() && address != cidr.broadcast() {
        return address;
    }
    findings.push(
        Diagnostic::new(&GATEWAY_UNUSABLE, format!("the gateway {address} is no host address of the subnet {cidr}"))
            .at(written.span, "the gateway")
            .at(input.environment.network.cidr.span, "the subnet")
            .help(format!("leave it out: the first address, {first}, is taken")),
    );
    first
}

fn extra_network(written: &WrittenExtra, findings: &mut Vec<Diagnostic>) -> ExtraNetwork {
    ExtraNetwork {
        name: written.name.value.clone(),
        network: written.network.value.clone(),
        cidr: written.cidr.as_ref().map(|cidr| v4(cidr, findings)),
        group: written.name.to_string(),
    }
}

/// Every range of the environment against every other.
fn overlaps(input: &Input, findings: &mut Vec<Diagnostic>) {
    let written = &input.environment.network;
    let mut ranges = vec![("the subnet", written.cidr), ("pods", written.pods), ("Services", written.services)];
    ranges.extend(written.extra.iter().filter_map(|extra| Some(("an extra network", extra.cidr?))));
    ranges.extend(written.reserved.iter().map(|reserved| ("a reserved range", *reserved)));
    for (at, (what, range)) in ranges.iter().enumerate() {
        for (other_what, other) in &ranges[at + 1..] {
            // Reserved ranges may lie in one another: they are other people's.
            if (what, other_what) != (&"a reserved range", &"a reserved range") && overlap(range.value, other.value) {
                findings.push(overlap_finding((what, range), (other_what, other), written.cidr.span));
            }
        }
    }
}

const OVERLAP_HELP: &str = "choose ranges that share no address; pods and Services can never change later";

fn overlap_finding(one: (&str, &At<Cidr>), other: (&str, &At<Cidr>), fallback: Span) -> Diagnostic {
    let named = |(what, range): (&str, &At<Cidr>)| {
        let default = if range.span == Span::NOWHERE { " (by default)" } else { "" };
        format!("{what} {}{default}", range.value)
    };
    let finding = Diagnostic::new(&CIDR_OVERLAP, format!("{} and {} overlap", named(one), named(other)));
    let mut written = [one, other].into_iter().filter(|(_, range)| range.span != Span::NOWHERE).peekable();
    if written.peek().is_none() {
        return finding.at(fallback, "").help(OVERLAP_HELP);
    }
    written.fold(finding, |finding, (what, range)| finding.at(range.span, what)).help(OVERLAP_HELP)
}

/// Whether two networks share an address.
#[must_use]
pub(super) fn overlap(one: Cidr, other: Cidr) -> bool {
    one.0.contains(&other.0) || other.0.contains(&one.0)
}

fn mtu(input: &Input, findings: &mut Vec<Diagnostic>) {
    let written = &input.environment.network;
    if !(1280..=9216).contains(&written.mtu.value) {
        findings.push(
            Diagnostic::new(&MTU_RANGE, format!("an MTU of {} bytes; 1280 to 9216 is possible", written.mtu.value))
                .at(written.mtu.span, "")
                .help("a tenant network over VXLAN has 1450, over Geneve 1442; `openstack network show` prints it"),
        );
    }
    let Some(named) = &written.existing.network else { return };
    let locked = input.lock.cloud.as_ref().and_then(|cloud| cloud.networks.get(&named.value)).and_then(|network| network.mtu);
    if let Some(locked) = locked.filter(|locked| *locked < written.mtu.value) {
        let default = written.mtu.span == Span::NOWHERE;
        let says = if default { "is by default" } else { "says" };
        let finding = Diagnostic::new(
            &MTU_MISMATCH,
            format!("the network `{}` carries {locked} bytes, `mtu` {says} {}", named.value, written.mtu.value),
        );
        let finding = if default { finding } else { finding.at(written.mtu.span, "larger than the network's own") };
        findings.push(finding.at(named.span, "this network").help(format!("write `mtu: {locked}`")));
    }
}

fn existing(input: &Input, network: &Network, findings: &mut Vec<Diagnostic>) {
    let written = &input.environment.network.existing;
    if let (Some(subnet), None) = (&written.subnet, &written.network) {
        findings.push(
            Diagnostic::new(&EXISTING_INCOMPLETE, format!("an existing subnet `{}` without its network", subnet.value))
                .at(subnet.span, "whose?")
                .help("name the network that it belongs to as `existing.network`"),
        );
    }
    let (Some(named), Some(subnet)) = (&written.network, &written.subnet) else { return };
    let Some(locked) = input.lock.cloud.as_ref().and_then(|cloud| cloud.networks.get(&named.value)) else { return };
    let found = locked.subnets.iter().find(|found| found.name == subnet.value || found.id == subnet.value);
    let differs = |message: String, span: Span, help: String| {
        Diagnostic::new(&EXISTING_SUBNET_DIFFERS, message).at(span, "").at(subnet.span, "the existing subnet").help(help)
    };
    let place = &input.environment.network;
    match found {
        None => findings.push(
            Diagnostic::new(&EXISTING_SUBNET_DIFFERS, format!("the network `{}` has no subnet `{}`", named.value, subnet.value))
                .at(subnet.span, "as lock.yaml has it")
                .help("run `strata lock` if it was made since"),
        ),
        Some(found) if found.cidr != network.cidr.to_string() => findings.push(differs(
            format!("the subnet `{}` is {} in the cloud, `cidr` says {}", subnet.value, found.cidr, network.cidr),
            place.cidr.span,
            format!("write `cidr: {}`", found.cidr),
        )),
        Some(found) if found.pools.iter().any(|pool| !pool_inside(pool, network.dynamic)) => findings.push(differs(
            format!("Neutron gives addresses of `{}` from {}, outside `dynamic` {}", subnet.value, found.pools.join(", "), network.dynamic),
            place.dynamic.map_or(place.cidr.span, |at| at.span),
            "a node's or VIP's address could be given away before it is made: shrink the subnet's allocation pool, or widen `dynamic`"
                .into(),
        )),
        Some(_) => {}
    }
}

/// Whether an allocation pool `FROM-TO` lies in a network.
fn pool_inside(pool: &str, net: Ipv4Net) -> bool {
    pool.split_once('-').is_some_and(|(from, to)| {
        let inside = |text: &str| text.parse::<Ipv4Addr>().is_ok_and(|address| net.contains(&address));
        inside(from) && inside(to)
    })
}
