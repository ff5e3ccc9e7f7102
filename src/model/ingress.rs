//! What answers behind the balancers: the controller of `ingress.default` with its two entry points, octavia-ingress-controller,
//! and what both need of the rest of the environment.

mod hosts;
pub mod judge;
mod secrets;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::{Balancer, Input, Network, Pool};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::ingress::{INGRESS_ENTRY, INGRESS_FLAVOR, INGRESS_INTERNAL, KEYSTONE_UNKNOWN};
use crate::source::At;
use crate::source::environment::{self as written, IngressController, ListenerProtocol, LoadBalancer, Taint};

pub use hosts::{Issuer, Served};
pub(super) use secrets::secrets;

/// What answers behind the balancers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ingress {
    /// The controller that RKE2 brings, on the nodePorts of a balancer.
    pub default: Option<DefaultIngress>,
    /// octavia-ingress-controller.
    pub octavia: Option<OctaviaIngress>,
    /// Who signs certificates.
    pub issuer: Option<Issuer>,
    /// Hosts of the platform that the default ingress answers for.
    pub served: Vec<Served>,
}

/// The controller that RKE2 brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefaultIngress {
    /// Which one.
    pub controller: IngressController,
    /// Where it takes requests without TLS.
    pub web: Option<u16>,
    /// Where it takes TLS.
    pub websecure: Option<u16>,
    /// Who may tell clients' addresses by the PROXY protocol: amphorae. None: nobody.
    pub trusted: Vec<Ipv4Net>,
    /// Where Ingresses say that they are reached: the balancer's VIP.
    pub address: Ipv4Addr,
    /// Taints of the nodes behind the balancer.
    pub tolerated: Vec<Taint>,
}

impl DefaultIngress {
    /// The class of its Ingresses.
    #[must_use]
    pub fn class(&self) -> &'static str {
        match self.controller {
            IngressController::Traefik => "traefik",
            IngressController::IngressNginx => "nginx",
        }
    }
}

/// octavia-ingress-controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OctaviaIngress {
    /// Keystone, as pods see it.
    pub keystone: String,
    /// Whether an Ingress may ask for a floating address.
    pub public: bool,
    /// Octavia's driver.
    pub provider: written::Provider,
    /// The id of the flavor of its balancers.
    pub flavor: Option<String>,
}

/// Resolves what is behind the balancers.
pub(super) fn ingress(input: &Input, network: &Network, pools: &[Pool], balancers: &[Balancer], findings: &mut Vec<Diagnostic>) -> Ingress {
    let default = input.environment.ingress.default.as_ref();
    let default = default.and_then(|written| self::default(input, written, network, pools, balancers, findings));
    let issuer = hosts::issuer(input, findings);
    let served = hosts::served(input, default.as_ref(), issuer.as_ref(), findings);
    Ingress { octavia: octavia(input, findings), issuer, served, default }
}

fn default(
    input: &Input,
    written: &written::DefaultIngress,
    network: &Network,
    pools: &[Pool],
    balancers: &[Balancer],
    findings: &mut Vec<Diagnostic>,
) -> Option<DefaultIngress> {
    let balancer = input.environment.load_balancers.iter().find(|balancer| balancer.name == written.balancer)?;
    let vip = balancers.iter().find(|one| one.key == balancer.name.as_str())?.vip;
    let mut entries: BTreeMap<bool, At<u16>> = BTreeMap::new();
    for (encrypted, port) in entry_ports(balancer) {
        let known = *entries.entry(encrypted).or_insert(port);
        if known.value != port.value {
            let what = if encrypted { "with" } else { "without" };
            findings.push(
                Diagnostic::new(&INGRESS_ENTRY, format!("two nodePorts for requests {what} TLS, {} and {}", known.value, port.value))
                    .at(port.span, "the second one")
                    .at(known.span, "the controller listens here")
                    .help("lead both listeners to one nodePort"),
            );
        }
    }
    let behind = |pool: &&Pool| all_members(balancer).any(|members| members.agents.as_ref().is_some_and(|name| name.as_str() == pool.key));
    let servers = all_members(balancer).any(|members| members.servers.value);
    let member_pools = pools.iter().filter(|pool| behind(pool) || servers && pool.role == super::Role::Server);
    Some(DefaultIngress {
        controller: written.controller.value,
        web: entries.get(&false).map(|port| port.value),
        websecure: entries.get(&true).map(|port| port.value),
        address: vip,
        // Amphorae have addresses of the allocation pool, and the VIP. Nodes have none of these, and whatever a pod sends to a
        // nodePort comes from a node: no pod can pass for a client elsewhere.
        trusted: if written.proxy_protocol.value { vec![network.dynamic, Ipv4Net::from(vip)] } else { Vec::new() },
        tolerated: each_once(member_pools.flat_map(|pool| pool.taints.iter().cloned())),
    })
}

