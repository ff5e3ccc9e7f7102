//! Octavia load balancers, in Octavia's own terms.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::openstack::{BalancerProvider, Exposure, PublicAddress};
use crate::source::values::{Address, Cidr, Duration, HostName, Name, Url};
use crate::span::At;

/// One Octavia load balancer.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoadBalancer {
    /// Its name, part of the names of all that belongs to it. `api` is taken.
    pub name: At<Name>,
    /// Where it is reached.
    #[serde(default = "private")]
    pub exposure: At<Exposure>,
    /// Its VIP in the subnet. Default: recorded in lock.yaml when first seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<At<Address>>,
    /// An existing floating address, or what happens to it at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_address: Option<PublicAddress>,
    /// Provider and flavor, where they are others than `openstack.balancers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<BalancerProvider>,
    /// Where it answers.
    pub listeners: Vec<Listener>,
    /// Further pools, for L7 policies or shared by listeners.
    #[serde(default)]
    pub pools: Vec<Pool>,
}

fn private() -> At<Exposure> {
    At::unwritten(Exposure::Private)
}

/// A port on which a balancer answers, and the pool behind it.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Listener {
    /// Its name.
    pub name: At<Name>,
    /// The port, 1 to 65535.
    #[schemars(range(min = 1, max = 65535))]
    pub port: At<u16>,
    /// What it speaks to clients.
    pub protocol: At<ListenerProtocol>,
    /// What it speaks to members. Default: the same as far as a pool can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool_protocol: Option<At<PoolProtocol>>,
    /// How members are chosen. Default: ROUND_ROBIN, with the ovn provider SOURCE_IP_PORT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<At<Algorithm>>,
    /// Who answers. Either this or `pool`.
    #[serde(default)]
    pub members: Vec<Members>,
    /// A pool of `pools`, in place of `members`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<At<Name>>,
    /// Whether a client stays with its member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistence: Option<Persistence>,
    /// How members are probed. Default: TCP every 5s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitor: Option<Monitor>,
    /// Clients that may connect; everyone else is dropped. Default: the cluster's network and `access.from`; a public listener must say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed_cidrs: Option<Vec<At<Cidr>>>,
    /// Connections at one time. Default: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_limit: Option<At<u32>>,
    /// Octavia's four timeouts.
    #[serde(default)]
    pub timeouts: Timeouts,
    /// Headers that the balancer adds for members. HTTP and TERMINATED_HTTPS only.
    #[serde(default)]
    pub insert_headers: BTreeMap<InsertHeader, At<bool>>,
    /// Certificate and options of TERMINATED_HTTPS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls: Option<Tls>,
    /// L7 policies, tried in this order. HTTP and TERMINATED_HTTPS only.
    #[serde(default)]
    pub policies: Vec<L7Policy>,
}

/// What a listener speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ListenerProtocol {
    /// Bytes.
    Tcp,
    /// HTTP.
    Http,
    /// TLS, passed through.
    Https,
    /// TLS, ended at the balancer.
    TerminatedHttps,
    /// Datagrams.
    Udp,
    /// SCTP.
    Sctp,
    /// Octavia's own metrics.
    Prometheus,
}

/// What a pool speaks to its members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PoolProtocol {
    /// Bytes.
    Tcp,
    /// HTTP.
    Http,
    /// TLS.
    Https,
    /// PROXY protocol, version 1.
    Proxy,
    /// PROXY protocol, version 2.
    #[serde(rename = "PROXYV2")]
    ProxyV2,
    /// Datagrams.
    Udp,
    /// SCTP.
    Sctp,
}

/// How members are chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Algorithm {
    /// In turn.
    RoundRobin,
    /// The one with the fewest.
    LeastConnections,
    /// By the client's address.
    SourceIp,
    /// By the client's address and port: the ovn provider's only one.
    SourceIpPort,
}

/// Some members of a pool. Exactly one of `agents`, `servers`, `address`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Members {
    /// All nodes of this agent pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agents: Option<At<Name>>,
    /// `true`: all servers.
    #[serde(default)]
    pub servers: At<bool>,
    /// One machine outside the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<At<Address>>,
    /// A nodePort of Kubernetes, 30000 to 32767, for `agents` and `servers`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node_port: Option<At<u16>>,
    /// A port of the machine itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<At<u16>>,
    /// Share of the traffic, 0 to 256; 0 takes no new connections.
    #[serde(default = "one")]
    #[schemars(range(max = 256))]
    pub weight: At<u16>,
    /// `true`: used only when all others are down.
    #[serde(default)]
    pub backup: At<bool>,
    /// Port that the monitor probes. Default: the member's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitor_port: Option<At<u16>>,
}

