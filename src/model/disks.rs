//! Images and disks: pinned, large enough, and fast enough for etcd.

use std::collections::BTreeSet;

use super::pools::WrittenPool;
use super::{BootDisk, Image, Input, Role, Volume};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::nodes::{DISK_SIZE, DISK_TOO_SMALL, ETCD_DISK_UNKNOWN, ETCD_SLOW_DISK, IMAGE_UNPINNED, NOT_IN_LOCK};
use crate::source::environment::{Disk, DiskClass};
use crate::source::values::Size;
use crate::source::{At, Span};

/// Below this a node's own images and logs fill the disk; RKE2's documentation asks for more in production.
const NODE_MINIMUM: u64 = 20;

/// The image by its name: a pool's own, or the environment's.
pub(super) fn image(input: &Input, own: Option<&At<String>>) -> Image {
    let name = &own.unwrap_or(&input.environment.openstack.image).value;
    let locked = input.lock.cloud.as_ref().and_then(|cloud| cloud.images.get(name));
    Image { name: name.clone(), id: locked.map(|image| image.id.clone()) }
}

/// Each image once, where it is named first.
pub(super) fn images_pinned(input: &Input, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    let agents = environment.agents.iter().map(|pool| &pool.image);
    let own = std::iter::once(&environment.servers.image).chain(agents).chain([&environment.bastion.image]).flatten();
    let mut seen = BTreeSet::new();
    for named in std::iter::once(&environment.openstack.image).chain(own) {
        let locked = input.lock.cloud.as_ref().is_some_and(|cloud| cloud.images.contains_key(&named.value));
        if !locked && seen.insert(&named.value) {
            findings.push(
                Diagnostic::new(
                    &IMAGE_UNPINNED,
                    format!("the image `{}` is not pinned: a newer one of that name would replace servers", named.value),
                )
                .at(named.span, "by name only")
                .help(format!("run `strata lock {}`", environment.name.value)),
            );
        }
    }
}

pub(super) fn boot_disk(input: &Input, pool: &WrittenPool, findings: &mut Vec<Diagnostic>) -> BootDisk {
    let minimum = pool_image_minimum(input, pool).max(NODE_MINIMUM);
    let disk = disk(pool.disk, pool.span, Some(minimum), findings);
    if pool.role == Role::Server {
        etcd_speed(input, pool.etcd_disk.unwrap_or(pool.disk), pool.span, findings);
    }
    disk
}

fn pool_image_minimum(input: &Input, pool: &WrittenPool) -> u64 {
    let name = &pool.image.unwrap_or(&input.environment.openstack.image).value;
    input.lock.cloud.as_ref().and_then(|cloud| cloud.images.get(name)).map_or(0, |image| image.min_disk)
}

/// A disk as written; `minimum` in GiB.
pub(super) fn disk(written: &Disk, place: Span, minimum: Option<u64>, findings: &mut Vec<Diagnostic>) -> BootDisk {
    if written.local.value {
        if let Some(at) = written.volume_type.as_ref().map(|at| at.span).or(written.size.map(|at| at.span)) {
            findings.push(
                Diagnostic::new(&DISK_SIZE, "a local disk has the flavor's size and no volume type")
                    .at(at, "not with `local`")
                    .at(written.local.span, "on the hypervisor")
                    .help("remove `size` and `type`, or `local`"),
            );
        }
        return BootDisk::Local;
    }
    BootDisk::Volume(volume(written, place, minimum, findings))
}

/// A volume as written: whole GiB, as Cinder has it.
pub(super) fn volume(written: &Disk, place: Span, minimum: Option<u64>, findings: &mut Vec<Diagnostic>) -> Volume {
    let volume_type = written.volume_type.as_ref().map(|at| at.value.clone());
    let place = written.volume_type.as_ref().map_or(place, |at| at.span);
    let Some(size) = written.size else {
        findings.push(Diagnostic::new(&DISK_SIZE, "a volume without a size").at(place, "").help("write `size: 100Gi`"));
        return Volume { volume_type, size: 1 };
    };
    let Some(gib) = size.whole_gib().filter(|gib| *gib > 0) else {
        let larger = Size::gib(size.bytes().div_ceil(1 << 30).max(1));
        findings.push(
            Diagnostic::new(&DISK_SIZE, format!("a volume of {}: Cinder counts whole GiB", size.value))
                .at(size.span, "")
                .help(format!("write `{larger}`")),
        );
        return Volume { volume_type, size: 1 };
    };
    if let Some(minimum) = minimum.filter(|minimum| gib < *minimum) {
        findings.push(
            Diagnostic::new(&DISK_TOO_SMALL, format!("a boot volume of {}, this node needs {}", size.value, Size::gib(minimum)))
                .at(size.span, "")
                .help("the image, RKE2's own images and a week of logs must fit; growing it later works, through Cinder"),
        );
    }
    Volume { volume_type, size: gib }
}

