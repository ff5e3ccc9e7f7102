//! Pools with their members and monitors, in Octavia's words.

use serde::Serialize;

use super::Late;
use crate::model::{BalancerPool, HttpProbe, Member, Model, Monitor};
use crate::source::environment::{Algorithm, HttpMethod, HttpVersion, MonitorType, Persistence, PersistenceType, PoolProtocol};

#[derive(Serialize)]
pub(super) struct View<'a> {
    name: &'a str,
    protocol: PoolProtocol,
    algorithm: Algorithm,
    persistence: Option<PersistenceView<'a>>,
    monitor: MonitorView<'a>,
    members: Vec<MemberView<'a>>,
}

#[derive(Serialize)]
struct PersistenceView<'a> {
    #[serde(rename = "type")]
    kind: PersistenceType,
    #[serde(skip_serializing_if = "Option::is_none")]
    cookie_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persistence_timeout: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    persistence_granularity: Option<String>,
}

#[derive(Serialize)]
struct MonitorView<'a> {
    kind: MonitorType,
    delay: u64,
    timeout: u64,
    max_retries: u8,
    max_retries_down: u8,
    http: Option<HttpView<'a>>,
}

#[derive(Serialize)]
struct HttpView<'a> {
    method: HttpMethod,
    path: &'a str,
    codes: &'a str,
    /// A number in Octavia's API.
    version: f64,
    domain: Option<&'a str>,
}

#[derive(Serialize)]
struct MemberView<'a> {
    name: &'a str,
    address: String,
    port: u16,
    subnet: Option<Late>,
    weight: u16,
    backup: bool,
    monitor_port: Option<u16>,
}

pub(super) fn view<'a>(model: &Model, pool: &'a BalancerPool) -> View<'a> {
    View {
        name: &pool.name,
        protocol: pool.protocol,
        algorithm: pool.algorithm,
        persistence: pool.persistence.as_ref().map(persistence),
        monitor: monitor(&pool.monitor),
        members: pool.members.iter().map(|entry| member(model, entry)).collect(),
    }
}

fn persistence(persistence: &Persistence) -> PersistenceView<'_> {
    PersistenceView {
        kind: persistence.kind.value,
        cookie_name: persistence.cookie_name.as_ref().map(|name| name.as_str()),
        persistence_timeout: persistence.timeout.and_then(|timeout| timeout.value.whole_seconds()),
        persistence_granularity: persistence.granularity.map(|mask| mask.value.to_string()),
    }
}

fn monitor(monitor: &Monitor) -> MonitorView<'_> {
    let http = |probe: &'_ HttpProbe| -> f64 {
        match probe.version {
            HttpVersion::V10 => 1.0,
            HttpVersion::V11 => 1.1,
        }
    };
    MonitorView {
        kind: monitor.kind,
        delay: monitor.delay,
        timeout: monitor.timeout,
        max_retries: monitor.max_retries,
        max_retries_down: monitor.max_retries_down,
        http: monitor.http.as_ref().map(|probe| HttpView {
            method: probe.method,
            path: &probe.path,
            codes: &probe.codes,
            version: http(probe),
            domain: probe.domain.as_ref().map(crate::source::values::HostName::as_str),
        }),
    }
}

fn member<'a>(model: &Model, member: &'a Member) -> MemberView<'a> {
    MemberView {
        name: &member.name,
        address: member.address.to_string(),
        port: member.port,
        subnet: member.in_subnet.then(|| Late::network(model, "subnet")),
        weight: member.weight,
        backup: member.backup,
        monitor_port: member.monitor_port,
    }
}
