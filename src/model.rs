//! Room 2: defaults, derived values and every cross-check. What comes out is complete and right.
//!
//! Plain data: no place in a text, no `Option` that still means "default". Names are the field's own.

mod addresses;
pub mod argocd;
mod artifacts;
mod balancers;
mod certificates;
pub mod charts;
pub mod cloud_conf;
mod cluster;
pub mod cluster_secrets;
pub mod components;
pub mod delivery;
mod disks;
mod flows;
pub mod harbor;
pub mod host;
mod images;
mod kubelet;
mod labels;
pub mod leaks;
pub mod local;
mod names;
mod namespace_flows;
pub mod namespaces;
mod network;
mod nodes;
pub mod objects;
pub mod policies;
mod pools;
mod ports;
mod proxy;
mod quota;
mod registries;
mod resolve;
mod rke2;
mod secrets;
pub mod site;
pub mod storage;
mod taints;
pub mod tenants;
mod times;
pub mod upgrade;
pub mod user_data;

pub use charts::Chart;
pub use cluster_secrets::ClusterSecret;
pub use components::Component;
pub use host::{Artifact, ArtifactKind, Certificate, Host, Proxy};
pub use namespaces::{Namespace, NamespaceKind};
pub use policies::Policies;
pub use resolve::{Resolved, resolve};
pub use tenants::Tenant;

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::source::environment as written;
use crate::source::values::{HostName, Name, Rke2Version};
use crate::source::{FileId, Span};

/// One environment, resolved.
#[derive(Debug, Clone)]
pub struct Model {
    /// Its name: the first part of every name in the cloud.
    pub name: Name,
    /// The file it was written in, for the header of what is made from it.
    pub source: String,
    /// The cloud.
    pub openstack: OpenStack,
    /// The cluster's network.
    pub network: Network,
    /// Security groups: `node`, `servers`, one for each agent pool, `bastion`, one for each extra network.
    pub groups: Vec<SecurityGroup>,
    /// Every flow that may cross a security group, in a stable order. Rules are made from them.
    pub flows: Vec<Flow>,
    /// Kubernetes.
    pub kubernetes: Kubernetes,
    /// Servers first, then agents as written.
    pub pools: Vec<Pool>,
    /// What nodes are beside that: RKE2's files, proxy, trust.
    pub host: Host,
    /// The bastion.
    pub bastion: Bastion,
    /// The API's balancer first, then the others as written.
    pub balancers: Vec<Balancer>,
    /// Floating addresses, new and existing ones.
    pub public_addresses: Vec<PublicAddress>,
    /// The registry that images come through.
    pub harbor: Option<harbor::Harbor>,
    /// Namespaces that are known before the cluster stands.
    pub namespaces: Vec<Namespace>,
    /// What makes volumes.
    pub storage: storage::Storage,
    /// Rules for what runs in the cluster.
    pub policies: Policies,
    /// Tenants, as written.
    pub tenants: Vec<Tenant>,
    /// What Argo CD delivers, in the order of its waves; nothing without Argo CD.
    pub components: Vec<Component>,
    /// Secrets that `apply` writes into the cluster.
    pub cluster_secrets: Vec<ClusterSecret>,
    /// People with an account.
    pub administrators: Vec<Administrator>,
    /// What this environment takes of the project's quota, and how much there is.
    pub quota: Vec<QuotaUse>,
    /// Everything as written, for what needs no resolving (names of secrets, hosts, tenants).
    pub written: written::Environment,
}

/// The cloud.
#[derive(Debug, Clone)]
pub struct OpenStack {
    /// An entry of `clouds.yaml`.
    pub cloud: String,
    /// The region, where it is named.
    pub region: Option<String>,
    /// Floating addresses come from it.
    pub external_network: String,
}

/// The cluster's network.
#[derive(Debug, Clone)]
pub struct Network {
    /// The site it belongs to.
    pub site: Option<Name>,
    /// The subnet.
    pub cidr: Ipv4Net,
    /// Its gateway.
    pub gateway: Ipv4Addr,
    /// Neutron's allocation pool.
    pub dynamic: Ipv4Net,
    /// Bytes.
    pub mtu: u32,
    /// What pods get of it, bytes.
    pub pod_mtu: u32,
    /// Pods.
    pub pods: Ipv4Net,
    /// Services.
    pub services: Ipv4Net,
    /// Name servers.
    pub dns: Vec<Ipv4Addr>,
    /// Time servers.
    pub ntp: Vec<String>,
    /// An existing network, by name or id.
    pub existing_network: Option<String>,
    /// An existing subnet, by name or id.
    pub existing_subnet: Option<String>,
    /// An existing router, by name or id.
    pub existing_router: Option<String>,
    /// Further networks.
    pub extra: Vec<ExtraNetwork>,
}

