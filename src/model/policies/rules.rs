//! The rules by the names that exceptions use, and where each is asked.

use super::super::{Namespace, NamespaceKind};
use super::Policies;
use crate::source::environment::{PodSecurity, ServiceAccountRule, Verdict};

/// One policy of Kyverno's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// Containers get requests and limits where they name none.
    DefaultResources,
    /// No container without requests and limits.
    RequireLimits,
    /// No container larger than the cluster's maximum.
    LimitContainers,
    /// No volume of the node's own file system.
    RefuseHostPath,
    /// No persistent volume of the node's own file system.
    RefuseHostPathVolumes,
    /// Images from declared registries alone.
    DeclaredRegistries,
    /// The service account `default` mounts no token.
    LockDefaultServiceAccount,
    /// No pod asks for the token of `default`.
    RefuseDefaultToken,
    /// No Secret holds a token of `default`.
    RefuseDefaultTokenSecrets,
    /// No role in a namespace for `default`, nor for everybody.
    RefuseDefaultBindings,
    /// No role in the cluster for `default`, nor for everybody.
    RefuseDefaultClusterBindings,
    /// Nobody but Argo CD makes or changes a declared namespace.
    ProtectNamespaces,
    /// Pod Security in namespaces that nobody declared.
    SecureNewNamespaces,
    /// Quota, limits and isolation for namespaces that nobody declared.
    NewNamespaces,
    /// Ingresses that octavia-ingress-controller can carry.
    CarriableIngresses,
}

impl Rule {
    /// All of them, in the order of the documents.
    pub const ALL: [Rule; 15] = [
        Rule::DefaultResources,
        Rule::RequireLimits,
        Rule::LimitContainers,
        Rule::RefuseHostPath,
        Rule::RefuseHostPathVolumes,
        Rule::DeclaredRegistries,
        Rule::LockDefaultServiceAccount,
        Rule::RefuseDefaultToken,
        Rule::RefuseDefaultTokenSecrets,
        Rule::RefuseDefaultBindings,
        Rule::RefuseDefaultClusterBindings,
        Rule::ProtectNamespaces,
        Rule::SecureNewNamespaces,
        Rule::NewNamespaces,
        Rule::CarriableIngresses,
    ];

    /// Its name in the cluster, and in `policies.exceptions`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Rule::DefaultResources => "default-resources",
            Rule::RequireLimits => "require-limits",
            Rule::LimitContainers => "limit-containers",
            Rule::RefuseHostPath => "refuse-host-path",
            Rule::RefuseHostPathVolumes => "refuse-host-path-volumes",
            Rule::DeclaredRegistries => "declared-registries",
            Rule::LockDefaultServiceAccount => "lock-default-service-account",
            Rule::RefuseDefaultToken => "refuse-default-token",
            Rule::RefuseDefaultTokenSecrets => "refuse-default-token-secrets",
            Rule::RefuseDefaultBindings => "refuse-default-bindings",
            Rule::RefuseDefaultClusterBindings => "refuse-default-cluster-bindings",
            Rule::ProtectNamespaces => "protect-namespaces",
            Rule::SecureNewNamespaces => "secure-new-namespaces",
            Rule::NewNamespaces => "new-namespaces",
            Rule::CarriableIngresses => "carriable-ingresses",
        }
    }

    /// Its kind in the group policies.kyverno.io.
    #[must_use]
    pub fn kind(self) -> &'static str {
        match self {
            Rule::DefaultResources | Rule::LockDefaultServiceAccount | Rule::SecureNewNamespaces => "MutatingPolicy",
            Rule::NewNamespaces => "GeneratingPolicy",
            _ => "ValidatingPolicy",
        }
    }

    /// The key that turns it on, for those that can be off.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Rule::DefaultResources | Rule::RequireLimits => "policies.requireLimits",
            Rule::LimitContainers => "policies.containers.max",
            Rule::RefuseHostPath | Rule::RefuseHostPathVolumes => "policies.hostPath",
            Rule::DeclaredRegistries => "registry",
            Rule::CarriableIngresses => "ingress.octavia",
            _ => "policies.defaultServiceAccount",
        }
    }

    /// Whether an environment has it.
    #[must_use]
    pub fn is_on(self, policies: &Policies) -> bool {
        match self {
            Rule::DefaultResources | Rule::RequireLimits => policies.require_limits,
            Rule::LimitContainers => !policies.max.is_empty(),
            Rule::RefuseHostPath | Rule::RefuseHostPathVolumes => policies.host_path == Verdict::Deny,
            Rule::DeclaredRegistries => !policies.registries.is_empty(),
            Rule::LockDefaultServiceAccount
            | Rule::RefuseDefaultToken
            | Rule::RefuseDefaultTokenSecrets
            | Rule::RefuseDefaultBindings
            | Rule::RefuseDefaultClusterBindings => policies.default_service_account == ServiceAccountRule::Locked,
            Rule::ProtectNamespaces | Rule::SecureNewNamespaces | Rule::NewNamespaces => true,
            Rule::CarriableIngresses => policies.octavia.is_some(),
        }
    }

    /// Whether it is about something in a namespace that somebody declared: only there an exception can be.
    #[must_use]
    pub fn can_be_excepted(self) -> bool {
        !matches!(
            self,
            Rule::RefuseHostPathVolumes
                | Rule::RefuseDefaultClusterBindings
                | Rule::ProtectNamespaces
                | Rule::SecureNewNamespaces
                | Rule::NewNamespaces
                // One of them stops the controller for all.
                | Rule::CarriableIngresses
        )
    }

    /// Whether breaking it opens a way to the data of others.
    #[must_use]
    pub fn isolates(self) -> bool {
        !matches!(self, Rule::DefaultResources | Rule::RequireLimits | Rule::LimitContainers)
    }

    /// Whether it is never asked about what is in that namespace.
    #[must_use]
    pub fn leaves_out(self, namespace: &Namespace) -> bool {
        let ours = matches!(namespace.kind, NamespaceKind::Platform(_));
        let here = match self {
            // Sizes and images of the platform's own programs are strata's, pinned and reviewed.
            Rule::DefaultResources | Rule::RequireLimits | Rule::LimitContainers | Rule::DeclaredRegistries => ours,
            // Agents of nodes live from the node's file system.
            Rule::RefuseHostPath => ours && namespace.pod_security == PodSecurity::Privileged,
            _ => false,
        };
        here || never_asked(namespace)
    }
}

/// Platform namespaces that must come up while Kyverno is down: Kyverno itself, Argo CD that would mend it, storage, and
/// the upgrades that a stopped webhook would stop half-way.
const BEFORE_KYVERNO: [&str; 5] = ["argocd", "kyverno", "ceph-csi", "cinder-csi", "system-upgrade"];

/// Whether no webhook of Kyverno's is called for a namespace: what runs there must start on a cold cluster (trap 21).
pub(super) fn never_asked(namespace: &Namespace) -> bool {
    match namespace.kind {
        NamespaceKind::System => true,
        NamespaceKind::Platform(component) => BEFORE_KYVERNO.contains(&component),
        NamespaceKind::Extra | NamespaceKind::Tenant(_) => false,
    }
}
