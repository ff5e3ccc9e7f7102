//! CephFS: who it is, where it is, and whether every node reaches it.
//!
//! Users: <https://docs.ceph.com/en/latest/cephfs/client-auth/>; monitors and messengers:
//! <https://docs.ceph.com/en/latest/rados/configuration/msgr2/>, mount.ceph(8) (`ms_mode`).

use std::net::{Ipv4Addr, SocketAddrV4};

use ipnet::{IpNet, Ipv4Net};

use super::{CephFs, Class};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::storage::{CEPH_CLUSTER_ID, CEPH_MONITOR, CEPH_NAME, CEPH_NETWORK, CEPH_USER};
use crate::model::Input;
use crate::model::nodes::unknown;
use crate::model::pools::written_pools;
use crate::source::At;
use crate::source::environment::{self as written, ExtraNetwork};
use crate::source::suggest::short;
use crate::source::values::Name;

/// The port of the first messenger, and of the second.
const MESSENGERS: [u16; 2] = [6789, 3300];
/// What the driver writes into a volume's handle has room for so many bytes.
const CLUSTER_ID: usize = 36;

pub(super) fn cephfs(input: &Input, cephfs: &written::CephFs, findings: &mut Vec<Diagnostic>) -> CephFs {
    findings.extend(cluster_id(&cephfs.cluster_id));
    findings.extend(user(&cephfs.credentials.user_id));
    findings.extend(name(&cephfs.filesystem, "file system"));
    findings.extend(name(&cephfs.subvolume_group, "group of subvolumes"));
    let monitors = monitors(cephfs, findings);
    network(input, cephfs, &monitors, findings);
    let class = |class: &written::StorageClass| Class {
        name: class.name.value.to_string(),
        default: class.default.value,
        reclaim: class.reclaim.value,
    };
    CephFs {
        cluster: cephfs.cluster_id.value.clone(),
        messenger2: monitors.first().is_some_and(|monitor| monitor.port() == MESSENGERS[1]),
        monitors,
        network: daemons(input, cephfs),
        filesystem: cephfs.filesystem.value.clone(),
        subvolume_group: cephfs.subvolume_group.value.clone(),
        user: cephfs.credentials.user_id.value.clone(),
        key: cephfs.credentials.key.secret.value.clone(),
        classes: cephfs.classes.iter().map(class).collect(),
    }
}

/// The network of its daemons, where it is known.
fn daemons(input: &Input, cephfs: &written::CephFs) -> Option<Ipv4Net> {
    let name = cephfs.network.as_ref()?;
    let extra = input.environment.network.extra.iter().find(|extra| extra.name.value == name.value)?;
    match extra.cidr?.value.0 {
        IpNet::V4(net) => Some(net),
        IpNet::V6(_) => None,
    }
}

fn cluster_id(id: &At<String>) -> Option<Diagnostic> {
    let message = match id.len() {
        0 => "CephFS of a cluster without an id".to_owned(),
        length if length > CLUSTER_ID => format!("an id of {length} bytes: volumes have room for {CLUSTER_ID}"),
        _ if id.chars().any(|c| c.is_whitespace() || c.is_control()) => "an id with a blank in it".to_owned(),
        _ => return None,
    };
    Some(Diagnostic::new(&CEPH_CLUSTER_ID, message).at(id.span, "").help("write what `ceph fsid` prints"))
}

/// Ceph takes letters, digits, `-`, `_` and `.`; these names stand in commands and capabilities, too.
fn plain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

fn user(id: &At<String>) -> Option<Diagnostic> {
    let bare = id.strip_prefix("client.");
    let help = match bare {
        Some(bare) if plain(bare) => format!("write `{bare}`: drivers add `client.` themselves"),
        None if plain(id) => return None,
        _ => "write the user as `ceph auth ls` shows it, without `client.`".to_owned(),
    };
    Some(Diagnostic::new(&CEPH_USER, format!("`{}` is no user of Ceph's", short(id))).at(id.span, "").help(help))
}

fn name(name: &At<String>, what: &str) -> Option<Diagnostic> {
    (!plain(name)).then(|| {
        Diagnostic::new(&CEPH_NAME, format!("`{}` is no name of a {what}", short(name)))
            .at(name.span, "")
            .help("write its name alone, as Ceph lists it: letters, digits, `-`, `_` and `.`")
    })
}