/// A further network on which nodes get a port.
#[derive(Debug, Clone)]
pub struct ExtraNetwork {
    /// A name of the user's.
    pub name: Name,
    /// The network of Neutron, by name or id.
    pub network: String,
    /// Its addresses, where they are known.
    pub cidr: Option<Ipv4Net>,
    /// Key of its security group in [`Model::groups`].
    pub group: String,
}

/// A security group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Short name: `node`, `servers`, `general`, `bastion`; unique in the environment.
    pub key: String,
    /// Its name in the cloud.
    pub name: String,
    /// What it is for.
    pub description: String,
}

/// Which way a flow goes, seen from the group's members.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// To them.
    Ingress,
    /// From them.
    Egress,
}

/// The protocol of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// Any.
    Any,
    /// ICMP.
    Icmp,
    /// By its number at IANA: 4 is IP in IP.
    Number(u8),
    /// SCTP.
    Sctp,
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

/// The other end of a flow.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remote {
    /// Members of a group, by its key.
    Group(String),
    /// Addresses.
    Cidr(Ipv4Net),
    /// Anywhere: Neutron's own two egress rules of a new group.
    Anywhere,
}

/// One flow that may cross a security group. Equal flows are one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Key of the group.
    pub group: String,
    /// Which way.
    pub direction: Direction,
    /// The protocol.
    pub protocol: Protocol,
    /// First and last port; `None` for protocols without, or all.
    pub ports: Option<(u16, u16)>,
    /// The other end.
    pub remote: Remote,
    /// What for; several purposes of one rule stand together.
    pub purposes: Vec<String>,
}

/// Kubernetes.
#[derive(Debug, Clone)]
pub struct Kubernetes {
    /// The RKE2 release.
    pub version: Rke2Version,
    /// The API's host name.
    pub api_name: HostName,
    /// The API's VIP.
    pub api_vip: Ipv4Addr,
    /// What the API server's certificate names beside RKE2's own: name, VIP, public address where it is known, further names.
    pub tls_names: Vec<String>,
    /// Ports of Services of type NodePort.
    pub node_ports: (u16, u16),
    /// How Calico carries pods' packets between nodes.
    pub encapsulation: written::Encapsulation,
    /// Hardening.
    pub profile: written::Profile,
    /// How much the API server's audit log holds.
    pub audit: written::AuditLevel,
    /// Whether OpenStack's cloud controller gives nodes their addresses.
    pub external_cloud_provider: bool,
    /// Where users come from.
    pub oidc: Option<Oidc>,
    /// Where images come through.
    pub registries: Option<Registries>,
    /// Snapshots of etcd: when, and how many on each server.
    pub snapshots: (String, u32),
    /// Whether Prometheus scrapes the control plane.
    pub scraped: bool,
    /// The controller that RKE2 brings, where one is wanted.
    pub ingress: Option<written::IngressController>,
    /// Name of the secret that servers join with; `None`: `apply` makes one.
    pub token: Option<Name>,
    /// Name of the secret that agents join with; `None`: `apply` makes one.
    pub agent_token: Option<Name>,
}

/// An OIDC issuer, and how its claims become users and groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oidc {
    /// Its address, as in the tokens.
    pub issuer: String,
    /// The client that tokens are for.
    pub client_id: String,
    /// The claim that is the user's name, and what is put before it.
    pub username: (String, String),
    /// The claim that lists groups, and what is put before each.
    pub groups: (String, String),
    /// PEM, where a public CA does not vouch for it.
    pub ca: Option<String>,
}

/// Where images come through: Harbor's proxy projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registries {
    /// Harbor's address, without a path.
    pub url: String,
    /// Registry and project, sorted.
    pub proxies: Vec<(String, String)>,
    /// Whether nodes ask the registry itself when Harbor is down.
    pub fallback: bool,
    /// Name of the secret of the robot that nodes pull with, where projects are private.
    pub robot: Option<Name>,
}

impl Registries {
    /// Harbor's host and port: images and accounts are looked up by it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.split_once("://").map_or(self.url.as_str(), |(_, host)| host)
    }
}

/// Whether a pool runs the control plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// RKE2 server: API server, etcd.
    Server,
    /// RKE2 agent.
    Agent,
}

