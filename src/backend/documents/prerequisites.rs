//! What other teams provide before `apply`: one section for each team, only those that this environment needs.
//!
//! Ceph's capabilities: <https://github.com/ceph/ceph-csi/blob/devel/docs/capabilities.md>. Harbor's kinds of registries:
//! its API document.

mod cloud;
mod names;
mod reach;
mod services;

use serde::Serialize;

use super::secrets;
use crate::model::Model;
use crate::render::Page;

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    cloud: cloud::Cloud<'a>,
    network: reach::View,
    names: Vec<names::Record>,
    identity: Option<names::Identity>,
    ceph: Option<services::Ceph>,
    harbor: Option<services::Harbor>,
    git: Vec<services::Repository>,
    monitoring: Vec<services::Service>,
    backup: Option<services::Backup>,
    puppet: Option<services::Puppet>,
    certificates: Option<services::Certificates>,
    secrets: Vec<secrets::Row>,
}

pub(super) fn page(model: &Model) -> Page {
    let view = View {
        environment: model.name.as_str(),
        cloud: cloud::cloud(model),
        network: reach::view(model),
        names: names::records(model),
        identity: names::identity(model),
        ceph: services::ceph(model),
        harbor: services::harbor(model),
        git: services::repositories(model),
        monitoring: services::monitoring(model),
        backup: services::backup(model),
        puppet: services::puppet(model),
        certificates: services::certificates(model),
        secrets: secrets::rows(&model.written),
    };
    Page::new("PREREQUISITES.md", "documents/PREREQUISITES.md.j2", view)
}
