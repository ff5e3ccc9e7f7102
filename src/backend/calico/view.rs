//! What templates print: rules of Calico, and NetworkPolicies of Kubernetes.

use std::collections::BTreeMap;

use ipnet::Ipv4Net;
use serde::Serialize;

use crate::model::{Model, Role};
use crate::reach::METADATA;

/// One rule of a Calico policy. What is empty is not printed.
#[derive(Debug, Default, Serialize)]
pub(super) struct Rule {
    pub(super) action: &'static str,
    pub(super) protocol: Option<&'static str>,
    pub(super) source: Entity,
    pub(super) destination: Entity,
}

/// One end of it.
#[derive(Debug, Default, Serialize)]
pub(super) struct Entity {
    pub(super) nets: Vec<String>,
    pub(super) selector: String,
    pub(super) not_selector: &'static str,
    pub(super) namespace_selector: String,
    pub(super) ports: Vec<Port>,
}

impl Entity {
    /// Pods with that label in that namespace.
    pub(super) fn pods(namespace: &str, key: &str, value: &str) -> Entity {
        Entity { selector: format!("{key} == '{value}'"), namespace_selector: in_namespace(namespace), ..Entity::default() }
    }

    pub(super) fn on(self, ports: impl IntoIterator<Item = impl Into<Port>>) -> Entity {
        Entity { ports: ports.into_iter().map(Into::into).collect(), ..self }
    }

    /// One of its kinds of empty.
    pub(super) fn nets(nets: Vec<String>) -> Entity {
        Entity { nets, ..Entity::default() }
    }
}

/// That namespace, by the label that the API server sets and nobody can take.
pub(super) fn in_namespace(name: &str) -> String {
    format!("kubernetes.io/metadata.name == '{name}'")
}

/// A port: a number, a range or the name that the pod gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub(super) enum Port {
    Number(u16),
    Named(&'static str),
}

impl From<u16> for Port {
    fn from(number: u16) -> Self {
        Port::Number(number)
    }
}

impl From<&'static str> for Port {
    fn from(name: &'static str) -> Self {
        Port::Named(name)
    }
}

/// A NetworkPolicy of Kubernetes.
#[derive(Debug, Serialize)]
pub(super) struct NetworkPolicy {
    pub(super) name: String,
    pub(super) namespace: String,
    /// What it is for, in an annotation.
    pub(super) purpose: String,
    /// Labels of the pods that it selects; none: all of the namespace.
    pub(super) pods: BTreeMap<&'static str, &'static str>,
    pub(super) types: Vec<&'static str>,
    pub(super) ingress: Vec<Opening>,
    pub(super) egress: Vec<Opening>,
}

/// What a NetworkPolicy lets through: these peers, on these ports; none means any.
#[derive(Debug, Serialize)]
pub(super) struct Opening {
    pub(super) peers: Vec<Peer>,
    pub(super) ports: Vec<PortSpec>,
}

/// A peer as Kubernetes writes it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Peer {
    #[serde(rename_all = "camelCase")]
    Own { pod_selector: Labels },
    #[serde(rename_all = "camelCase")]
    Namespace { namespace_selector: Labels },
    #[serde(rename_all = "camelCase")]
    Pods { namespace_selector: Labels, pod_selector: Labels },
    #[serde(rename_all = "camelCase")]
    Block { ip_block: Block },
    #[serde(rename_all = "camelCase")]
    BlockBut { ip_block: BlockBut },
}

/// `matchLabels`; empty means all.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum Labels {
    All(BTreeMap<&'static str, String>),
    #[serde(rename_all = "camelCase")]
    Match {
        match_labels: BTreeMap<&'static str, String>,
    },
}

/// A network.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Block {
    cidr: String,
}

/// A network, and what is left out of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct BlockBut {
    cidr: String,
    except: Vec<String>,
}

/// A port as Kubernetes writes it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum PortSpec {
    One {
        protocol: &'static str,
        port: Port,
    },
    #[serde(rename_all = "camelCase")]
    Range {
        protocol: &'static str,
        port: u16,
        end_port: u16,
    },
}

