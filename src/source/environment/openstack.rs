//! What the cloud has, and the cluster's network.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::values::{Address, Cidr, Duration, Name, PublicKey, Size, Url};
use crate::span::At;

/// What the cloud has and how it is reached.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenStack {
    /// An entry of `clouds.yaml`. Only `strata lock` and `strata apply` read it.
    pub cloud: At<String>,
    /// Keystone's address as nodes and pods see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_url: Option<At<Url>>,
    /// The region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<At<String>>,
    /// The network that floating addresses come from.
    pub external_network: At<String>,
    /// The image that nodes boot from, by name; `strata lock` pins it to an id.
    pub image: At<String>,
    /// What the name of an image does not tell, by that name.
    #[serde(default)]
    pub images: BTreeMap<String, ImageFacts>,
    /// What kind of disk each volume type is: etcd needs `ssd`.
    #[serde(default)]
    pub volume_types: BTreeMap<String, VolumeType>,
    /// How Octavia makes balancers.
    #[serde(default)]
    pub balancers: BalancerProvider,
    /// Distinct hypervisors that anti-affinity can use; with zones, in each zone together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypervisors: Option<At<u32>>,
    /// How many public addresses this environment may take. Unset: no limit but the quota's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_addresses: Option<At<u32>>,
    /// Quota of the project where it is known and `strata lock` cannot read it. Overrides what was locked.
    #[serde(default)]
    pub quota: Quota,
}

/// What the name of an image does not tell.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImageFacts {
    /// The family of its operating system. Default: from its `os_distro` in lock.yaml, else from its name.
    pub family: At<ImageFamily>,
}

/// A family of operating systems that RKE2 has packages for and strata prepares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ImageFamily {
    /// AlmaLinux, Rocky Linux, RHEL, Oracle Linux, CentOS Stream: 8, 9 or 10.
    Redhat,
    /// Debian and Ubuntu.
    Debian,
}

/// One volume type of Cinder.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct VolumeType {
    /// What kind of disk stands behind it.
    pub class: At<DiskClass>,
}

/// A kind of disk, by how fast it syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiskClass {
    /// Flash or NVMe: a synchronous write takes well under 10 ms.
    Ssd,
    /// Spinning disks.
    Hdd,
}

/// How Octavia makes balancers.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BalancerProvider {
    /// Octavia's driver.
    #[serde(default = "amphora")]
    pub provider: At<Provider>,
    /// A flavor of Octavia with `loadbalancer_topology: ACTIVE_STANDBY`: two amphorae, one takes over for the other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flavor: Option<At<String>>,
    /// `true`: a single amphora per balancer is accepted, with an outage when its host fails.
    #[serde(default)]
    pub accept_single: bool,
    /// Octavia's own availability zone for balancers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability_zone: Option<At<String>>,
}

impl Default for BalancerProvider {
    fn default() -> Self {
        BalancerProvider { provider: amphora(), flavor: None, accept_single: false, availability_zone: None }
    }
}

fn amphora() -> At<Provider> {
    At::unwritten(Provider::Amphora)
}

/// A driver of Octavia.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// HAProxy in service machines.
    Amphora,
    /// Open Virtual Network: TCP, UDP and SCTP only.
    Ovn,
}

/// A project's quota. A missing key is unknown, -1 is unlimited.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Quota {
    /// Nova: servers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instances: Option<i64>,
    /// Nova: virtual CPUs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cores: Option<i64>,
    /// Nova: memory in MiB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ram: Option<i64>,
    /// Nova: server groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_groups: Option<i64>,
    /// Nova: members of one server group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_group_members: Option<i64>,
    /// Cinder: volumes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volumes: Option<i64>,
    /// Cinder: GiB in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gigabytes: Option<i64>,
    /// Neutron: networks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub networks: Option<i64>,
    /// Neutron: subnets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnets: Option<i64>,
    /// Neutron: ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ports: Option<i64>,
    /// Neutron: routers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub routers: Option<i64>,
    /// Neutron: floating addresses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floating_ips: Option<i64>,
    /// Neutron: security groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_groups: Option<i64>,
    /// Neutron: rules of security groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_group_rules: Option<i64>,
    /// Octavia: load balancers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load_balancers: Option<i64>,
    /// Octavia: listeners.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listeners: Option<i64>,
    /// Octavia: pools.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pools: Option<i64>,
    /// Octavia: members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<i64>,
    /// Octavia: health monitors.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub health_monitors: Option<i64>,
    /// Octavia: L7 policies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub l7_policies: Option<i64>,
    /// Heat: stacks of the project. Heat's default is 512.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stacks: Option<i64>,
}

