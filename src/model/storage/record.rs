//! What each storage class was made with: recorded in lock.yaml, compared with what is written.
//!
//! Recorded are the values of the environment, not the object's keys, so that another form of the object is no change. A
//! name stays recorded when its class goes: Argo CD removes the object only when somebody confirms.
//!
//! Kubernetes refuses to change `provisioner`, `parameters`, `reclaimPolicy`, `volumeBindingMode`:
//! <https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/storage-class-v1/>.

use std::collections::BTreeMap;

use super::{CephFs, CinderClass, Class, Storage};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::storage::{CEPH_CLUSTER_CHANGED, CLASS_CHANGED};
use crate::model::Input;
use crate::source::Span;
use crate::source::environment::{self as written, Reclaim};

/// What a class was made with, by words of the language.
type Made = BTreeMap<String, String>;

const DRIVER: &str = "driver";
const RECLAIM: &str = "reclaim";
const CLUSTER: &str = "clusterId";
const GROUP: &str = "subvolumeGroup";
const FILESYSTEM: &str = "filesystem";
const TYPE: &str = "type";
const VOLUME_ZONE: &str = "volumeZone";
const COMPUTE_ZONE: &str = "computeZone";

fn made<const N: usize>(class: &Class, values: [(&str, Option<&str>); N]) -> (String, Made) {
    let reclaim = match class.reclaim {
        Reclaim::Delete => "Delete",
        Reclaim::Retain => "Retain",
    };
    let all = values.into_iter().chain([(RECLAIM, Some(reclaim))]);
    (class.name.clone(), all.filter_map(|(key, value)| Some((key.to_owned(), value?.to_owned()))).collect())
}

fn of_cephfs(cephfs: &CephFs, class: &Class) -> (String, Made) {
    let values = [
        (DRIVER, Some("cephfs")),
        (CLUSTER, Some(cephfs.cluster.as_str())),
        (FILESYSTEM, Some(&cephfs.filesystem)),
        (GROUP, Some(&cephfs.subvolume_group)),
    ];
    made(class, values)
}

fn of_cinder(class: &CinderClass) -> (String, Made) {
    let values = [
        (DRIVER, Some("cinder")),
        (TYPE, Some(class.volume_type.as_str())),
        (VOLUME_ZONE, class.volume_zone.as_deref()),
        (COMPUTE_ZONE, class.compute_zone.as_deref()),
    ];
    made(&class.class, values)
}

fn all(storage: &Storage) -> Vec<(String, Made)> {
    let cephfs = storage.cephfs.iter().flat_map(|cephfs| cephfs.classes.iter().map(|class| of_cephfs(cephfs, class)));
    cephfs.chain(storage.cinder.iter().flat_map(|cinder| &cinder.classes).map(of_cinder)).collect()
}

/// What lock.yaml shall record: what was recorded, and classes that are new.
pub(in crate::model) fn record(input: &Input, storage: &Storage) -> BTreeMap<String, Made> {
    let mut recorded = input.lock.storage_classes.clone();
    for (name, made) in all(storage) {
        recorded.entry(name).or_insert(made);
    }
    recorded
}

/// Classes that are written otherwise than they were made.
pub(super) fn changed(input: &Input, storage: &Storage, findings: &mut Vec<Diagnostic>) {
    let moved = input.environment.storage.cephfs.as_ref().and_then(|cephfs| moved(input, cephfs));
    // All classes of CephFS would tell the same.
    let told: &[&str] = if moved.is_some() { &[CLUSTER, GROUP] } else { &[] };
    findings.extend(moved);
    for (name, made) in all(storage) {
        let Some(before) = input.lock.storage_classes.get(&name).filter(|before| **before != made) else { continue };
        let keys = || [DRIVER, CLUSTER, FILESYSTEM, GROUP, TYPE, VOLUME_ZONE, COMPUTE_ZONE, RECLAIM].into_iter();
        let differs = keys().find(|key| !told.contains(key) && before.get(*key) != made.get(*key));
        findings.extend(differs.map(|key| finding(input, &name, key, before, &made)));
    }
}

