//! What stands behind nodePorts: the controller of `ingress.default`, on the nodePorts of the balancer that it names.

use std::collections::BTreeSet;

use super::provider::Choice;
use super::{API, also, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{INGRESS_OVN, NODE_PORT_UNSERVED};
use crate::model::Input;
use crate::model::nodes::unknown;
use crate::source::At;
use crate::source::environment::{DefaultIngress, Environment, LoadBalancer, Members, Provider};

/// The default ingress, where it stands behind this balancer.
pub(super) fn default<'a>(input: &Input<'a>, balancer: &LoadBalancer) -> Option<&'a DefaultIngress> {
    input.environment.ingress.default.as_ref().filter(|default| default.balancer == balancer.name)
}

/// Every nodePort that members of a balancer are reached on.
fn node_ports(balancer: &LoadBalancer) -> impl Iterator<Item = At<u16>> + '_ {
    let own = balancer.listeners.iter().flat_map(|listener| &listener.members);
    let shared = balancer.pools.iter().flat_map(|pool| &pool.members);
    own.chain(shared).filter_map(|members: &Members| members.node_port)
}

/// Ports on which the platform itself listens: the default ingress serves its balancer's.
fn served(environment: &Environment) -> BTreeSet<u16> {
    let default = environment.ingress.default.as_ref();
    let balancers = environment.load_balancers.iter().filter(|balancer| default.is_some_and(|default| default.balancer == balancer.name));
    balancers.flat_map(node_ports).map(|port| port.value).collect()
}

pub(super) fn check(input: &Input, site: &Choice, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    if let Some(octavia) = environment.ingress.octavia.as_ref().filter(|_| site.provider == Provider::Ovn) {
        let finding = wrong(&INGRESS_OVN, "octavia-ingress-controller needs L7 listeners, the provider ovn has none", site.span);
        let finding = also(finding, octavia.expected.span.or(octavia.internal.span), "the controller");
        findings.push(finding.help("use the provider amphora, or only `ingress.default`"));
    }
    let names = || environment.load_balancers.iter().map(|balancer| balancer.name.as_str()).filter(|name| *name != API);
    if let Some(default) = environment.ingress.default.as_ref().filter(|default| !names().any(|name| name == default.balancer.as_str())) {
        findings.push(unknown("load balancer", &default.balancer, names(), "declare it under `loadBalancers`"));
    }
}

/// NodePorts on which neither the platform nor a Service of own manifests listens.
pub(super) fn unserved(environment: &Environment, by_services: &BTreeSet<u16>) -> Vec<Diagnostic> {
    let served = served(environment);
    let mut findings = Vec::new();
    for balancer in &environment.load_balancers {
        for port in node_ports(balancer).filter(|port| !served.contains(&port.value) && !by_services.contains(&port.value)) {
            findings.push(
                Diagnostic::new(&NODE_PORT_UNSERVED, format!("nothing in this environment listens on nodePort {}", port.value))
                    .at(port.span, "")
                    .help(format!(
                        "write `balancer: {}` under `ingress.default`, or apply a Service with `nodePort: {}`",
                        balancer.name.value, port.value
                    )),
            );
        }
    }
    findings
}
