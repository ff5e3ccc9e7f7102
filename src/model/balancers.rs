//! Octavia load balancers: the API's, made from `kubernetes.api`, then the others as written. Every field of Octavia's is
//! resolved here, so that what is sent can be compared with what Octavia gives back.
//!
//! What Octavia refuses, and what it takes within a whole balancer without checking, follows its sources:
//! `octavia/api/v2/controllers/*.py` and `octavia/common/validate.py` of 11.0 (Zed) to 18.0.

mod api;
mod clients;
mod draft;
mod ingress;
mod listener;
mod members;
mod monitor;
mod policies;
mod pool;
mod provider;
mod rules;
mod tls;

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use self::provider::Choice;
use super::{Balancer, BalancerPool, Input, Listener, Network, Pool};
use crate::diagnostic::codes::balancers::{POOL_NAME_TAKEN, RESERVED_BALANCER, UNUSED_POOL};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;
use crate::source::environment::{self as written, Exposure, LoadBalancer};
use crate::source::values::Name;

/// Key of the API's balancer; no other may have it.
const API: &str = "api";

/// What stands around a balancer while it is resolved.
#[derive(Clone, Copy)]
struct Scope<'a> {
    input: &'a Input<'a>,
    network: &'a Network,
    /// The cluster's nodes, pool by pool.
    nodes: &'a [Pool],
    /// The balancer's name in the cloud, the first part of all its names.
    name: &'a str,
    choice: &'a Choice,
    exposure: Exposure,
    /// Pools that listeners and L7 policies may name.
    pools: &'a [written::Pool],
    /// Whether the controller of `ingress.default` stands behind it and expects the PROXY protocol.
    proxy_protocol: bool,
}

impl Scope<'_> {
    /// The name in the cloud of something of this balancer.
    fn named(&self, name: &Name) -> String {
        format!("{}-{name}", self.name)
    }

    fn is_ovn(&self) -> bool {
        self.choice.provider == written::Provider::Ovn
    }
}

/// A finding at one place.
fn wrong(code: &'static Code, message: impl Into<String>, place: Span) -> Diagnostic {
    Diagnostic::new(code, message).at(place, "")
}

/// A second place of a finding, where somebody wrote it and it is not shown already.
fn also(finding: Diagnostic, place: Span, text: impl Into<String>) -> Diagnostic {
    let shown = place == Span::NOWHERE || finding.labels.iter().any(|label| label.span == place);
    if shown { finding } else { finding.at(place, text) }
}

/// A value's word with its article: `an HTTP`, `a TCP`.
fn a(value: impl serde::Serialize) -> String {
    let word = word(value);
    let article = if word.starts_with("HTTP") || word.starts_with("SCTP") { "an" } else { "a" };
    format!("{article} {word}")
}

/// A value's word in Octavia and in the environment: its serde form.
fn word(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Every balancer: the API's first, then the others as written.
pub(super) fn balancers(
    input: &Input,
    network: &Network,
    pools: &[Pool],
    vips: &BTreeMap<String, Ipv4Addr>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Balancer> {
    let environment = input.environment;
    let site = provider::site(input, findings);
    let vip = |key: &str| vips.get(key).copied().unwrap_or(network.gateway);
    let mut balancers = vec![api::balancer(input, network, pools, &site, vip(API), findings)];
    for balancer in &environment.load_balancers {
        if balancer.name.as_str() == API {
            let reserved = wrong(&RESERVED_BALANCER, "the load balancer `api` is made by strata", balancer.name.span);
            findings.push(reserved.help("choose another name; what belongs to the Kubernetes API is set under `kubernetes.api`"));
        }
        let own = balancer.provider.as_ref().map(|own| provider::own(input, own, balancer.name.span, findings));
        let name = format!("{}-{}", environment.name.value, balancer.name.value);
        let scope = Scope {
            input,
            network,
            nodes: pools,
            name: &name,
            choice: own.as_ref().unwrap_or(&site),
            exposure: balancer.exposure.value,
            pools: &balancer.pools,
            proxy_protocol: ingress::default(input, balancer).is_some_and(|default| default.proxy_protocol.value),
        };
        balancers.push(declared(&scope, balancer, vip(balancer.name.as_str()), findings));
    }
    ingress::check(input, &site, findings);
    balancers
}

/// NodePorts of balancers on which nothing listens: the platform does not, and no Service of own manifests.
#[must_use]
pub fn node_ports_unserved(environment: &written::Environment, by_services: &BTreeSet<u16>) -> Vec<Diagnostic> {
    ingress::unserved(environment, by_services)
}

fn declared(scope: &Scope, balancer: &LoadBalancer, vip: Ipv4Addr, findings: &mut Vec<Diagnostic>) -> Balancer {
    let (mut listeners, mut pools) = (Vec::new(), Vec::new());
    for written in &balancer.listeners {
        let (listener, pool) = listener::listener(scope, written, findings);
        listeners.push(listener);
        pools.extend(pool);
    }
    listener::ports(scope, &balancer.listeners, findings);
    pools.extend(named_pools(scope, balancer, findings));
    unused(scope, balancer, &listeners, findings);
    made(
        scope,
        balancer.name.as_str(),
        format!("Load balancer {} of {}", balancer.name.value, scope.input.environment.name.value),
        vip,
        listeners,
        pools,
    )
}

/// A balancer of these parts.
fn made(scope: &Scope, key: &str, description: String, vip: Ipv4Addr, listeners: Vec<Listener>, pools: Vec<BalancerPool>) -> Balancer {
    Balancer {
        key: key.to_owned(),
        name: scope.name.to_owned(),
        description,
        vip,
        provider: scope.choice.provider,
        flavor: scope.choice.flavor.clone(),
        availability_zone: scope.choice.availability_zone.clone(),
        listeners,
        pools,
    }
}

/// The balancer's own `pools`.
fn named_pools(scope: &Scope, balancer: &LoadBalancer, findings: &mut Vec<Diagnostic>) -> Vec<BalancerPool> {
    let mut pools = Vec::new();
    for written in &balancer.pools {
        let same = balancer.listeners.iter().find(|listener| listener.name == written.name && !listener.members.is_empty());
        if let Some(listener) = same {
            findings.push(
                Diagnostic::new(&POOL_NAME_TAKEN, format!("two pools of this balancer would be called `{}`", scope.named(&written.name)))
                    .at(written.name.span, "this pool")
                    .at(listener.name.span, "and the pool that this listener makes of its members")
                    .help("rename one of them"),
            );
        }
        let draft = draft::Draft {
            name: &written.name,
            protocol: written.protocol,
            place: written.protocol.span,
            algorithm: written.algorithm,
            members: &written.members,
            persistence: written.persistence.as_ref(),
            monitor: written.monitor.as_ref(),
        };
        pools.push(pool::pool(scope, &draft, findings));
    }
    pools
}

fn unused(scope: &Scope, balancer: &LoadBalancer, listeners: &[Listener], findings: &mut Vec<Diagnostic>) {
    let policies = listeners.iter().flat_map(|listener| &listener.policies).filter_map(|policy| policy.pool.as_ref());
    let used: BTreeSet<&String> = listeners.iter().filter_map(|listener| listener.default_pool.as_ref()).chain(policies).collect();
    for pool in balancer.pools.iter().filter(|pool| !used.contains(&scope.named(&pool.name))) {
        let message = format!("nothing leads to the pool `{}`", pool.name.value);
        findings
            .push(wrong(&UNUSED_POOL, message, pool.name.span).help("name it in `pool` of a listener or of an L7 policy, or remove it"));
    }
}
