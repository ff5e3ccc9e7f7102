//! What a pool is before it is resolved, and which protocols go together.

use super::{Scope, a, also, word};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::PROTOCOL_PAIR;
use crate::model::nodes::unknown;
use crate::source::environment::{Algorithm, ListenerProtocol, Members, Monitor, Persistence, PoolProtocol};
use crate::source::values::Name;
use crate::source::{At, Span};

/// A pool as written, at a listener or under `pools`.
pub(super) struct Draft<'a> {
    pub(super) name: &'a At<Name>,
    pub(super) protocol: At<PoolProtocol>,
    /// Where the protocol stands, or the listener's that it follows.
    pub(super) place: Span,
    pub(super) algorithm: Option<At<Algorithm>>,
    pub(super) members: &'a [Members],
    pub(super) persistence: Option<&'a Persistence>,
    pub(super) monitor: Option<&'a Monitor>,
}

/// Datagrams and associations: no connection that a proxy could hold.
pub(super) fn is_datagram(protocol: PoolProtocol) -> bool {
    matches!(protocol, PoolProtocol::Udp | PoolProtocol::Sctp)
}

/// Whether the balancer reads HTTP there.
pub(super) fn reads_http(protocol: ListenerProtocol) -> bool {
    matches!(protocol, ListenerProtocol::Http | ListenerProtocol::TerminatedHttps)
}

/// Octavia's table of listeners and the pools that may stand behind them.
pub(super) fn pair(listener: At<ListenerProtocol>, pool: At<PoolProtocol>, findings: &mut Vec<Diagnostic>) {
    use PoolProtocol::{Http, Https, Proxy, ProxyV2, Sctp, Tcp, Udp};
    let allowed: &[PoolProtocol] = match listener.value {
        ListenerProtocol::Tcp => &[Tcp, Http, Https, Proxy, ProxyV2],
        ListenerProtocol::Http | ListenerProtocol::TerminatedHttps => &[Http, Proxy, ProxyV2],
        ListenerProtocol::Https => &[Https, Tcp, Proxy, ProxyV2],
        ListenerProtocol::Udp => &[Udp],
        ListenerProtocol::Sctp => &[Sctp],
        ListenerProtocol::Prometheus => &[],
    };
    if allowed.contains(&pool.value) {
        return;
    }
    let message = format!("{} pool cannot stand behind {} listener", a(pool.value), a(listener.value));
    let words: Vec<String> = allowed.iter().map(word).collect();
    let help = if words.is_empty() { "it has no pool".to_owned() } else { format!("it takes {}", words.join(", ")) };
    let finding = Diagnostic::new(&PROTOCOL_PAIR, message).at(pool.span.or(listener.span), "the pool");
    findings.push(also(finding, listener.span, "the listener").help(help));
}

/// A pool of `pools` behind a listener, by its name.
pub(super) fn named_pool(scope: &Scope, listener: At<ListenerProtocol>, name: &At<Name>, findings: &mut Vec<Diagnostic>) {
    if let Some(pool) = scope.pools.iter().find(|pool| pool.name == *name) {
        pair(listener, pool.protocol, findings);
    } else {
        let known = scope.pools.iter().map(|pool| pool.name.as_str());
        findings.push(unknown("pool", name, known, "declare it under `pools` of this balancer"));
    }
}
