//! What policies name by address.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::workloads::Workload;
use crate::model::{Model, Role};
use crate::source::environment::{IngressController, Profile};

/// What stands behind a Service: address, IANA's number of the protocol, port.
pub type Member = (Ipv4Addr, u8, u16);

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
    pub behind: BTreeMap<(String, String), Vec<Member>>,
    /// Whether RKE2 adds its own policies (profile `cis`).
    pub cis: bool,
    /// The ingress controller of RKE2's that runs, by the name of its workload.
    pub controller: Option<&'static str>,
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
            cis: model.kubernetes.profile == Profile::Cis,
            controller: model.kubernetes.ingress.map(|controller| match controller {
                IngressController::Traefik => "traefik",
                IngressController::IngressNginx => "ingress-nginx",
            }),
        }
    }

    /// Whether a workload of RKE2's runs; those of the platform run where their namespace is.
    pub(super) fn runs(&self, workload: &Workload) -> bool {
        match workload.name {
            "traefik" | "ingress-nginx" => self.controller == Some(workload.name),
            _ => true,
        }
    }

    /// An address of a node's tunnel interface, as Calico hands them out: which ones, it decides at run time.
    pub(super) fn tunnel(&self) -> Ipv4Addr {
        Ipv4Addr::from(u32::from(self.pods.broadcast()).saturating_sub(255))
    }
}
