//! Tenants: whose a namespace is, what its pods may use together and each alone, and what Argo CD brings into it.

mod access;
mod capacity;
mod containers;
mod names;
mod quota;

pub(super) use containers::{KINDS, above_maximum, limits};
pub(super) use quota::{below_requests, incomplete, quota};
pub use quota::{bytes, cores};

use std::collections::BTreeMap;

use super::{Input, Kubernetes, Pool, namespaces};
use crate::diagnostic::Diagnostic;
use crate::source::environment::{self as written, PodSecurity};

/// A group of users with namespaces of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Its name; Argo CD's project has the same.
    pub name: String,
    /// Its groups as the identity provider calls them, and so Argo CD.
    pub groups: Vec<String>,
    /// The same as the Kubernetes API server calls them, with the prefix; empty where the API server has no issuer.
    pub subjects: Vec<String>,
    /// Its namespaces, as written.
    pub namespaces: Vec<TenantNamespace>,
    /// What Argo CD syncs into them.
    pub applications: Vec<Application>,
    /// Every repository that may be synced from, sorted.
    pub repositories: Vec<String>,
}

/// A namespace of a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantNamespace {
    /// Its name.
    pub name: String,
    /// The Pod Security Standard that is enforced.
    pub pod_security: PodSecurity,
    /// Labels beside those that strata sets.
    pub labels: BTreeMap<String, String>,
    /// What all its pods together may ask for.
    pub quota: Quota,
    /// What one container gets and may ask for.
    pub containers: ContainerLimits,
}

/// What all pods of a namespace together may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Sum of requests.
    pub requests: Resources,
    /// Sum of limits.
    pub limits: Resources,
    /// Sum of volume claims, bytes; 0: none may be made.
    pub storage: u64,
    /// Pods, and as many volume claims.
    pub pods: u64,
    /// Services of type NodePort.
    pub node_ports: u32,
    /// Services of type LoadBalancer.
    pub load_balancers: u32,
}

/// An amount of each thing that a node has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resources {
    /// Thousandths of a core.
    pub cpu: u64,
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes of node-local storage.
    pub ephemeral_storage: u64,
}

/// What a container gets that does not say, and the most it may ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContainerLimits {
    /// Requests of a container that names none.
    pub requests: Resources,
    /// Limits of a container that names none.
    pub limits: Resources,
    /// The most that one container may ask for.
    pub max: Resources,
}

/// What Argo CD syncs into a namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its name in Argo CD, where all tenants' live in one namespace: TENANT-NAME.
    pub name: String,
    /// The Git repository.
    pub repository: String,
    /// Folder in it.
    pub path: String,
    /// Branch, tag or commit.
    pub revision: String,
    /// The namespace it goes to.
    pub namespace: String,
}

/// Every tenant, in the order of the text.
pub(super) fn tenants(input: &Input, kubernetes: &Kubernetes, pools: &[Pool], findings: &mut Vec<Diagnostic>) -> Vec<Tenant> {
    names::check(input, findings);
    access::check(input, findings);
    let tenants: Vec<Tenant> = input.environment.tenants.iter().map(|tenant| resolve(tenant, kubernetes)).collect();
    for (written, tenant) in input.environment.tenants.iter().zip(&tenants) {
        quota::check(written, input, findings);
        containers::check(written, tenant, findings);
    }
    capacity::check(input, &tenants, pools, findings);
    tenants
}

fn resolve(tenant: &written::Tenant, kubernetes: &Kubernetes) -> Tenant {
    let text = |texts: &[crate::source::At<String>]| texts.iter().map(|text| text.value.clone()).collect::<Vec<_>>();
    let groups = text(&tenant.groups);
    let prefix = kubernetes.oidc.as_ref().map(|oidc| oidc.groups.1.as_str());
    let subjects = prefix.map(|prefix| groups.iter().map(|group| format!("{prefix}{group}")).collect());
    let own = tenant.applications.iter().map(|application| application.repository.to_string());
    let mut repositories: Vec<String> = own.chain(tenant.repositories.iter().map(ToString::to_string)).collect();
    repositories.sort();
    repositories.dedup();
    Tenant {
        name: tenant.name.to_string(),
        subjects: subjects.unwrap_or_default(),
        groups,
        namespaces: tenant.namespaces.iter().map(|namespace| resolve_namespace(tenant, namespace)).collect(),
        applications: tenant.applications.iter().map(|application| resolve_application(tenant, application)).collect(),
        repositories,
    }
}

fn resolve_namespace(tenant: &written::Tenant, namespace: &written::TenantNamespace) -> TenantNamespace {
    let quota = quota::quota(&namespace.quota);
    TenantNamespace {
        name: namespace.name.to_string(),
        pod_security: namespace.pod_security.value,
        labels: namespaces::labels(namespace),
        containers: containers::limits(&tenant.containers, &quota),
        quota,
    }
}

fn resolve_application(tenant: &written::Tenant, application: &written::TenantApplication) -> Application {
    Application {
        name: names::application(tenant, application),
        repository: application.repository.to_string(),
        path: application.path.value.clone(),
        revision: application.revision.value.clone(),
        namespace: application.namespace.to_string(),
    }
}