/// A pool of nodes that are alike.
#[derive(Debug, Clone)]
pub struct Pool {
    /// Servers or agents.
    pub role: Role,
    /// `servers`, or the name of the agents.
    pub key: String,
    /// The nodes, by ordinal.
    pub nodes: Vec<Node>,
    /// The block that nodes take their addresses from.
    pub block: Ipv4Net,
    /// Nova's flavor.
    pub flavor: String,
    /// The image's id where it is pinned, else its name.
    pub image: Image,
    /// The family of its operating system.
    pub family: written::ImageFamily,
    /// Whether SELinux enforces on it.
    pub selinux: bool,
    /// Boot disk.
    pub disk: BootDisk,
    /// A volume of its own for etcd.
    pub etcd_disk: Option<Volume>,
    /// Name of the server group, and its policy; `None`: no group.
    pub server_group: Option<ServerGroup>,
    /// Keys of the security groups of its first port.
    pub groups: Vec<String>,
    /// Keys into [`Network::extra`] of the further networks its nodes are on.
    pub extra_networks: Vec<Name>,
    /// Further addresses that its ports may use.
    pub allowed_address_pairs: Vec<Ipv4Net>,
    /// Nova's metadata.
    pub metadata: BTreeMap<String, String>,
    /// Kubernetes labels.
    pub labels: BTreeMap<String, String>,
    /// Kubernetes taints.
    pub taints: Vec<written::Taint>,
    /// Arguments of kubelet.
    pub kubelet_arguments: BTreeMap<String, String>,
    /// How changes go through it.
    pub update: written::Update,
}

impl Pool {
    /// What its files are called by: `server` for the servers, else the pool's name.
    #[must_use]
    pub fn stem(&self) -> &str {
        if self.role == Role::Server { "server" } else { &self.key }
    }
}

/// An image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its name.
    pub name: String,
    /// Its id where lock.yaml has it.
    pub id: Option<String>,
}

impl Image {
    /// What Heat is given: the id where it is pinned.
    #[must_use]
    pub fn reference(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.name)
    }
}

/// What a server boots from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BootDisk {
    /// A volume of Cinder.
    Volume(Volume),
    /// The flavor's disk on the hypervisor.
    Local,
}

/// A volume of Cinder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Volume {
    /// Its type; `None`: the cloud's default.
    pub volume_type: Option<String>,
    /// GiB.
    pub size: u64,
}

/// A server group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerGroup {
    /// Its name in the cloud.
    pub name: String,
    /// Nova's policy: `anti-affinity` or `soft-anti-affinity`.
    pub policy: &'static str,
}

/// One node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its number in the pool, from 0.
    pub ordinal: u32,
    /// Its name: of the stack, the server, the port, and in Kubernetes.
    pub name: String,
    /// Its address in the subnet.
    pub address: Ipv4Addr,
    /// Nova's zone.
    pub compute_zone: Option<String>,
    /// Cinder's zone.
    pub volume_zone: Option<String>,
}

/// The bastion.
#[derive(Debug, Clone)]
pub struct Bastion {
    /// Its name.
    pub name: String,
    /// Nova's flavor.
    pub flavor: String,
    /// Its image.
    pub image: Image,
    /// Boot disk.
    pub disk: BootDisk,
    /// The volume that outlives it.
    pub data: Option<Volume>,
    /// Its address in the subnet.
    pub address: Ipv4Addr,
    /// Nova's zone.
    pub compute_zone: Option<String>,
    /// Cinder's zone.
    pub volume_zone: Option<String>,
    /// Whether it has a floating address.
    pub public: bool,
    /// Programs for administrators.
    pub tools: Vec<written::Tool>,
}

/// A floating address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicAddress {
    /// Who answers there: `bastion`, `api` or the name of a balancer.
    pub owner: String,
    /// One that exists in the project; `None`: Heat makes one.
    pub ip: Option<Ipv4Addr>,
    /// Whether it stays when the environment goes.
    pub keep: bool,
}

/// A person with an account.
#[derive(Debug, Clone)]
pub struct Administrator {
    /// Login name.
    pub name: Name,
    /// Lines of `authorized_keys`.
    pub keys: Vec<String>,
}

/// What is taken of one quota.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaUse {
    /// Service and resource: `Nova: servers`.
    pub resource: &'static str,
    /// What this environment takes; `None` where a flavor is not pinned.
    pub used: Option<u64>,
    /// What the project has; `None`: unknown or unlimited.
    pub limit: Option<u64>,
}

/// One Octavia load balancer.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// `api`, or its name as written.
    pub key: String,
    /// Its name in the cloud.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Its VIP.
    pub vip: Ipv4Addr,
    /// Octavia's driver.
    pub provider: written::Provider,
    /// Octavia's flavor.
    pub flavor: Option<BalancerFlavor>,
    /// Octavia's availability zone.
    pub availability_zone: Option<String>,
    /// Where it answers.
    pub listeners: Vec<Listener>,
    /// Who answers behind it; listeners and L7 policies name them.
    pub pools: Vec<BalancerPool>,
}

/// A flavor of Octavia.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BalancerFlavor {
    /// Its name.
    pub name: String,
    /// Its id where lock.yaml has it.
    pub id: Option<String>,
}

