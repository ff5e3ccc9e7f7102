//! Pools and their nodes: counts, placement, zones, names, addresses.

use std::collections::BTreeMap;

use super::addresses::{Assigned, SERVERS};
use super::disks;
use super::host;
use super::kubelet;
use super::labels;
use super::network::v4;
use super::pools::{WrittenPool, written_pools};
use super::taints;
use super::{Input, Network, Node, Pool, Role, ServerGroup};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::nodes::{
    ADDRESS_PAIR_OPEN, ANTI_AFFINITY_HOSTS, ANTI_AFFINITY_NO_SPARE, EVEN_SERVERS, METADATA_LENGTH, SERVERS_MAY_SHARE_HOST,
    SERVERS_ONE_AT_A_TIME, SERVERS_SHRINK, SINGLE_SERVER, UNKNOWN_REFERENCE, UPDATE_NOBODY, ZONE_NAME_BLANK,
};
use crate::source::environment::{self as written, CloudProvider, Placement};
use crate::source::suggest::nearest;
use crate::source::values::{Cidr, Name};
use crate::source::{At, Span};

pub(super) fn pools(input: &Input, network: &Network, assigned: &Assigned, findings: &mut Vec<Diagnostic>) -> Vec<Pool> {
    let written = written_pools(input.environment);
    server_count(input, findings);
    taints::somewhere_to_run(&written, findings);
    written.iter().map(|pool| resolve(input, network, assigned, pool, findings)).collect()
}

fn resolve(input: &Input, network: &Network, assigned: &Assigned, pool: &WrittenPool, findings: &mut Vec<Diagnostic>) -> Pool {
    updates(pool, findings);
    metadata(pool, findings);
    labels::labels(pool, findings);
    taints::taints(pool, findings);
    kubelet::arguments(input, pool, findings);
    let zones = zones(input, pool, findings);
    hosts(input, pool, &zones, findings);
    let block = assigned.blocks.get(&pool.key).copied().unwrap_or(network.cidr);
    let extra_networks = extra_networks(input, &pool.key);
    let family = host::family(input, pool.image);
    Pool {
        role: pool.role,
        nodes: nodes(input, pool, block, &zones),
        block,
        flavor: pool.flavor.value.clone(),
        image: disks::image(input, pool.image),
        family,
        selinux: host::selinux(input, family),
        disk: disks::boot_disk(input, pool, findings),
        etcd_disk: disks::etcd_disk(pool, findings),
        server_group: server_group(input, pool),
        groups: vec!["node".to_owned(), pool.key.clone()],
        extra_networks,
        allowed_address_pairs: pool.allowed_address_pairs.iter().map(|pair| address_pair(pair, findings)).collect(),
        metadata: pool.metadata.iter().map(|(key, value)| (key.clone(), value.value.clone())).collect(),
        labels: node_labels(input, pool),
        taints: pool.taints.clone(),
        kubelet_arguments: plain(pool.kubelet_arguments),
        update: pool.update.clone(),
        key: pool.key.clone(),
    }
}

/// Whether balancers that the cluster makes lead to a node: a label that the cloud controller and octavia-ingress-controller read.
const EXCLUDED: &str = "node.kubernetes.io/exclude-from-external-load-balancers";

/// Labels as written; and servers stay out of balancers that the cluster makes, where there are agents for them. Ports of nodes
/// answer there all the same.
fn node_labels(input: &Input, pool: &WrittenPool) -> BTreeMap<String, String> {
    let mut labels = plain(pool.labels);
    if pool.role == Role::Server && !input.environment.agents.is_empty() {
        labels.entry(EXCLUDED.to_owned()).or_insert_with(|| "true".to_owned());
    }
    labels
}

fn plain(map: &BTreeMap<At<String>, At<String>>) -> BTreeMap<String, String> {
    map.iter().map(|(key, value)| (key.value.clone(), value.value.clone())).collect()
}

/// An odd number, so that the larger half survives; never fewer than there were.
fn server_count(input: &Input, findings: &mut Vec<Diagnostic>) {
    let servers = &input.environment.servers;
    let (count, span) = (servers.count.value, servers.count.span.or(servers.flavor.span));
    if count.is_multiple_of(2) {
        let fewer = count.saturating_sub(1);
        let help = match count {
            0 => "write `count: 3`".to_owned(),
            2 => "write `count: 3`: it survives the loss of one, 2 of none".to_owned(),
            _ => format!("write `count: {fewer}` or `count: {}`: {count} survive the loss of no more than {fewer} do", count + 1),
        };
        findings.push(Diagnostic::new(&EVEN_SERVERS, format!("{count} servers: etcd needs an odd number")).at(span, "").help(help));
    } else if count == 1 && !servers.accept_single {
        findings.push(
            Diagnostic::new(&SINGLE_SERVER, "one server alone: its loss is the loss of the cluster")
                .at(span, "")
                .help("write `count: 3`, or `acceptSingle: true` for a cluster that may be lost"),
        );
    }
    shrink(input, findings);
}

