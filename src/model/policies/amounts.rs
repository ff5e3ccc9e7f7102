//! How much: what containers get and may ask for, and quotas, as Kubernetes writes them.

use super::Containers;
use crate::source::At;
use crate::source::environment::{ContainerLimits, NamespaceQuota, Resources, ServiceQuota};
use crate::source::values::{Cpu, Size};

/// Kubernetes' name of a resource, and a quantity.
pub type Amounts = Vec<(&'static str, String)>;

/// What containers get where nobody says more: little, so that who needs more has to say so.
const REQUESTS: (Cpu, Size, Size) = (Cpu::thousandths(100), Size::mib(128), Size::mib(128));
const LIMITS: (Cpu, Size, Size) = (Cpu::thousandths(1000), Size::mib(512), Size::gib(1));

/// What containers get: as written, and by default. Where a quota counts node-local storage, each container has to name it.
pub(super) fn containers(written: &ContainerLimits, quota: &NamespaceQuota) -> Containers {
    let local = quota.ephemeral_storage.is_some() || quota.requests.ephemeral_storage.is_some();
    Containers {
        requests: amounts(&complete(&written.requests, REQUESTS, local, &Resources::default())),
        limits: amounts(&complete(&written.limits, LIMITS, local, &written.requests)),
        max: amounts(&written.max),
    }
}

/// The written amounts, and defaults for the others. A limit by default is never below a request that is written.
fn complete(written: &Resources, (cpu, memory, storage): (Cpu, Size, Size), local: bool, floor: &Resources) -> Resources {
    let size = |written: Option<At<Size>>, default: Size, floor: Option<At<Size>>| {
        written.or_else(|| Some(At::unwritten(floor.map_or(default, |floor| floor.value.max(default)))))
    };
    let local = local || floor.ephemeral_storage.is_some();
    Resources {
        cpu: written.cpu.or_else(|| Some(At::unwritten(floor.cpu.map_or(cpu, |floor| floor.value.max(cpu))))),
        memory: size(written.memory, memory, floor.memory),
        ephemeral_storage: if local {
            size(written.ephemeral_storage, storage, floor.ephemeral_storage)
        } else {
            written.ephemeral_storage
        },
    }
}

fn amounts(resources: &Resources) -> Amounts {
    let cpu = resources.cpu.map(|cpu| ("cpu", cpu.value.to_string()));
    let memory = resources.memory.map(|size| ("memory", size.value.to_string()));
    let storage = resources.ephemeral_storage.map(|size| ("ephemeral-storage", size.value.to_string()));
    [cpu, memory, storage].into_iter().flatten().collect()
}

/// The quota of new namespaces where none is written: enough to try something, not enough to hurt.
pub(super) fn small_quota() -> NamespaceQuota {
    let requests =
        Resources { cpu: Some(At::unwritten(Cpu::thousandths(2000))), memory: Some(At::unwritten(Size::gib(4))), ephemeral_storage: None };
    NamespaceQuota {
        requests,
        limits: None,
        storage: None,
        ephemeral_storage: None,
        pods: Some(At::unwritten(50)),
        services: ServiceQuota::default(),
    }
}

/// `hard` of a ResourceQuota: requests and limits apart, and nothing that was not given.
#[must_use]
pub fn hard(quota: &NamespaceQuota) -> Amounts {
    let requests = &quota.requests;
    let limits = quota.limits.clone().unwrap_or_else(|| twice(requests));
    let size = |size: Option<At<Size>>| size.map(|size| size.value.to_string());
    let cpu = |cpu: Option<At<Cpu>>| cpu.map(|cpu| cpu.value.to_string());
    let local = quota.ephemeral_storage;
    let entries = [
        ("requests.cpu", cpu(requests.cpu)),
        ("requests.memory", size(requests.memory)),
        ("requests.ephemeral-storage", size(requests.ephemeral_storage.or(local))),
        ("limits.cpu", cpu(limits.cpu)),
        ("limits.memory", size(limits.memory)),
        ("limits.ephemeral-storage", size(limits.ephemeral_storage.or(local))),
        ("requests.storage", Some(quota.storage.map_or_else(|| "0".to_owned(), |size| size.value.to_string()))),
        ("pods", quota.pods.map(|pods| pods.value.to_string())),
        ("services.nodeports", Some(quota.services.node_ports.value.to_string())),
        ("services.loadbalancers", Some(quota.services.load_balancers.value.to_string())),
    ];
    entries.into_iter().filter_map(|(name, amount)| Some((name, amount?))).collect()
}

/// Limits where none are written: twice the requests.
pub(super) fn twice(requests: &Resources) -> Resources {
    let size = |size: Option<At<Size>>| size.map(|size| At::unwritten(size.value.times(2)));
    Resources {
        cpu: requests.cpu.map(|cpu| At::unwritten(Cpu::thousandths(cpu.value.millis().saturating_mul(2)))),
        memory: size(requests.memory),
        ephemeral_storage: size(requests.ephemeral_storage),
    }
}
