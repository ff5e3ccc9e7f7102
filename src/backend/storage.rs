//! Volumes: the CSI drivers of CephFS and of Cinder, and the classes that claims name.
//!
//! The charts bring the drivers alone. Classes are manifests of our own, since Kubernetes never changes one and a chart's
//! new version may: the name of a class stands for what it was made with (see `model::storage`). Secrets are written by
//! `apply`.
//!
//! Formats: <https://github.com/ceph/ceph-csi/tree/v3.17.1/charts/ceph-csi-cephfs>,
//! <https://github.com/kubernetes/cloud-provider-openstack/tree/master/charts/cinder-csi-plugin>,
//! <https://kubernetes.io/docs/concepts/storage/storage-classes/>,
//! <https://kubernetes.io/docs/concepts/storage/volume-snapshot-classes/>.

mod cephfs;
mod cinder;

use serde::Serialize;

use super::Backend;
use crate::model::Model;
use crate::model::storage::Class;
use crate::render::Page;
use crate::source::environment::{Reclaim, TaintEffect};

/// Drivers and classes.
pub(super) const BACKEND: Backend =
    Backend { name: "storage", summary: "Values of the CSI drivers of CephFS and Cinder, storage classes and snapshot classes", pages };

fn pages(model: &Model) -> Vec<Page> {
    let mut pages = Vec::new();
    if let Some(cephfs) = &model.storage.cephfs {
        pages.extend(cephfs::pages(model, cephfs));
    }
    if let Some(cinder) = &model.storage.cinder {
        pages.extend(cinder::pages(model, cinder));
    }
    pages
}

/// What Kubernetes knows of a class.
#[derive(Serialize)]
struct ClassView<'a> {
    name: &'a str,
    /// An annotation: a text.
    default: &'static str,
    reclaim: Reclaim,
}

impl<'a> ClassView<'a> {
    fn of(class: &'a Class) -> Self {
        ClassView { name: &class.name, default: if class.default { "true" } else { "false" }, reclaim: class.reclaim }
    }
}

/// How many of a controller run: each on a node of its own, among those that take pods without a toleration.
fn replicas(model: &Model, most: usize) -> usize {
    let closed = |effect: TaintEffect| matches!(effect, TaintEffect::NoSchedule | TaintEffect::NoExecute);
    let open = model.pools.iter().filter(|pool| !pool.taints.iter().any(|taint| closed(taint.effect.value)));
    open.map(|pool| pool.nodes.len()).sum::<usize>().clamp(1, most)
}

/// Whether a driver's node part runs where SELinux enforces.
fn selinux(model: &Model) -> bool {
    model.pools.iter().any(|pool| pool.selinux)
}
