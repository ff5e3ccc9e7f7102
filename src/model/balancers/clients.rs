//! Who may connect: `allowed_cidrs`. With the provider ovn they become rules of the nodes' security groups instead.

use super::provider::needs;

use super::{Scope, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{
    API_LOCKED_OUT, EMPTY_CLIENTS, EXISTING_ROUTER_ADDRESS, OPEN_API, PUBLIC_CLIENTS, SECOND_API_BALANCER,
};
use crate::model::AllowedCidr;
use crate::model::network::v4;
use crate::model::ports::{API_SERVER, SUPERVISOR, is_administration};
use crate::source::At;
use crate::source::environment::{Api, Exposure, Listener, Members};
use crate::source::values::Cidr;

/// Networks, each once, in the order in which they came.
#[derive(Default)]
struct Clients(Vec<AllowedCidr>);

impl Clients {
    fn add(&mut self, client: AllowedCidr) {
        if !self.0.contains(&client) {
            self.0.push(client);
        }
    }

    fn add_all(&mut self, cidrs: &[At<Cidr>], findings: &mut Vec<Diagnostic>) {
        for cidr in cidrs {
            self.add(AllowedCidr::Cidr(v4(cidr, findings)));
        }
    }
}

fn is_everybody(cidr: &At<Cidr>) -> bool {
    cidr.value.0.prefix_len() == 0
}

/// The API's clients: what the cluster cannot do without, and whom the environment names.
pub(super) fn of_api(scope: &Scope, api: &Api, findings: &mut Vec<Diagnostic>) -> Vec<AllowedCidr> {
    let mut clients = Clients::default();
    clients.add(AllowedCidr::Cidr(scope.network.cidr));
    let from: &[At<Cidr>] = if scope.exposure == Exposure::Public { &scope.input.environment.access.from } else { &[] };
    clients.add_all(from, findings);
    clients.add_all(&api.allowed_cidrs, findings);
    if scope.exposure == Exposure::Public {
        router(scope, api, &mut clients, findings);
    }
    let everybody = from.iter().chain(&api.allowed_cidrs).find(|cidr| is_everybody(cidr));
    if let Some(everybody) = everybody.filter(|_| api.open_reason.is_none()) {
        findings.push(
            wrong(&OPEN_API, "the Kubernetes API answers the whole Internet", everybody.span)
                .help("name the networks that need it, or say why not in `kubernetes.api.openReason`"),
        );
    }
    if !scope.is_ovn() {
        needs(scope.input, 12, "`allowedCidrs`", scope.choice.span, findings);
    }
    clients.0
}

/// Nodes that reach the API by its public address come back with the router's outer one.
fn router(scope: &Scope, api: &Api, clients: &mut Clients, findings: &mut Vec<Diagnostic>) {
    let Some(existing) = &scope.input.environment.network.existing.router else {
        clients.add(AllowedCidr::Router);
        return;
    };
    if !api.allowed_cidrs.iter().any(|cidr| cidr.value.0.prefix_len() == cidr.value.0.max_prefix_len()) {
        let message = format!("the API is public, and the outer address of the router `{}` is not among its clients", existing.value);
        findings.push(
            Diagnostic::new(&EXISTING_ROUTER_ADDRESS, message)
                .at(api.exposure.span, "public")
                .at(existing.span, "strata does not know its address")
                .help("add the router's outer address to `kubernetes.api.allowedCidrs` as a /32"),
        );
    }
}

/// A listener's clients, its default for a private one.
pub(super) fn of_listener(scope: &Scope, listener: &Listener, findings: &mut Vec<Diagnostic>) -> Vec<AllowedCidr> {
    let mut clients = Clients::default();
    match &listener.allowed_cidrs {
        Some(cidrs) => {
            clients.add_all(cidrs, findings);
            written(scope, listener, cidrs, findings);
        }
        None if scope.exposure == Exposure::Public => {
            let message = format!("the public listener `{}` does not say who may connect", listener.name.value);
            findings.push(
                wrong(&PUBLIC_CLIENTS, message, listener.name.span)
                    .help("add `allowedCidrs`: networks, or `[0.0.0.0/0]` for a service of the whole Internet"),
            );
        }
        None => {
            clients.add(AllowedCidr::Cidr(scope.network.cidr));
            clients.add_all(&scope.input.environment.access.from, findings);
        }
    }
    clients.0
}

fn written(scope: &Scope, listener: &Listener, cidrs: &[At<Cidr>], findings: &mut Vec<Diagnostic>) {
    if cidrs.is_empty() {
        let message = format!("`allowedCidrs: []` lets everybody connect to `{}`", listener.name.value);
        findings.push(
            wrong(&EMPTY_CLIENTS, message, listener.name.span)
                .help("name the networks; for everybody write `[0.0.0.0/0]`, for nobody remove the listener"),
        );
    }
    let Some(port) = control_plane(listener) else { return };
    if let Some(everybody) = cidrs.iter().find(|cidr| is_everybody(cidr)) {
        findings.push(
            Diagnostic::new(&OPEN_API, format!("port {} of the servers answers the whole Internet", port.value))
                .at(everybody.span, "everybody")
                .at(port.span, "a port of administration")
                .help("name the networks that need it; administrators come through the bastion"),
        );
    }
    let cluster = scope.network.cidr;
    let inside = cidrs.iter().any(|cidr| cidr.value.0.contains(&ipnet::IpNet::V4(cluster)));
    if is_api(port.value) && !cidrs.is_empty() && !inside {
        let place = cidrs.first().map_or(listener.name.span, |cidr| cidr.span);
        findings.push(
            Diagnostic::new(&API_LOCKED_OUT, format!("the cluster's own network {cluster} may not connect to its API here"))
                .at(place, "only these may")
                .at(port.span, "every node needs this port")
                .help(format!("add `{cluster}`")),
        );
    }
}

/// A port of administration that a listener leads to on servers.
fn control_plane(listener: &Listener) -> Option<At<u16>> {
    let ports = listener.members.iter().filter(|members| members.servers.value).filter_map(|members| members.port);
    ports.into_iter().find(|port| is_administration((port.value, port.value)))
}

fn is_api(port: u16) -> bool {
    port == API_SERVER || port == SUPERVISOR
}

/// The API's ports have their balancer already.
pub(super) fn second_api(scope: &Scope, members: &Members, findings: &mut Vec<Diagnostic>) {
    let Some(port) = members.port.filter(|port| members.servers.value && is_api(port.value)) else { return };
    findings.push(
        Diagnostic::new(&SECOND_API_BALANCER, format!("port {} of the servers has a balancer already", port.value))
            .at(port.span, "a second one")
            .at(scope.input.environment.kubernetes.api.name.span, "`api` is made from this")
            .help("remove the members, and give clients access in `kubernetes.api.allowedCidrs`"),
    );
}
