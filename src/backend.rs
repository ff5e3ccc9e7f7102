//! Room 3: what to make. A back end sees the model alone, decides what goes where, and leaves the layout to a template.
//!
//! To add one: a file here, a folder in `templates/`, a line in [`BACKENDS`].

use rayon::prelude::*;

use crate::model::Model;
use crate::reach::Matrix;
use crate::render::Page;

/// A back end: a function from the model to pages.
#[derive(Debug)]
pub struct Backend {
    /// Its folder under `templates/` and in the generated tree.
    pub name: &'static str,
    /// One line for the README: what it makes, for which program.
    pub summary: &'static str,
    /// The pages that it makes of a model.
    pub pages: fn(&Model) -> Vec<Page>,
}

mod accounts;
mod argocd;
mod calico;
mod certificates;
mod cloud;
mod documents;
mod harbor;
mod helm;
mod ingress;
mod kyverno;
mod limits;
mod octavia;
mod openstack;
mod rke2;
mod storage;
mod tenants;
mod upgrade;

pub use openstack::USER_DATA;
pub use rke2::{FLAGS, FlagRow};

/// Every back end, in the order in which what they make is carried out.
pub static BACKENDS: &[Backend] = &[
    openstack::BACKEND,
    octavia::BACKEND,
    harbor::BACKEND,
    rke2::BACKEND,
    calico::BACKEND,
    tenants::BACKEND,
    kyverno::BACKEND,
    upgrade::BACKEND,
    storage::BACKEND,
    cloud::BACKEND,
    argocd::BACKEND,
    ingress::BACKEND,
    certificates::BACKEND,
    documents::BACKEND,
];

/// Where Argo CD's manifests stand in the tree.
pub const PLATFORM: &str = "platform/";

/// Where Kyverno's policies stand among them.
pub const KYVERNO_POLICIES: &str = "platform/kyverno-policies/";

/// The pages of all back ends, the README apart.
#[must_use]
pub fn pages(model: &Model) -> Vec<Page> {
    BACKENDS.par_iter().flat_map_iter(|backend| (backend.pages)(model)).collect()
}

/// The README, which also tells who reaches whom.
#[must_use]
pub fn readme(model: &Model, reach: &Matrix) -> Page {
    documents::readme(model, reach)
}
