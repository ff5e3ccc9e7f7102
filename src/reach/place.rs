//! Ends of a flow as one writes them, and the addresses that stand for them.
//!
//! A range of addresses is no single answer where policies name parts of it: it falls into the pieces that every policy
//! treats alike, and one address stands for each.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};

use super::Reach;
use super::policy::{Peer, Pod, protocol};
use super::route::Packet;
use super::workloads::{WORKLOADS, Workload};

/// OpenStack's metadata service, as every cloud has it.
pub const METADATA: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 254);

/// One end of a flow, as it is written.
#[derive(Debug, Clone)]
pub enum Side {
    /// A pod of a namespace, with these labels.
    Pod(String, BTreeMap<String, String>),
    /// A pod that everybody knows.
    Workload(&'static Workload),
    /// Every node: programs on the node's own network among them.
    Nodes,
    /// Servers.
    Servers,
    /// Agents.
    Agents,
    /// An address that no policy names.
    Internet,
    /// OpenStack's metadata service.
    Metadata,
    /// Addresses.
    Net(Ipv4Net),
}

impl Side {
    /// Addresses outside of the cluster: all of them are as good as the Internet.
    #[must_use]
    pub fn outside(net: IpNet) -> Side {
        match net {
            IpNet::V4(net) if net.prefix_len() > 0 => Side::Net(net.trunc()),
            _ => Side::Internet,
        }
    }

    /// The namespace, of pods.
    #[must_use]
    pub fn namespace(&self) -> Option<&str> {
        match self {
            Side::Pod(namespace, _) => Some(namespace),
            Side::Workload(known) => Some(known.namespace),
            _ => None,
        }
    }
}

/// One address that stands for a piece of an end.
#[derive(Debug, Clone)]
pub struct Place {
    /// What it is, for people.
    pub label: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// The pod that has it.
    pub pod: Option<Pod>,
}

impl Place {
    /// As policies see it.
    #[must_use]
    pub fn peer(&self) -> Peer<'_> {
        Peer { address: self.address, pod: self.pod.as_ref() }
    }
}

/// Reads `NAMESPACE`, `NAMESPACE/WORKLOAD`, `NAMESPACE/k=v,k=v`, `node`, `server`, `agent`, `internet`, `metadata` or a CIDR.
pub fn parse_side(text: &str) -> Result<Side, String> {
    match text {
        "node" => return Ok(Side::Nodes),
        "server" => return Ok(Side::Servers),
        "agent" => return Ok(Side::Agents),
        "internet" => return Ok(Side::Internet),
        "metadata" => return Ok(Side::Metadata),
        _ => {}
    }
    if let Some(net) = text.parse::<Ipv4Net>().ok().or_else(|| text.parse::<Ipv4Addr>().ok().map(Ipv4Net::from)) {
        return Ok(Side::Net(net.trunc()));
    }
    let Some((namespace, what)) = text.split_once('/') else { return Ok(Side::Pod(text.to_owned(), BTreeMap::new())) };
    if !what.contains('=') {
        return Workload::find(namespace, what).map(Side::Workload).ok_or_else(|| {
            let known = WORKLOADS.iter().map(|known| format!("{}/{}", known.namespace, known.name));
            format!(
                "`{text}` is no workload that strata knows; write its labels, `{namespace}/app={what}`, or one of {}",
                known.collect::<Vec<_>>().join(", ")
            )
        });
    }
    let label = |pair: &str| {
        let (key, value) = pair.split_once('=').ok_or_else(|| format!("`{pair}` is no label: write key=value"))?;
        Ok::<_, String>((key.to_owned(), value.to_owned()))
    };
    Ok(Side::Pod(namespace.to_owned(), what.split(',').map(label).collect::<Result<_, _>>()?))
}

/// Reads `443/TCP`, `53/udp`, `443` (TCP) or `ICMP`.
pub fn parse_packet(text: &str) -> Result<Packet, String> {
    if text.eq_ignore_ascii_case("icmp") {
        return Ok(Packet::icmp(8, 0));
    }
    let (port, name) = text.split_once('/').unwrap_or((text, "TCP"));
    let number = protocol(name).filter(|number| matches!(number, 6 | 17 | 132 | 136));
    let number = number.ok_or_else(|| format!("`{name}` is no protocol with ports: TCP, UDP or SCTP"))?;
    let port = port.parse::<u16>().ok().filter(|port| *port > 0).ok_or_else(|| format!("`{port}` is no port"))?;
    Ok(Packet::to(number, port))
}