pub(super) fn etcd_disk(pool: &WrittenPool, findings: &mut Vec<Diagnostic>) -> Option<Volume> {
    let written = pool.etcd_disk?;
    if written.local.value {
        findings.push(
            Diagnostic::new(&DISK_SIZE, "`etcdDisk` is a volume of its own, it cannot be local")
                .at(written.local.span, "")
                .help("remove `local`; without `etcdDisk` etcd writes to the boot disk"),
        );
    }
    Some(volume(written, pool.span, None, findings))
}

/// etcd's majority waits for each synchronous write: a slow disk costs the leader, and then the cluster.
fn etcd_speed(input: &Input, disk: &Disk, place: Span, findings: &mut Vec<Diagnostic>) {
    let types = &input.environment.openstack.volume_types;
    let declared = disk.volume_type.as_ref().and_then(|at| Some((at, types.get(&at.value)?)));
    match declared {
        Some((at, kind)) if kind.class.value == DiskClass::Hdd => findings.push(
            Diagnostic::new(&ETCD_SLOW_DISK, format!("etcd on volume type `{}`, which is of class hdd", at.value))
                .at(at.span, "etcd writes here")
                .at(kind.class.span, "spinning disks")
                .help("use a type of class ssd, or give etcd a small volume of its own: `etcdDisk: {type: ssd, size: 20Gi}`"),
        ),
        Some(_) => {}
        None => findings.push(unknown_speed(disk, place)),
    }
}

fn unknown_speed(disk: &Disk, place: Span) -> Diagnostic {
    let (what, span, help) = match (&disk.volume_type, disk.local.value) {
        (_, true) => (
            "a disk of the hypervisor".to_owned(),
            disk.local.span,
            "give etcd a volume of its own: `etcdDisk: {type: ssd, size: 20Gi}`".to_owned(),
        ),
        (Some(at), _) => (
            format!("volume type `{}`", at.value),
            at.span,
            format!("declare its class: `openstack: {{volumeTypes: {{{}: {{class: ssd}}}}}}`", at.value),
        ),
        (None, _) => {
            let span = disk.size.map_or(place, |at| at.span);
            ("the cloud's default volume type".to_owned(), span, "name a `type`, and its class under `openstack.volumeTypes`".to_owned())
        }
    };
    Diagnostic::new(&ETCD_DISK_UNKNOWN, format!("etcd on {what}: nobody says how fast that is")).at(span, "").help(help)
}

/// What the environment names and lock.yaml, made by `strata lock`, has not.
pub(super) fn in_lock(input: &Input, findings: &mut Vec<Diagnostic>) {
    let Some(cloud) = &input.lock.cloud else { return };
    let environment = input.environment;
    let pools = super::pools::written_pools(environment);
    let mut missing = |what: &str, at: &At<String>, known: bool| {
        if !known {
            findings.push(
                Diagnostic::new(&NOT_IN_LOCK, format!("lock.yaml knows no {what} `{}`", at.value))
                    .at(at.span, "named since the last `strata lock`, or misspelt")
                    .help(format!("run `strata lock {}`: it asks the cloud", environment.name.value)),
            );
        }
    };
    for flavor in pools.iter().map(|pool| pool.flavor).chain([&environment.bastion.flavor]) {
        missing("flavor", flavor, cloud.flavors.contains_key(&flavor.value));
    }
    let disks = pools
        .iter()
        .flat_map(|pool| [Some(pool.disk), pool.etcd_disk])
        .chain([environment.bastion.disk.as_ref(), environment.bastion.data.as_ref()]);
    let classes = environment.storage.cinder.iter().flat_map(|cinder| &cinder.classes).map(|class| &class.volume_type);
    for volume_type in disks.flatten().filter_map(|disk| disk.volume_type.as_ref()).chain(classes) {
        missing("volume type", volume_type, cloud.volume_types.contains(&volume_type.value));
    }
    let network = &environment.network;
    let networks =
        network.extra.iter().map(|extra| &extra.network).chain(&network.existing.network).chain([&environment.openstack.external_network]);
    for named in networks {
        missing("network", named, cloud.networks.contains_key(&named.value));
    }
    for zone in environment.zones.values() {
        missing("compute zone", &zone.compute, cloud.compute_zones.contains(&zone.compute.value));
        if let Some(volume) = &zone.volume {
            missing("volume zone", volume, cloud.volume_zones.contains(&volume.value));
        }
    }
}

/// The bastion's data volume: never on the hypervisor, it must outlive the host.
pub(super) fn data_volume(written: &Disk, place: Span, findings: &mut Vec<Diagnostic>) -> Volume {
    if written.local.value {
        findings.push(
            Diagnostic::new(&DISK_SIZE, "the data volume must outlive the bastion, a local disk does not")
                .at(written.local.span, "lost with the host")
                .help("write `data: {size: 50Gi}`"),
        );
    }
    volume(written, place, None, findings)
}
