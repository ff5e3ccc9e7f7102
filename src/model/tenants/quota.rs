//! Quotas: the defaults for what is not said, and what cannot be meant.

use super::{Quota, Resources};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::tenants::{LIMITS_BELOW_REQUESTS, QUOTA_INCOMPLETE, STORAGE_WITHOUT_CLASS};
use crate::model::Input;
use crate::source::environment as written;
use crate::source::values::Size;
use crate::source::{At, Span};

/// Limits are twice the requests wherever only requests are said: bursts have room, and a node is not promised ten times.
pub(super) const LIMIT_FACTOR: u64 = 2;

/// What a container asks for that says nothing, and nobody says it for the tenant.
///
/// Ten such containers fill one core of a quota: hence the default number of pods.
pub(super) const CONTAINER: Resources = Resources { cpu: 100, memory: 256 << 20, ephemeral_storage: 512 << 20 };

/// Pods for each core of the requests, and the fewest of a namespace: a rolling update needs some room.
const PODS_PER_CORE: u64 = 10;
const PODS: u64 = 10;

/// A quota with everything that it does not say.
pub(in crate::model) fn quota(written: &written::NamespaceQuota) -> Quota {
    let cpu = written.requests.cpu.map_or(0, |cpu| cpu.millis());
    let memory = size(written.requests.memory);
    let pods = written.pods.map_or_else(|| cpu.saturating_mul(PODS_PER_CORE).div_ceil(1000).max(PODS), |pods| u64::from(pods.value));
    let local = written.requests.ephemeral_storage.or(written.ephemeral_storage);
    let ephemeral_storage = local.map_or(pods.saturating_mul(CONTAINER.ephemeral_storage), |size| size.bytes());
    let requests = Resources { cpu, memory, ephemeral_storage };
    let limits = written.limits.as_ref();
    let limit = |said: Option<u64>, request: u64| said.unwrap_or(request.saturating_mul(LIMIT_FACTOR));
    // `ephemeralStorage` beside `requests` and `limits` is one sum for both.
    let local_limit = limits.and_then(|limits| limits.ephemeral_storage).or(written.ephemeral_storage);
    Quota {
        limits: Resources {
            cpu: limit(limits.and_then(|limits| limits.cpu).map(|cpu| cpu.millis()), cpu),
            memory: limit(limits.and_then(|limits| limits.memory).map(|size| size.bytes()), memory),
            ephemeral_storage: limit(local_limit.map(|size| size.bytes()), ephemeral_storage),
        },
        requests,
        storage: size(written.storage),
        pods,
        node_ports: written.services.node_ports.value,
        load_balancers: written.services.load_balancers.value,
    }
}

fn size(written: Option<At<Size>>) -> u64 {
    written.map_or(0, |size| size.bytes())
}

/// Millicores as Kubernetes itself writes them, so that nothing looks changed: `4`, `250m`.
#[must_use]
pub fn cores(millis: u64) -> String {
    if millis.is_multiple_of(1000) { (millis / 1000).to_string() } else { format!("{millis}m") }
}

/// Bytes as Kubernetes itself writes them: the largest binary unit that holds them whole.
#[must_use]
pub fn bytes(bytes: u64) -> String {
    let units = [("Ti", 40), ("Gi", 30), ("Mi", 20), ("Ki", 10)];
    let whole = units.iter().find(|(_, bits)| bytes > 0 && bytes.is_multiple_of(1 << bits));
    whole.map_or_else(|| bytes.to_string(), |(unit, bits)| format!("{}{unit}", bytes >> bits))
}

pub(super) fn check(tenant: &written::Tenant, input: &Input, findings: &mut Vec<Diagnostic>) {
    for namespace in &tenant.namespaces {
        incomplete(&format!("namespace `{}`", namespace.name.value), namespace.name.span, &namespace.quota, findings);
        below_requests(&namespace.quota, findings);
        without_class(namespace, input, findings);
    }
}

/// A quota without CPU or memory bounds nothing: one namespace could fill every node.
pub(in crate::model) fn incomplete(whose: &str, place: Span, quota: &written::NamespaceQuota, findings: &mut Vec<Diagnostic>) {
    let requests = &quota.requests;
    let missing = [("cpu", requests.cpu.is_none_or(|cpu| cpu.millis() == 0)), ("memory", size(requests.memory) == 0)];
    for (what, _) in missing.into_iter().filter(|(_, missing)| *missing) {
        findings.push(
            Diagnostic::new(&QUOTA_INCOMPLETE, format!("the quota of {whose} has no `requests.{what}`"))
                .at(place, "no pod could start in it")
                .help(format!("write how much its pods may ask for together, such as `{}`", example(what))),
        );
    }
}

fn example(what: &str) -> &'static str {
    if what == "cpu" { "requests: {cpu: 4, memory: 16Gi}" } else { "memory: 16Gi" }
}

/// A container's limit is at least its request, so the smaller sum is the only one that counts.
pub(in crate::model) fn below_requests(quota: &written::NamespaceQuota, findings: &mut Vec<Diagnostic>) {
    let Some(limits) = &quota.limits else { return };
    let requests = &quota.requests;
    let mut compare = |what, request: Option<(u64, Span)>, limit: Option<(u64, Span)>| {
        let (Some((request, said)), Some((limit, span))) = (request, limit) else { return };
        if limit < request {
            findings.push(
                Diagnostic::new(&LIMITS_BELOW_REQUESTS, format!("`limits.{what}` of a quota is below `requests.{what}`"))
                    .at(span, "")
                    .at(said, "can never be used up")
                    .help("leave `limits` out: then they are twice the requests"),
            );
        }
    };
    compare("cpu", requests.cpu.map(|cpu| (cpu.millis(), cpu.span)), limits.cpu.map(|cpu| (cpu.millis(), cpu.span)));
    let place = |size: Option<At<Size>>| size.map(|size| (size.bytes(), size.span));
    compare("memory", place(requests.memory), place(limits.memory));
    compare("ephemeralStorage", place(requests.ephemeral_storage), place(limits.ephemeral_storage));
}

fn without_class(namespace: &written::TenantNamespace, input: &Input, findings: &mut Vec<Diagnostic>) {
    let storage = &input.environment.storage;
    let classes = storage.cephfs.iter().map(|cephfs| cephfs.classes.len()).chain(storage.cinder.iter().map(|cinder| cinder.classes.len()));
    let Some(said) = namespace.quota.storage.filter(|said| said.bytes() > 0) else { return };
    if classes.sum::<usize>() == 0 {
        findings.push(
            Diagnostic::new(&STORAGE_WITHOUT_CLASS, format!("namespace `{}` may claim volumes that nothing makes", namespace.name.value))
                .at(said.span, "no storage class is declared")
                .help("declare one under `storage.cephfs` or `storage.cinder`, or leave the quota's `storage` out"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_kubernetes_writes_them() {
        for (amount, text) in [(0, "0"), (1 << 30, "1Gi"), (1536 << 20, "1536Mi"), (1 << 40, "1Ti"), (1000, "1000"), (2048 << 20, "2Gi")] {
            assert_eq!(bytes(amount), text);
        }
        for (millis, text) in [(0, "0"), (250, "250m"), (4000, "4"), (1500, "1500m")] {
            assert_eq!(cores(millis), text);
        }
    }
}
