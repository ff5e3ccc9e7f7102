//! Rules for what runs in the cluster: what Kyverno's policies are made from, and what contradicts them.

mod exceptions;
mod findings;
mod rules;

pub use exceptions::past;
pub use rules::Rule;

use super::tenants::{ContainerLimits, Quota, Resources, limits, quota};
use super::{Input, Namespace, NamespaceKind};
use crate::diagnostic::Diagnostic;
use crate::source::environment::{self as written, Harbor, ServiceAccountRule, Verdict};
use crate::source::values::Date;

/// The namespace of Kyverno and of exceptions: nobody else's exceptions count.
pub const KYVERNO: &str = "kyverno";

/// Rules for what runs in the cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policies {
    /// Whether namespaces are kept apart.
    pub isolate: bool,
    /// Volumes of the node's file system.
    pub host_path: Verdict,
    /// What the service accounts `default` may do.
    pub default_service_account: ServiceAccountRule,
    /// Whether containers need requests and limits.
    pub require_limits: bool,
    /// The most that one container of the cluster may ask for, by Kubernetes' name of the resource; may be empty.
    pub max: Vec<(&'static str, String)>,
    /// Registries that pods may name, as they stand in the names of images; none: all.
    pub registries: Vec<String>,
    /// The quota of a namespace that nobody declared.
    pub quota: Quota,
    /// What a container gets there, and wherever nobody else decides.
    pub containers: ContainerLimits,
    /// Namespaces for which Kyverno's webhooks are not called at all. The chart's `config.webhooks.namespaceSelector` names
    /// them too, and so does each policy.
    pub never_asked: Vec<String>,
    /// The one user beside `system:masters` that makes and changes declared namespaces: Argo CD, where it is.
    pub namespace_writer: Option<&'static str>,
    /// Who may break which rule.
    pub exceptions: Vec<Exception>,
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

/// As its chart names it. Not its group: Argo CD syncs for tenants as other accounts of the same namespace.
const ARGO_CD: &str = "system:serviceaccount:argocd:platform";

/// The quota of new namespaces where none is written: enough to try something, not enough to hurt.
const SMALL: Quota = Quota {
    requests: Resources { cpu: 2000, memory: 4 << 30, ephemeral_storage: 10 << 30 },
    limits: Resources { cpu: 4000, memory: 8 << 30, ephemeral_storage: 20 << 30 },
    storage: 0,
    pods: 20,
    node_ports: 0,
    load_balancers: 0,
};

/// Resolves the rules; findings about them stand beside.
pub(super) fn policies(input: &Input, namespaces: &[Namespace], findings: &mut Vec<Diagnostic>) -> Policies {
    let written = &input.environment.policies;
    findings::weaker(input, findings);
    findings::sizes(input, findings);
    findings::registries(input, findings);
    let quota = written.new_namespaces.as_ref().map_or(SMALL, |new| quota(&new.quota));
    let argocd = namespaces.iter().any(|namespace| namespace.kind == NamespaceKind::Platform("argocd"));
    let mut policies = Policies {
        isolate: written.isolate_namespaces.value,
        host_path: written.host_path.value,
        default_service_account: written.default_service_account.value,
        require_limits: written.require_limits.value,
        max: max(&written.containers.max),
        registries: registries(input),
        containers: limits(&written.containers, &quota),
        quota,
        never_asked: namespaces.iter().filter(|one| rules::never_asked(one)).map(|one| one.name.clone()).collect(),
        namespace_writer: argocd.then_some(ARGO_CD),
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
pub(super) fn canonical(registry: &str) -> &str {
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

fn max(written: &written::Resources) -> Vec<(&'static str, String)> {
    let cpu = written.cpu.map(|cpu| ("cpu", cpu.to_string()));
    let memory = written.memory.map(|size| ("memory", size.to_string()));
    let local = written.ephemeral_storage.map(|size| ("ephemeral-storage", size.to_string()));
    [cpu, memory, local].into_iter().flatten().collect()
}