/// Fewer servers than there were: only where somebody says so, and by one step: from 5 to 3, from 3 to 1.
fn shrink(input: &Input, findings: &mut Vec<Diagnostic>) {
    let servers = &input.environment.servers;
    let (count, before) = (servers.count.value, input.lock.servers.unwrap_or(0));
    if count >= before {
        return;
    }
    let (span, label) = count_place(servers.count, servers.flavor.span, "fewer than there are");
    let finding = Diagnostic::new(&SERVERS_SHRINK, format!("{count} servers where lock.yaml records {before}")).at(span, label);
    let step = before.saturating_sub(2);
    match servers.accept_shrink_from {
        Some(from) if from.value == before && count < step => findings.push(
            finding.at(from.span, "accepted").help(format!("one step at a time: write `count: {step}` first, and the rest when etcd has {step} healthy members")),
        ),
        Some(from) if from.value == before => {}
        Some(from) => findings.push(finding.at(from.span, "another number").help(format!("write `acceptShrinkFrom: {before}` if that is meant"))),
        None => findings.push(
            finding.help(format!("each server must leave etcd before it goes: if that is wanted, write `acceptShrinkFrom: {before}` beside `count`, and take one step at a time")),
        ),
    }
}

/// Where a count stands and what is said there; by default it stands nowhere, and the pool's flavor shows which pool it is.
fn count_place(count: At<u32>, pool: Span, text: &str) -> (Span, String) {
    if count.span == Span::NOWHERE { (pool, format!("{} by default: {text}", count.value)) } else { (count.span, text.to_owned()) }
}

fn updates(pool: &WrittenPool, findings: &mut Vec<Diagnostic>) {
    let at_once = pool.update.at_once;
    if at_once.value == 0 {
        findings.push(
            Diagnostic::new(&UPDATE_NOBODY, format!("pool `{}` is updated by 0 nodes at once: never", pool.key))
                .at(at_once.span, "")
                .help("write 1 or more"),
        );
    }
    if pool.role == Role::Server && at_once.value > 1 {
        findings.push(
            Diagnostic::new(&SERVERS_ONE_AT_A_TIME, format!("{} servers at once: etcd may lose its majority", at_once.value))
                .at(at_once.span, "")
                .help("leave it out: servers are changed one at a time, each after etcd is healthy again"),
        );
    }
}

/// Nova takes 255 characters for each key and value.
fn metadata(pool: &WrittenPool, findings: &mut Vec<Diagnostic>) {
    for (key, value) in pool.metadata {
        let message = match (key.len(), value.value.len()) {
            (0, _) => "metadata with an empty key".to_owned(),
            (length @ 256.., _) => format!("a key of metadata with {length} bytes"),
            (_, length @ 256..) => format!("the metadata `{key}` has a value of {length} bytes"),
            _ => continue,
        };
        findings.push(
            Diagnostic::new(&METADATA_LENGTH, format!("{message}: Nova takes 1 to 255 for a key, up to 255 for a value"))
                .at(value.span, "")
                .help("shorten it"),
        );
    }
}

/// A zone as written, resolved.
struct PoolZone<'a> {
    name: &'a Name,
    zone: &'a written::Zone,
}

fn zones<'a>(input: &Input<'a>, pool: &WrittenPool<'a>, findings: &mut Vec<Diagnostic>) -> Vec<PoolZone<'a>> {
    pool.zones.iter().filter_map(|name| Some(PoolZone { name: &name.value, zone: zone(input, name, findings)? })).collect()
}

/// The zone of that name; a finding where nobody declared it.
pub(super) fn zone<'a>(input: &Input<'a>, name: &At<Name>, findings: &mut Vec<Diagnostic>) -> Option<&'a written::Zone> {
    let declared = &input.environment.zones;
    let Some(zone) = declared.get(&name.value) else {
        findings.push(unknown("zone", name, declared.keys().map(Name::as_str), "declare it under `zones`"));
        return None;
    };
    if input.environment.kubernetes.cloud_provider.value == CloudProvider::Openstack && zone.compute.contains(' ') {
        findings.push(
            Diagnostic::new(&ZONE_NAME_BLANK, format!("the compute zone `{}` has a blank in its name", zone.compute.value))
                .at(zone.compute.span, "no label of a node can hold it")
                .at(input.environment.kubernetes.cloud_provider.span, "the cloud controller labels nodes with it")
                .help("use another zone, or `cloudProvider: none`"),
        );
    }
    Some(&zone.value)
}

/// A name that refers to nothing.
pub(super) fn unknown<'a>(what: &str, name: &At<Name>, known: impl Iterator<Item = &'a str>, help: &str) -> Diagnostic {
    let known: Vec<&str> = known.collect();
    let diagnostic = Diagnostic::new(&UNKNOWN_REFERENCE, format!("there is no {what} `{}`", name.value)).at(name.span, "");
    match nearest(name.as_str(), known.iter().copied()) {
        Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
        None if known.is_empty() => diagnostic.help(help),
        None => diagnostic.help(format!("{help}; there are: {}", known.join(", "))),
    }
}

