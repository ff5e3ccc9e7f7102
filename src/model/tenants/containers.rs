//! What one container gets and may ask for: a LimitRange for each namespace, within its quota.

use super::quota::{CONTAINER, LIMIT_FACTOR, bytes, cores};
use super::{ContainerLimits, Quota, Resources, Tenant};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::tenants::{DEFAULT_ABOVE_MAXIMUM, DEFAULT_ABOVE_QUOTA};
use crate::source::environment as written;
use crate::source::{At, Span};

/// One kind of resource: how it is called, where it is in what is written and in what is resolved, and how it is said.
pub(in crate::model) struct Kind {
    pub(in crate::model) name: &'static str,
    /// In a sentence.
    pub(in crate::model) what: &'static str,
    pub(in crate::model) written: fn(&written::Resources) -> Option<At<u64>>,
    pub(in crate::model) amount: fn(&Resources) -> u64,
    pub(in crate::model) text: fn(u64) -> String,
}

pub(in crate::model) const KINDS: [Kind; 3] = [
    Kind {
        name: "cpu",
        what: "CPU",
        written: |resources| resources.cpu.map(|cpu| At::new(cpu.millis(), cpu.span)),
        amount: |resources| resources.cpu,
        text: cores,
    },
    Kind {
        name: "memory",
        what: "memory",
        written: |resources| resources.memory.map(|size| At::new(size.bytes(), size.span)),
        amount: |resources| resources.memory,
        text: bytes,
    },
    Kind {
        name: "ephemeralStorage",
        what: "node-local storage",
        written: |resources| resources.ephemeral_storage.map(|size| At::new(size.bytes(), size.span)),
        amount: |resources| resources.ephemeral_storage,
        text: bytes,
    },
];

/// What is said, and for the rest: requests of a small container, limits of twice that, at most what the namespace has.
pub(in crate::model) fn limits(written: &written::ContainerLimits, quota: &Quota) -> ContainerLimits {
    let [cpu, memory, ephemeral_storage] = KINDS.map(|kind| {
        let said = |resources: &written::Resources| (kind.written)(resources).map(|at| at.value);
        let whole = (kind.amount)(&quota.limits);
        let max = said(&written.max).map_or(whole, |max| max.min(whole));
        let limit = said(&written.limits);
        let room = limit.unwrap_or(max).min((kind.amount)(&quota.requests));
        let request = said(&written.requests).unwrap_or_else(|| (kind.amount)(&CONTAINER).min(room));
        (request, limit.unwrap_or_else(|| request.saturating_mul(LIMIT_FACTOR).min(max)), max)
    });
    let part =
        |part: fn((u64, u64, u64)) -> u64| Resources { cpu: part(cpu), memory: part(memory), ephemeral_storage: part(ephemeral_storage) };
    ContainerLimits { requests: part(|of| of.0), limits: part(|of| of.1), max: part(|of| of.2) }
}

pub(super) fn check(written: &written::Tenant, tenant: &Tenant, findings: &mut Vec<Diagnostic>) {
    for kind in &KINDS {
        let before = findings.len();
        above_maximum(&written.containers, kind, findings);
        // Against the quota it would be the same mistake once more.
        if findings.len() == before {
            above_quota(written, tenant, kind, findings);
        }
    }
}

/// The API server refuses a LimitRange in which request, limit and maximum do not grow.
pub(in crate::model) fn above_maximum(containers: &written::ContainerLimits, kind: &Kind, findings: &mut Vec<Diagnostic>) {
    let said = |name, resources| (kind.written)(resources).map(|at| (name, at));
    let parts = [said("requests", &containers.requests), said("limits", &containers.limits), said("max", &containers.max)];
    let parts: Vec<(&str, At<u64>)> = parts.into_iter().flatten().collect();
    for pair in parts.windows(2) {
        let [(lower, small), (upper, large)] = pair else { continue };
        if small.value > large.value {
            let name = kind.name;
            findings.push(
                Diagnostic::new(&DEFAULT_ABOVE_MAXIMUM, format!("`containers.{lower}.{name}` is above `containers.{upper}.{name}`"))
                    .at(small.span, (kind.text)(small.value))
                    .at(large.span, (kind.text)(large.value))
                    .help("requests may be at most the limits, and limits at most the maximum"),
            );
        }
    }
}

/// A container that says nothing gets the default: if that is more than the quota, none of them ever starts.
fn above_quota(written: &written::Tenant, tenant: &Tenant, kind: &Kind, findings: &mut Vec<Diagnostic>) {
    for (namespace, resolved) in written.namespaces.iter().zip(&tenant.namespaces) {
        let defaults = [
            ("requests", &written.containers.requests, &resolved.quota.requests),
            ("limits", &written.containers.limits, &resolved.quota.limits),
        ];
        for (part, said, quota) in defaults {
            let Some(default) = (kind.written)(said) else { continue };
            let whole = (kind.amount)(quota);
            // A quota of nothing has a finding of its own.
            if whole > 0 && default.value > whole {
                findings.push(too_large(namespace, part, kind, (default, whole)));
            }
        }
    }
}

fn too_large(namespace: &written::TenantNamespace, part: &str, kind: &Kind, (default, whole): (At<u64>, u64)) -> Diagnostic {
    let name = kind.name;
    let quota = (kind.written)(&namespace.quota.requests).map_or(Span::NOWHERE, |at| at.span).or(namespace.name.span);
    Diagnostic::new(
        &DEFAULT_ABOVE_QUOTA,
        format!("`containers.{part}.{name}` is more than all of namespace `{}` has", namespace.name.value),
    )
    .at(default.span, (kind.text)(default.value))
    .at(quota, format!("{part} of {} together", (kind.text)(whole)))
    .help("a container that says nothing could never start here: lower the default, or raise the quota")
}