/// The cluster's network.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Network {
    /// Environments of one site may not overlap: their networks are routed to each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<At<Name>>,
    /// The subnet of nodes and balancers. Between /24 and /16.
    pub cidr: At<Cidr>,
    /// Parts that exist already and are used, not made.
    #[serde(default)]
    pub existing: Existing,
    /// The subnet's gateway. Default: the first address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gateway: Option<At<Address>>,
    /// Neutron's allocation pool, for amphorae and whatever else asks for an address. Nodes and VIPs lie outside it.
    /// Default: the last quarter of `cidr`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<At<Cidr>>,
    /// The network's MTU as a node's interface has it, in bytes; pods get less by the overlay's header.
    #[serde(default = "mtu")]
    pub mtu: At<u32>,
    /// Addresses of pods. Cannot change later.
    #[serde(default = "pods")]
    pub pods: At<Cidr>,
    /// Addresses of Services. Cannot change later.
    #[serde(default = "services")]
    pub services: At<Cidr>,
    /// Name servers.
    #[serde(default)]
    pub dns: Vec<At<Address>>,
    /// Time servers, by address or name.
    #[serde(default)]
    pub ntp: Vec<At<String>>,
    /// The proxy through which nodes reach the world. The cluster's own ranges are excepted by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proxy: Option<Proxy>,
    /// Further networks, that exist already, on which nodes get a second port.
    #[serde(default)]
    pub extra: Vec<ExtraNetwork>,
    /// Networks that the cluster talks to and that must not overlap with it: other sites, VPNs.
    #[serde(default)]
    pub reserved: Vec<At<Cidr>>,
}

fn mtu() -> At<u32> {
    At::unwritten(1450)
}

fn pods() -> At<Cidr> {
    At::unwritten(Cidr(ipnet::IpNet::V4(ipnet::Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 42, 0, 0), 16))))
}

fn services() -> At<Cidr> {
    At::unwritten(Cidr(ipnet::IpNet::V4(ipnet::Ipv4Net::new_assert(std::net::Ipv4Addr::new(10, 43, 0, 0), 16))))
}

/// Parts of the network that exist already, by name or id. What is not named is made.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Existing {
    /// A network of Neutron.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<At<String>>,
    /// Its subnet; `cidr` must be the same. Its allocation pool must be `dynamic`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subnet: Option<At<String>>,
    /// The router between the subnet and the external network.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub router: Option<At<String>>,
}

/// A proxy for the nodes.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Proxy {
    /// For `http:` addresses. Default: the same as `https`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<At<Url>>,
    /// For `https:` addresses.
    pub https: At<Url>,
    /// What is reached without it, beside the cluster's own ranges: domains (`.example.org`), hosts, networks.
    #[serde(default)]
    pub except: Vec<At<String>>,
}

/// A network that exists already, on which nodes get a second port.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtraNetwork {
    /// A name of yours.
    pub name: At<Name>,
    /// The network of Neutron, by name or id.
    pub network: At<String>,
    /// Its addresses, where they are known: they must not overlap with the cluster's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<At<Cidr>>,
    /// Pools whose nodes get a port: `servers` or names of `agents`. Default: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pools: Option<Vec<At<Name>>>,
}

/// Certificates that nodes trust beside the system's own.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Trust {
    /// PEM files, relative to the file in which they are named.
    pub certificates: Vec<At<String>>,
}

/// A compute zone and the volume zone that belongs to it: they may have different names.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Zone {
    /// Nova's availability zone.
    pub compute: At<String>,
    /// Cinder's availability zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume: Option<At<String>>,
    /// Distinct hypervisors of this zone that anti-affinity can use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hypervisors: Option<At<u32>>,
}