fn each_once(taints: impl Iterator<Item = Taint>) -> Vec<Taint> {
    let mut found: Vec<Taint> = Vec::new();
    for taint in taints {
        if !found.contains(&taint) {
            found.push(taint);
        }
    }
    found
}

fn all_members(balancer: &LoadBalancer) -> impl Iterator<Item = &written::Members> {
    let own = balancer.listeners.iter().flat_map(|listener| &listener.members);
    own.chain(balancer.pools.iter().flat_map(|pool| &pool.members))
}

/// The nodePorts behind each listener, and whether what arrives there is TLS: what the balancer ends arrives in the clear.
fn entry_ports(balancer: &LoadBalancer) -> impl Iterator<Item = (bool, At<u16>)> + '_ {
    balancer.listeners.iter().flat_map(|listener| {
        let encrypted = match listener.protocol.value {
            ListenerProtocol::Https => true,
            ListenerProtocol::Tcp => matches!(listener.port.value, 443 | 8443),
            _ => false,
        };
        let policies = listener.policies.iter().filter_map(|policy| policy.pool.as_ref());
        let named: Vec<_> = listener.pool.iter().chain(policies).map(|name| name.value.clone()).collect();
        let shared = balancer.pools.iter().filter(move |pool| named.contains(&pool.name.value)).flat_map(|pool| &pool.members);
        listener.members.iter().chain(shared).filter_map(move |members| Some((encrypted, members.node_port?)))
    })
}

fn octavia(input: &Input, findings: &mut Vec<Diagnostic>) -> Option<OctaviaIngress> {
    let environment = input.environment;
    let octavia = environment.ingress.octavia.as_ref()?;
    let openstack = &environment.openstack;
    let place = octavia.expected.span.or(octavia.internal.span).or(octavia.public.span);
    if openstack.auth_url.is_none() {
        findings.push(
            Diagnostic::new(&KEYSTONE_UNKNOWN, "octavia-ingress-controller has to log in, and `openstack.authUrl` is not written")
                .at(openstack.cloud.span, "this cloud")
                .help("write `authUrl`: Keystone's address as pods see it, such as `https://keystone.example.org:5000/v3`"),
        );
    }
    if octavia.internal.value && octavia.public.value > 0 {
        findings.push(
            Diagnostic::new(&INGRESS_INTERNAL, format!("{} public Ingresses where all are internal", octavia.public.value))
                .at(octavia.public.span, "these would take floating addresses")
                .at(octavia.internal.span.or(octavia.public.span), "none gets one")
                .help("write `internal: false`: an Ingress then asks for its floating address, or leave `public` away"),
        );
    }
    let flavor = openstack.balancers.flavor.as_ref();
    let pinned = flavor.and_then(|flavor| input.lock.cloud.as_ref()?.octavia.flavors.get(&flavor.value));
    if let (Some(flavor), None) = (flavor, pinned) {
        findings.push(
            Diagnostic::new(&INGRESS_FLAVOR, format!("balancers of Ingresses are made without the flavor `{}`", flavor.value))
                .at(flavor.span, "lock.yaml does not know its id")
                .at(place.or(flavor.span), "octavia-ingress-controller takes an id")
                .help(format!("run `strata lock {}`", environment.name.value)),
        );
    }
    Some(OctaviaIngress {
        keystone: openstack.auth_url.as_ref().map(|url| url.value.to_string()).unwrap_or_default(),
        public: !octavia.internal.value,
        provider: openstack.balancers.provider.value,
        flavor: pinned.map(|flavor| flavor.id.clone()),
    })
}