/// Strict anti-affinity needs as many hypervisors as members, and one more where a member shall ever be resized.
fn hosts(input: &Input, pool: &WrittenPool, zones: &[PoolZone], findings: &mut Vec<Diagnostic>) {
    if pool.placement.value != Placement::AntiAffinity {
        if pool.role == Role::Server {
            findings.push(
                Diagnostic::new(&SERVERS_MAY_SHARE_HOST, "servers may share a hypervisor: its loss can take etcd's majority")
                    .at(pool.placement.span, "")
                    .help("write `placement: anti-affinity`"),
            );
        }
        return;
    }
    let count = pool.count.value;
    if let Some(hosts) = &input.environment.openstack.hypervisors {
        host_finding(pool, "", count, hosts, findings);
    }
    for (at, zone) in zones.iter().enumerate() {
        let Some(hosts) = &zone.zone.hypervisors else { continue };
        let (zones, at) = (u32::try_from(zones.len()).unwrap_or(1), u32::try_from(at).unwrap_or(0));
        let members = count / zones + u32::from(at < count % zones);
        host_finding(pool, &format!(" in zone `{}`", zone.name), members, hosts, findings);
    }
}

fn host_finding(pool: &WrittenPool, place: &str, members: u32, hosts: &At<u32>, findings: &mut Vec<Diagnostic>) {
    let (code, help) = match members.cmp(&hosts.value) {
        std::cmp::Ordering::Less => return,
        std::cmp::Ordering::Equal => (
            &ANTI_AFFINITY_NO_SPARE,
            "a resize in place and the loss of a hypervisor need a free one; replacement removes the old server first and works",
        ),
        std::cmp::Ordering::Greater => (&ANTI_AFFINITY_HOSTS, "have fewer members, or `placement: soft-anti-affinity` for agents"),
    };
    let (span, label) = count_place(*pool.count, pool.span, "members");
    let plural = if hosts.value == 1 { "" } else { "s" };
    findings.push(
        Diagnostic::new(code, format!("pool `{}` keeps {members} nodes apart{place}, on {} hypervisor{plural}", pool.key, hosts.value))
            .at(span, label)
            .at(hosts.span, "hypervisors")
            .help(help),
    );
}

fn nodes(input: &Input, pool: &WrittenPool, block: ipnet::Ipv4Net, zones: &[PoolZone]) -> Vec<Node> {
    let stem = if pool.role == Role::Server { "server" } else { &pool.key };
    (0..pool.count.value.min(super::addresses::capacity(block)))
        .map(|ordinal| {
            let zone = (!zones.is_empty()).then(|| &zones[ordinal as usize % zones.len()].zone);
            Node {
                ordinal,
                name: format!("{}-{stem}-{ordinal}", input.environment.name.value),
                address: (u32::from(block.network()) + 1 + ordinal).into(),
                compute_zone: zone.map(|zone| zone.compute.value.clone()),
                volume_zone: zone.and_then(|zone| zone.volume.as_ref()).map(|at| at.value.clone()),
            }
        })
        .collect()
}

fn server_group(input: &Input, pool: &WrittenPool) -> Option<ServerGroup> {
    let policy = match pool.placement.value {
        Placement::AntiAffinity => "anti-affinity",
        Placement::SoftAntiAffinity => "soft-anti-affinity",
        Placement::Any => return None,
    };
    Some(ServerGroup { name: format!("{}-{}", input.environment.name.value, pool.key), policy })
}

fn extra_networks(input: &Input, key: &str) -> Vec<Name> {
    let on = |pools: &Option<Vec<At<Name>>>| pools.as_ref().is_none_or(|pools| pools.iter().any(|name| name.as_str() == key));
    input.environment.network.extra.iter().filter(|extra| on(&extra.pools)).map(|extra| extra.name.value.clone()).collect()
}

/// Pools that extra networks name, and that do not exist.
pub(super) fn extra_network_pools(input: &Input, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    let known = || std::iter::once(SERVERS).chain(environment.agents.iter().map(|pool| pool.name.as_str()));
    for name in environment.network.extra.iter().flat_map(|extra| extra.pools.iter().flatten()) {
        if !known().any(|pool| pool == name.as_str()) {
            findings.push(unknown("pool", name, known(), "name pools of this environment"));
        }
    }
}

/// An allowed address pair that lets a node speak as anybody turns off Neutron's protection against spoofing.
fn address_pair(pair: &At<Cidr>, findings: &mut Vec<Diagnostic>) -> ipnet::Ipv4Net {
    let net = v4(pair, findings);
    if net.prefix_len() < 16 {
        findings.push(
            Diagnostic::new(&ADDRESS_PAIR_OPEN, format!("a node may use every address of {net}: that is no protection against spoofing"))
                .at(pair.span, "")
                .help("name the virtual address itself, as a /32"),
        );
    }
    net
}
