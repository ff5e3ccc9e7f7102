//! Listeners and their L7 policies, in Octavia's words.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Late;
use crate::model::{Balancer, L7Policy, Listener, Model};
use crate::source::environment::{Alpn, ClientAuthentication, InsertHeader, L7Action, L7Compare, L7Rule, L7RuleType, ListenerProtocol, Provider, Tls, TlsVersion};

#[derive(Serialize)]
pub(super) struct View<'a> {
    name: &'a str,
    protocol: ListenerProtocol,
    port: u16,
    pool: Option<&'a str>,
    /// `None` where the provider has no such field: there the nodes' security groups do it.
    allowed_cidrs: Option<Vec<Late>>,
    connection_limit: i64,
    timeout_client_data: u64,
    timeout_member_connect: u64,
    timeout_member_data: u64,
    timeout_tcp_inspect: u64,
    insert_headers: BTreeMap<InsertHeader, String>,
    tls: Option<TlsView<'a>>,
    policies: Vec<PolicyView<'a>>,
}

#[derive(Serialize)]
struct TlsView<'a> {
    certificate: &'a str,
    sni: Vec<&'a str>,
    versions: Vec<TlsVersion>,
    ciphers: Option<&'a str>,
    alpn: Vec<Alpn>,
    client_authentication: ClientAuthentication,
    client_ca: Option<&'a str>,
    client_crl: Option<&'a str>,
}

#[derive(Serialize)]
struct PolicyView<'a> {
    name: &'a str,
    position: u32,
    action: L7Action,
    pool: Option<&'a str>,
    url: Option<&'a str>,
    prefix: Option<&'a str>,
    code: Option<u16>,
    rules: Vec<RuleView<'a>>,
}

pub(super) fn view<'a>(model: &Model, balancer: &Balancer, listener: &'a Listener) -> View<'a> {
    let restricts = balancer.provider == Provider::Amphora;
    View {
        name: &listener.name,
        protocol: listener.protocol,
        port: listener.port,
        pool: listener.default_pool.as_deref(),
        allowed_cidrs: restricts.then(|| listener.allowed_cidrs.iter().map(|client| Late::client(model, client)).collect()),
        connection_limit: listener.connection_limit,
        timeout_client_data: listener.timeout_client_data,
        timeout_member_connect: listener.timeout_member_connect,
        timeout_member_data: listener.timeout_member_data,
        timeout_tcp_inspect: listener.timeout_tcp_inspect,
        // Octavia's values are the words "true" and "false".
        insert_headers: listener.insert_headers.iter().map(|(header, on)| (*header, on.to_string())).collect(),
        tls: listener.tls.as_ref().map(tls),
        policies: listener.policies.iter().map(policy).collect(),
    }
}

fn tls(tls: &Tls) -> TlsView<'_> {
    TlsView {
        certificate: tls.certificate.as_str(),
        sni: tls.sni.iter().map(|reference| reference.as_str()).collect(),
        versions: tls.versions.iter().map(|version| version.value).collect(),
        ciphers: tls.ciphers.as_ref().map(|ciphers| ciphers.as_str()),
        alpn: tls.alpn.iter().map(|protocol| protocol.value).collect(),
        client_authentication: tls.client_authentication.map_or(ClientAuthentication::None, |at| at.value),
        client_ca: tls.client_ca.as_ref().map(|reference| reference.as_str()),
        client_crl: tls.client_crl.as_ref().map(|reference| reference.as_str()),
    }
}

fn policy(policy: &L7Policy) -> PolicyView<'_> {
    PolicyView {
        name: &policy.name,
        position: policy.position,
        action: policy.action,
        pool: policy.pool.as_deref(),
        url: policy.url.as_deref(),
        prefix: policy.prefix.as_deref(),
        code: policy.code,
        rules: policy.rules.iter().map(rule).collect(),
    }
}

#[derive(Serialize)]
struct RuleView<'a> {
    kind: L7RuleType,
    compare: L7Compare,
    key: Option<&'a str>,
    value: &'a str,
    invert: bool,
}

fn rule(rule: &L7Rule) -> RuleView<'_> {
    RuleView {
        kind: rule.kind.value,
        compare: rule.compare.value,
        key: rule.key.as_ref().map(|key| key.as_str()),
        value: rule.value.as_str(),
        invert: rule.invert.value,
    }
}