/// Who may log in, and from where.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Access {
    /// Networks from which the bastion answers SSH.
    pub from: Vec<At<Cidr>>,
    /// Why `0.0.0.0/0` stands in `from`, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_reason: Option<At<String>>,
    /// People with an account on bastion and nodes.
    pub administrators: Vec<Administrator>,
}

/// A person with an account on bastion and nodes.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Administrator {
    /// Login name.
    pub name: At<Name>,
    /// OpenSSH public keys.
    pub keys: Vec<At<PublicKey>>,
}

/// The host through which administrators and `strata apply` reach the nodes; it also keeps the backups.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bastion {
    /// Nova's flavor.
    pub flavor: At<String>,
    /// Image, where it is another than `openstack.image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<At<String>>,
    /// Boot volume. Default: 20Gi of the cloud's default type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<Disk>,
    /// A volume that outlives the host: backups lie there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Disk>,
    /// A zone of `zones`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<At<Name>>,
    /// Its address in the subnet. Default: the fourth.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<At<Address>>,
    /// Where it is reached from outside. Default: a floating address of its own.
    #[serde(default = "public")]
    pub exposure: At<Exposure>,
    /// An existing floating address, or what happens to it at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_address: Option<PublicAddress>,
    /// Programs for administrators, installed at pinned versions.
    #[serde(default)]
    pub tools: Vec<At<Tool>>,
    /// Security-group rules of your own.
    #[serde(default)]
    pub extra_rules: Vec<ExtraRule>,
}

fn public() -> At<Exposure> {
    At::unwritten(Exposure::Public)
}

/// Where something is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Exposure {
    /// Only in the cluster's network, and where that is routed to.
    Private,
    /// By a floating address too.
    Public,
}

/// A floating address.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicAddress {
    /// One that exists in the project. Absent: a new one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip: Option<At<Address>>,
    /// What happens to it when it is no longer used. An existing address is never deleted.
    #[serde(default = "delete")]
    pub on_destroy: At<OnDestroy>,
}

fn delete() -> At<OnDestroy> {
    At::unwritten(OnDestroy::Delete)
}

/// What happens to something when its environment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnDestroy {
    /// It stays in the project.
    Keep,
    /// It goes.
    Delete,
}

/// A program for administrators on the bastion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Tool {
    /// The Kubernetes command line.
    Kubectl,
    /// Helm.
    Helm,
    /// k9s.
    K9s,
    /// The Argo CD command line.
    Argocd,
    /// calicoctl.
    Calicoctl,
    /// The OpenStack command line.
    Openstack,
    /// etcdctl.
    Etcdctl,
}

/// A volume, or a place on the hypervisor's own disk.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Disk {
    /// Cinder's volume type. Default: the cloud's.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub volume_type: Option<At<String>>,
    /// Whole GiB. Needed unless `local`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<At<Size>>,
    /// `true`: the flavor's own disk on the hypervisor, no volume. It is lost with the server.
    #[serde(default)]
    pub local: At<bool>,
}

/// A security-group rule of your own.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtraRule {
    /// Protocol.
    pub protocol: At<RuleProtocol>,
    /// First or only port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<At<u16>>,
    /// Last port of a range.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_port: Option<At<u16>>,
    /// Who may connect.
    pub from: At<Cidr>,
    /// Why: it stands in the flow table.
    pub reason: At<String>,
}

/// Protocol of a security-group rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleProtocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP, without ports.
    Icmp,
    /// SCTP.
    Sctp,
}

/// How changes of a pool go through its nodes.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Update {
    /// Nodes at one time.
    #[serde(default = "one")]
    pub at_once: At<u32>,
    /// How long pods may take to move away.
    #[serde(default = "drain")]
    pub drain: At<Duration>,
    /// What happens when they take longer.
    #[serde(default = "stop")]
    pub on_timeout: At<OnTimeout>,
}

impl Default for Update {
    fn default() -> Self {
        Update { at_once: one(), drain: drain(), on_timeout: stop() }
    }
}

fn one() -> At<u32> {
    At::unwritten(1)
}

fn drain() -> At<Duration> {
    At::unwritten(Duration::seconds(900))
}

fn stop() -> At<OnTimeout> {
    At::unwritten(OnTimeout::Stop)
}

/// What happens when pods do not move away in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum OnTimeout {
    /// `apply` stops and says which pods.
    Stop,
    /// The pods are deleted.
    Force,
}
