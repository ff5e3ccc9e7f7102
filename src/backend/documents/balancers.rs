//! Balancers in words: listeners, what stands behind them, L7 policies.

use std::fmt::Write as _;

use serde::Serialize;

use super::words::{NOTHING, address_or_new, count, list, milliseconds, public_address, word};
use crate::model::{AllowedCidr, Balancer, BalancerPool, L7Policy, Listener, Member, Model, Monitor};
use crate::source::environment::{L7Rule, Persistence, Tls};

/// A balancer, as the README shows it.
#[derive(Serialize)]
pub(super) struct View<'a> {
    key: &'a str,
    name: &'a str,
    description: &'a str,
    vip: String,
    public: Option<String>,
    provider: String,
    flavor: Option<&'a str>,
    zone: Option<&'a str>,
    listeners: Vec<ListenerRow<'a>>,
    pools: Vec<PoolRow<'a>>,
    policies: Vec<PolicyRow<'a>>,
}

#[derive(Serialize)]
struct ListenerRow<'a> {
    name: &'a str,
    port: u16,
    protocol: String,
    pool: &'a str,
    allowed: String,
    client_data: String,
    member_connect: String,
    member_data: String,
    tcp_inspect: String,
    connections: String,
    options: String,
}

#[derive(Serialize)]
struct PoolRow<'a> {
    name: &'a str,
    protocol: String,
    algorithm: String,
    members: String,
    monitor: String,
    persistence: String,
}

#[derive(Serialize)]
struct PolicyRow<'a> {
    listener: &'a str,
    position: u32,
    name: &'a str,
    action: String,
    rules: String,
}

pub(super) fn views(model: &Model) -> Vec<View<'_>> {
    model.balancers.iter().map(|balancer| view(model, balancer)).collect()
}

fn view<'a>(model: &'a Model, balancer: &'a Balancer) -> View<'a> {
    let policies = |listener: &'a Listener| listener.policies.iter().map(move |policy| policy_row(listener, policy));
    View {
        key: &balancer.key,
        name: &balancer.name,
        description: &balancer.description,
        vip: balancer.vip.to_string(),
        public: public_address(model, &balancer.key).map(address_or_new),
        provider: word(&balancer.provider),
        flavor: balancer.flavor.as_ref().map(|flavor| flavor.name.as_str()),
        zone: balancer.availability_zone.as_deref(),
        listeners: balancer.listeners.iter().map(listener_row).collect(),
        pools: balancer.pools.iter().map(pool_row).collect(),
        policies: balancer.listeners.iter().flat_map(policies).collect(),
    }
}

/// The pool behind a listener.
pub(super) fn default_pool<'a>(balancer: &'a Balancer, listener: &Listener) -> Option<&'a BalancerPool> {
    balancer.pools.iter().find(|pool| Some(&pool.name) == listener.default_pool.as_ref())
}

fn listener_row(listener: &Listener) -> ListenerRow<'_> {
    ListenerRow {
        name: &listener.name,
        port: listener.port,
        protocol: word(&listener.protocol),
        pool: listener.default_pool.as_deref().unwrap_or(NOTHING),
        allowed: allowed(listener),
        client_data: milliseconds(listener.timeout_client_data),
        member_connect: milliseconds(listener.timeout_member_connect),
        member_data: milliseconds(listener.timeout_member_data),
        tcp_inspect: milliseconds(listener.timeout_tcp_inspect),
        connections: u64::try_from(listener.connection_limit).map_or_else(|_| "no limit".to_owned(), |limit| limit.to_string()),
        options: options(listener),
    }
}

fn pool_row(pool: &BalancerPool) -> PoolRow<'_> {
    PoolRow {
        name: &pool.name,
        protocol: word(&pool.protocol),
        algorithm: word(&pool.algorithm),
        members: members(pool),
        monitor: monitor(&pool.monitor),
        persistence: pool.persistence.as_ref().map_or_else(|| NOTHING.to_owned(), persistence),
    }
}

/// Clients that may connect.
fn allowed(listener: &Listener) -> String {
    list(listener.allowed_cidrs.iter().map(|allowed| match allowed {
        AllowedCidr::Cidr(net) => net.to_string(),
        AllowedCidr::Router => "the router".to_owned(),
    }))
}