/// The monitors, each with an address and the port of one messenger.
fn monitors(cephfs: &written::CephFs, findings: &mut Vec<Diagnostic>) -> Vec<SocketAddrV4> {
    let mut found: Vec<(SocketAddrV4, &At<String>)> = Vec::new();
    for monitor in &cephfs.monitors {
        match address(monitor) {
            Err(finding) => findings.push(*finding),
            Ok(address) => match found.iter().find(|(known, _)| *known == address) {
                Some((_, first)) => findings.push(twice(monitor, first)),
                None => found.push((address, monitor)),
            },
        }
    }
    if cephfs.monitors.is_empty() {
        findings.push(
            Diagnostic::new(&CEPH_MONITOR, "CephFS without a monitor: nobody can be asked where the data is")
                .at(cephfs.filesystem.span, "this file system")
                .help("name each: `monitors: [\"10.1.0.1:6789\", \"10.1.0.2:6789\", \"10.1.0.3:6789\"]`"),
        );
    }
    let other = |(address, _): &&(SocketAddrV4, &At<String>)| found.first().is_some_and(|(first, _)| address.port() != first.port());
    if let (Some((first, at)), Some((_, other))) = (found.first(), found.iter().find(other)) {
        findings.push(
            Diagnostic::new(&CEPH_MONITOR, "monitors of both messengers: a mount speaks one")
                .at(other.span, "another port")
                .at(at.span, format!("port {}", first.port()))
                .help("write the same port at all of them: 3300 where Ceph has the messenger of version 2, else 6789"),
        );
    }
    found.into_iter().map(|(address, _)| address).collect()
}

fn twice(monitor: &At<String>, first: &At<String>) -> Diagnostic {
    Diagnostic::new(&CEPH_MONITOR, format!("the monitor `{}` is named twice", monitor.value))
        .at(monitor.span, "")
        .at(first.span, "the first time")
        .help("name each monitor once")
}

/// By its address: network policies know no names, and `:3300` is what tells the messenger.
fn address(monitor: &At<String>) -> Result<SocketAddrV4, Box<Diagnostic>> {
    let wrong = |help: String| {
        Err(Box::new(Diagnostic::new(&CEPH_MONITOR, format!("`{}` is no monitor", short(monitor))).at(monitor.span, "").help(help)))
    };
    if let Ok(ip) = monitor.parse::<Ipv4Addr>() {
        return wrong(format!("add its port: `{ip}:3300`, or `{ip}:6789` for the first messenger"));
    }
    match monitor.parse::<SocketAddrV4>() {
        Ok(address) if MESSENGERS.contains(&address.port()) => Ok(address),
        Ok(address) => wrong(format!("monitors answer at 3300 (messenger of version 2) or 6789: `{}:3300`", address.ip())),
        Err(_) => wrong("write `ADDRESS:PORT`, an IPv4 address and 3300 or 6789, such as `10.1.0.1:3300`".to_owned()),
    }
}

/// The node agents run on every node, whatever its pool.
fn network(input: &Input, cephfs: &written::CephFs, monitors: &[SocketAddrV4], findings: &mut Vec<Diagnostic>) {
    let Some(named) = &cephfs.network else { return };
    let networks = &input.environment.network.extra;
    let Some(extra) = networks.iter().find(|extra| extra.name.value == named.value) else {
        let known = networks.iter().map(|extra| extra.name.as_str());
        findings.push(unknown(
            "extra network",
            named,
            known,
            "declare it under `network.extra`, or leave `network` out where Ceph is routed",
        ));
        return;
    };
    findings.extend(left_out(input, named, extra));
    let Some(cidr) = daemons(input, cephfs) else { return };
    let outside = cephfs.monitors.iter().find(|monitor| {
        let address = monitor.parse::<SocketAddrV4>().ok().filter(|address| monitors.contains(address));
        address.is_some_and(|address| !cidr.contains(address.ip()))
    });
    if let (Some(outside), Some(at)) = (outside, extra.cidr) {
        findings.push(
            Diagnostic::new(&CEPH_NETWORK, format!("the monitor `{}` is not in the network `{}`", outside.value, named.value))
                .at(outside.span, "asked for through the router")
                .at(at.span, "Ceph's network")
                .help("correct the one that is wrong; policies let the driver to Ceph's daemons in that network alone"),
        );
    }
}

fn left_out(input: &Input, named: &At<Name>, extra: &ExtraNetwork) -> Option<Diagnostic> {
    let pools = extra.pools.as_ref()?;
    let all = written_pools(input.environment);
    let missing: Vec<String> = all
        .into_iter()
        .filter(|pool| pool.count.value > 0 && !pools.iter().any(|name| name.as_str() == pool.key))
        .map(|pool| format!("`{}`", pool.key))
        .collect();
    (!missing.is_empty()).then(|| {
        Diagnostic::new(&CEPH_NETWORK, format!("nodes of {} are not on the network of CephFS", missing.join(", ")))
            .at(named.span, "the driver runs on every node")
            .at(pools.first().map_or(extra.name.span, |first| first.span), "some pools alone")
            .help("leave out `pools` of that network, or `network` of CephFS where these nodes reach it through the router")
    })
}