fn finding(input: &Input, name: &str, key: &str, before: &Made, now: &Made) -> Diagnostic {
    let value = |made: &Made| made.get(key).map_or("none".to_owned(), |value| format!("`{value}`"));
    let next = next(input, name);
    Diagnostic::new(&CLASS_CHANGED, format!("the storage class `{name}` was made with {key} {}", value(before)))
        .at(place(input, name, key), format!("now {}", value(now)))
        .help(format!(
            "write a class `{next}` with it, and leave `{name}` as it was while claims name it; if no cluster ever had it, take \
             `storageClasses.{name}` out of lock.yaml"
        ))
}

/// `cephfs` is followed by `cephfs-2`, and that by `cephfs-3`; a name that was ever used is left out.
fn next(input: &Input, name: &str) -> String {
    let numbered = name.rsplit_once('-').and_then(|(stem, number)| Some((stem, number.parse::<u32>().ok()?)));
    let (stem, number) = numbered.unwrap_or((name, 1));
    let used = |name: &String| {
        let written = super::written(input.environment);
        input.lock.storage_classes.contains_key(name) || written.iter().any(|(class, _)| class.as_str() == name)
    };
    let names = (number.saturating_add(1)..).map(|number| format!("{stem}-{number}"));
    names.into_iter().find(|name| !used(name)).unwrap_or_default()
}

/// Where the value stands; a default or what is left out stands nowhere, and the class's name does.
fn place(input: &Input, name: &str, key: &str) -> Span {
    let storage = &input.environment.storage;
    let of_cephfs = |cephfs: &written::CephFs| {
        let class = cephfs.classes.iter().find(|class| class.name.as_str() == name)?;
        let place = match key {
            CLUSTER => cephfs.cluster_id.span,
            FILESYSTEM => cephfs.filesystem.span,
            GROUP => cephfs.subvolume_group.span,
            RECLAIM => class.reclaim.span,
            _ => Span::NOWHERE,
        };
        Some(place.or(class.name.span))
    };
    let of_cinder = |cinder: &written::Cinder| {
        let class = cinder.classes.iter().find(|class| class.name.as_str() == name)?;
        let place = match key {
            TYPE => class.volume_type.span,
            VOLUME_ZONE | COMPUTE_ZONE => class.zone.as_ref().map_or(Span::NOWHERE, |zone| zone.span),
            RECLAIM => class.reclaim.span,
            _ => Span::NOWHERE,
        };
        Some(place.or(class.name.span))
    };
    let cephfs = storage.cephfs.as_ref().and_then(of_cephfs);
    cephfs.or_else(|| storage.cinder.as_ref().and_then(of_cinder)).unwrap_or_default()
}

/// Every volume names its cluster, and is looked for in the one group: without them nobody mounts it any more.
fn moved(input: &Input, cephfs: &written::CephFs) -> Option<Diagnostic> {
    let (old, key, at, before) = input.lock.storage_classes.iter().find_map(|(name, made)| {
        let changed = |key: &str, now: &str| made.get(key).filter(|before| before.as_str() != now).cloned();
        let cluster = changed(CLUSTER, &cephfs.cluster_id).map(|before| (name, CLUSTER, cephfs.cluster_id.span, before));
        let group = || Some((name, GROUP, cephfs.subvolume_group.span, changed(GROUP, &cephfs.subvolume_group)?));
        cluster.or_else(group)
    })?;
    let what = if key == CLUSTER { "cluster" } else { "group" };
    Some(
        Diagnostic::new(&CEPH_CLUSTER_CHANGED, format!("volumes of class `{old}` are in {what} `{before}`"))
            .at(at.or(cephfs.filesystem.span), "they are looked for here")
            .help(format!(
                "write `{before}` again; when the last volume of that {what} is gone, take its classes out of `storageClasses` in lock.yaml"
            )),
    )
}
