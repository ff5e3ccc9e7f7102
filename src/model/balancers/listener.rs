//! Listeners: ports, protocols, the pool behind them, timeouts, headers.

use std::collections::BTreeMap;

use super::draft::{Draft, named_pool, pair, reads_http};
use super::provider::{needs, without_effect};
use super::{Scope, a, also, clients, policies, pool, tls, word, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{
    CONNECTION_LIMIT, HEADER_PROTOCOL, MEMBERS_OR_POOL, OVN_UNSUPPORTED, POOL_SETTING_ON_LISTENER, PORT_TAKEN, PORT_UNUSABLE,
    SSL_HEADER_UNVERIFIED, TIMEOUT_TOO_LONG,
};
use crate::model::{BalancerPool, Listener};
use crate::source::At;
use crate::source::environment::{self as written, InsertHeader, ListenerProtocol, PoolProtocol};
use crate::source::values::{Duration, Name};

/// Octavia's longest timeout: 24 days in milliseconds.
const LONGEST: u64 = 24 * 24 * 60 * 60 * 1000;
/// Where master and backup of an amphora pair talk to each other.
const PEERS: u16 = 1025;

/// A listener, and the pool that it makes of its members.
pub(super) fn listener(scope: &Scope, written: &written::Listener, findings: &mut Vec<Diagnostic>) -> (Listener, Option<BalancerPool>) {
    protocol(scope, written, findings);
    let pool = behind(scope, written, findings);
    let default_pool = match (&pool, &written.pool) {
        (Some(pool), _) => Some(pool.name.clone()),
        (None, Some(name)) => Some(scope.named(name)),
        (None, None) => None,
    };
    let made = Listener {
        name: scope.named(&written.name),
        port: written.port.value,
        protocol: written.protocol.value,
        default_pool,
        allowed_cidrs: allowed(scope, written, findings),
        connection_limit: connection_limit(scope, written, findings),
        timeout_client_data: timeout(scope, written.timeouts.client_data, 50, findings),
        timeout_member_connect: timeout(scope, written.timeouts.member_connect, 5, findings),
        timeout_member_data: timeout(scope, written.timeouts.member_data, 50, findings),
        timeout_tcp_inspect: timeout(scope, written.timeouts.tcp_inspect, 0, findings),
        insert_headers: headers(written, findings),
        tls: tls::tls(scope, written, findings),
        policies: policies::policies(scope, written, findings),
    };
    (made, pool)
}

fn protocol(scope: &Scope, written: &written::Listener, findings: &mut Vec<Diagnostic>) {
    let protocol = written.protocol;
    if scope.is_ovn() && !matches!(protocol.value, ListenerProtocol::Tcp | ListenerProtocol::Udp | ListenerProtocol::Sctp) {
        let message = format!("the provider ovn has no {} listeners", word(protocol.value));
        let finding = also(wrong(&OVN_UNSUPPORTED, message, protocol.span), scope.choice.span, "this provider");
        findings.push(finding.help("use TCP, UDP or SCTP, or the provider amphora"));
    }
    match protocol.value {
        ListenerProtocol::Sctp => needs(scope.input, 23, "SCTP", protocol.span, findings),
        ListenerProtocol::Prometheus => needs(scope.input, 25, "PROMETHEUS", protocol.span, findings),
        _ => {}
    }
    let port = written.port;
    if port.value == 0 || (port.value == PEERS && !scope.is_ovn()) {
        findings.push(
            wrong(&PORT_UNUSABLE, format!("a listener cannot have port {}", port.value), port.span)
                .help("choose another port, 1 to 65535 but not 1025"),
        );
    }
}

fn allowed(scope: &Scope, written: &written::Listener, findings: &mut Vec<Diagnostic>) -> Vec<crate::model::AllowedCidr> {
    let place = written.allowed_cidrs.as_ref().and_then(|cidrs| cidrs.first()).map(|cidr| cidr.span);
    if let Some(place) = place.filter(|_| !scope.is_ovn()) {
        needs(scope.input, 12, "`allowedCidrs`", place, findings);
    }
    clients::of_listener(scope, written, findings)
}

/// The pool that a listener makes of its members; `None` where it names one, or has none.
fn behind(scope: &Scope, written: &written::Listener, findings: &mut Vec<Diagnostic>) -> Option<BalancerPool> {
    let mut unclear = |message: &str, help: &str| {
        let message = format!("the listener `{}` {message}", written.name.value);
        findings.push(wrong(&MEMBERS_OR_POOL, message, written.name.span).help(help));
    };
    match (&written.pool, written.members.is_empty(), written.protocol.value) {
        (None, true, ListenerProtocol::Prometheus) => return None,
        (_, _, ListenerProtocol::Prometheus) => {
            unclear("answers with Octavia's own metrics and has nobody behind it", "remove `members` and `pool`");
            return None;
        }
        (None, true, _) => {
            unclear("has nobody behind it", "add `members`, or name a `pool`");
            return None;
        }
        (Some(_), false, _) => unclear("has `members` and a `pool`", "keep one of the two"),
        _ => {}
    }
    let Some(name) = &written.pool else { return Some(own_pool(scope, written, findings)) };
    shared_pool(scope, written, name, findings);
    None
}

fn own_pool(scope: &Scope, written: &written::Listener, findings: &mut Vec<Diagnostic>) -> BalancerPool {
    let default = default_protocol(written, scope.proxy_protocol);
    let protocol = written.pool_protocol.unwrap_or(At::unwritten(default));
    pair(written.protocol, protocol, findings);
    let draft = Draft {
        name: &written.name,
        protocol,
        place: protocol.span.or(written.protocol.span),
        algorithm: written.algorithm,
        members: &written.members,
        persistence: written.persistence.as_ref(),
        monitor: written.monitor.as_ref(),
    };
    pool::pool(scope, &draft, findings)
}

/// The same protocol as far as a pool can; the default ingress is told clients' addresses where it asks for them.
fn default_protocol(written: &written::Listener, proxy_protocol: bool) -> PoolProtocol {
    let node_ports = written.members.iter().any(|members| members.node_port.is_some());
    match written.protocol.value {
        ListenerProtocol::Udp => PoolProtocol::Udp,
        ListenerProtocol::Sctp => PoolProtocol::Sctp,
        _ if proxy_protocol && node_ports => PoolProtocol::Proxy,
        ListenerProtocol::Http | ListenerProtocol::TerminatedHttps => PoolProtocol::Http,
        ListenerProtocol::Https => PoolProtocol::Https,
        ListenerProtocol::Tcp | ListenerProtocol::Prometheus => PoolProtocol::Tcp,
    }
}

fn shared_pool(scope: &Scope, written: &written::Listener, name: &At<Name>, findings: &mut Vec<Diagnostic>) {
    named_pool(scope, written.protocol, name, findings);
    let settings = [
        ("algorithm", written.algorithm.map(|at| at.span)),
        ("poolProtocol", written.pool_protocol.map(|at| at.span)),
        ("persistence", written.persistence.as_ref().map(|persistence| persistence.kind.span)),
        ("monitor", written.monitor.as_ref().map(|monitor| monitor.kind.span.or(name.span))),
    ];
    for (key, span) in settings {
        let Some(span) = span else { continue };
        let finding = wrong(&POOL_SETTING_ON_LISTENER, format!("`{key}` belongs to the pool `{}`", name.value), span);
        findings.push(also(finding, name.span, "this listener uses a pool of `pools`").help(format!("move `{key}` to the pool")));
    }
}

fn connection_limit(scope: &Scope, written: &written::Listener, findings: &mut Vec<Diagnostic>) -> i64 {
    let Some(limit) = written.connection_limit else { return -1 };
    if limit.value == 0 || i32::try_from(limit.value).is_err() {
        let message = format!("{} connections at one time cannot be meant", limit.value);
        findings
            .push(wrong(&CONNECTION_LIMIT, message, limit.span).help("write 1 to 2147483647, or remove `connectionLimit` for no limit"));
    }
    if scope.is_ovn() {
        without_effect(scope, "connectionLimit", limit.span, findings);
    }
    i64::from(limit.value)
}

fn timeout(scope: &Scope, written: Option<At<Duration>>, seconds: u64, findings: &mut Vec<Diagnostic>) -> u64 {
    let Some(timeout) = written else { return seconds * 1000 };
    if scope.is_ovn() {
        without_effect(scope, "timeouts", timeout.span, findings);
    }
    limited(timeout, findings)
}

/// Milliseconds that Octavia takes.
pub(super) fn limited(timeout: At<Duration>, findings: &mut Vec<Diagnostic>) -> u64 {
    let milliseconds = timeout.value.milliseconds();
    if milliseconds > LONGEST {
        findings
            .push(wrong(&TIMEOUT_TOO_LONG, format!("{} is longer than 24 days", timeout.value), timeout.span).help("write at most `24d`"));
    }
    milliseconds.min(LONGEST)
}

fn is_ssl(header: InsertHeader) -> bool {
    !matches!(header, InsertHeader::XForwardedFor | InsertHeader::XForwardedPort | InsertHeader::XForwardedProto)
}

fn headers(written: &written::Listener, findings: &mut Vec<Diagnostic>) -> BTreeMap<InsertHeader, bool> {
    let protocol = written.protocol;
    for (header, at) in &written.insert_headers {
        let possible = if is_ssl(*header) { protocol.value == ListenerProtocol::TerminatedHttps } else { reads_http(protocol.value) };
        let name = word(header);
        if !possible {
            let message = format!("{} listener cannot insert `{name}`", a(protocol.value));
            let help =
                if is_ssl(*header) { "only TERMINATED_HTTPS can" } else { "only HTTP and TERMINATED_HTTPS can; for TCP use a PROXY pool" };
            findings.push(Diagnostic::new(&HEADER_PROTOCOL, message).at(at.span, "").at(protocol.span, "this protocol").help(help));
        } else if is_ssl(*header) && at.value && !tls::asks_clients(written) {
            let message = format!("`{name}` is filled in although no client is asked for a certificate");
            let help = "set `tls.clientAuthentication` and `tls.clientCa`, or remove the header";
            findings.push(wrong(&SSL_HEADER_UNVERIFIED, message, at.span).help(help));
        }
    }
    written.insert_headers.iter().map(|(header, at)| (*header, at.value)).collect()
}

/// What a port is shared by: each of the three has all ports for itself.
fn transport(protocol: ListenerProtocol) -> PoolProtocol {
    match protocol {
        ListenerProtocol::Udp => PoolProtocol::Udp,
        ListenerProtocol::Sctp => PoolProtocol::Sctp,
        _ => PoolProtocol::Tcp,
    }
}

/// One port has one listener of each transport.
pub(super) fn ports(scope: &Scope, listeners: &[written::Listener], findings: &mut Vec<Diagnostic>) {
    for (at, listener) in listeners.iter().enumerate() {
        let same = |other: &&written::Listener| {
            other.port == listener.port && transport(other.protocol.value) == transport(listener.protocol.value)
        };
        let Some(other) = listeners[..at].iter().find(same) else { continue };
        findings.push(
            Diagnostic::new(&PORT_TAKEN, format!("two listeners of `{}` have port {}", scope.name, listener.port.value))
                .at(listener.port.span, format!("`{}`", listener.name.value))
                .at(other.port.span, format!("`{}`", other.name.value))
                .help(format!("both are {} underneath; use another port", word(transport(listener.protocol.value)))),
        );
    }
}
