//! What policies name by address.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::model::{Model, Role};

/// Addresses of a cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Pods.
    pub pods: Ipv4Net,
    /// Services.
    pub services: Ipv4Net,
    /// Nodes, balancers, the bastion.
    pub subnet: Ipv4Net,
    /// Servers, with their names.
    pub servers: Vec<(String, Ipv4Addr)>,
    /// Agents.
    pub agents: Vec<(String, Ipv4Addr)>,
    /// What stands behind Services, as far as it is known: address, protocol, port.
    pub behind: BTreeMap<(String, String), Vec<(Ipv4Addr, u8, u16)>>,
    /// Whether RKE2 adds its own policies (profile `cis`).
    pub cis: bool,
}

/// Where kube-apiserver listens.
const API_SERVER: u16 = 6443;

impl Cluster {
    /// That of an environment.
    #[must_use]
    pub fn of(model: &Model) -> Cluster {
        let of = |role: Role| model.pools.iter().filter(move |pool| pool.role == role).flat_map(|pool| &pool.nodes);
        let named = |role: Role| of(role).map(|node| (node.name.clone(), node.address)).collect::<Vec<_>>();
        let servers = named(Role::Server);
        let api = servers.iter().map(|(_, address)| (*address, 6, API_SERVER)).collect();
        Cluster {
            pods: model.network.pods,
            services: model.network.services,
            subnet: model.network.cidr,
            agents: named(Role::Agent),
            servers,
            behind: BTreeMap::from([(("default".to_owned(), "kubernetes".to_owned()), api)]),
            cis: model.kubernetes.profile == crate::source::environment::Profile::Cis,
        }
    }
}
