//! Which driver makes a balancer, of which flavor, and what this Octavia is able to do.

use super::{Scope, also, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{
    NO_HA_FLAVOR, OCTAVIA_TOO_OLD, OVN_FLAVOR, OVN_UNSUPPORTED, SINGLE_FLAVOR, UNKNOWN_BALANCER_FLAVOR, UNKNOWN_PROVIDER,
};
use crate::model::{BalancerFlavor, Input};
use crate::source::environment::{BalancerProvider, Provider};
use crate::source::lock::Octavia;
use crate::source::{At, Span};

/// The driver of a balancer, and what it is told.
pub(super) struct Choice {
    pub(super) provider: Provider,
    /// Where somebody chose it, if somebody did.
    pub(super) span: Span,
    pub(super) flavor: Option<BalancerFlavor>,
    pub(super) availability_zone: Option<String>,
}

/// What `openstack.balancers` says, checked once for all balancers that say nothing else.
pub(super) fn site(input: &Input, findings: &mut Vec<Diagnostic>) -> Choice {
    let openstack = &input.environment.openstack;
    own(input, &openstack.balancers, openstack.cloud.span, findings)
}

/// What a balancer says for itself; `place` is shown where it says nothing.
pub(super) fn own(input: &Input, written: &BalancerProvider, place: Span, findings: &mut Vec<Diagnostic>) -> Choice {
    let span = written.provider.span.or(place);
    let octavia = input.lock.cloud.as_ref().map(|cloud| &cloud.octavia).filter(|octavia| !octavia.providers.is_empty());
    match written.provider.value {
        Provider::Amphora => amphora(written, octavia, span, findings),
        Provider::Ovn => ovn(written, span, findings),
    }
    if let Some(octavia) = octavia {
        in_lock(written, octavia, span, findings);
    }
    let flavor = |at: &At<String>| BalancerFlavor {
        name: at.value.clone(),
        id: octavia.and_then(|octavia| Some(octavia.flavors.get(&at.value)?.id.clone())),
    };
    Choice {
        provider: written.provider.value,
        span: written.provider.span,
        flavor: written.flavor.as_ref().map(flavor),
        availability_zone: written.availability_zone.as_ref().map(|zone| zone.value.clone()),
    }
}

/// An amphora alone is a single point of failure.
fn amphora(written: &BalancerProvider, octavia: Option<&Octavia>, span: Span, findings: &mut Vec<Diagnostic>) {
    if written.accept_single {
        return;
    }
    let help = "name a flavor with `loadbalancer_topology: ACTIVE_STANDBY`, or write `acceptSingle: true`";
    let Some(flavor) = &written.flavor else {
        findings.push(wrong(&NO_HA_FLAVOR, "balancers have no flavor, so each is one amphora without a backup", span).help(help));
        return;
    };
    let topology = octavia.and_then(|octavia| octavia.flavors.get(&flavor.value)?.topology.as_deref());
    if topology == Some("SINGLE") {
        findings.push(
            wrong(&SINGLE_FLAVOR, format!("the flavor `{}` makes one amphora without a backup", flavor.value), flavor.span).help(help),
        );
    }
}

fn ovn(written: &BalancerProvider, span: Span, findings: &mut Vec<Diagnostic>) {
    for (key, value) in [("flavor", &written.flavor), ("availabilityZone", &written.availability_zone)] {
        let Some(value) = value else { continue };
        let finding = Diagnostic::new(&OVN_FLAVOR, format!("the provider ovn knows no `{key}`")).at(value.span, "");
        findings.push(also(finding, span, "this provider").help(format!("remove `{key}`: ovn is highly available without")));
    }
}

fn in_lock(written: &BalancerProvider, octavia: &Octavia, span: Span, findings: &mut Vec<Diagnostic>) {
    let provider = super::word(written.provider.value);
    if !octavia.providers.contains(&provider) {
        let message = format!("this cloud's Octavia has no provider `{provider}`");
        findings.push(wrong(&UNKNOWN_PROVIDER, message, span).help(format!("it has: {}", octavia.providers.join(", "))));
    }
    let Some(flavor) = written.flavor.as_ref().filter(|flavor| !octavia.flavors.contains_key(&flavor.value)) else { return };
    let known: Vec<&str> = octavia.flavors.keys().map(String::as_str).collect();
    let has = if known.is_empty() { "it shows none to this project".to_owned() } else { format!("it has: {}", known.join(", ")) };
    let message = format!("this cloud's Octavia has no flavor `{}`", flavor.value);
    findings.push(wrong(&UNKNOWN_BALANCER_FLAVOR, message, flavor.span).help(has));
}

/// A field that came with a version of Octavia's API; lock.yaml may know that this cloud's is older.
pub(super) fn needs(input: &Input, minor: u32, what: &str, place: Span, findings: &mut Vec<Diagnostic>) {
    let apis = input.lock.cloud.as_ref().map(|cloud| &cloud.apis);
    let Some(version) = apis.and_then(|apis| apis.get("load-balancer")) else { return };
    let locked = version.trim_start_matches('v').strip_prefix("2.").and_then(|minor| minor.parse::<u32>().ok());
    if locked.is_some_and(|locked| locked < minor) {
        let message = format!("{what} needs version 2.{minor} of Octavia's API, this cloud has {version}");
        findings.push(
            wrong(&OCTAVIA_TOO_OLD, message, place.or(input.environment.openstack.cloud.span))
                .help("ask the cloud for an upgrade, or do without"),
        );
    }
}

/// A key that the ovn provider takes and forgets.
pub(super) fn without_effect(scope: &Scope, key: &str, place: Span, findings: &mut Vec<Diagnostic>) {
    let finding = wrong(&OVN_UNSUPPORTED, format!("`{key}` has no effect with the provider ovn"), place);
    findings.push(also(finding, scope.choice.span, "this provider").help(format!("remove `{key}`, or use the provider amphora")));
}