impl Reach {
    /// The places that stand for an end, or why it is none.
    pub fn places(&self, side: &Side) -> Result<Vec<Place>, String> {
        let cluster = &self.cluster;
        let nodes = |nodes: &[(String, Ipv4Addr)], what: &str| {
            let place = |(name, address): &(String, Ipv4Addr)| Place { label: format!("{what} {name}"), address: *address, pod: None };
            nodes.iter().map(place).collect::<Vec<_>>()
        };
        Ok(match side {
            Side::Pod(namespace, labels) => {
                self.pods(&self.pod(namespace, labels.clone(), "default", Vec::new()), &describe(namespace, labels))
            }
            Side::Workload(known) => self.pods(&known.pod(self), &format!("{}/{}", known.namespace, known.name)),
            Side::Servers => nodes(&cluster.servers, "server"),
            Side::Agents => nodes(&cluster.agents, "agent"),
            Side::Nodes => [nodes(&cluster.servers, "server"), nodes(&cluster.agents, "agent")].concat(),
            Side::Metadata => vec![Place { label: "metadata service".into(), address: METADATA, pod: None }],
            Side::Internet => vec![Place { label: "internet".into(), address: self.anywhere(), pod: None }],
            Side::Net(net) => self.addresses(*net)?,
        })
    }

    /// The places that an end's packets come from. A node's own programs are seen by pods of other nodes with the address of the
    /// tunnel's interface: in the pods' range, and no pod's. What comes from outside comes through nodes.
    #[must_use]
    pub fn sources(&self, side: &Side) -> Vec<Place> {
        match side {
            Side::Nodes | Side::Servers | Side::Agents => {
                let mut places = self.places(side).unwrap_or_default();
                let tunnel = || Place { label: "a node's tunnel".into(), address: self.cluster.tunnel(), pod: None };
                places.push(tunnel());
                places
            }
            Side::Internet | Side::Metadata => Vec::new(),
            side => self.places(side).unwrap_or_default(),
        }
    }

    fn pods(&self, pod: &Pod, label: &str) -> Vec<Place> {
        let pieces = self.pieces(self.cluster.pods);
        let many = pieces.len() > 1;
        let place = |address| {
            let label = if many { format!("{label}, with an address from {address} on") } else { label.to_owned() };
            Place { label, address, pod: Some(pod.clone()) }
        };
        pieces.into_iter().map(place).collect()
    }

    fn addresses(&self, net: Ipv4Net) -> Result<Vec<Place>, String> {
        let cluster = &self.cluster;
        let shares = |other: &Ipv4Net| net.contains(&other.network()) || other.contains(&net.network());
        if shares(&cluster.services) {
            return Err(format!(
                "{net} holds addresses of Services ({}): kube-proxy puts a pod's in their place before policies see them; ask for the pods behind them",
                cluster.services
            ));
        }
        if shares(&cluster.pods) {
            return Err(format!("{net} holds addresses of pods ({}): policies see their labels too; ask for a namespace", cluster.pods));
        }
        let pieces = self.pieces(net);
        let many = pieces.len() > 1;
        let place = |address: Ipv4Addr| {
            let label = if many { format!("{net} from {address} on") } else { net.to_string() };
            Place { label, address, pod: None }
        };
        Ok(pieces.into_iter().map(place).collect())
    }

    /// The first address of each piece of a network that every policy treats alike.
    fn pieces(&self, net: Ipv4Net) -> Vec<Ipv4Addr> {
        let mut starts = BTreeSet::from([net.network()]);
        for named in &self.nets {
            let after = u32::from(named.broadcast()).checked_add(1).map(Ipv4Addr::from);
            starts.extend([Some(named.network()), after].into_iter().flatten().filter(|address| net.contains(address)));
        }
        starts.into_iter().collect()
    }

    /// An address of nobody's: in the first documentation network, or whatever a policy leaves.
    fn anywhere(&self) -> Ipv4Addr {
        let free = |address: &Ipv4Addr| !self.nets.iter().any(|net| net.prefix_len() > 0 && net.contains(address));
        let candidates =
            [[203, 0, 113, 250], [198, 51, 100, 250], [192, 0, 2, 250], [9, 9, 9, 250], [151, 101, 1, 250], [93, 184, 216, 250]];
        let mut candidates = candidates.into_iter().map(Ipv4Addr::from);
        candidates.find(free).unwrap_or(Ipv4Addr::new(203, 0, 113, 250))
    }
}

/// A pod in words: what is not written has no labels.
fn describe(namespace: &str, labels: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    if pairs.is_empty() { namespace.to_owned() } else { format!("{namespace}/{}", pairs.join(",")) }
}
