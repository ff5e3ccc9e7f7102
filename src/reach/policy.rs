//! Policies as Calico sees them: Kubernetes' own are read into the same shape.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::selector::Selector;

/// What a rule does with a packet that it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Let through; nothing else is asked.
    Allow,
    /// Dropped; nothing else is asked.
    Deny,
    /// Written down; the next rule is asked.
    Log,
    /// The next tier is asked.
    Pass,
}

/// Which end of a flow a policy acts at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Where it arrives.
    Ingress,
    /// Where it begins.
    Egress,
}

/// A tier: policies that are asked together.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Its name.
    pub name: String,
    /// Lower is asked first; `None` is last.
    pub order: Option<f64>,
    /// Whether what no rule matched goes on to the next tier; else it is dropped.
    pub passes: bool,
}

/// A policy.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The file that it stands in.
    pub path: String,
    /// `NetworkPolicy` or `GlobalNetworkPolicy`.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its tier.
    pub tier: String,
    /// Lower is asked first; `None` is last.
    pub order: Option<f64>,
    /// What tells equal orders apart.
    pub tie: String,
    /// The pods that it is about.
    pub subject: Subject,
    /// Its rules for what arrives; `None`: it has no say there.
    pub ingress: Option<Vec<Rule>>,
    /// Its rules for what leaves.
    pub egress: Option<Vec<Rule>>,
}

impl Policy {
    /// Its rules for one direction.
    #[must_use]
    pub fn rules(&self, direction: Direction) -> Option<&[Rule]> {
        match direction {
            Direction::Ingress => self.ingress.as_deref(),
            Direction::Egress => self.egress.as_deref(),
        }
    }
}

/// Pods, by their labels, their namespace's and their service account's. All that are given must hold.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// In that namespace.
    pub namespace: Option<String>,
    /// With such labels.
    pub labels: Option<Selector>,
    /// In such namespaces.
    pub namespaces: Option<Selector>,
    /// With such service accounts.
    pub accounts: Option<Selector>,
    /// With one of these service accounts; none named: any.
    pub account_names: Vec<String>,
}

impl Subject {
    /// Whether it says anything at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_none() && self.namespaces.is_none() && self.accounts.is_none() && self.account_names.is_empty()
    }

    /// Whether a pod is meant.
    #[must_use]
    pub fn holds(&self, pod: &Pod) -> bool {
        self.namespace.as_ref().is_none_or(|namespace| *namespace == pod.namespace)
            && (self.account_names.is_empty() || self.account_names.contains(&pod.account))
            && self.labels.as_ref().is_none_or(|selector| selector.matches(&|key| pod.label(key)))
            && self.namespaces.as_ref().is_none_or(|selector| selector.matches(&|key| pod.namespace_label(key)))
            && self.accounts.as_ref().is_none_or(|selector| selector.matches(&|key| pod.account_label(key)))
    }
}

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its place in the document, from 1.
    pub number: usize,
    /// What it does.
    pub action: Action,
    /// Of that IP version alone.
    pub ip_version: Option<u8>,
    /// Of that protocol alone, by IANA's number.
    pub protocol: Option<u8>,
    /// Of any but that.
    pub not_protocol: Option<u8>,
    /// Of that type and code of ICMP.
    pub icmp: Option<Icmp>,
    /// Of any but that.
    pub not_icmp: Option<Icmp>,
    /// Where it comes from.
    pub source: Entity,
    /// Where it goes.
    pub destination: Entity,
}

/// A type of ICMP, and a code of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Icmp {
    /// The type; `None`: any.
    pub kind: Option<u8>,
    /// The code; `None`: any.
    pub code: Option<u8>,
}

impl Icmp {
    /// Whether a message is such.
    #[must_use]
    pub fn holds(self, (kind, code): (u8, u8)) -> bool {
        self.kind.is_none_or(|wanted| wanted == kind) && self.code.is_none_or(|wanted| wanted == code)
    }
}

