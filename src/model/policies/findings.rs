//! Findings about the rules themselves: weaker than the profile, sizes that contradict each other, registries that nobody mirrors.

use super::super::Input;
use super::super::registries::registry_name;
use super::amounts::twice;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::policies as codes;
use crate::source::environment::{Profile, Resources, ServiceAccountRule, Verdict};
use crate::source::suggest::list;
use crate::source::{At, Span};

/// Rules that are off where the CIS profile is on: half of it would be on paper.
pub(super) fn weaker(input: &Input, findings: &mut Vec<Diagnostic>) {
    let (policies, profile) = (&input.environment.policies, input.environment.kubernetes.profile);
    if profile.value.known() != Profile::Cis {
        return;
    }
    let host_path = (policies.host_path.value == Verdict::Allow, policies.host_path.span, "hostPath: allow", "hostPath: deny");
    let account = policies.default_service_account;
    let account = (account.value == ServiceAccountRule::Open, account.span, "defaultServiceAccount: open", "defaultServiceAccount: locked");
    for (_, place, written, better) in [host_path, account].into_iter().filter(|(open, ..)| *open) {
        let message = format!("`{written}` is weaker than the CIS profile");
        let finding = Diagnostic::new(&codes::WEAKER_THAN_PROFILE, message).at(place, "open");
        let finding = if profile.span == Span::NOWHERE { finding } else { finding.at(profile.span, "the profile") };
        findings.push(finding.help(format!("write `{better}`, and an exception for who needs it")));
    }
}

/// The amounts of a resource, each with its name and the number that compares.
fn amounts(resources: &Resources) -> [(&'static str, Option<(u64, String, Span)>); 3] {
    let size = |size: Option<At<crate::source::values::Size>>| size.map(|size| (size.value.bytes(), size.value.to_string(), size.span));
    [
        ("cpu", resources.cpu.map(|cpu| (cpu.value.millis(), cpu.value.to_string(), cpu.span))),
        ("memory", size(resources.memory)),
        ("ephemeralStorage", size(resources.ephemeral_storage)),
    ]
}

/// Where the smaller of two exceeds the larger.
fn exceeds(smaller: (&str, &Resources), larger: (&str, &Resources), findings: &mut Vec<Diagnostic>) {
    for ((name, small), (_, large)) in amounts(smaller.1).into_iter().zip(amounts(larger.1)) {
        let (Some(small), Some(large)) = (small, large) else { continue };
        if small.0 > large.0 {
            let message = format!("{} have {name} {}, more than the {} of {}", smaller.0, small.1, large.1, larger.0);
            findings.push(
                Diagnostic::new(&codes::SIZES_CONTRADICT, message)
                    .at(small.2, smaller.0)
                    .at(large.2, larger.0)
                    .help(format!("raise `{name}` of the one, or lower it of the other")),
            );
        }
    }
}

/// Requests above limits, limits above the maximum, a tenant's maximum above the cluster's.
pub(super) fn sizes(input: &Input, findings: &mut Vec<Diagnostic>) {
    let policies = &input.environment.policies;
    let containers = &policies.containers;
    exceeds(("requests of containers", &containers.requests), ("their limits", &containers.limits), findings);
    exceeds(("requests of containers", &containers.requests), ("the maximum of a container", &containers.max), findings);
    exceeds(("limits of containers", &containers.limits), ("the maximum of a container", &containers.max), findings);
    for tenant in &input.environment.tenants {
        let name = format!("containers of `{}`", tenant.name.value);
        exceeds((&name, &tenant.containers.max), ("the maximum of the cluster", &containers.max), findings);
    }
    if let Some(new) = &policies.new_namespaces {
        let limits = new.quota.limits.clone().unwrap_or_else(|| twice(&new.quota.requests));
        exceeds(("requests of new namespaces", &new.quota.requests), ("their limits", &limits), findings);
    }
}

/// Registries that pods may name and Harbor does not mirror.
pub(super) fn registries(input: &Input, findings: &mut Vec<Diagnostic>) {
    let registry = &input.environment.registry;
    let Some(harbor) = &registry.harbor else { return };
    // A name that is none is told by itself: who knows what it was meant to be.
    if harbor.proxies.keys().chain(&registry.allowed).any(|name| registry_name(name).is_some()) {
        return;
    }
    let mirrored: Vec<&str> = harbor.proxies.keys().map(|name| name.as_str()).collect();
    let itself = super::harbor_name(harbor);
    for name in &registry.allowed {
        let asked = super::canonical(name.as_str());
        if mirrored.contains(&asked) || mirrored.contains(&"*") || itself == asked {
            continue;
        }
        let (code, message) = if harbor.fallback.value {
            (&codes::REGISTRY_UNMIRRORED, format!("pods may name `{asked}`, which Harbor does not mirror"))
        } else {
            let message = format!("pods may name `{asked}`, which Harbor does not mirror, and nodes ask nobody but Harbor");
            (&codes::REGISTRY_UNREACHABLE, message)
        };
        let help = format!("give it a project in `registry.harbor.proxies`, which has {}", list(mirrored.iter().copied()));
        findings.push(
            Diagnostic::new(code, message).at(name.span, "no proxy").at(harbor.fallback.span.or(harbor.url.span), "Harbor").help(help),
        );
    }
}
