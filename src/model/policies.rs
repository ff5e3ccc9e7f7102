//! Rules for what runs in the cluster: what Kyverno's policies are made from, and what contradicts them.

mod amounts;
mod exceptions;
mod findings;
mod rules;

pub use amounts::{Amounts, hard};
pub use exceptions::past;
pub use rules::Rule;

use super::{Input, Namespace, NamespaceKind};
use crate::diagnostic::Diagnostic;
use crate::source::environment::{Harbor, ServiceAccountRule, Verdict};
use crate::source::values::Date;

/// The namespace of Kyverno and of exceptions: nobody else's exceptions count.
pub const KYVERNO: &str = "kyverno";

/// Rules for what runs in the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    /// Whether namespaces are kept apart.
    pub isolate: bool,
    /// Whether volumes of the node's file system are refused.
    pub refuse_host_path: bool,
    /// Whether the service accounts `default` are locked.
    pub lock_default: bool,
    /// Whether containers need requests and limits.
    pub require_limits: bool,
    /// What a container gets, and the most that it may ask for.
    pub containers: Containers,
    /// Registries that pods may name, as they stand in the names of images; none: all.
    pub registries: Vec<String>,
    /// The quota of a namespace that nobody declared: `hard` of a ResourceQuota.
    pub new_namespace_quota: Amounts,
    /// Namespaces for which Kyverno's webhooks are not called at all. The chart's `config.webhooks.namespaceSelector` names
    /// them too, and so does each policy.
    pub never_asked: Vec<String>,
    /// Groups of users that make and change declared namespaces.
    pub namespace_writers: Vec<&'static str>,
    /// Who may break which rule.
    pub exceptions: Vec<Exception>,
}

/// What a container gets that does not say, and the most that it may ask for, by resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Containers {
    /// Requests.
    pub requests: Amounts,
    /// Limits.
    pub limits: Amounts,
    /// The most; may be empty.
    pub max: Amounts,
}

/// Who may break a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exception {
    /// Its name.
    pub name: String,
    /// The rule.
    pub rule: Rule,
    /// Where.
    pub namespace: String,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day.
    pub until: Date,
}

/// Resolves the rules; findings about them stand beside.
pub(super) fn policies(input: &Input, namespaces: &[Namespace], findings: &mut Vec<Diagnostic>) -> Policies {
    let written = &input.environment.policies;
    findings::weaker(input, findings);
    findings::sizes(input, findings);
    findings::registries(input, findings);
    let quota = written.new_namespaces.as_ref().map_or_else(amounts::small_quota, |new| new.quota.clone());
    let argocd = namespaces.iter().any(|namespace| namespace.kind == NamespaceKind::Platform("argocd"));
    let mut policies = Policies {
        isolate: written.isolate_namespaces.value,
        refuse_host_path: written.host_path.value == Verdict::Deny,
        lock_default: written.default_service_account.value == ServiceAccountRule::Locked,
        require_limits: written.require_limits.value,
        containers: amounts::containers(&written.containers, &quota),
        registries: registries(input),
        new_namespace_quota: hard(&quota),
        never_asked: namespaces.iter().filter(|one| rules::never_asked(one)).map(|one| one.name.clone()).collect(),
        // The kubeconfig of `strata apply` and of an emergency is of the first; Argo CD is of the second.
        namespace_writers: [Some("system:masters"), argocd.then_some("system:serviceaccounts:argocd")].into_iter().flatten().collect(),
        exceptions: Vec::new(),
    };
    policies.exceptions = exceptions::exceptions(input, &policies, namespaces, findings);
    policies
}

/// `registry.allowed`, or what Harbor proxies and Harbor itself, sorted. With `*` every registry is declared.
fn registries(input: &Input) -> Vec<String> {
    let registry = &input.environment.registry;
    let mut names: Vec<String> = registry.allowed.iter().map(|name| canonical(name.as_str()).to_owned()).collect();
    if let (true, Some(harbor)) = (names.is_empty(), &registry.harbor) {
        names.extend(harbor.proxies.keys().map(|name| canonical(name.as_str()).to_owned()));
        names.push(harbor_name(harbor));
    }
    names.sort();
    names.dedup();
    if names.iter().any(|name| name == "*") { Vec::new() } else { names }
}

/// Docker Hub by the name that stands in images.
fn canonical(registry: &str) -> &str {
    if registry == "index.docker.io" { "docker.io" } else { registry }
}

/// Harbor as it stands in the names of images: the host, and a port that is not the scheme's own.
fn harbor_name(harbor: &Harbor) -> String {
    let url = &harbor.url.value;
    match url.port() {
        Some(443) | None => url.host().to_owned(),
        Some(port) => format!("{}:{port}", url.host()),
    }
}
