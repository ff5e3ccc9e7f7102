//! Names of tenants: namespaces that are theirs alone, Applications that nobody else has, labels that strata leaves to them.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::tenants::{
    APPLICATION_NAME_TAKEN, APPLICATION_OUTSIDE_TENANT, NAMESPACE_TAKEN, PRIVILEGED_TENANT, RESERVED_LABEL, SYSTEM_NAMESPACE,
    TENANT_NAME_RESERVED, TENANT_WITHOUT_NAMESPACES,
};
use crate::model::labels::syntax;
use crate::model::namespaces::{PLATFORM, SYSTEM};
use crate::model::{Input, components};
use crate::source::environment::{self as written, PodSecurity};
use crate::source::suggest::nearest;
use crate::source::values::Name;
use crate::source::{At, Span};

/// What Kubernetes and its distributions keep for themselves.
const PREFIXES: [&str; 2] = ["kube-", "openshift-"];

/// Projects of Argo CD that are there already: its own, in which everything may go everywhere, and the platform's.
const PROJECTS: [&str; 4] = ["default", "extra", "platform", "tenants"];

/// What brings all other Applications.
const ROOT: &str = "applications";

/// Labels that isolation follows: who sets one chooses the rules for a namespace.
const OURS: [&str; 4] = ["pod-security.kubernetes.io/", "kubernetes.io/", "strata/", "app.kubernetes.io/"];

/// All Applications live in one namespace: the tenant's name keeps them apart.
pub(super) fn application(tenant: &written::Tenant, application: &written::TenantApplication) -> String {
    format!("{}-{}", tenant.name.value, application.name.value)
}

pub(super) fn check(input: &Input, findings: &mut Vec<Diagnostic>) {
    let tenants = &input.environment.tenants;
    for tenant in tenants {
        tenant_name(&tenant.name, findings);
        if tenant.namespaces.is_empty() {
            findings.push(
                Diagnostic::new(&TENANT_WITHOUT_NAMESPACES, format!("tenant `{}` has no namespace", tenant.name.value))
                    .at(tenant.name.span, "")
                    .help("give it one, such as `namespaces: [{name: NAME, quota: {requests: {cpu: 4, memory: 16Gi}}}]`, or remove it"),
            );
        }
        for namespace in &tenant.namespaces {
            system_namespace(&namespace.name, findings);
            privileged(namespace, findings);
            labels(namespace, findings);
        }
        tenant.applications.iter().for_each(|application| outside(tenant, application, findings));
    }
    namespaces_taken(input, findings);
    applications_taken(input, findings);
}

fn tenant_name(name: &At<Name>, findings: &mut Vec<Diagnostic>) {
    if PROJECTS.contains(&name.as_str()) {
        findings.push(
            Diagnostic::new(&TENANT_NAME_RESERVED, format!("a tenant cannot be called `{}`", name.value))
                .at(name.span, "Argo CD has a project of this name")
                .help("name it after the group of users that it is for"),
        );
    }
}

fn system_namespace(name: &At<Name>, findings: &mut Vec<Diagnostic>) {
    let text = name.as_str();
    let system = SYSTEM.iter().any(|(known, _)| *known == text);
    let platform = PLATFORM.iter().any(|(known, _)| *known == text);
    if system || platform || PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
        // A component that is not enabled today may be tomorrow.
        let whose = if platform { "the platform's" } else { "the system's" };
        findings.push(
            Diagnostic::new(&SYSTEM_NAMESPACE, format!("a tenant cannot have the namespace `{text}`"))
                .at(name.span, format!("it is {whose}"))
                .help("choose a name of the tenant's own; names that begin with `kube-` or `openshift-` are the system's too"),
        );
    }
}

fn privileged(namespace: &written::TenantNamespace, findings: &mut Vec<Diagnostic>) {
    if namespace.pod_security.value == PodSecurity::Privileged {
        findings.push(
            Diagnostic::new(&PRIVILEGED_TENANT, format!("pods of `{}` could take over their node", namespace.name.value))
                .at(namespace.pod_security.span, "for the platform's own node agents alone")
                .help("leave it out, which is `restricted`, or write `baseline` for images that must run as root"),
        );
    }
}

