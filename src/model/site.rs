//! What environments must not do to each other: `strata check` without names compares all of one repository.

use std::collections::BTreeMap;

use super::network::overlap;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::network::SITE_OVERLAP;
use crate::diagnostic::codes::nodes::SITE_NAME_COLLISION;
use crate::source::environment::Environment;
use crate::source::values::Cidr;
use crate::source::{At, Span};

/// Subnets that overlap on one site, and nodes that would have one name in one cloud.
#[must_use]
pub fn check(environments: &[&Environment]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (at, one) in environments.iter().enumerate() {
        for other in &environments[at + 1..] {
            overlaps(one, other, &mut findings);
        }
    }
    names(environments, &mut findings);
    findings
}

/// What is routed beyond the cluster: the subnet. Pods and Services are hidden behind the nodes, so each cluster may use the same.
fn overlaps(one: &Environment, other: &Environment, findings: &mut Vec<Diagnostic>) {
    let site = |environment: &Environment| environment.network.site.as_ref().map(|site| site.value.clone());
    if site(one).is_none() || site(one) != site(other) || shared_network(one, other) {
        return;
    }
    let ours = [("pods", one.network.pods), ("Services", one.network.services), ("the subnet", one.network.cidr)];
    let theirs = [("pods", other.network.pods), ("Services", other.network.services), ("the subnet", other.network.cidr)];
    for (what, range) in &ours {
        for (other_what, other_range) in &theirs {
            let routed = *what == "the subnet" || *other_what == "the subnet";
            if routed && overlap(range.value, other_range.value) {
                findings.push(overlap_finding((one, what, range), (other, other_what, other_range)));
            }
        }
    }
}

/// Two environments on one existing subnet overlap by intent.
fn shared_network(one: &Environment, other: &Environment) -> bool {
    one.network.existing.subnet.is_some() && one.network.existing.subnet == other.network.existing.subnet
}

type Range<'a> = (&'a Environment, &'a str, &'a At<Cidr>);

fn overlap_finding(one: Range, other: Range) -> Diagnostic {
    let place = |range: &Range| range.2.span.or(range.0.network.cidr.span);
    let label = |range: &Range| {
        format!("{} of `{}`{}", range.1, range.0.name.value, if range.2.span == Span::NOWHERE { ", by default" } else { "" })
    };
    let name = |range: &Range| format!("{} of `{}`", range.1, range.0.name.value);
    Diagnostic::new(&SITE_OVERLAP, format!("{}, {}, and {}, {}, overlap on one site", name(&one), one.2.value, name(&other), other.2.value))
        .at(place(&one), label(&one))
        .at(place(&other), label(&other))
        .help("their networks are routed to each other: choose ranges that share no address")
}

/// Stacks and servers have their environment's name first; `a-b` with pool `c` and `a` with pool `b-c` would still meet.
fn names(environments: &[&Environment], findings: &mut Vec<Diagnostic>) {
    let mut names: BTreeMap<(String, String), (Span, &Environment)> = BTreeMap::new();
    for environment in environments {
        let pools = environment.agents.iter().map(|pool| (pool.name.to_string(), pool.name.span));
        for (pool, span) in pools.chain([("server".to_owned(), environment.name.span)]) {
            let key = (environment.openstack.cloud.value.clone(), format!("{}-{pool}-0", environment.name.value));
            if let Some((other, _)) = names.get(&key).filter(|(_, before)| before.name != environment.name) {
                findings.push(
                    Diagnostic::new(&SITE_NAME_COLLISION, format!("two environments of one cloud would make the stack `{}`", key.1))
                        .at(span, "this one")
                        .at(*other, "and this one")
                        .help("rename the pool or the environment"),
                );
            }
            names.insert(key, (span, environment));
        }
    }
}
