//! Tenants: groups of users, their namespaces and what they may use.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::source::values::{Cpu, Name, Size, Url};
use crate::span::At;

/// A group of users with namespaces of their own.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tenant {
    /// Its name.
    pub name: At<Name>,
    /// Groups of the OIDC issuer, without the prefix.
    #[serde(default)]
    pub groups: Vec<At<String>>,
    /// Namespaces that belong to it alone.
    pub namespaces: Vec<TenantNamespace>,
    /// What a container gets that does not say, and the most it may ask for.
    #[serde(default)]
    pub containers: ContainerLimits,
    /// What Argo CD syncs into its namespaces.
    #[serde(default)]
    pub applications: Vec<TenantApplication>,
    /// Repositories that its Applications may come from, beside those of `applications`.
    #[serde(default)]
    pub repositories: Vec<At<Url>>,
}

/// A namespace of a tenant.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TenantNamespace {
    /// Its name.
    pub name: At<Name>,
    /// What all its pods together may ask for.
    pub quota: NamespaceQuota,
    /// The Pod Security Standard that is enforced.
    #[serde(default = "restricted")]
    pub pod_security: At<PodSecurity>,
    /// Labels of yours.
    #[serde(default)]
    pub labels: BTreeMap<At<String>, At<String>>,
}

fn restricted() -> At<PodSecurity> {
    At::unwritten(PodSecurity::Restricted)
}

/// A Pod Security Standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PodSecurity {
    /// Nothing that could leave the container.
    Restricted,
    /// No known way out.
    Baseline,
    /// Anything. Not for tenants.
    Privileged,
}

/// What all pods of a namespace together may ask for.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamespaceQuota {
    /// Sum of requests.
    pub requests: Resources,
    /// Sum of limits. Default: twice the requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<Resources>,
    /// Sum of volume claims. Default: none may be made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub storage: Option<At<Size>>,
    /// Sum of node-local storage, of requests as of limits. Default: 512Mi for each pod, and limits of twice that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<At<Size>>,
    /// Pods, and as many volume claims. Default: ten for each core of the requests, at least ten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pods: Option<At<u32>>,
    /// Services that take ports or balancers.
    #[serde(default)]
    pub services: ServiceQuota,
}

/// CPU and memory, and node-local storage.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Resources {
    /// Cores, or thousandths with `m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cpu: Option<At<Cpu>>,
    /// Memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<At<Size>>,
    /// Node-local storage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ephemeral_storage: Option<At<Size>>,
}

/// Services that take ports of nodes or balancers of the cloud.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ServiceQuota {
    /// Services of type NodePort.
    #[serde(default)]
    pub node_ports: At<u32>,
    /// Services of type LoadBalancer.
    #[serde(default)]
    pub load_balancers: At<u32>,
}

/// What a container gets that does not say, and the most it may ask for.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct ContainerLimits {
    /// Requests of a container that names none. Default: 100m CPU, 256Mi memory, 512Mi node-local storage.
    #[serde(default)]
    pub requests: Resources,
    /// Limits of a container that names none. Default: twice the requests.
    #[serde(default)]
    pub limits: Resources,
    /// The most that one container may ask for. Default: what its namespace has.
    #[serde(default)]
    pub max: Resources,
}

/// Something that Argo CD syncs for a tenant.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TenantApplication {
    /// Its name.
    pub name: At<Name>,
    /// The Git repository.
    pub repository: At<Url>,
    /// Folder in it.
    pub path: At<String>,
    /// Branch, tag or commit.
    pub revision: At<String>,
    /// Where it goes: a namespace of the tenant.
    pub namespace: At<Name>,
}
