//! The Kubernetes API's balancer: one VIP with 6443 for the API and 9345, where nodes join.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::provider::Choice;
use super::{API, Scope, clients, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{API_PORT, SHORT_IDLE};
use crate::model::ports::{API_SERVER, SUPERVISOR};
use crate::model::{AllowedCidr, Balancer, BalancerPool, HttpProbe, Input, Listener, Member, Monitor, Network, Pool, Role};
use crate::source::environment::{Api, HttpMethod, HttpVersion, ListenerProtocol, MonitorType, PoolProtocol, Provider};
use crate::source::values::Duration;

/// Shorter silences are ordinary ones: watches, exec.
const SHORTEST_IDLE: Duration = Duration::seconds(600);

pub(super) fn balancer(
    input: &Input,
    network: &Network,
    nodes: &[Pool],
    choice: &Choice,
    vip: Ipv4Addr,
    findings: &mut Vec<Diagnostic>,
) -> Balancer {
    let environment = input.environment;
    let api = &environment.kubernetes.api;
    check(api, findings);
    let name = format!("{}-{API}", environment.name.value);
    let scope = Scope { input, network, nodes, name: &name, choice, exposure: api.exposure.value, pools: &[], proxy_protocol: false };
    let allowed = clients::of_api(&scope, api, findings);
    let idle = super::listener::limited(api.idle, findings);
    let parts = [("api", API_SERVER), ("join", SUPERVISOR)];
    let listeners = parts.iter().map(|(part, port)| listener(&format!("{name}-{part}"), *port, idle, &allowed));
    let pools = parts.iter().map(|(part, port)| pool(&scope, format!("{name}-{part}"), *port));
    let description = format!("Kubernetes API and registration of nodes of {}", environment.name.value);
    super::made(&scope, API, description, vip, listeners.collect(), pools.collect())
}

fn check(api: &Api, findings: &mut Vec<Diagnostic>) {
    for (key, port, right) in [("port", api.port, API_SERVER), ("joinPort", api.join_port, SUPERVISOR)] {
        if port.value != right {
            let message = format!("`{key}` is {}, agents look for {right}", port.value);
            findings.push(wrong(&API_PORT, message, port.span).help(format!("remove `{key}`")));
        }
    }
    if api.idle.value < SHORTEST_IDLE {
        let message = format!("the API's connections are cut after {} of silence", api.idle.value);
        findings.push(wrong(&SHORT_IDLE, message, api.idle.span).help("write `1h`, or at least `10m`"));
    }
}

fn listener(name: &str, port: u16, idle: u64, allowed: &[AllowedCidr]) -> Listener {
    Listener {
        name: name.to_owned(),
        port,
        protocol: ListenerProtocol::Tcp,
        default_pool: Some(name.to_owned()),
        allowed_cidrs: allowed.to_vec(),
        connection_limit: -1,
        timeout_client_data: idle,
        timeout_member_connect: 5000,
        timeout_member_data: idle,
        timeout_tcp_inspect: 0,
        insert_headers: BTreeMap::new(),
        tls: None,
        policies: Vec::new(),
    }
}

/// All servers; a server joins the second pool only when its API server is ready, because 9345 answers long before.
fn pool(scope: &Scope, name: String, port: u16) -> BalancerPool {
    let servers = scope.nodes.iter().filter(|pool| pool.role == Role::Server);
    let nodes = servers.flat_map(|pool| pool.nodes.iter().map(move |node| (pool, node)));
    // OVN probes a member on its own port alone, and refuses any other.
    let monitor_port = (port == SUPERVISOR && !scope.is_ovn()).then_some(API_SERVER);
    let member = |(pool, node): (&Pool, &crate::model::Node)| Member {
        name: node.name.clone(),
        address: node.address,
        in_subnet: true,
        pool: Some(pool.key.clone()),
        port,
        weight: 1,
        backup: false,
        monitor_port,
    };
    BalancerPool {
        name,
        protocol: PoolProtocol::Tcp,
        algorithm: super::pool::own_algorithm(scope),
        persistence: None,
        members: nodes.map(member).collect(),
        monitor: monitor(scope.choice.provider),
    }
}

/// The authentication configuration of the servers answers `/readyz` without credentials, and nothing else: 200 when a server
/// is ready, 500 when it is not. With RKE2's own settings it would be 401 for both (rancher/rke2#7374).
fn monitor(provider: Provider) -> Monitor {
    let readyz =
        HttpProbe { method: HttpMethod::Get, path: "/readyz".to_owned(), codes: "200".to_owned(), version: HttpVersion::V10, domain: None };
    let (kind, http) = match provider {
        Provider::Amphora => (MonitorType::Https, Some(readyz)),
        Provider::Ovn => (MonitorType::Tcp, None),
    };
    Monitor { kind, delay: 5, timeout: 3, max_retries: 2, max_retries_down: 3, http }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_not_ready_gets_no_requests() {
        let probe = monitor(Provider::Amphora).http.expect("an HTTPS monitor");
        assert_eq!((probe.path.as_str(), probe.codes.as_str()), ("/readyz", "200"));
        assert!(monitor(Provider::Ovn).http.is_none());
    }
}