/// Members that are alike together: one more node is one more, not another line.
fn members(pool: &BalancerPool) -> String {
    let mut groups: Vec<(&Member, usize)> = Vec::new();
    for member in &pool.members {
        match groups.iter_mut().find(|(first, _)| are_alike(first, member)) {
            Some((_, number)) => *number += 1,
            None => groups.push((member, 1)),
        }
    }
    list(groups.into_iter().map(|(member, number)| group(member, number)))
}

fn are_alike(one: &Member, other: &Member) -> bool {
    let what = |member: &Member| (member.port, member.weight, member.backup, member.monitor_port);
    one.pool.is_some() && one.pool == other.pool && what(one) == what(other)
}

fn group(member: &Member, number: usize) -> String {
    let mut text = match &member.pool {
        Some(pool) => format!("{} of {pool}, port {}", count(number, "node", "nodes"), member.port),
        None => format!("{}, port {}", member.address, member.port),
    };
    if member.weight != 1 {
        let _ = write!(text, ", weight {}", member.weight);
    }
    if member.backup {
        text += ", backup";
    }
    text + &member.monitor_port.map(|port| format!(", probed at {port}")).unwrap_or_default()
}

fn monitor(monitor: &Monitor) -> String {
    let mut text = format!(
        "{} every {}s, waits {}s, up after {}, down after {}",
        word(&monitor.kind),
        monitor.delay,
        monitor.timeout,
        monitor.max_retries,
        monitor.max_retries_down
    );
    if let Some(http) = &monitor.http {
        let _ = write!(text, ", {} {} HTTP/{} expects {}", word(&http.method), http.path, word(&http.version), http.codes);
        text += &http.domain.as_ref().map(|domain| format!(" from {domain}")).unwrap_or_default();
    }
    text
}

fn persistence(persistence: &Persistence) -> String {
    let mut text = word(&persistence.kind);
    let more = [
        persistence.cookie_name.as_ref().map(|name| format!(" {}", name.value)),
        persistence.timeout.as_ref().map(|timeout| format!(" for {}", timeout.value)),
        persistence.granularity.as_ref().map(|mask| format!(" by {}", mask.value)),
    ];
    text.extend(more.into_iter().flatten());
    text
}

/// Headers and TLS.
fn options(listener: &Listener) -> String {
    let headers = listener.insert_headers.iter().filter(|(_, insert)| **insert).map(|(header, _)| word(header));
    list(headers.chain(listener.tls.iter().map(tls)))
}

fn tls(tls: &Tls) -> String {
    let versions: Vec<String> = tls.versions.iter().map(word).collect();
    let mut text = format!("TLS {}", if versions.is_empty() { "as Octavia's default".to_owned() } else { versions.join(" ") });
    if !tls.sni.is_empty() {
        let _ = write!(text, ", {} by SNI", count(tls.sni.len(), "certificate", "certificates"));
    }
    text + &tls.client_authentication.as_ref().map(|mode| format!(", client certificates {}", word(mode))).unwrap_or_default()
}

fn policy_row<'a>(listener: &'a Listener, policy: &'a L7Policy) -> PolicyRow<'a> {
    let target = policy.pool.as_ref().or(policy.url.as_ref()).or(policy.prefix.as_ref());
    let target = target.map(|target| format!(" {target}")).unwrap_or_default();
    let code = policy.code.map(|code| format!(" with {code}")).unwrap_or_default();
    PolicyRow {
        listener: &listener.name,
        position: policy.position,
        name: &policy.name,
        action: format!("{}{target}{code}", word(&policy.action)),
        rules: policy.rules.iter().map(rule).collect::<Vec<_>>().join(" and "),
    }
}

fn rule(rule: &L7Rule) -> String {
    let not = if rule.invert.value { "not " } else { "" };
    let key = rule.key.as_ref().map(|key| format!(" {}", key.value)).unwrap_or_default();
    format!("{not}{}{key} {} {}", word(&rule.kind), word(&rule.compare), rule.value.value)
}
