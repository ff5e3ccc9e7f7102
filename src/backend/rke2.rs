//! RKE2 on nodes: what they are told at their first boot, what the node channel delivers after it, and `delivery.yaml`, the
//! index that says what is delivered when, whose it is and what a change takes.
//!
//! User data brings a host to "RKE2 is installed, verified and not started" and holds nothing secret, because every pod that
//! reaches the metadata service reads it.
//!
//! Formats: <https://cloudinit.readthedocs.io/en/latest/reference/modules.html>,
//! <https://docs.rke2.io/install/configuration>, <https://docs.rke2.io/install/private_registry>, <https://docs.rke2.io/helm>,
//! <https://kubernetes.io/docs/reference/config-api/>.

mod arguments;
mod config;
mod files;
mod first_boot;
mod flags;
mod index;

pub use flags::{FLAGS, Row as FlagRow};

use serde::Serialize;

use super::Backend;
use crate::model::{self, Model, delivery};
use crate::render::Page;

/// RKE2 on nodes.
pub(super) const BACKEND: Backend = Backend {
    name: "rke2",
    summary: "User data of nodes: RKE2 installed, verified, not started; what each node gets after it; the index of what is delivered when",
    pages,
};

fn pages(model: &Model) -> Vec<Page> {
    let mut pages = vec![index::page(model)];
    pages.extend(first_boot::pages(model));
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

/// The proxy as templates print it.
#[derive(Serialize)]
struct ProxyView<'a> {
    http: &'a str,
    https: &'a str,
    except: &'a [String],
}

impl<'a> From<&'a model::Proxy> for ProxyView<'a> {
    fn from(proxy: &'a model::Proxy) -> Self {
        ProxyView { http: &proxy.http, https: &proxy.https, except: &proxy.except }
    }
}
