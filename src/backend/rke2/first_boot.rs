//! User data, one file for each pool: it is the same for all nodes of it, so that `drift` can compare it.

use serde::Serialize;

use super::ProxyView;
use crate::backend::{USER_DATA, accounts};
use crate::model::{Artifact, ArtifactKind, Model, Pool, Role, delivery};
use crate::render::Page;
use crate::source::environment::{ArtifactSource, ImageFamily, Profile};

pub(super) fn pages(model: &Model) -> Vec<Page> {
    let page = |pool: &Pool| Page::new(format!("{USER_DATA}{}.yaml", pool.stem()), "rke2/user-data.yaml.j2", view(model, pool));
    model.pools.iter().map(page).collect()
}

/// What the cloud-config, the scripts and the units in it print.
#[expect(clippy::struct_excessive_bools, reason = "each is an `if` of a template")]
#[derive(Serialize)]
struct View<'a> {
    administrators: Vec<accounts::Account<'a>>,
    ntp: &'a [String],
    version: String,
    unit: &'static str,
    server: bool,
    redhat: bool,
    selinux: bool,
    cis: bool,
    /// Both profiles run etcd as a user of its own.
    etcd_user: bool,
    etcd_volume: bool,
    in_image: bool,
    release: bool,
    archive: Option<File<'a>>,
    policy: Option<File<'a>>,
    images: Vec<File<'a>>,
    proxy: Option<ProxyView<'a>>,
    certificates: Vec<Certificate<'a>>,
}

#[derive(Serialize)]
struct File<'a> {
    name: &'a str,
    url: &'a str,
    /// Empty where lock.yaml has none.
    sha256: &'a str,
}

#[derive(Serialize)]
struct Certificate<'a> {
    path: String,
    pem: &'a str,
}

fn view<'a>(model: &'a Model, pool: &'a Pool) -> View<'a> {
    let host = &model.host;
    let redhat = pool.family == ImageFamily::Redhat;
    let of_kind = |kind| host.artifacts.iter().filter(move |artifact| artifact.kind == kind).map(File::from);
    View {
        administrators: accounts::of(model),
        ntp: &model.network.ntp,
        version: model.kubernetes.version.to_string(),
        unit: if pool.role == Role::Server { "rke2-server" } else { "rke2-agent" },
        server: pool.role == Role::Server,
        redhat,
        selinux: pool.selinux,
        cis: model.kubernetes.profile == Profile::Cis,
        etcd_user: pool.role == Role::Server && model.kubernetes.profile != Profile::None,
        etcd_volume: pool.etcd_disk.is_some(),
        in_image: host.in_image,
        release: model.written.kubernetes.artifacts.source.value == ArtifactSource::Release,
        archive: of_kind(ArtifactKind::Archive).next(),
        policy: of_kind(ArtifactKind::Policy).next().filter(|_| redhat && pool.selinux),
        images: of_kind(ArtifactKind::Images).collect(),
        proxy: host.proxy.as_ref().map(ProxyView::from),
        certificates: certificates(model, pool),
    }
}

impl<'a> From<&'a Artifact> for File<'a> {
    fn from(artifact: &'a Artifact) -> Self {
        File { name: &artifact.name, url: &artifact.url, sha256: artifact.sha256.as_deref().unwrap_or_default() }
    }
}

/// Where the family's own program looks for certificates that a site adds.
fn certificates<'a>(model: &'a Model, pool: &Pool) -> Vec<Certificate<'a>> {
    let (folder, _) = delivery::trust_store(pool.family);
    let one = |found: &'a crate::model::Certificate| Certificate { path: format!("{folder}/{}", found.file), pem: &found.pem };
    model.host.certificates.iter().map(one).collect()
}
