//! What makes volumes: CephFS of the site, volumes of Cinder, and the classes that claims name.
//!
//! A class has the name that is written, because claims write it too. Kubernetes refuses to change what a class was made with,
//! and Argo CD's sync would fail for good; so lock.yaml records it ([`record`]), and an edit of it is a finding that asks for
//! a class of a new name. The old one stays as long as somebody keeps it in the environment.

mod ceph;
mod cinder;
mod record;
mod secret;

use std::net::SocketAddrV4;

use ipnet::Ipv4Net;

use super::Input;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::storage::{CLASS_TAKEN, DEFAULTS, NO_DEFAULT};
use crate::source::At;
use crate::source::environment::{Environment, Reclaim};
use crate::source::values::Name;

pub(super) use cinder::topology;
pub(super) use record::record;
pub(super) use secret::secrets;

/// The Secret of Ceph's user in the namespace `ceph-csi`. Classes name it, so it keeps this name for ever.
pub const CEPH_SECRET: &str = "ceph-csi-user";
/// The Secret with Cinder's cloud.conf in the namespace `cinder-csi`.
pub const CINDER_SECRET: &str = "cinder-csi-cloud-config";

/// Where the driver of CephFS tells its metrics, on nodes too.
pub const CEPH_METRICS: u16 = 8081;
/// Where the driver of Cinder does.
pub const CINDER_METRICS: u16 = 8080;

/// What makes volumes.
#[derive(Debug, Clone, Default)]
pub struct Storage {
    /// CephFS of the site.
    pub cephfs: Option<CephFs>,
    /// Volumes of Cinder.
    pub cinder: Option<Cinder>,
}

/// CephFS of the site.
#[derive(Debug, Clone)]
pub struct CephFs {
    /// Ceph's fsid.
    pub cluster: String,
    /// The monitors.
    pub monitors: Vec<SocketAddrV4>,
    /// Whether they are asked by the messenger of version 2.
    pub messenger2: bool,
    /// The file system.
    pub filesystem: String,
    /// The group that volumes are made in.
    pub subvolume_group: String,
    /// Where its daemons are; `None`: nobody says.
    pub network: Option<Ipv4Net>,
    /// Who nodes are to Ceph.
    pub user: String,
    /// Name of the secret that is that user's key.
    pub key: Name,
    /// Its classes.
    pub classes: Vec<Class>,
}

/// Volumes of Cinder.
#[derive(Debug, Clone)]
pub struct Cinder {
    /// How many a node may hold for pods.
    pub volumes_per_node: u32,
    /// How volumes and pods come together.
    pub topology: Topology,
    /// Its classes.
    pub classes: Vec<CinderClass>,
}

/// How volumes and pods come together where there are zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topology {
    /// All volumes are in one zone: every node may hold them.
    Off,
    /// A zone has the same name for Nova and for Cinder: a volume follows its pod.
    Same,
    /// The names differ: each class says its zone, and pods follow.
    OfClass,
}

/// What Kubernetes knows of a class, whatever makes its volumes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Its name in the cluster and in claims.
    pub name: String,
    /// Whether claims get it that name none.
    pub default: bool,
    /// What happens to a volume when its claim goes.
    pub reclaim: Reclaim,
}

/// A class of Cinder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CinderClass {
    /// What Kubernetes knows of it.
    pub class: Class,
    /// Cinder's volume type.
    pub volume_type: String,
    /// Cinder's zone; `None`: that of the pod, or Cinder's own choice.
    pub volume_zone: Option<String>,
    /// Nova's zone, where pods must be in it.
    pub compute_zone: Option<String>,
}

pub(super) fn storage(input: &Input, findings: &mut Vec<Diagnostic>) -> Storage {
    let written = &input.environment.storage;
    let storage = Storage {
        cephfs: written.cephfs.as_ref().map(|cephfs| ceph::cephfs(input, cephfs, findings)),
        cinder: written.cinder.as_ref().map(|cinder| cinder::cinder(input, cinder, findings)),
    };
    defaults(input.environment, findings);
    names(input.environment, findings);
    record::changed(input, &storage, findings);
    storage
}

/// Name and default of every class as written, CephFS first.
fn written(environment: &Environment) -> Vec<(&At<Name>, At<bool>)> {
    let storage = &environment.storage;
    let cephfs = storage.cephfs.iter().flat_map(|cephfs| &cephfs.classes).map(|class| (&class.name, class.default));
    let cinder = storage.cinder.iter().flat_map(|cinder| &cinder.classes).map(|class| (&class.name, class.default));
    cephfs.chain(cinder).collect()
}

/// One class is for claims that name none, over all that makes volumes.
fn defaults(environment: &Environment, findings: &mut Vec<Diagnostic>) {
    let classes = written(environment);
    let defaults: Vec<&(&At<Name>, At<bool>)> = classes.iter().filter(|(_, default)| default.value).collect();
    if let ([(first, _), ..], []) = (classes.as_slice(), defaults.as_slice()) {
        findings.push(
            Diagnostic::new(&NO_DEFAULT, "claims that name no storage class wait for ever")
                .at(first.span, "no class is the default")
                .help("write `default: true` at the class that most claims mean"),
        );
    }
    let [_, second, ..] = defaults.as_slice() else { return };
    let (name, default) = second;
    let others = defaults.iter().filter(|(other, _)| other.span != name.span);
    let finding = Diagnostic::new(&DEFAULTS, format!("{} storage classes are the default", defaults.len())).at(default.span, "one of them");
    let finding = others.fold(finding, |finding, (other, default)| finding.at(default.span, format!("`{}`", other.value)));
    findings.push(finding.help("leave `default: true` at one class, of CephFS or of Cinder"));
}

/// Classes are objects of the cluster: one name, one class.
fn names(environment: &Environment, findings: &mut Vec<Diagnostic>) {
    let classes = written(environment);
    for (at, (name, _)) in classes.iter().enumerate() {
        if let Some((first, _)) = classes[..at].iter().find(|(first, _)| first.value == name.value) {
            findings.push(
                Diagnostic::new(&CLASS_TAKEN, format!("two storage classes are called `{}`", name.value))
                    .at(name.span, "")
                    .at(first.span, "the first one")
                    .help("give one of them another name; claims name it"),
            );
        }
    }
}
