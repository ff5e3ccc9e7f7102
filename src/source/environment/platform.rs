//! The platform that Argo CD syncs: ingress, certificates, registry, storage, policies, Argo CD itself.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SecretRef;
use super::tenants::{ContainerLimits, NamespaceQuota};
use crate::source::open::Open;
use crate::source::values::{Cidr, Date, HostName, Name, Url};
use crate::span::At;

/// What answers behind the balancers.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Ingress {
    /// The controller in the cluster that listens on a balancer's nodePorts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<DefaultIngress>,
    /// octavia-ingress-controller: one balancer for each Ingress of its class.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub octavia: Option<OctaviaIngress>,
}

/// The controller in the cluster that listens on a balancer's nodePorts.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DefaultIngress {
    /// Which one.
    #[serde(default = "traefik")]
    pub controller: At<IngressController>,
    /// The load balancer in front of it.
    pub balancer: At<Name>,
    /// `true`: the balancer tells clients' addresses by the PROXY protocol.
    #[serde(default)]
    pub proxy_protocol: At<bool>,
}

fn traefik() -> At<IngressController> {
    At::unwritten(IngressController::Traefik)
}

/// A controller that RKE2 brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum IngressController {
    /// Traefik.
    Traefik,
    /// ingress-nginx; its chart disappears with Kubernetes 1.37.
    #[serde(rename = "ingress-nginx")]
    IngressNginx,
}

/// octavia-ingress-controller: one balancer for each Ingress of its class.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OctaviaIngress {
    /// `true`: no floating address unless an Ingress asks for one.
    #[serde(default = "yes")]
    pub internal: At<bool>,
    /// How many Ingresses it will carry: each is one balancer of the quota.
    #[serde(default = "none_expected")]
    pub expected: At<u32>,
    /// How many of them will take a public address.
    #[serde(default = "none_expected")]
    pub public: At<u32>,
}

fn yes() -> At<bool> {
    At::unwritten(true)
}

fn none_expected() -> At<u32> {
    At::unwritten(0)
}

/// Where certificates come from.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Certificates {
    /// Who signs them.
    pub issuer: CertificateIssuer,
}

/// Who signs certificates. Exactly one key.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CertificateIssuer {
    /// An ACME service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acme: Option<Acme>,
    /// A CA of the site, with its key in a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<CaIssuer>,
}

/// An ACME service.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Acme {
    /// Its directory.
    pub server: At<Url>,
    /// Told before certificates expire.
    pub email: At<String>,
}

/// A CA of the site.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CaIssuer {
    /// Its PEM file.
    pub certificate: At<String>,
    /// Its key.
    pub key: SecretRef,
}

/// Storage classes.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Storage {
    /// CephFS of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cephfs: Option<CephFs>,
    /// Volumes of OpenStack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cinder: Option<Cinder>,
}

/// CephFS of the site.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CephFs {
    /// Ceph's fsid. Cannot change while there are volumes: each of them names it.
    pub cluster_id: At<String>,
    /// The monitors, `ADDRESS:PORT` each: 6789, or 3300 for the messenger of version 2.
    pub monitors: Vec<At<String>>,
    /// The file system.
    pub filesystem: At<String>,
    /// The group that volumes are made in. Cannot change while there are volumes.
    #[serde(default = "csi_group")]
    pub subvolume_group: At<String>,
    /// The extra network on which nodes reach the monitors.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<At<Name>>,
    /// Who nodes are to Ceph.
    pub credentials: CephCredentials,
    /// Storage classes.
    pub classes: Vec<StorageClass>,
}

fn csi_group() -> At<String> {
    At::unwritten("csi".into())
}

/// Who nodes are to Ceph.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CephCredentials {
    /// The user, without `client.`.
    pub user_id: At<String>,
    /// Its key.
    pub key: SecretRef,
}

/// A storage class. Kubernetes never changes one: what shall be different gets a class of its own, `NAME-2`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StorageClass {
    /// Its name, as claims write it. lock.yaml records what it was made with.
    pub name: At<Name>,
    /// `true`: used by claims that name none.
    #[serde(default)]
    pub default: At<bool>,
    /// What happens to a volume when its claim goes.
    #[serde(default = "reclaim_delete")]
    pub reclaim: At<Reclaim>,
}

