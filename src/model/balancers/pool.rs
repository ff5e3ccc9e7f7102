//! Pools: protocol, algorithm, session persistence.

use super::draft::{Draft, is_datagram};
use super::provider::needs;
use super::{Scope, also, members, monitor, word, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{ALGORITHM_UNSUPPORTED, OVN_UNSUPPORTED, PERSISTENCE, PROXY_MISMATCH};
use crate::model::BalancerPool;
use crate::source::environment::{Algorithm, Persistence, PersistenceType, PoolProtocol};
use crate::source::{At, Span};

pub(super) fn pool(scope: &Scope, draft: &Draft, findings: &mut Vec<Diagnostic>) -> BalancerPool {
    protocol(scope, draft, findings);
    if let Some(persistence) = draft.persistence {
        check_persistence(scope, draft, persistence, findings);
    }
    BalancerPool {
        name: scope.named(draft.name),
        protocol: draft.protocol.value,
        algorithm: algorithm(scope, draft.algorithm, findings),
        persistence: draft.persistence.cloned(),
        members: members::members(scope, draft, findings),
        monitor: monitor::monitor(scope, draft, findings),
    }
}

fn is_proxy(protocol: PoolProtocol) -> bool {
    matches!(protocol, PoolProtocol::Proxy | PoolProtocol::ProxyV2)
}

fn protocol(scope: &Scope, draft: &Draft, findings: &mut Vec<Diagnostic>) {
    let protocol = draft.protocol;
    // One that follows the listener's was told there, but for PROXY.
    let told = protocol.span == Span::NOWHERE && !is_proxy(protocol.value);
    if scope.is_ovn() && protocol.value != PoolProtocol::Tcp && !is_datagram(protocol.value) && !told {
        let finding = wrong(&OVN_UNSUPPORTED, format!("the provider ovn has no {} pools", word(protocol.value)), draft.place);
        let help = "use TCP, UDP or SCTP, or the provider amphora; clients' addresses come through ovn unchanged, without PROXY";
        findings.push(also(finding, scope.choice.span, "this provider").help(help));
    }
    match protocol.value {
        PoolProtocol::ProxyV2 => needs(scope.input, 22, "PROXYV2", draft.place, findings),
        PoolProtocol::Sctp => needs(scope.input, 23, "SCTP", draft.place, findings),
        _ => {}
    }
    proxy(scope, draft, findings);
}

/// The default ingress and the pool in front of it agree about the PROXY protocol.
fn proxy(scope: &Scope, draft: &Draft, findings: &mut Vec<Diagnostic>) {
    let Some(default) = &scope.input.environment.ingress.default else { return };
    let before_ingress = scope.name == format!("{}-{}", scope.input.environment.name.value, default.balancer.value);
    let Some(port) = draft.members.iter().find_map(|members| members.node_port).filter(|_| before_ingress) else { return };
    let protocol = draft.protocol;
    if is_datagram(protocol.value) || is_proxy(protocol.value) == default.proxy_protocol.value {
        return;
    }
    let (message, help) = if default.proxy_protocol.value {
        (
            format!("the controller expects the PROXY protocol, and the {} pool does not speak it", word(protocol.value)),
            "write `poolProtocol: PROXYV2`, or remove `poolProtocol`",
        )
    } else {
        (
            format!("the pool speaks {}, and the controller does not expect it", word(protocol.value)),
            "write `proxyProtocol: true` under `ingress.default`",
        )
    };
    findings.push(
        Diagnostic::new(&PROXY_MISMATCH, message)
            .at(protocol.span.or(port.span), "the pool")
            .at(default.proxy_protocol.span.or(default.balancer.span), "the controller")
            .help(help),
    );
}

/// The algorithm where nobody chose one.
pub(super) fn own_algorithm(scope: &Scope) -> Algorithm {
    if scope.is_ovn() { Algorithm::SourceIpPort } else { Algorithm::RoundRobin }
}

fn algorithm(scope: &Scope, written: Option<At<Algorithm>>, findings: &mut Vec<Diagnostic>) -> Algorithm {
    let Some(written) = written else { return own_algorithm(scope) };
    if scope.is_ovn() != (written.value == Algorithm::SourceIpPort) {
        let provider = word(scope.choice.provider);
        let help = if scope.is_ovn() {
            "it has SOURCE_IP_PORT; remove `algorithm`"
        } else {
            "it has ROUND_ROBIN, LEAST_CONNECTIONS and SOURCE_IP"
        };
        let finding =
            wrong(&ALGORITHM_UNSUPPORTED, format!("the provider {provider} has no algorithm {}", word(written.value)), written.span);
        findings.push(also(finding, scope.choice.span, "this provider").help(help));
    }
    written.value
}

fn check_persistence(scope: &Scope, draft: &Draft, written: &Persistence, findings: &mut Vec<Diagnostic>) {
    let (kind, protocol) = (written.kind, draft.protocol);
    let reads_http = protocol.value == PoolProtocol::Http || is_proxy(protocol.value);
    if kind.value != PersistenceType::SourceIp && (scope.is_ovn() || !reads_http) {
        let message = format!("{} needs a pool in which the balancer reads HTTP", word(kind.value));
        findings.push(Diagnostic::new(&PERSISTENCE, message).at(kind.span, "").at(draft.place, "this pool does not").help("use SOURCE_IP"));
    }
    cookie(written, findings);
    let only_datagrams = written.kind.value == PersistenceType::SourceIp && is_datagram(protocol.value);
    let times = [("timeout", written.timeout.map(|at| at.span)), ("granularity", written.granularity.map(|at| at.span))];
    for (key, span) in times.into_iter().filter(|_| !only_datagrams) {
        let Some(span) = span else { continue };
        let message = format!("`{key}` belongs to SOURCE_IP of UDP and SCTP pools");
        findings.push(Diagnostic::new(&PERSISTENCE, message).at(span, "").at(draft.place, "this pool").help(format!("remove `{key}`")));
    }
    if let Some(timeout) = written.timeout.filter(|timeout| timeout.value.whole_seconds().is_none_or(|seconds| seconds == 0)) {
        findings.push(wrong(&PERSISTENCE, "Octavia counts this timeout in whole seconds from 1", timeout.span).help("write whole seconds"));
    }
}

fn cookie(written: &Persistence, findings: &mut Vec<Diagnostic>) {
    match (&written.cookie_name, written.kind.value) {
        (None, PersistenceType::AppCookie) => {
            findings.push(
                wrong(&PERSISTENCE, "APP_COOKIE follows a cookie of the application's, and none is named", written.kind.span)
                    .help("add `cookieName`"),
            );
        }
        (Some(name), PersistenceType::AppCookie) => {
            if !super::rules::is_token(name) {
                findings.push(
                    wrong(&PERSISTENCE, format!("`{}` cannot be the name of a cookie", name.value), name.span)
                        .help("write the cookie's name alone"),
                );
            }
        }
        (Some(name), kind) => {
            let finding =
                Diagnostic::new(&PERSISTENCE, "`cookieName` belongs to APP_COOKIE").at(name.span, "").at(written.kind.span, word(kind));
            findings.push(finding.help("remove `cookieName`, or write `type: APP_COOKIE`"));
        }
        (None, _) => {}
    }
}
