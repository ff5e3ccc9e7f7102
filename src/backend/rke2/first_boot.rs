//! User data, one file for each pool: it is the same for all nodes of it, so that `drift` can compare it.

use serde::Serialize;

use crate::backend::{USER_DATA, accounts};
use crate::model::{Artifact, ArtifactKind, Model, Pool, Role};
use crate::render::Page;
use crate::source::environment::{ArtifactSource, ImageFamily, Profile};

pub(super) fn pages(model: &Model) -> Vec<Page> {
    let page = |pool: &Pool| Page::new(format!("{USER_DATA}{}.yaml", pool.stem()), "rke2/user-data.yaml.j2", view(model, pool));
    model.pools.iter().map(page).collect()
}

/// What the cloud-config, the scripts and the units in it print.
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
    etcd_volume: bool,
    in_image: bool,
    release: bool,
    archive: Option<File<'a>>,
    policy: Option<File<'a>>,
    images: Vec<File<'a>>,
    proxy: Option<Proxy<'a>>,
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
struct Proxy<'a> {
    http: &'a str,
    https: &'a str,
    except: &'a [String],
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
        etcd_volume: pool.etcd_disk.is_some(),
        in_image: host.in_image,
        release: model.written.kubernetes.artifacts.source.value == ArtifactSource::Release,
        archive: of_kind(ArtifactKind::Archive).next(),
        policy: of_kind(ArtifactKind::Policy).next().filter(|_| redhat && pool.selinux),
        images: of_kind(ArtifactKind::Images).collect(),
        proxy: host.proxy.as_ref().map(|proxy| Proxy { http: &proxy.http, https: &proxy.https, except: &proxy.except }),
        certificates: certificates(model, redhat),
    }
}

impl<'a> From<&'a Artifact> for File<'a> {
    fn from(artifact: &'a Artifact) -> Self {
        File { name: &artifact.name, url: &artifact.url, sha256: artifact.sha256.as_deref().unwrap_or_default() }
    }
}

/// Where the family's own program looks for certificates that a site adds.
fn certificates(model: &Model, redhat: bool) -> Vec<Certificate<'_>> {
    let folder = if redhat { "/etc/pki/ca-trust/source/anchors" } else { "/usr/local/share/ca-certificates" };
    let one = |certificate: &'_ crate::model::Certificate| format!("{folder}/{}", certificate.file);
    model.host.certificates.iter().map(|found| Certificate { path: one(found), pem: &found.pem }).collect()
}
