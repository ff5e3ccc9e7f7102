//! Findings about the rules themselves: weaker than the profile, sizes that contradict each other, registries that nobody mirrors.

use super::super::Input;
use super::super::registries::registry_name;
use super::super::tenants::{KINDS, above_maximum, below_requests, incomplete};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::policies as codes;
use crate::source::Span;
use crate::source::environment::{Profile, ServiceAccountRule, Verdict};
use crate::source::suggest::list;

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

/// Sizes that contradict each other: as in a tenant, and between a tenant and the cluster.
pub(super) fn sizes(input: &Input, findings: &mut Vec<Diagnostic>) {
    let policies = &input.environment.policies;
    if let Some(new) = &policies.new_namespaces {
        incomplete("new namespaces", new.span, &new.quota, findings);
        below_requests(&new.quota, findings);
    }
    for kind in &KINDS {
        above_maximum(&policies.containers, kind, findings);
        let Some(most) = (kind.written)(&policies.containers.max) else { continue };
        for tenant in &input.environment.tenants {
            let Some(wish) = (kind.written)(&tenant.containers.max).filter(|wish| wish.value > most.value) else { continue };
            let message = format!("tenant `{}` has containers with more {} than one may have", tenant.name.value, kind.what);
            findings.push(
                Diagnostic::new(&codes::TENANT_ABOVE_CLUSTER, message)
                    .at(wish.span, (kind.text)(wish.value))
                    .at(most.span, (kind.text)(most.value))
                    .help("raise `policies.containers.max`, which holds for the whole cluster, or lower the tenant's"),
            );
        }
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
