//! Kubernetes itself: versions, hardening, its API, its OIDC issuer.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SecretRef;
use super::openstack::{Exposure, PublicAddress};
use crate::source::values::{Address, Cidr, Duration, HostName, Rke2Version, Url};
use crate::span::At;

/// Kubernetes itself.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Kubernetes {
    /// The release of RKE2.
    pub version: At<Rke2Version>,
    /// The network plugin. Cannot change later.
    #[serde(default = "calico")]
    pub cni: At<Cni>,
    /// How Calico carries pods' packets between nodes.
    #[serde(default = "vxlan")]
    pub encapsulation: At<Encapsulation>,
    /// Hardening. Cannot change later.
    #[serde(default = "cis")]
    pub profile: At<ProfileName>,
    /// How much the API server's audit log holds.
    #[serde(default = "metadata")]
    pub audit: At<AuditLevel>,
    /// Whether OpenStack's cloud controller runs in the cluster. Cannot change later.
    #[serde(default = "no_cloud_provider")]
    pub cloud_provider: At<CloudProvider>,
    /// Ports of Services of type NodePort.
    #[serde(default = "node_ports")]
    pub node_ports: At<NodePortRange>,
    /// The address of the Kubernetes API.
    pub api: Api,
    /// Users come from this OIDC issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub oidc: Option<Oidc>,
    /// Where nodes fetch RKE2 from.
    #[serde(default)]
    pub artifacts: Artifacts,
    /// SELinux stays enforcing. Default: `true` on images of the Red Hat family, which have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selinux: Option<At<bool>>,
    /// The secret that servers join with, and that etcd's snapshots are encrypted with. Default: `apply` makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<SecretRef>,
    /// The secret that agents join with. Default: `apply` makes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent_token: Option<SecretRef>,
}

fn calico() -> At<Cni> {
    At::unwritten(Cni::Calico)
}

fn vxlan() -> At<Encapsulation> {
    At::unwritten(Encapsulation::Vxlan)
}

fn cis() -> At<ProfileName> {
    At::unwritten(ProfileName::Known(Profile::Cis))
}

fn metadata() -> At<AuditLevel> {
    At::unwritten(AuditLevel::Metadata)
}

fn no_cloud_provider() -> At<CloudProvider> {
    At::unwritten(CloudProvider::None)
}

fn node_ports() -> At<NodePortRange> {
    At::unwritten(NodePortRange { from: 30000, to: 32767 })
}

/// Ports of Services of type NodePort, `FROM-TO`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodePortRange {
    /// First port.
    pub from: u16,
    /// Last port.
    pub to: u16,
}

impl std::fmt::Display for NodePortRange {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}-{}", self.from, self.to)
    }
}

impl std::str::FromStr for NodePortRange {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let range = text.split_once('-').and_then(|(from, to)| Some(NodePortRange { from: from.parse().ok()?, to: to.parse().ok()? }));
        range.filter(|range| range.from >= 1024 && range.from <= range.to).ok_or_else(|| {
            crate::source::values::wrong(text, "a range of ports", "write the first and the last, from 1024 on, such as `30000-32767`")
        })
    }
}
crate::source::values::text_value!(NodePortRange, "NodePortRange", "A range of ports: `30000-32767`.", { "pattern": "^[0-9]{4,5}-[0-9]{4,5}$" });

/// A network plugin of RKE2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Cni {
    /// Calico, the only one in v1alpha1.
    Calico,
    /// Refused so far.
    Canal,
    /// Refused so far.
    Cilium,
    /// Refused so far.
    Flannel,
    /// Refused so far.
    None,
}

/// How Calico carries pods' packets between nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Encapsulation {
    /// In UDP, 50 bytes of header.
    #[serde(rename = "VXLAN")]
    Vxlan,
    /// IP in IP with BGP, 20 bytes of header.
    #[serde(rename = "IPIP")]
    IpIp,
}

/// Hardening.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// RKE2's CIS profile, and what its guide asks to do by hand.
    Cis,
    /// Of that profile only that etcd runs as a user of its own.
    Etcd,
    /// RKE2's own defaults.
    None,
}

/// A profile as written: older releases of RKE2 named the benchmark's version, and many guides still do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileName {
    /// One that RKE2 has.
    Known(Profile),
    /// `cis-1.23` and the like: RKE2 stops at them.
    Numbered,
}

impl ProfileName {
    /// The profile that is meant.
    #[must_use]
    pub fn known(self) -> Profile {
        match self {
            ProfileName::Known(profile) => profile,
            ProfileName::Numbered => Profile::Cis,
        }
    }
}

