//! Who can reach whom: policies of a tree, evaluated as Calico evaluates them. Pure; documents in, answers out.
//!
//! ```text
//! platform/**  documents  read strictly into policies, tiers, labels
//!              route      one pair of places: the rules that are about it, tier by tier, at both ends
//!              judge      one packet on a route: allowed or not, and by which rule
//!              matrix     every pair, and the ports that are open between them
//! ```
//!
//! The semantics: <https://docs.tigera.io/calico/latest/network-policy/policy-tiers/tiered-policy>. Policies see addresses
//! behind a Service, never the Service's own. Nodes have no host endpoints, so no policy acts at their end.

mod cluster;
mod documents;
mod matrix;
mod open;
mod place;
mod policy;
mod rke2;
mod route;
mod selector;
mod workloads;

pub use cluster::{Cluster, Member};
pub use documents::Trouble;
pub use matrix::{Matrix, Row, UNDECLARED};
pub use open::Open;
pub use place::{METADATA, Place, Side, parse_packet, parse_side};
pub use policy::{Direction, Peer, Pod, Policy, protocol, protocol_name};
pub use route::{By, Judgement, Packet, Route, Verdict};
pub use selector::Selector;

use std::collections::{BTreeMap, BTreeSet};

use ipnet::{IpNet, Ipv4Net};
use serde_json::Value;

use documents::Documents;
use policy::Tier;

/// The policies of a tree, ready to be asked.
#[derive(Debug)]
pub struct Reach {
    /// Addresses that policies name.
    pub cluster: Cluster,
    /// What cannot be evaluated: answers are worth nothing while there is any.
    pub troubles: Vec<Trouble>,
    tiers: Vec<(Tier, Vec<Policy>)>,
    namespaces: BTreeMap<String, BTreeMap<String, String>>,
    accounts: BTreeMap<(String, String), BTreeMap<String, String>>,
    /// Networks that policies name.
    nets: BTreeSet<Ipv4Net>,
}

impl Reach {
    /// Reads documents, each file's by its path.
    #[must_use]
    pub fn new<'a>(cluster: Cluster, files: impl IntoIterator<Item = (&'a str, &'a [Value])>) -> Reach {
        let mut found = Documents::default();
        for (path, documents) in files {
            found.add(path, documents);
        }
        if cluster.cis {
            found.add(rke2::SOURCE, &rke2::policies());
        }
        found.finish();
        let Documents { mut tiers, mut policies, namespaces, accounts, troubles } = found;
        // An order that is not written is the last one; equal ones go by name.
        let order = |order: Option<f64>| order.unwrap_or(f64::INFINITY);
        tiers.sort_by(|one, other| order(one.order).total_cmp(&order(other.order)).then_with(|| one.name.cmp(&other.name)));
        let nets = nets(&policies);
        policies.sort_by(|one, other| order(one.order).total_cmp(&order(other.order)).then_with(|| one.tie.cmp(&other.tie)));
        let tiers = tiers.into_iter().map(|tier| {
            let (own, others) = std::mem::take(&mut policies).into_iter().partition(|policy| policy.tier == tier.name);
            policies = others;
            (tier, own)
        });
        Reach { cluster, troubles, tiers: tiers.collect(), namespaces, accounts, nets }
    }

    /// Every policy, in the order in which they are asked.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.tiers.iter().flat_map(|(_, policies)| policies)
    }

    /// Namespaces of the tree.
    pub fn namespaces(&self) -> impl Iterator<Item = &str> {
        self.namespaces.keys().map(String::as_str)
    }

    /// A pod of a namespace, with the labels that its namespace and its service account have in the tree.
    #[must_use]
    pub fn pod(&self, namespace: &str, labels: BTreeMap<String, String>, account: &str, ports: Vec<(String, u8, u16)>) -> Pod {
        let own = || BTreeMap::from([("kubernetes.io/metadata.name".to_owned(), namespace.to_owned())]);
        Pod {
            namespace: namespace.to_owned(),
            labels,
            namespace_labels: self.namespaces.get(namespace).cloned().unwrap_or_else(own),
            account: account.to_owned(),
            account_labels: self.accounts.get(&(namespace.to_owned(), account.to_owned())).cloned().unwrap_or_default(),
            ports,
        }
    }
}

fn nets(policies: &[Policy]) -> BTreeSet<Ipv4Net> {
    let rules = policies.iter().flat_map(|policy| policy.ingress.iter().chain(&policy.egress).flatten());
    let nets = rules.flat_map(|rule| [&rule.source, &rule.destination]).flat_map(|entity| entity.nets.iter().chain(&entity.not_nets));
    nets.filter_map(|net| if let IpNet::V4(net) = net { Some(*net) } else { None }).collect()
}