fn reclaim_delete() -> At<Reclaim> {
    At::unwritten(Reclaim::Delete)
}

/// What happens to a volume when its claim goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Reclaim {
    /// It goes too.
    Delete,
    /// It stays.
    Retain,
}

/// Volumes of OpenStack.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cinder {
    /// Volumes that one node may hold for pods. virtio-blk carries about 25 disks in all; images with `hw_disk_bus=scsi` and
    /// `hw_scsi_model=virtio-scsi` carry up to 256.
    #[serde(default = "volumes_per_node")]
    pub volumes_per_node: At<u32>,
    /// Storage classes.
    pub classes: Vec<CinderClass>,
}

fn volumes_per_node() -> At<u32> {
    At::unwritten(20)
}

/// A storage class of Cinder. Kubernetes never changes one: what shall be different gets a class of its own, `NAME-2`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CinderClass {
    /// Its name, as claims write it. lock.yaml records what it was made with.
    pub name: At<Name>,
    /// Cinder's volume type.
    #[serde(rename = "type")]
    pub volume_type: At<String>,
    /// The zone of its volumes, one of `zones`, and of the pods that use them. Needed where the volume zones of agents differ
    /// and have other names than the compute zones; else volumes follow their pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<At<Name>>,
    /// `true`: used by claims that name none.
    #[serde(default)]
    pub default: At<bool>,
    /// What happens to a volume when its claim goes.
    #[serde(default = "reclaim_delete")]
    pub reclaim: At<Reclaim>,
}

/// Rules for what runs in the cluster.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Policies {
    /// `true`: a namespace talks to itself and to what the platform needs, to nothing else.
    #[serde(default = "yes")]
    pub isolate_namespaces: At<bool>,
    /// Volumes of the node's own file system.
    #[serde(default = "deny")]
    pub host_path: At<Verdict>,
    /// What the service account `default` may do.
    #[serde(default = "locked")]
    pub default_service_account: At<ServiceAccountRule>,
    /// `true`: containers get requests and limits where they name none.
    #[serde(default = "yes")]
    pub require_limits: At<bool>,
    /// What a container gets that does not say where no tenant decides, and the most that any container of the cluster may ask for.
    #[serde(default)]
    pub containers: ContainerLimits,
    /// What namespaces get that nobody declared. Default: a quota of 2 cores, 4 GiB and 20 pods, without volumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_namespaces: Option<At<NewNamespaces>>,
    /// Who may break which rule, why and until when.
    #[serde(default)]
    pub exceptions: Vec<PolicyException>,
    /// Traffic between namespaces, or to the outside, that isolation lets through.
    #[serde(default)]
    pub flows: Vec<NamespaceFlow>,
}

fn deny() -> At<Verdict> {
    At::unwritten(Verdict::Deny)
}

fn locked() -> At<ServiceAccountRule> {
    At::unwritten(ServiceAccountRule::Locked)
}

impl Default for Policies {
    fn default() -> Self {
        Policies {
            isolate_namespaces: yes(),
            host_path: deny(),
            default_service_account: locked(),
            require_limits: yes(),
            containers: ContainerLimits::default(),
            new_namespaces: None,
            exceptions: Vec::new(),
            flows: Vec::new(),
        }
    }
}

/// Allowed or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Refused.
    Deny,
    /// Let through.
    Allow,
}

/// What the service account `default` may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ServiceAccountRule {
    /// It has no token, and no role may be bound to it.
    Locked,
    /// As Kubernetes has it.
    Open,
}

/// What namespaces get that nobody declared.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewNamespaces {
    /// Their quota.
    pub quota: NamespaceQuota,
}

/// Who may break a rule, why and until when.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PolicyException {
    /// Its name.
    pub name: At<Name>,
    /// The rule.
    pub policy: At<Name>,
    /// Where.
    pub namespace: At<Name>,
    /// Who answers for it.
    pub owner: At<String>,
    /// Why.
    pub reason: At<String>,
    /// The last day, `YYYY-MM-DD`. Kyverno ends the exception by its own clock; `strata check --today DATE` tells it before.
    pub until: At<Date>,
}

