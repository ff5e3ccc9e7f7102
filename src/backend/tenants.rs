//! Namespaces and tenants: what a tenant has, what its members may do, and what Argo CD may bring there.
//!
//! `platform/namespaces/` holds the platform's own namespaces and the one role that all tenants share, and each tenant has
//! a folder of its own, `platform/tenant-NAME/`: an edit of one moves nothing of another. Waves: namespaces -10, quotas,
//! limits and rights -5, policies and projects 0, Applications 10.

mod access;
mod argocd;
mod namespace;

use serde::Serialize;

use super::Backend;
use crate::model::{Model, NamespaceKind, Tenant};
use crate::render::Page;

/// Namespaces with quotas, limits, roles, network policies, projects and Applications.
pub(super) const BACKEND: Backend = Backend {
    name: "tenants",
    summary: "Namespaces, quotas, limits and roles of tenants, their projects and Applications in Argo CD",
    pages,
};

fn pages(model: &Model) -> Vec<Page> {
    let own = model.namespaces.iter().filter(|namespace| matches!(namespace.kind, NamespaceKind::Platform(_) | NamespaceKind::Extra));
    let mut pages: Vec<Page> = own.map(|namespace| namespace::platform(model, namespace)).collect();
    if !model.tenants.is_empty() {
        pages.push(access::cluster_role(model));
    }
    pages.extend(model.tenants.iter().flat_map(|tenant| pages_of(model, tenant)));
    pages
}

fn pages_of(model: &Model, tenant: &Tenant) -> Vec<Page> {
    let mut pages: Vec<Page> = tenant.namespaces.iter().map(|namespace| namespace::tenant(model, tenant, namespace)).collect();
    if model.written.argocd.is_some() {
        pages.push(argocd::project(model, tenant));
        pages.extend(tenant.applications.iter().map(|application| argocd::application(model, tenant, application)));
    }
    pages
}

/// Where a tenant's files stand.
fn path(tenant: &Tenant, file: &str) -> String {
    format!("platform/tenant-{}/{file}.yaml", tenant.name)
}

/// What every object is labelled with.
#[derive(Debug, Serialize)]
struct Labels<'a> {
    environment: &'a str,
    tenant: Option<&'a str>,
}

impl<'a> Labels<'a> {
    fn of(model: &'a Model, tenant: Option<&'a Tenant>) -> Self {
        Labels { environment: model.name.as_str(), tenant: tenant.map(|tenant| tenant.name.as_str()) }
    }
}
