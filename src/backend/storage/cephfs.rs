//! CephFS: configuration and values of the driver, its classes.

use serde::Serialize;

use super::{ClassView, replicas, selinux};
use crate::backend::helm;
use crate::model::Model;
use crate::model::storage::{CEPH_SECRET, CephFs};
use crate::render::Page;

/// The component, and its namespace.
const COMPONENT: &str = "ceph-csi";
/// One is leader; a second takes over, and a third lets a node be changed meanwhile.
const REPLICAS: usize = 3;

#[derive(Serialize)]
struct Values<'a> {
    environment: &'a str,
    cluster: &'a str,
    monitors: Vec<String>,
    messenger2: bool,
    subvolume_group: &'a str,
    secret: &'static str,
    replicas: usize,
    selinux: bool,
    scraped: bool,
}

#[derive(Serialize)]
struct Classes<'a> {
    environment: &'a str,
    cluster: &'a str,
    filesystem: &'a str,
    secret: &'static str,
    classes: Vec<ClassView<'a>>,
}

pub(super) fn pages(model: &Model, cephfs: &CephFs) -> Vec<Page> {
    let values = Values {
        environment: model.name.as_str(),
        cluster: &cephfs.cluster,
        monitors: cephfs.monitors.iter().map(ToString::to_string).collect(),
        messenger2: cephfs.messenger2,
        subvolume_group: &cephfs.subvolume_group,
        secret: CEPH_SECRET,
        replicas: replicas(model, REPLICAS),
        selinux: selinux(model),
        scraped: model.kubernetes.scraped,
    };
    let classes = || Classes {
        environment: model.name.as_str(),
        cluster: &cephfs.cluster,
        filesystem: &cephfs.filesystem,
        secret: CEPH_SECRET,
        classes: cephfs.classes.iter().map(ClassView::of).collect(),
    };
    let mut pages = vec![
        Page::new(format!("platform/{COMPONENT}/storage-classes.yaml"), "storage/cephfs-classes.yaml.j2", classes()),
        Page::new(format!("platform/{COMPONENT}/snapshot-class.yaml"), "storage/cephfs-snapshot-class.yaml.j2", classes()),
    ];
    pages.extend(helm::values(model, COMPONENT, "storage/cephfs-values.yaml.j2", values));
    pages
}