/// Traffic that isolation lets through. `to` or `toCidr`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamespaceFlow {
    /// Namespace that connects.
    pub from: At<Name>,
    /// Namespace that answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<At<Name>>,
    /// Addresses outside the cluster.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_cidr: Option<At<Cidr>>,
    /// Port.
    pub port: At<u16>,
    /// Protocol.
    #[serde(default = "tcp")]
    pub protocol: At<FlowProtocol>,
    /// Why.
    pub reason: At<String>,
}

fn tcp() -> At<FlowProtocol> {
    At::unwritten(FlowProtocol::Tcp)
}

/// A protocol with ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum FlowProtocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

/// Argo CD, which syncs the platform.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArgoCd {
    /// Its host name.
    pub host: At<HostName>,
    /// Where this repository is, as Argo CD reaches it.
    pub repository: GitRepository,
    /// How to log in to further repositories, such as those of tenants.
    #[serde(default)]
    pub credentials: Vec<RepositoryCredentials>,
    /// Host keys of Git servers that are reached by `ssh`, as lines of `known_hosts`.
    #[serde(default)]
    pub known_hosts: Vec<At<String>>,
    /// Who may log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oidc: Option<ArgoCdOidc>,
    /// `true`: administrators get a shell in pods.
    #[serde(default)]
    pub terminal: At<bool>,
    /// `true`: graphs beside each Application.
    #[serde(default)]
    pub metrics: At<bool>,
}

/// A Git repository.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GitRepository {
    /// Its address.
    pub url: At<Url>,
    /// Branch, tag or commit.
    #[serde(default = "main_branch")]
    pub revision: At<String>,
    /// How to log in: a password or token for `https`, a private key for `ssh`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<SecretRef>,
    /// The account, for `https`.
    #[serde(default = "git_user")]
    pub username: At<String>,
}

fn git_user() -> At<String> {
    At::unwritten("git".into())
}

/// How to log in to repositories whose addresses begin alike.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RepositoryCredentials {
    /// What the addresses begin with.
    pub url: At<Url>,
    /// A password or token for `https`, a private key for `ssh`.
    pub credentials: SecretRef,
    /// The account, for `https`.
    #[serde(default = "git_user")]
    pub username: At<String>,
}

fn main_branch() -> At<String> {
    At::unwritten("main".into())
}

/// Who may log in to Argo CD.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArgoCdOidc {
    /// The OIDC issuer.
    pub issuer: At<Url>,
    /// Argo CD's client.
    pub client_id: At<String>,
    /// Its secret.
    pub client_secret: SecretRef,
    /// Groups that may do everything.
    #[serde(default)]
    pub administrators: Vec<At<String>>,
    /// Groups that may look.
    #[serde(default)]
    pub readers: Vec<At<String>>,
}

/// Charts of the platform, and a user's own manifests.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Platform {
    /// Where all charts come from that name no repository: a mirror of the site, `https://HOST/PATH` or `oci://HOST/PATH`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chart_repository: Option<At<Url>>,
    /// Charts, by the component that they bring.
    pub charts: BTreeMap<At<String>, ChartChoice>,
    /// Folders that become Applications.
    pub extra: Vec<ExtraManifests>,
}

/// What is chosen of a component's chart.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ChartChoice {
    /// Where it comes from: `https://HOST/PATH` or `oci://HOST/PATH`. Default: `chartRepository`, else the project's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repository: Option<At<Url>>,
    /// Its version. Default: the one that strata was tested with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<At<String>>,
    /// Values of the chart, merged over those of strata, as Helm merges them.
    #[serde(skip_serializing_if = "Open::is_empty")]
    pub values: Open,
}

/// A folder of manifests that becomes an Application.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExtraManifests {
    /// The Application.
    pub name: At<Name>,
    /// The folder, from the repository's top.
    pub path: At<String>,
    /// Where objects go that name no namespace.
    pub namespace: At<Name>,
    /// Applications that are synced before it, beside the policies: components, or others of these.
    #[serde(default)]
    pub after: Vec<At<Name>>,
}
