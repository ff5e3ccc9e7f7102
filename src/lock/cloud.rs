//! What the cloud has: signed in as the `clouds.yaml` entry of the environment, read and never written.

mod api;
mod balancers;
mod clouds_yaml;
mod compute;
mod images;
mod network;
mod platform;
mod quota;
mod signin;
mod trouble;
mod volumes;

use super::Options;
use super::wanted::Wanted;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::source::environment::Environment;
use crate::source::lock::Cloud;

use api::Api;
use trouble::Trouble;

/// The cloud's part of the lock, or none if anything went wrong; and everything that is to be said.
pub(super) async fn lock(environment: &Environment, old: Option<&Cloud>, options: &Options) -> (Option<Cloud>, Vec<Diagnostic>) {
    let api = match open(environment, options).await {
        Ok(api) => api,
        Err(finding) => return (None, vec![finding]),
    };
    let mut report = Report { findings: Vec::new(), place: environment.openstack.cloud.span };
    let cloud = ask(&api, &Wanted::of(environment), old, options.upgrade, &mut report).await;
    let findings = report.findings;
    let is_complete = !findings.iter().any(Diagnostic::is_error);
    (is_complete.then_some(cloud), findings)
}

async fn open(environment: &Environment, options: &Options) -> Result<Api, Diagnostic> {
    let openstack = &environment.openstack;
    let entry = clouds_yaml::read(&openstack.cloud, options.clouds.as_deref())?;
    let region = openstack.region.as_ref();
    let place = |trouble: &Trouble| match region {
        Some(region) if trouble.is_about_region() => region.span,
        _ => openstack.cloud.span,
    };
    let opened = Api::open(entry, &openstack.cloud.value, region.map(|region| region.value.as_str()), options.timeout).await;
    opened.map_err(|trouble| {
        let span = place(&trouble);
        trouble.finding(span)
    })
}

/// Asks everything, whatever fails on the way: all findings at once.
async fn ask(api: &Api, wanted: &Wanted, old: Option<&Cloud>, upgrade: bool, report: &mut Report) -> Cloud {
    let images = images::lock(api, &wanted.images, old, upgrade, report).await;
    let flavors = compute::flavors(api, &wanted.flavors, report).await;
    let compute_zones = compute::zones(api, &wanted.compute_zones, report).await;
    let volume_types = volumes::types(api, &wanted.volume_types, report).await;
    let volume_zones = volumes::zones(api, &wanted.volume_zones, report).await;
    let networks = network::lock(api, wanted, report).await;
    let octavia = balancers::lock(api, wanted, old, report).await;
    let quota = quota::lock(api, report).await;
    let apis = platform::versions(api, report).await;
    let updatable = platform::updatable(api, report).await;
    Cloud {
        images: report.take(images),
        flavors: report.take(flavors),
        volume_types: report.take(volume_types),
        networks: report.take(networks),
        compute_zones: report.take(compute_zones),
        volume_zones: report.take(volume_zones),
        octavia: report.take(octavia),
        apis: report.take(apis),
        quota,
        updatable: report.take(updatable),
    }
}

/// What is to be said, and the place where the environment names the cloud.
struct Report {
    findings: Vec<Diagnostic>,
    place: Span,
}

impl Report {
    /// What was learned, or nothing and a finding; the same trouble is told once, however many questions met it.
    fn take<T: Default>(&mut self, answer: Result<T, Trouble>) -> T {
        answer.unwrap_or_else(|trouble| {
            let finding = trouble.finding(self.place);
            if !self.findings.iter().any(|other| other.message == finding.message) {
                self.findings.push(finding);
            }
            T::default()
        })
    }
}
