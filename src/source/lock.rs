//! `lock.yaml`: what would otherwise drift. Written by strata, committed, read like any source.
//!
//! `addresses` is recorded by `strata compile` when a pool or balancer is first seen, so that a later edit
//! moves nobody, and so are `servers` and `storageClasses`; all else comes from `strata lock`, the only command that looks
//! outside.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::environment::{ApiVersion, Quota};
use super::values::{Address, Cidr};

/// What a lock file says that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum LockKind {
    /// The pins of one environment.
    Lock,
}

/// The pins of one environment.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lock {
    /// The version of this language.
    pub api_version: ApiVersion,
    /// Always `Lock`.
    pub kind: LockKind,
    /// Who has which addresses.
    #[serde(default)]
    pub addresses: Addresses,
    /// How many servers there are: fewer is a decision, not an edit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub servers: Option<u32>,
    /// What each storage class was made with, when it was first seen. Kubernetes never changes it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub storage_classes: BTreeMap<String, BTreeMap<String, String>>,
    /// What the cloud has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cloud: Option<Cloud>,
    /// The RKE2 release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rke2: Option<Rke2>,
    /// Charts, by the component that they bring.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub charts: BTreeMap<String, Chart>,
}

impl Default for Lock {
    fn default() -> Self {
        Lock {
            api_version: ApiVersion::V1alpha1,
            kind: LockKind::Lock,
            addresses: Addresses::default(),
            servers: None,
            storage_classes: BTreeMap::new(),
            cloud: None,
            rke2: None,
            charts: BTreeMap::new(),
        }
    }
}

/// Who has which addresses: recorded when first seen, never moved by strata.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Addresses {
    /// The block of each pool: `servers` and the names of agents.
    pub pools: BTreeMap<String, Cidr>,
    /// The VIP of each balancer: `api` and the names of loadBalancers.
    pub balancers: BTreeMap<String, Address>,
}

/// What the cloud has, as `strata lock` saw it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Cloud {
    /// Images by name.
    pub images: BTreeMap<String, Image>,
    /// Nova's flavors by name.
    pub flavors: BTreeMap<String, Flavor>,
    /// Names of volume types.
    pub volume_types: Vec<String>,
    /// Networks that the environment names, by that name.
    pub networks: BTreeMap<String, CloudNetwork>,
    /// Availability zones of Nova.
    pub compute_zones: Vec<String>,
    /// Availability zones of Cinder.
    pub volume_zones: Vec<String>,
    /// Octavia.
    pub octavia: Octavia,
    /// Highest version of each API: `compute: "2.93"`.
    pub apis: BTreeMap<String, String>,
    /// The project's quota.
    pub quota: Quota,
    /// Heat's own table: for each resource type that strata writes, the properties that change in place.
    pub updatable: BTreeMap<String, Vec<String>>,
}

/// An image of Glance.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Image {
    /// Its id: what nodes boot from.
    pub id: String,
    /// The smallest disk it fits on, GiB.
    #[serde(default)]
    pub min_disk: u64,
    /// The least memory it boots with, MiB.
    #[serde(default)]
    pub min_ram: u64,
    /// Glance's `os_distro`: `almalinux`, `debian`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distro: Option<String>,
    /// Glance's `os_version`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distro_version: Option<String>,
}

/// A flavor of Nova.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Flavor {
    /// Its id.
    pub id: String,
    /// Virtual CPUs.
    pub vcpus: u64,
    /// Memory, MiB.
    pub ram: u64,
    /// Disk on the hypervisor, GiB.
    pub disk: u64,
}

/// A network of Neutron.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudNetwork {
    /// Its id.
    pub id: String,
    /// Its MTU in bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mtu: Option<u32>,
    /// Whether floating addresses come from it.
    #[serde(default)]
    pub external: bool,
    /// Its subnets.
    #[serde(default)]
    pub subnets: Vec<CloudSubnet>,
}

/// A subnet of Neutron.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudSubnet {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub cidr: String,
    /// Its allocation pools, `FROM-TO`.
    #[serde(default)]
    pub pools: Vec<String>,
}

/// Octavia.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Octavia {
    /// Enabled providers.
    pub providers: Vec<String>,
    /// Flavors by name.
    pub flavors: BTreeMap<String, OctaviaFlavor>,
}

/// A flavor of Octavia.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OctaviaFlavor {
    /// Its id.
    pub id: String,
    /// SINGLE or ACTIVE_STANDBY; only an administrator of the cloud can see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topology: Option<String>,
}

/// The RKE2 release that is pinned.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Rke2 {
    /// Its version.
    pub version: String,
    /// SHA-256 of each of its files.
    pub checksums: BTreeMap<String, String>,
}

/// A chart that is pinned.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Chart {
    /// Its name in the repository.
    pub name: String,
    /// Where it was read.
    pub repository: String,
    /// Its version.
    pub version: String,
    /// The version of the program that it brings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_version: Option<String>,
    /// SHA-256 of its archive.
    pub digest: String,
    /// The keys of its own values.
    #[serde(default)]
    pub values: Keys,
}

/// The keys of a mapping. One without any holds a value, or a mapping that takes every key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Keys(pub BTreeMap<String, Keys>);