fn one() -> At<u16> {
    At::unwritten(1)
}

/// Whether a client stays with its member.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Persistence {
    /// By what.
    #[serde(rename = "type")]
    pub kind: At<PersistenceType>,
    /// The cookie of APP_COOKIE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cookie_name: Option<At<String>>,
    /// How long, for SOURCE_IP of UDP and SCTP pools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<At<Duration>>,
    /// Netmask of clients that count as one, for SOURCE_IP of UDP and SCTP pools.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granularity: Option<At<Address>>,
}

/// What a client is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PersistenceType {
    /// Its address.
    SourceIp,
    /// A cookie of the balancer's.
    HttpCookie,
    /// A cookie of the application's.
    AppCookie,
}

/// How members are probed.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Monitor {
    /// By what.
    #[serde(rename = "type", default = "monitor_tcp")]
    pub kind: At<MonitorType>,
    /// Between two probes, whole seconds.
    #[serde(default = "five_seconds")]
    pub delay: At<Duration>,
    /// For one probe, whole seconds, less than `delay`.
    #[serde(default = "three_seconds")]
    pub timeout: At<Duration>,
    /// Successes until a member is up, 1 to 10.
    #[serde(default = "two")]
    #[schemars(range(min = 1, max = 10))]
    pub max_retries: At<u8>,
    /// Failures until a member is down, 1 to 10.
    #[serde(default = "three")]
    #[schemars(range(min = 1, max = 10))]
    pub max_retries_down: At<u8>,
    /// HTTP method of HTTP and HTTPS. Default: GET.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<At<HttpMethod>>,
    /// Path of HTTP and HTTPS. Default: `/`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<At<String>>,
    /// Good answers of HTTP and HTTPS: `200`, `200,202` or `200-204`. Default: 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<At<String>>,
    /// HTTP version: 1.0 or 1.1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_version: Option<At<HttpVersion>>,
    /// Host header of HTTP and HTTPS; needs `httpVersion: "1.1"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<At<HostName>>,
}

impl Default for Monitor {
    fn default() -> Self {
        Monitor {
            kind: monitor_tcp(),
            delay: five_seconds(),
            timeout: three_seconds(),
            max_retries: two(),
            max_retries_down: three(),
            method: None,
            path: None,
            codes: None,
            http_version: None,
            domain: None,
        }
    }
}

fn monitor_tcp() -> At<MonitorType> {
    At::unwritten(MonitorType::Tcp)
}

fn five_seconds() -> At<Duration> {
    At::unwritten(Duration::seconds(5))
}

fn three_seconds() -> At<Duration> {
    At::unwritten(Duration::seconds(3))
}

fn two() -> At<u8> {
    At::unwritten(2)
}

fn three() -> At<u8> {
    At::unwritten(3)
}

/// By what a member is probed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum MonitorType {
    /// A request.
    #[serde(rename = "HTTP")]
    Http,
    /// A request over TLS; the certificate is not checked.
    #[serde(rename = "HTTPS")]
    Https,
    /// ICMP echo: the machine answers, the service may not.
    #[serde(rename = "PING")]
    Ping,
    /// A connection.
    #[serde(rename = "TCP")]
    Tcp,
    /// A TLS handshake.
    #[serde(rename = "TLS-HELLO")]
    TlsHello,
    /// A datagram.
    #[serde(rename = "UDP-CONNECT")]
    UdpConnect,
    /// An SCTP association.
    #[serde(rename = "SCTP")]
    Sctp,
}

/// A method of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
#[allow(missing_docs, reason = "each is its own name")]
pub enum HttpMethod {
    Get,
    Head,
    Post,
    Put,
    Delete,
    Trace,
    Options,
    Connect,
    Patch,
}

/// A version of HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum HttpVersion {
    /// 1.0.
    #[serde(rename = "1.0")]
    V10,
    /// 1.1.
    #[serde(rename = "1.1")]
    V11,
}

/// Octavia's four timeouts of a listener, each up to 24 days.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Timeouts {
    /// Silence of a client. Default: 50s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_data: Option<At<Duration>>,
    /// For a connection to a member. Default: 5s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_connect: Option<At<Duration>>,
    /// Silence of a member. Default: 50s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_data: Option<At<Duration>>,
    /// For more bytes to look into. Default: 0s.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tcp_inspect: Option<At<Duration>>,
}