/// A listener, every field of Octavia's resolved.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Its name in the cloud.
    pub name: String,
    /// Its port.
    pub port: u16,
    /// What it speaks.
    pub protocol: written::ListenerProtocol,
    /// Name of its pool; PROMETHEUS has none.
    pub default_pool: Option<String>,
    /// Clients that may connect. The provider ovn cannot restrict them: there the nodes' security groups do.
    pub allowed_cidrs: Vec<AllowedCidr>,
    /// Connections at one time; -1: no limit.
    pub connection_limit: i64,
    /// Milliseconds.
    pub timeout_client_data: u64,
    /// Milliseconds.
    pub timeout_member_connect: u64,
    /// Milliseconds.
    pub timeout_member_data: u64,
    /// Milliseconds.
    pub timeout_tcp_inspect: u64,
    /// Headers for members.
    pub insert_headers: BTreeMap<written::InsertHeader, bool>,
    /// Certificate and options of TERMINATED_HTTPS.
    pub tls: Option<written::Tls>,
    /// L7 policies, in order.
    pub policies: Vec<L7Policy>,
}

/// Clients that may connect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AllowedCidr {
    /// Known now.
    Cidr(Ipv4Net),
    /// The router's outer address, known when the network stands: nodes that reach a public VIP come from it.
    Router,
}

/// An L7 policy.
#[derive(Debug, Clone)]
pub struct L7Policy {
    /// Its name in the cloud.
    pub name: String,
    /// From 1.
    pub position: u32,
    /// What it does, to which pool (its name in the cloud).
    pub action: written::L7Action,
    /// Name of the pool of REDIRECT_TO_POOL.
    pub pool: Option<String>,
    /// Of REDIRECT_TO_URL.
    pub url: Option<String>,
    /// Of REDIRECT_PREFIX.
    pub prefix: Option<String>,
    /// Status of a redirect.
    pub code: Option<u16>,
    /// Its conditions.
    pub rules: Vec<written::L7Rule>,
}

/// A pool of a balancer.
#[derive(Debug, Clone)]
pub struct BalancerPool {
    /// Its name in the cloud.
    pub name: String,
    /// What it speaks to members.
    pub protocol: written::PoolProtocol,
    /// How members are chosen.
    pub algorithm: written::Algorithm,
    /// Whether a client stays with its member.
    pub persistence: Option<written::Persistence>,
    /// Who answers, in a stable order.
    pub members: Vec<Member>,
    /// How members are probed.
    pub monitor: Monitor,
}

/// A member of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The node's name, or the address.
    pub name: String,
    /// Its address.
    pub address: Ipv4Addr,
    /// Whether the address is in the cluster's subnet.
    pub in_subnet: bool,
    /// Key of the node's pool; `None`: a machine outside the cluster.
    pub pool: Option<String>,
    /// Its port.
    pub port: u16,
    /// 0 to 256.
    pub weight: u16,
    /// Used only when all others are down.
    pub backup: bool,
    /// Port that the monitor probes, where it is another.
    pub monitor_port: Option<u16>,
}

/// A health monitor, every field of Octavia's resolved.
#[derive(Debug, Clone)]
pub struct Monitor {
    /// By what.
    pub kind: written::MonitorType,
    /// Seconds.
    pub delay: u64,
    /// Seconds.
    pub timeout: u64,
    /// Successes until up.
    pub max_retries: u8,
    /// Failures until down.
    pub max_retries_down: u8,
    /// Of HTTP and HTTPS.
    pub http: Option<HttpProbe>,
}

/// The request of an HTTP or HTTPS monitor.
#[derive(Debug, Clone)]
pub struct HttpProbe {
    /// Its method.
    pub method: written::HttpMethod,
    /// Its path.
    pub path: String,
    /// Good answers.
    pub codes: String,
    /// HTTP version.
    pub version: written::HttpVersion,
    /// Host header.
    pub domain: Option<HostName>,
}

/// What the model is made from.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The environment as written, merged.
    pub environment: &'a written::Environment,
    /// Its pins.
    pub lock: &'a crate::source::lock::Lock,
    /// The file it is written in, for headers.
    pub source: &'a str,
    /// What the files hold that it names.
    pub texts: &'a Texts,
}

/// What the files hold that an environment names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Texts {
    /// Those of `trust.certificates`, in their order.
    pub certificates: Vec<Text>,
    /// That of `kubernetes.oidc.ca`.
    pub oidc_ca: Option<Text>,
    /// That of `certificates.issuer.ca`.
    pub issuer_ca: Option<Text>,
}

/// What a file holds, and where it is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// The place that names it.
    pub named: Span,
    /// The file.
    pub file: FileId,
    /// What it holds.
    pub text: String,
}
