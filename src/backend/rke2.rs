//! RKE2's own files: for each pool and each node what the node channel delivers, and `delivery.yaml`, the index that says
//! what is delivered when, whose it is and what a change takes.
//!
//! Formats: <https://docs.rke2.io/install/configuration>, <https://docs.rke2.io/install/private_registry>,
//! <https://docs.rke2.io/helm>, <https://kubernetes.io/docs/reference/config-api/>.

mod arguments;
mod config;
mod files;
mod flags;
mod index;

pub use flags::{FLAGS, Row as FlagRow};

use super::Backend;
use crate::model::{Model, delivery};
use crate::render::Page;

/// RKE2's files and their index.
pub(super) const BACKEND: Backend =
    Backend { name: "rke2", summary: "RKE2's configuration for each pool and node, and the index of what is delivered when", pages };

fn pages(model: &Model) -> Vec<Page> {
    let mut pages = vec![index::page(model)];
    for pool in &model.pools {
        for delivered in delivery::files(model, pool).iter().filter(|delivered| !delivered.file.is_secret()) {
            if delivered.file.is_of_node() {
                pages.extend(pool.nodes.iter().map(|node| files::of_node(pool, node, delivered)));
            } else {
                pages.push(files::of_pool(model, pool, delivered));
            }
        }
    }
    pages
}