/// A header that the balancer adds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[allow(missing_docs, reason = "each is its own name")]
pub enum InsertHeader {
    #[serde(rename = "X-Forwarded-For")]
    XForwardedFor,
    #[serde(rename = "X-Forwarded-Port")]
    XForwardedPort,
    #[serde(rename = "X-Forwarded-Proto")]
    XForwardedProto,
    #[serde(rename = "X-SSL-Client-Verify")]
    XSslClientVerify,
    #[serde(rename = "X-SSL-Client-Has-Cert")]
    XSslClientHasCert,
    #[serde(rename = "X-SSL-Client-DN")]
    XSslClientDn,
    #[serde(rename = "X-SSL-Client-CN")]
    XSslClientCn,
    #[serde(rename = "X-SSL-Issuer")]
    XSslIssuer,
    #[serde(rename = "X-SSL-Client-SHA1")]
    XSslClientSha1,
    #[serde(rename = "X-SSL-Client-Not-Before")]
    XSslClientNotBefore,
    #[serde(rename = "X-SSL-Client-Not-After")]
    XSslClientNotAfter,
}

/// Certificate and options of TERMINATED_HTTPS. Certificates are Barbican references, never the certificate itself.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tls {
    /// Barbican reference of a PKCS#12 bundle or a certificate container.
    pub certificate: At<Url>,
    /// Further ones, chosen by the client's server name.
    #[serde(default)]
    pub sni: Vec<At<Url>>,
    /// TLS versions. Default: Octavia's (1.2 and 1.3).
    #[serde(default)]
    pub versions: Vec<At<TlsVersion>>,
    /// Ciphers in OpenSSL's notation. Default: Octavia's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ciphers: Option<At<String>>,
    /// Protocols offered by ALPN. Default: Octavia's.
    #[serde(default)]
    pub alpn: Vec<At<Alpn>>,
    /// Whether clients show a certificate. Default: NONE.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_authentication: Option<At<ClientAuthentication>>,
    /// Barbican reference of the CA that signs clients' certificates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_ca: Option<At<Url>>,
    /// Barbican reference of their revocation list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_crl: Option<At<Url>>,
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum TlsVersion {
    /// 1.2.
    #[serde(rename = "TLSv1.2")]
    V12,
    /// 1.3.
    #[serde(rename = "TLSv1.3")]
    V13,
}

/// A protocol that ALPN offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Alpn {
    /// HTTP/2.
    #[serde(rename = "h2")]
    H2,
    /// HTTP/1.1.
    #[serde(rename = "http/1.1")]
    Http11,
    /// HTTP/1.0.
    #[serde(rename = "http/1.0")]
    Http10,
}

/// Whether clients show a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ClientAuthentication {
    /// No.
    None,
    /// They may.
    Optional,
    /// They must.
    Mandatory,
}

/// What happens to requests that match all rules.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct L7Policy {
    /// Its name.
    pub name: At<Name>,
    /// What happens.
    pub action: At<L7Action>,
    /// A pool of `pools`, for REDIRECT_TO_POOL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<At<Name>>,
    /// For REDIRECT_TO_URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<At<Url>>,
    /// For REDIRECT_PREFIX.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<At<Url>>,
    /// Status of a redirect: 301, 302, 303, 307 or 308. Default: 302.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<At<u16>>,
    /// All must match; 1 to 50.
    pub rules: Vec<L7Rule>,
}

/// What an L7 policy does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum L7Action {
    /// 403.
    Reject,
    /// Another pool answers.
    RedirectToPool,
    /// A redirect to one address.
    RedirectToUrl,
    /// A redirect that keeps the path.
    RedirectPrefix,
}

/// One condition.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct L7Rule {
    /// What is looked at.
    #[serde(rename = "type")]
    pub kind: At<L7RuleType>,
    /// How.
    pub compare: At<L7Compare>,
    /// Against what.
    pub value: At<String>,
    /// Name of the header or cookie, field of the DN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<At<String>>,
    /// `true`: the opposite.
    #[serde(default)]
    pub invert: At<bool>,
}

/// What an L7 rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "each is its own name")]
pub enum L7RuleType {
    HostName,
    Path,
    FileType,
    Header,
    Cookie,
    SslConnHasCert,
    SslVerifyResult,
    SslDnField,
}

/// How an L7 rule compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "each is its own name")]
pub enum L7Compare {
    Regex,
    StartsWith,
    EndsWith,
    Contains,
    EqualTo,
}

/// A pool with a name, for L7 policies or several listeners.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// Its name.
    pub name: At<Name>,
    /// What it speaks to members.
    pub protocol: At<PoolProtocol>,
    /// How members are chosen. Default: as for a listener.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub algorithm: Option<At<Algorithm>>,
    /// Who answers.
    pub members: Vec<Members>,
    /// Whether a client stays with its member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persistence: Option<Persistence>,
    /// How members are probed. Default: TCP every 5s.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitor: Option<Monitor>,
}
