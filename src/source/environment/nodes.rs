//! Servers and agents: what the two kinds of pools have in common, and what not.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::openstack::{Disk, ExtraRule, Update};
use crate::source::values::{Cidr, Name};
use crate::span::At;

/// The control plane: RKE2 servers, each with etcd.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Servers {
    /// How many: odd, so that a majority survives; 3 survive the loss of one, 5 of two.
    #[serde(default = "three")]
    pub count: At<u32>,
    /// `true`: one server alone is accepted. Its loss is the loss of the cluster.
    #[serde(default)]
    pub accept_single: bool,
    /// The number of servers that lock.yaml records, where `count` is meant to be less: each must leave etcd first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accept_shrink_from: Option<At<u32>>,
    /// Nova's flavor.
    pub flavor: At<String>,
    /// Image, where it is another than `openstack.image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<At<String>>,
    /// Boot volume. etcd writes here unless `etcdDisk` is set, so it must be of class `ssd`.
    pub disk: Disk,
    /// A volume of its own for etcd, of class `ssd`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etcd_disk: Option<Disk>,
    /// Whether servers may share a hypervisor.
    #[serde(default = "anti_affinity")]
    pub placement: At<Placement>,
    /// Zones of `zones`, one after the other.
    #[serde(default)]
    pub zones: Vec<At<Name>>,
    /// The block that servers take their addresses from. Default: recorded in lock.yaml when first seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<At<Cidr>>,
    /// Kubernetes labels.
    #[serde(default)]
    pub labels: BTreeMap<At<String>, At<String>>,
    /// Kubernetes taints. Default: `CriticalAddonsOnly=true:NoExecute`, so that only the platform runs here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taints: Option<Vec<Taint>>,
    /// Nova's metadata of each server.
    #[serde(default)]
    pub metadata: BTreeMap<String, At<String>>,
    /// Arguments of kubelet, without `--`.
    #[serde(default)]
    pub kubelet_arguments: BTreeMap<At<String>, At<String>>,
    /// Security-group rules of your own.
    #[serde(default)]
    pub extra_rules: Vec<ExtraRule>,
    /// Addresses beside its own that a node may use, for a virtual address that is no Octavia balancer.
    #[serde(default)]
    pub allowed_address_pairs: Vec<At<Cidr>>,
    /// How changes go through the servers: always one at a time.
    #[serde(default)]
    pub update: Update,
}

fn three() -> At<u32> {
    At::unwritten(3)
}

fn anti_affinity() -> At<Placement> {
    At::unwritten(Placement::AntiAffinity)
}

fn soft_anti_affinity() -> At<Placement> {
    At::unwritten(Placement::SoftAntiAffinity)
}

/// A pool of worker nodes: RKE2 agents that are alike.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentPool {
    /// The pool's name, part of its nodes' names.
    pub name: At<Name>,
    /// How many nodes.
    pub count: At<u32>,
    /// Nova's flavor.
    pub flavor: At<String>,
    /// Image, where it is another than `openstack.image`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<At<String>>,
    /// Boot volume.
    pub disk: Disk,
    /// Whether nodes may share a hypervisor.
    #[serde(default = "soft_anti_affinity")]
    pub placement: At<Placement>,
    /// Zones of `zones`, one after the other.
    #[serde(default)]
    pub zones: Vec<At<Name>>,
    /// The block that nodes take their addresses from. Default: recorded in lock.yaml when first seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addresses: Option<At<Cidr>>,
    /// Kubernetes labels.
    #[serde(default)]
    pub labels: BTreeMap<At<String>, At<String>>,
    /// Kubernetes taints.
    #[serde(default)]
    pub taints: Vec<Taint>,
    /// Nova's metadata of each server.
    #[serde(default)]
    pub metadata: BTreeMap<String, At<String>>,
    /// Arguments of kubelet, without `--`.
    #[serde(default)]
    pub kubelet_arguments: BTreeMap<At<String>, At<String>>,
    /// Security-group rules of your own.
    #[serde(default)]
    pub extra_rules: Vec<ExtraRule>,
    /// Addresses beside its own that a node may use, for a virtual address that is no Octavia balancer.
    #[serde(default)]
    pub allowed_address_pairs: Vec<At<Cidr>>,
    /// How changes go through the pool.
    #[serde(default)]
    pub update: Update,
}

/// A policy of Nova's server groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// Never two on one hypervisor: creation fails rather.
    AntiAffinity,
    /// Two on one hypervisor only where there is no other.
    SoftAntiAffinity,
    /// No server group.
    Any,
}

/// A Kubernetes taint.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Taint {
    /// Its key.
    pub key: At<String>,
    /// Its value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<At<String>>,
    /// What it does to pods that do not tolerate it.
    pub effect: At<TaintEffect>,
}

/// What a taint does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum TaintEffect {
    /// New pods stay away.
    NoSchedule,
    /// New pods stay away if they can.
    PreferNoSchedule,
    /// Running pods leave too.
    NoExecute,
}
