//! What all tenants together are promised, against what the nodes have that take their pods.

use super::containers::KINDS;
use super::quota::LIMIT_FACTOR;
use super::{Resources, Tenant};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::tenants::{CONTAINER_ABOVE_AGENT, LIMITS_OVERCOMMITTED, QUOTA_ABOVE_CAPACITY};
use crate::model::{Input, Pool, Role};
use crate::source::{At, Span};

/// What each node keeps for its own daemons: kubelet, containerd, kube-proxy, calico-node, CSI, metrics and logs.
const RESERVE: Resources = Resources { cpu: 500, memory: 1 << 30, ephemeral_storage: 0 };

/// What pods can have of one agent of this pool; `None` where lock.yaml does not know the flavor.
fn of_agent(input: &Input, pool: &Pool) -> Option<Resources> {
    let flavor = input.lock.cloud.as_ref()?.flavors.get(&pool.flavor)?;
    Some(Resources {
        cpu: (flavor.vcpus * 1000).saturating_sub(RESERVE.cpu),
        memory: (flavor.ram << 20).saturating_sub(RESERVE.memory),
        ephemeral_storage: 0,
    })
}

pub(super) fn check(input: &Input, tenants: &[Tenant], pools: &[Pool], findings: &mut Vec<Diagnostic>) {
    // A taint of an agent is for somebody's pods all the same; servers without one are as good as agents.
    let takes_pods = |pool: &&Pool| !pool.nodes.is_empty() && (pool.role == Role::Agent || pool.taints.is_empty());
    let agents = pools.iter().filter(takes_pods);
    // Of a sum with an unknown part nothing can be said.
    let Some(agents) = agents.map(|pool| Some((of_agent(input, pool)?, pool))).collect::<Option<Vec<_>>>() else { return };
    // The disk of nodes is no part of a flavor that boots from a volume: only CPU and memory are compared.
    for kind in &KINDS[..2] {
        let total: u64 = agents.iter().map(|(of, pool)| (kind.amount)(of) * pool.nodes.len() as u64).fold(0, u64::saturating_add);
        let sum = |part: fn(&super::Quota) -> Resources| -> u64 {
            tenants
                .iter()
                .flat_map(|tenant| &tenant.namespaces)
                .map(|namespace| (kind.amount)(&part(&namespace.quota)))
                .fold(0, u64::saturating_add)
        };
        let (requests, limits) = (sum(|quota| quota.requests), sum(|quota| quota.limits));
        let Some(place) = largest(input, tenants, kind.amount) else { return };
        let text = |amount| (kind.text)(amount);
        if requests > total {
            let message = format!("tenants are promised {} {} and the nodes have {}", text(requests), kind.what, text(total));
            findings.push(
                Diagnostic::new(&QUOTA_ABOVE_CAPACITY, message)
                    .at(place, "the largest part")
                    .help(format!("lower quotas or add agents; {} of each are for its own daemons", text((kind.amount)(&RESERVE)))),
            );
        } else if limits > total.saturating_mul(LIMIT_FACTOR) {
            let message = format!("limits of tenants add up to {} {}, {} the nodes have", text(limits), kind.what, times(limits, total));
            findings.push(
                Diagnostic::new(&LIMITS_OVERCOMMITTED, message)
                    .at(place, "the largest part")
                    .help(format!("keep them below {LIMIT_FACTOR} times what the nodes have, {}", text(total))),
            );
        }
        above_agent(input, &agents, kind, findings);
    }
}

/// `2.5 times what`.
fn times(limits: u64, total: u64) -> String {
    let tenths = u128::from(limits) * 10 / u128::from(total.max(1));
    format!("{}.{} times what", tenths / 10, tenths % 10)
}

/// Where the largest quota of that kind is written.
fn largest(input: &Input, tenants: &[Tenant], amount: fn(&Resources) -> u64) -> Option<Span> {
    let written = input.environment.tenants.iter().flat_map(|tenant| &tenant.namespaces);
    let resolved = tenants.iter().flat_map(|tenant| &tenant.namespaces);
    let sized = written.zip(resolved).map(|(namespace, resolved)| (amount(&resolved.quota.limits), namespace.name.span));
    // The first of equal ones.
    sized.reduce(|one, other| if other.0 > one.0 { other } else { one }).map(|(_, span)| span)
}

/// A container as large as the tenant may ask for must fit on one agent.
fn above_agent(input: &Input, agents: &[(Resources, &Pool)], kind: &super::containers::Kind, findings: &mut Vec<Diagnostic>) {
    let Some((room, pool)) = agents.iter().map(|(of, pool)| ((kind.amount)(of), pool)).max_by_key(|(room, _)| *room) else { return };
    for tenant in &input.environment.tenants {
        let Some(max) = (kind.written)(&tenant.containers.max).filter(|max: &At<u64>| max.value > room) else { continue };
        let message = format!("a container of tenant `{}` may ask for more {} than any agent has", tenant.name.value, kind.what);
        findings.push(Diagnostic::new(&CONTAINER_ABOVE_AGENT, message).at(max.span, "it would wait for ever").help(format!(
            "at most {} are free on an agent of pool `{}`",
            (kind.text)(room),
            pool.key
        )));
    }
}
