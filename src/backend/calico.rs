//! Who may talk to whom in the cluster: Calico's policies, and Kubernetes' own where they can say it.
//!
//! Isolation is one GlobalNetworkPolicy behind Kubernetes' NetworkPolicies (order 1000 of tier `default`), so that these are the
//! exceptions that open. An own tier before `default` holds what nobody may ever open. Group `crd.projectcalico.org/v1`, since
//! RKE2 serves no v3: nothing checks or fills it, so each field is written.
//! <https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy>

mod components;
mod flows;
mod global;
mod system;
mod view;

use super::Backend;
use crate::model::{Model, Namespace, NamespaceKind};
use crate::render::Page;

/// Tier, isolation, and the flows of the platform.
pub(super) const BACKEND: Backend = Backend {
    name: "calico",
    summary: "Calico's tier and isolation of namespaces, and the platform's own network policies, for Argo CD",
    pages,
};

/// The folder of the Application.
const FOLDER: &str = "platform/calico-policies";

/// Namespaces that isolation leaves alone: the cluster dies with what runs there, and nobody else may.
const SPARED: [&str; 3] = ["kube-system", "calico-system", "tigera-operator"];

fn pages(model: &Model) -> Vec<Page> {
    let mut pages = vec![global::metadata(model)];
    // Without isolation a policy that opens one flow would shut all others.
    if *model.written.policies.isolate_namespaces {
        pages.push(global::isolation(model));
        pages.extend(components::pages(model));
        pages.extend(system::page(model));
        pages.extend(flows::pages(model));
    }
    pages
}

/// The platform's namespaces, whose policies are written here.
fn platform(model: &Model) -> impl Iterator<Item = &Namespace> {
    model.namespaces.iter().filter(|namespace| matches!(namespace.kind, NamespaceKind::Platform(_) | NamespaceKind::Extra))
}

/// Whether a component of the platform is there.
fn has(model: &Model, component: &str) -> bool {
    model.namespaces.iter().any(|namespace| namespace.kind == NamespaceKind::Platform(known(component)))
}

fn known(component: &str) -> &'static str {
    crate::model::namespaces::PLATFORM.iter().map(|(name, _)| *name).find(|name| *name == component).unwrap_or_default()
}
