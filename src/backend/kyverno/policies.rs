//! The table of policies: template, why, what happens while Kyverno is down, and what its test tries.

use serde::Serialize;

use super::super::limits::{self, ContainersView};
use super::excluded;
use super::expressions::{self, Amounts};
use crate::model::Model;
use crate::model::policies::Rule;
use crate::model::tenants::{Resources, bytes, cores};

/// One policy.
#[derive(Debug, Clone, Copy)]
pub(super) struct Policy {
    pub(super) rule: Rule,
    pub(super) template: &'static str,
    /// For who reads it in the cluster.
    why: &'static str,
    /// What the API server does while Kyverno does not answer.
    failure: Failure,
    /// Whether it also looks at what is there already, which knows no user.
    background: bool,
}

/// What the API server does while Kyverno does not answer.
#[derive(Debug, Clone, Copy)]
enum Failure {
    /// Refuses: nothing gets into a namespace of tenants unseen. Namespaces that Kyverno needs are never asked.
    Fail,
    /// Goes on: the object has no namespace by which the system's own could be told apart, and the API server writes such
    /// objects itself when it starts (trap 21).
    Ignore,
}

/// Why Ingresses of one class are looked at.
const CARRIABLE: &str = "Ingresses of octavia-ingress-controller are such that it can carry: one bad one stops it for the whole cluster.";

/// All policies, in the order of [`Rule::ALL`].
pub(super) fn all() -> impl Iterator<Item = Policy> {
    Rule::ALL.into_iter().map(policy)
}

fn policy(rule: Rule) -> Policy {
    let (template, why) = match rule {
        Rule::DefaultResources => (
            "kyverno/default-resources.yaml.j2",
            "Containers that name no requests and limits get some: a pod without them is the first to die, and takes its node along.",
        ),
        Rule::RequireLimits => (
            "kyverno/require-limits.yaml.j2",
            "No container runs without requests and limits: it could take the memory of all others of its node.",
        ),
        Rule::LimitContainers => (
            "kyverno/limit-containers.yaml.j2",
            "No container asks for more than one may have: it would find no node, or push others off theirs.",
        ),
        Rule::RefuseHostPath => (
            "kyverno/refuse-host-path.yaml.j2",
            "Nobody mounts the file system of a node: the data of all pods of the node and the credentials of kubelet are there.",
        ),
        Rule::RefuseHostPathVolumes => (
            "kyverno/refuse-host-path-volumes.yaml.j2",
            "No persistent volume is the file system of a node: a claim would mount it in any namespace.",
        ),
        Rule::DeclaredRegistries => {
            ("kyverno/declared-registries.yaml.j2", "Images come from declared registries alone, by the names that nodes see.")
        }
        Rule::LockDefaultServiceAccount => {
            ("kyverno/lock-default-service-account.yaml.j2", "The service account `default` of each namespace gives no token to pods.")
        }
        Rule::RefuseDefaultToken => (
            "kyverno/refuse-default-token.yaml.j2",
            "A pod of the service account `default` asks for no token; its own word counts more than that of the account.",
        ),
        Rule::RefuseDefaultTokenSecrets => (
            "kyverno/refuse-default-token-secrets.yaml.j2",
            "No Secret holds a token of the service account `default`, which would never end.",
        ),
        Rule::RefuseDefaultBindings => (
            "kyverno/refuse-default-bindings.yaml.j2",
            "No role of a namespace is given to the service account `default`, nor to everybody.",
        ),
        Rule::RefuseDefaultClusterBindings => (
            "kyverno/refuse-default-cluster-bindings.yaml.j2",
            "No role of the cluster is given to the service account `default`, nor to everybody.",
        ),
        Rule::ProtectNamespaces => (
            "kyverno/protect-namespaces.yaml.j2",
            "Declared namespaces are made and changed in Git alone: by our labels a namespace leaves the rules for those that nobody declared.",
        ),
        Rule::SecureNewNamespaces => (
            "kyverno/secure-new-namespaces.yaml.j2",
            "Pod Security enforces `restricted` in namespaces that nobody declared, whatever label they bring.",
        ),
        Rule::NewNamespaces => {
            ("kyverno/new-namespaces.yaml.j2", "Namespaces that nobody declared get a quota, limits and isolation, and keep them.")
        }
        Rule::CarriableIngresses => ("kyverno/carriable-ingresses.yaml.j2", CARRIABLE),
    };
    Policy { rule, template, why, failure: failure(rule), background: rule != Rule::ProtectNamespaces }
}

/// What happens when Kyverno does not answer.
fn failure(rule: Rule) -> Failure {
    match rule {
        Rule::RefuseHostPathVolumes | Rule::RefuseDefaultClusterBindings => Failure::Ignore,
        _ => Failure::Fail,
    }
}

/// What every template of a policy may print; each prints what it needs.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is an `if` of a template")]
pub(super) struct View<'a> {
    kind: &'static str,
    name: &'static str,
    environment: &'a str,
    why: &'static str,
    failure: &'static str,
    background: bool,
    /// Whether what is there already is changed too.
    existing: bool,
    excluded: Vec<&'a str>,
    registries: String,
    max: String,
    expression: String,
    writer: Option<&'a str>,
    quota: Vec<(&'static str, String)>,
    containers: ContainersView,
    isolate: bool,
    public: bool,
}

impl<'a> View<'a> {
    pub(super) fn new(model: &'a Model, policy: Policy) -> Self {
        let policies = &model.policies;
        let containers = &policies.containers;
        View {
            kind: policy.rule.kind(),
            name: policy.rule.name(),
            environment: model.name.as_str(),
            why: policy.why,
            failure: match policy.failure {
                Failure::Fail => "Fail",
                Failure::Ignore => "Ignore",
            },
            background: policy.background,
            existing: policy.rule == Rule::LockDefaultServiceAccount,
            excluded: excluded(model, policy.rule),
            registries: expressions::list(policies.registries.iter().map(String::as_str)),
            max: expressions::map(&policies.max),
            expression: expressions::defaults(&amounts(&containers.requests), &amounts(&containers.limits)),
            writer: policies.namespace_writer,
            quota: limits::quota(&policies.quota),
            containers: limits::containers(containers),
            isolate: policies.isolate,
            public: policies.octavia.unwrap_or_default(),
        }
    }
}

/// Amounts by Kubernetes' names.
pub(super) fn amounts(resources: &Resources) -> Amounts {
    vec![("cpu", cores(resources.cpu)), ("memory", bytes(resources.memory)), ("ephemeral-storage", bytes(resources.ephemeral_storage))]
}
