//! Heat: a stack for the network, one for the bastion, one for each node from one template for each pool, and the index
//! that says their order and which output feeds which parameter.
//!
//! One node is one stack: a stack update cannot wait for etcd, and a failure touches one node. The format is Heat's own,
//! <https://docs.openstack.org/heat/latest/template_guide/hot_spec.html>.

mod flows;
mod index;
mod network;
mod stacks;

use std::collections::BTreeMap;

use serde::Serialize;

use super::Backend;
use crate::model::{Model, Volume};
use crate::render::Page;

/// Heat stacks of network, bastion and nodes.
pub(super) const BACKEND: Backend =
    Backend { name: "openstack", summary: "Heat templates and environments, user data, and the index of their order", pages };

/// Where user data stands in the tree.
pub const USER_DATA: &str = "openstack/user-data/";

fn pages(model: &Model) -> Vec<Page> {
    let mut pages = vec![index::page(model), flows::page(model)];
    pages.extend(network::pages(model));
    pages.extend(stacks::bastion(model));
    pages.extend(model.pools.iter().flat_map(|pool| stacks::pool(model, pool)));
    pages
}

/// A parameter that another stack's output, or a look-up, fills in.
#[derive(Debug, Serialize)]
struct Parameter {
    name: String,
    description: String,
}

/// A volume as a template prints it.
#[derive(Debug, Serialize)]
struct VolumeView<'a> {
    size: u64,
    volume_type: Option<&'a str>,
}

impl<'a> From<&'a Volume> for VolumeView<'a> {
    fn from(volume: &'a Volume) -> Self {
        VolumeView { size: volume.size, volume_type: volume.volume_type.as_deref() }
    }
}

/// The Heat environment of a stack: its parameters, and the guard against replacement.
fn environment(stack: &str, parameters: &BTreeMap<&str, String>) -> Page {
    #[derive(Serialize)]
    struct View<'a> {
        parameters: &'a BTreeMap<&'a str, String>,
    }
    Page::new(format!("openstack/{stack}.env.yaml"), "openstack/stack.env.yaml.j2", View { parameters })
}
