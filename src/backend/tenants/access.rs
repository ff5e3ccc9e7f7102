//! What a tenant may do in its namespaces: one role for all of them, bound in each.
//!
//! Kubernetes' own `admin` and `edit` are wider than isolation allows: they change roles and NetworkPolicies and take tokens
//! of any service account. The same list is what Argo CD may sync for a tenant, so that both ways in are equally wide.

use serde::Serialize;

use super::Labels;
use crate::model::{Model, Tenant};
use crate::render::Page;

/// The one role.
const ROLE: &str = "strata-tenant";

/// An API group, the name of a resource in it, and its kind.
type Resource = (&'static str, &'static str, &'static str);

/// What a tenant makes and changes.
///
/// No NetworkPolicy: they only open, so a tenant could let its data out to anywhere; flows are declared under
/// `policies.flows`, where somebody reviews them. No `EndpointSlice`: it can point at pods of others (CVE-2021-25740). No
/// role, quota or limit: they are the tenant's own bounds.
const WRITABLE: [Resource; 15] = [
    ("", "configmaps", "ConfigMap"),
    ("", "persistentvolumeclaims", "PersistentVolumeClaim"),
    ("", "pods", "Pod"),
    ("", "secrets", "Secret"),
    // Charts bring their own; without roles such an account may do nothing.
    ("", "serviceaccounts", "ServiceAccount"),
    ("", "services", "Service"),
    ("apps", "daemonsets", "DaemonSet"),
    ("apps", "deployments", "Deployment"),
    ("apps", "replicasets", "ReplicaSet"),
    ("apps", "statefulsets", "StatefulSet"),
    ("autoscaling", "horizontalpodautoscalers", "HorizontalPodAutoscaler"),
    ("batch", "cronjobs", "CronJob"),
    ("batch", "jobs", "Job"),
    ("networking.k8s.io", "ingresses", "Ingress"),
    ("policy", "poddisruptionbudgets", "PodDisruptionBudget"),
];

/// Where cert-manager is there.
const CERTIFICATE: Resource = ("cert-manager.io", "certificates", "Certificate");

/// What a tenant sees beside that: its bounds, and why something does not work.
const READABLE: [(&str, &[&str]); 8] = [
    ("", &["endpoints", "events", "limitranges", "namespaces", "replicationcontrollers", "resourcequotas"]),
    ("acme.cert-manager.io", &["challenges", "orders"]),
    ("apps", &["controllerrevisions"]),
    ("cert-manager.io", &["certificaterequests"]),
    ("discovery.k8s.io", &["endpointslices"]),
    ("events.k8s.io", &["events"]),
    ("metrics.k8s.io", &["pods"]),
    ("networking.k8s.io", &["networkpolicies"]),
];

const WRITE: [&str; 8] = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const READ: [&str; 3] = ["get", "list", "watch"];

/// Parts of objects. WebSockets make of `exec` a GET, and newer API servers want `create` all the same.
///
/// No `serviceaccounts/token`: accounts of the platform may live in any namespace one day.
const PARTS: [(&str, &[&str], &[&str]); 5] = [
    ("", &["pods/attach", "pods/exec", "pods/portforward"], &["create", "get"]),
    ("", &["pods/log"], &["get"]),
    ("", &["pods/eviction"], &["create"]),
    ("", &["pods/ephemeralcontainers"], &["get", "patch", "update"]),
    ("apps", &["deployments/scale", "replicasets/scale", "statefulsets/scale"], &["get", "patch", "update"]),
];

#[derive(Serialize)]
struct View<'a> {
    labels: Labels<'a>,
    name: &'static str,
    rules: Vec<Rule>,
}

#[derive(Serialize)]
struct Rule {
    group: &'static str,
    resources: Vec<&'static str>,
    verbs: &'static [&'static str],
}

pub(super) fn cluster_role(model: &Model) -> Page {
    let mut rules: Vec<Rule> = Vec::new();
    for (group, resource, _) in writable(model) {
        match rules.last_mut().filter(|rule| rule.group == group) {
            Some(rule) => rule.resources.push(resource),
            None => rules.push(Rule { group, resources: vec![resource], verbs: &WRITE }),
        }
    }
    rules.extend(READABLE.iter().map(|(group, resources)| Rule { group, resources: resources.to_vec(), verbs: &READ }));
    rules.extend(PARTS.iter().map(|(group, resources, verbs)| Rule { group, resources: resources.to_vec(), verbs }));
    let view = View { labels: Labels::of(model, None), name: ROLE, rules };
    Page::new(format!("platform/namespaces/clusterrole-{ROLE}.yaml"), "tenants/cluster-role.yaml.j2", view)
}

/// What a tenant makes, by kubectl or through Argo CD.
pub(super) fn writable(model: &Model) -> Vec<Resource> {
    let certificate = model.written.certificates.is_some().then_some(CERTIFICATE);
    WRITABLE.into_iter().chain(certificate).collect()
}

/// Who is given the role in a namespace.
#[derive(Serialize)]
pub(super) struct Binding {
    name: &'static str,
    role: &'static str,
    subjects: Vec<Subject>,
}

#[derive(Serialize)]
struct Subject {
    kind: &'static str,
    group: &'static str,
    name: String,
    namespace: Option<&'static str>,
}

/// The tenant's members where the API server knows their groups, and the account that Argo CD acts as for them.
pub(super) fn bindings(model: &Model, tenant: &Tenant) -> Vec<Binding> {
    let member = |name: &String| Subject { kind: "Group", group: "rbac.authorization.k8s.io", name: name.clone(), namespace: None };
    let members: Vec<Subject> = tenant.subjects.iter().map(member).collect();
    let argocd = Subject { kind: "ServiceAccount", group: "", name: account(tenant), namespace: Some("argocd") };
    let bindings = [
        (!members.is_empty()).then_some(Binding { name: "strata-tenant", role: ROLE, subjects: members }),
        model.written.argocd.is_some().then(|| Binding { name: "strata-tenant-argocd", role: ROLE, subjects: vec![argocd] }),
    ];
    bindings.into_iter().flatten().collect()
}

/// The service account that Argo CD syncs a tenant's Applications as.
///
/// It lives beside Argo CD and not in the tenant's namespace: there any pod could run as it.
pub(super) fn account(tenant: &Tenant) -> String {
    format!("tenant-{}", tenant.name)
}
