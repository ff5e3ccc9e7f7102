//! The language: one environment file, its tenants merged in, as it was written.
//!
//! The doc comments here are what the editor shows: `strata schema` prints them.

mod balancers;
mod cluster;
mod nodes;
mod openstack;
mod operations;
mod platform;
mod registry;
mod tenants;

pub use balancers::*;
pub use cluster::*;
pub use nodes::*;
pub use openstack::*;
pub use operations::*;
pub use platform::*;
pub use registry::*;
pub use tenants::*;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::values::Name;
use crate::span::At;

/// The version of this language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum ApiVersion {
    /// The only one so far.
    #[serde(rename = "strata/v1alpha1")]
    V1alpha1,
}

/// What a file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Kind {
    /// One cluster and all that it is built from.
    Environment,
}

/// One highly available Kubernetes cluster on OpenStack, and everything it is built from.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Environment {
    /// The version of this language.
    pub api_version: At<ApiVersion>,
    /// Always `Environment`.
    pub kind: At<Kind>,
    /// The environment's name: the first part of every name in the cloud. The folder has the same name.
    pub name: At<Name>,
    /// A file that this one overrides, relative to this file. Mappings merge key by key; lists are replaced as a whole, but
    /// lists of named things (agents, loadBalancers and their listeners, tenants and their namespaces, …) merge by `name`.
    /// `null` takes an inherited key away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// What the cloud has and how it is reached.
    pub openstack: OpenStack,
    /// The cluster's network.
    pub network: Network,
    /// Certificates that nodes trust beside the system's own.
    #[serde(default)]
    pub trust: Trust,
    /// Zones by a name of yours: which compute and which volume zone belong together.
    #[serde(default)]
    pub zones: BTreeMap<Name, At<Zone>>,
    /// Who may log in, and from where.
    pub access: Access,
    /// Kubernetes itself.
    pub kubernetes: Kubernetes,
    /// The control plane: RKE2 servers, each with etcd.
    pub servers: Servers,
    /// Pools of worker nodes: RKE2 agents.
    #[serde(default)]
    pub agents: Vec<AgentPool>,
    /// The host through which administrators and `strata apply` reach the nodes; it also keeps the backups.
    pub bastion: Bastion,
    /// Octavia load balancers. The one for the Kubernetes API is made from `kubernetes.api`.
    #[serde(default)]
    pub load_balancers: Vec<LoadBalancer>,
    /// What answers behind the balancers.
    #[serde(default)]
    pub ingress: Ingress,
    /// Where certificates come from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificates: Option<Certificates>,
    /// The registry that images come through.
    #[serde(default)]
    pub registry: Registry,
    /// Storage classes.
    #[serde(default)]
    pub storage: Storage,
    /// Rules for what runs in the cluster.
    #[serde(default)]
    pub policies: Policies,
    /// Groups of users with namespaces of their own. Each may stand in a file of its own under `tenants/`.
    #[serde(default)]
    pub tenants: Vec<Tenant>,
    /// Argo CD, which syncs the platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub argocd: Option<ArgoCd>,
    /// Metrics, alerts and logs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitoring: Option<Monitoring>,
    /// Backup of etcd and of the nodes.
    #[serde(default)]
    pub backup: Backup,
    /// Configuration management beside strata.
    #[serde(default)]
    pub configuration: Configuration,
    /// When disruptive changes may happen.
    #[serde(default)]
    pub maintenance: Maintenance,
    /// A user's own manifests.
    #[serde(default)]
    pub platform: Platform,
    /// Where `strata apply` reads each secret that is named elsewhere. Never the value itself.
    #[serde(default)]
    pub secrets: BTreeMap<Name, At<SecretSource>>,
}

/// A secret by its name under `secrets`.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretRef {
    /// A key of `secrets`.
    pub secret: At<Name>,
}

/// Where `strata apply` reads a secret. Exactly one key.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SecretSource {
    /// An environment variable of the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub env: Option<At<String>>,
    /// A file of the operator, never committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<At<String>>,
    /// A secret in Barbican, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barbican: Option<At<String>>,
}