impl Labels {
    pub(super) fn all() -> Labels {
        Labels::All(BTreeMap::new())
    }

    pub(super) fn of(key: &'static str, value: &str) -> Labels {
        Labels::Match { match_labels: BTreeMap::from([(key, value.to_owned())]) }
    }

    pub(super) fn namespace(name: &str) -> Labels {
        Labels::of("kubernetes.io/metadata.name", name)
    }
}

impl Peer {
    pub(super) fn namespace(name: &str) -> Peer {
        Peer::Namespace { namespace_selector: Labels::namespace(name) }
    }

    pub(super) fn block(cidr: impl std::fmt::Display) -> Peer {
        Peer::Block { ip_block: Block { cidr: format!("{cidr}") } }
    }

    /// Everything that is not the cluster's: no pod, no Service, no node, no balancer, no metadata service.
    pub(super) fn outside(model: &Model) -> Peer {
        let network = &model.network;
        let own = [network.pods, network.services, network.cidr, Ipv4Net::from(METADATA)];
        Peer::BlockBut { ip_block: BlockBut { cidr: "0.0.0.0/0".into(), except: own.iter().map(ToString::to_string).collect() } }
    }

    /// Addresses that servers have or will have.
    pub(super) fn servers(model: &Model) -> Peer {
        Peer::block(servers(model))
    }
}

/// The block that servers take their addresses from: a policy stays as it is when one more comes.
pub(super) fn servers(model: &Model) -> Ipv4Net {
    model.pools.iter().find(|pool| pool.role == Role::Server).map_or(model.network.cidr, |pool| pool.block)
}

pub(super) fn tcp(port: u16) -> PortSpec {
    PortSpec::One { protocol: "TCP", port: Port::Number(port) }
}

/// The name of what opens a namespace to itself.
const SAME: &str = "allow-same-namespace";

impl NetworkPolicy {
    /// Pods of the namespace talk to each other.
    pub(super) fn same_namespace(namespace: &str) -> NetworkPolicy {
        let own = || vec![Opening { peers: vec![Peer::Own { pod_selector: Labels::all() }], ports: Vec::new() }];
        NetworkPolicy {
            name: SAME.into(),
            namespace: namespace.to_owned(),
            purpose: "pods of the namespace talk to each other".into(),
            pods: BTreeMap::new(),
            types: vec!["Ingress", "Egress"],
            ingress: own(),
            egress: own(),
        }
    }

    /// All pods of a namespace may connect to these.
    pub(super) fn out(
        namespace: &str,
        name: impl Into<String>,
        purpose: impl Into<String>,
        peers: Vec<Peer>,
        ports: Vec<PortSpec>,
    ) -> NetworkPolicy {
        let egress = vec![Opening { peers, ports }];
        let (pods, types, ingress) = (BTreeMap::new(), vec!["Egress"], Vec::new());
        NetworkPolicy { name: name.into(), namespace: namespace.to_owned(), purpose: purpose.into(), pods, types, ingress, egress }
    }

    /// These may connect to all pods of a namespace.
    pub(super) fn into(
        namespace: &str,
        name: impl Into<String>,
        purpose: impl Into<String>,
        peers: Vec<Peer>,
        ports: Vec<PortSpec>,
    ) -> NetworkPolicy {
        let ingress = vec![Opening { peers, ports }];
        let (pods, types, egress) = (BTreeMap::new(), vec!["Ingress"], Vec::new());
        NetworkPolicy { name: name.into(), namespace: namespace.to_owned(), purpose: purpose.into(), pods, types, ingress, egress }
    }

    /// Of these pods alone.
    pub(super) fn of(self, key: &'static str, value: &'static str) -> NetworkPolicy {
        NetworkPolicy { pods: BTreeMap::from([(key, value)]), ..self }
    }
}

/// The values of a page of NetworkPolicies.
#[derive(Serialize)]
pub(super) struct Policies<'a> {
    pub(super) environment: &'a str,
    pub(super) policies: Vec<NetworkPolicy>,
}