impl<'de> Deserialize<'de> for ProfileName {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        match word.as_str() {
            "cis" => Ok(ProfileName::Known(Profile::Cis)),
            "etcd" => Ok(ProfileName::Known(Profile::Etcd)),
            "none" => Ok(ProfileName::Known(Profile::None)),
            numbered if numbered.starts_with("cis-") => Ok(ProfileName::Numbered),
            _ => Err(serde::de::Error::unknown_variant(&word, &["cis", "etcd", "none"])),
        }
    }
}

impl Serialize for ProfileName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.known().serialize(serializer)
    }
}

impl JsonSchema for ProfileName {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Profile::schema_name()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        Profile::schema_id()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Profile::json_schema(generator)
    }
}

/// How much the API server's audit log holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum AuditLevel {
    /// Nothing.
    None,
    /// Who did what to which object.
    Metadata,
    /// The same, and what was sent; never Secrets.
    Request,
    /// The same, and what was answered; never Secrets.
    RequestResponse,
}

/// Whether OpenStack's cloud controller runs in the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CloudProvider {
    /// No: balancers are declared here.
    None,
    /// Yes.
    Openstack,
}

/// The address of the Kubernetes API: one VIP with 6443 for the API and 9345 for joining nodes.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Api {
    /// Its host name; a DNS record for it is among the prerequisites.
    pub name: At<HostName>,
    /// Where it is reached.
    #[serde(default = "private")]
    pub exposure: At<Exposure>,
    /// Its VIP in the subnet. Default: recorded in lock.yaml when first seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<At<Address>>,
    /// An existing floating address, or what happens to it at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_address: Option<PublicAddress>,
    /// Who may connect beside nodes and bastion. A public API also answers `access.from` and the router's outer address.
    #[serde(default)]
    pub allowed_cidrs: Vec<At<Cidr>>,
    /// Why `0.0.0.0/0` stands in `allowedCidrs`, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_reason: Option<At<String>>,
    /// How long a silent connection lives: watches, exec and logs are silent for long.
    #[serde(default = "hour")]
    pub idle: At<Duration>,
    /// Always 6443: agents derive it from the address that they join at.
    #[serde(default = "port_6443")]
    pub port: At<u16>,
    /// Always 9345.
    #[serde(default = "port_9345")]
    pub join_port: At<u16>,
    /// Further names in the API server's certificate.
    #[serde(default)]
    pub extra_names: Vec<At<HostName>>,
}

fn private() -> At<Exposure> {
    At::unwritten(Exposure::Private)
}

fn hour() -> At<Duration> {
    At::unwritten(Duration::seconds(3600))
}

fn port_6443() -> At<u16> {
    At::unwritten(6443)
}

fn port_9345() -> At<u16> {
    At::unwritten(9345)
}

/// An OIDC issuer, and how its claims become users and groups.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Oidc {
    /// Its address, as in the tokens.
    pub issuer: At<Url>,
    /// The client that tokens are for.
    pub client_id: At<String>,
    /// The claim that is the user's name.
    #[serde(default = "username")]
    pub username: Claim,
    /// The claim that lists groups.
    #[serde(default = "groups")]
    pub groups: Claim,
    /// A PEM file, where a public CA does not vouch for the issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca: Option<At<String>>,
}

fn username() -> Claim {
    Claim { claim: At::unwritten("sub".into()), prefix: At::unwritten("iam:".into()) }
}

fn groups() -> Claim {
    Claim { claim: At::unwritten("groups".into()), prefix: At::unwritten("iam:".into()) }
}

/// A claim of a token.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim {
    /// Its name.
    pub claim: At<String>,
    /// Put before its value, so that nobody can be called `system:masters`.
    #[serde(default = "iam")]
    pub prefix: At<String>,
}

fn iam() -> At<String> {
    At::unwritten("iam:".into())
}

/// Where nodes fetch RKE2 from.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Artifacts {
    /// How RKE2 comes to a node.
    #[serde(default)]
    pub source: At<ArtifactSource>,
    /// The folder that holds the files of the release. Default: RKE2's release page, for `mirror` yours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<At<Url>>,
}

/// How RKE2 comes to a node.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ArtifactSource {
    /// The release's archive, checked against the checksum in lock.yaml.
    #[default]
    Release,
    /// The same from `url`.
    Mirror,
    /// Archive and images from `url`, nothing from elsewhere.
    Airgap,
    /// The image has it.
    Image,
}
