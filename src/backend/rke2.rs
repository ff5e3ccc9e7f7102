//! RKE2: what a node is told at its first boot, and what it gets after it.
//!
//! User data is cloud-init's, <https://cloudinit.readthedocs.io/en/latest/reference/modules.html>; it brings a host to "RKE2 is
//! installed, verified and not started" and holds nothing secret, because every pod that reaches the metadata service reads it.

mod first_boot;

use super::Backend;
use crate::model::Model;
use crate::render::Page;

/// First boot of nodes.
pub(super) const BACKEND: Backend = Backend { name: "rke2", summary: "User data of nodes: RKE2 installed, verified, not started", pages };

fn pages(model: &Model) -> Vec<Page> {
    first_boot::pages(model)
}