fn labels(namespace: &written::TenantNamespace, findings: &mut Vec<Diagnostic>) {
    for (key, value) in &namespace.labels {
        findings.extend(syntax(key, value));
        if OURS.iter().any(|prefix| key.starts_with(prefix)) {
            findings.push(
                Diagnostic::new(&RESERVED_LABEL, format!("the label `{}` is not the tenant's to set", key.value))
                    .at(key.span, "")
                    .help("remove it; `podSecurity` says which Pod Security Standard is enforced"),
            );
        }
    }
}

fn outside(tenant: &written::Tenant, application: &written::TenantApplication, findings: &mut Vec<Diagnostic>) {
    let own = |name: &Name| tenant.namespaces.iter().any(|namespace| namespace.name.value == *name);
    let target = &application.namespace;
    if own(&target.value) {
        return;
    }
    let near = nearest(target.as_str(), tenant.namespaces.iter().map(|namespace| namespace.name.as_str()));
    let message = format!("`{}` is no namespace of tenant `{}`", target.value, tenant.name.value);
    findings.push(Diagnostic::new(&APPLICATION_OUTSIDE_TENANT, message).at(target.span, "").help(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name one of its own, or add it under the tenant's `namespaces`".to_owned(),
    }));
}

/// Each namespace has one owner.
fn namespaces_taken(input: &Input, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    let mut owners: BTreeMap<&str, (Span, String)> = BTreeMap::new();
    for extra in &environment.platform.extra {
        owners.entry(extra.namespace.as_str()).or_insert((extra.namespace.span, "the platform's own manifests".to_owned()));
    }
    for tenant in &environment.tenants {
        for namespace in &tenant.namespaces {
            let owner = (namespace.name.span, format!("tenant `{}`", tenant.name.value));
            let name = namespace.name.as_str();
            match owners.get(name) {
                // Twice in one tenant is a finding of the text's own.
                Some((_, other)) if *other == owner.1 => {}
                Some(other) => findings.push(
                    Diagnostic::new(&NAMESPACE_TAKEN, format!("namespace `{name}` has two owners"))
                        .at(owner.0, owner.1)
                        .at(other.0, other.1.clone())
                        .help("a namespace belongs to one tenant; two that share data declare a flow under `policies.flows`"),
                ),
                None => drop(owners.insert(name, owner)),
            }
        }
    }
}

/// Tenant `a-b` with `c` and tenant `a` with `b-c` would be one Application, as would be one of the platform's.
fn applications_taken(input: &Input, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    let mut taken: BTreeMap<String, (Span, String)> = BTreeMap::new();
    let platform = |name: &str| (Span::NOWHERE, format!("the platform's `{name}`"));
    taken.extend(components::known().chain([ROOT]).map(|name| (name.to_owned(), platform(name))));
    taken.extend(environment.tenants.iter().map(|tenant| {
        let name = format!("tenant-{}", tenant.name.value);
        (name.clone(), (tenant.name.span, format!("`{name}`, which brings the tenant itself")))
    }));
    taken.extend(
        environment.platform.extra.iter().map(|extra| (extra.name.to_string(), (extra.name.span, "manifests of your own".to_owned()))),
    );
    for tenant in &environment.tenants {
        for written in &tenant.applications {
            let name = application(tenant, written);
            let own = (written.name.span, format!("of tenant `{}`", tenant.name.value));
            let Some(other) = taken.insert(name.clone(), own.clone()) else { continue };
            // Twice in one tenant is a finding of the text's own.
            if other.1 == own.1 {
                continue;
            }
            let finding = Diagnostic::new(&APPLICATION_NAME_TAKEN, format!("two Applications would be called `{name}`")).at(own.0, own.1);
            let finding = if other.0 == Span::NOWHERE { finding } else { finding.at(other.0, other.1) };
            findings.push(finding.help("they are called TENANT-APPLICATION in Argo CD: choose another name for one"));
        }
    }
}