/// One end of a rule. What is empty says nothing; all else must hold.
#[derive(Debug, Clone, Default)]
pub struct Entity {
    /// In one of these networks.
    pub nets: Vec<IpNet>,
    /// In none of these.
    pub not_nets: Vec<IpNet>,
    /// A pod that is such.
    pub subject: Option<Subject>,
    /// No pod with such labels.
    pub not_labels: Option<Selector>,
    /// One of these ports.
    pub ports: Vec<Port>,
    /// None of these.
    pub not_ports: Vec<Port>,
    /// Behind that Service: namespace and name.
    pub service: Option<(String, String)>,
}

impl Entity {
    /// Whether an address, and the pod that has it, is meant; ports and Services aside.
    #[must_use]
    pub fn holds(&self, peer: &Peer) -> bool {
        let inside = |net: &IpNet| net.contains(&IpAddr::V4(peer.address));
        (self.nets.is_empty() || self.nets.iter().any(inside))
            && !self.not_nets.iter().any(inside)
            && self.subject.as_ref().is_none_or(|subject| peer.pod.is_some_and(|pod| subject.holds(pod)))
            && !self.not_labels.as_ref().is_some_and(|selector| peer.pod.is_some_and(|pod| selector.matches(&|key| pod.label(key))))
    }
}

/// A port, a range of them, or what a pod calls one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Port {
    /// First and last.
    Range(u16, u16),
    /// By its name in the pod.
    Named(String),
}

/// An address, and the pod that has it.
#[derive(Debug, Clone, Copy)]
pub struct Peer<'a> {
    /// The address that policies see: behind a Service, after its address was replaced.
    pub address: Ipv4Addr,
    /// The pod; nodes and addresses outside are none.
    pub pod: Option<&'a Pod>,
}

/// A pod, with all labels that selectors may ask for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pod {
    /// Its namespace.
    pub namespace: String,
    /// Its labels.
    pub labels: BTreeMap<String, String>,
    /// Its namespace's labels.
    pub namespace_labels: BTreeMap<String, String>,
    /// Its service account.
    pub account: String,
    /// Its service account's labels.
    pub account_labels: BTreeMap<String, String>,
    /// Its ports with a name: name, protocol, number.
    pub ports: Vec<(String, u8, u16)>,
}

impl Pod {
    /// The value of a label: its own, one that Calico adds, or one that Calico inherits under a prefix.
    fn label(&self, key: &str) -> Option<&str> {
        if let Some(own) = self.labels.get(key) {
            return Some(own);
        }
        match key {
            "projectcalico.org/namespace" => Some(&self.namespace),
            "projectcalico.org/orchestrator" => Some("k8s"),
            "projectcalico.org/serviceaccount" => Some(&self.account),
            _ => match key.split_at_checked(5) {
                Some(("pcns.", rest)) => self.namespace_label(rest),
                Some(("pcsa.", rest)) => self.account_label(rest),
                _ => None,
            },
        }
    }

    fn namespace_label(&self, key: &str) -> Option<&str> {
        let calicos = || (key == "projectcalico.org/name").then_some(self.namespace.as_str());
        self.namespace_labels.get(key).map(String::as_str).or_else(calicos)
    }

    fn account_label(&self, key: &str) -> Option<&str> {
        let calicos = || (key == "projectcalico.org/name").then_some(self.account.as_str());
        self.account_labels.get(key).map(String::as_str).or_else(calicos)
    }
}

/// IANA's number of a protocol, by name or number.
#[must_use]
pub fn protocol(text: &str) -> Option<u8> {
    match text.to_ascii_lowercase().as_str() {
        "icmp" => Some(1),
        "tcp" => Some(6),
        "udp" => Some(17),
        "icmpv6" => Some(58),
        "sctp" => Some(132),
        "udplite" => Some(136),
        number => number.parse().ok().filter(|number| *number > 0),
    }
}

/// The name of a protocol, or its number.
#[must_use]
pub fn protocol_name(number: u8) -> String {
    match number {
        1 => "ICMP".into(),
        6 => "TCP".into(),
        17 => "UDP".into(),
        58 => "ICMPv6".into(),
        132 => "SCTP".into(),
        136 => "UDPLite".into(),
        other => other.to_string(),
    }
}
