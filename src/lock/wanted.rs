//! What an environment names and the cloud must have: each name once, with every place where it stands.

use std::collections::BTreeMap;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::environment::{BalancerProvider, Disk, Environment, Provider};
use crate::source::{At, Span, suggest};

/// Names, and where each is written. Ordered, so that requests and findings are.
pub(super) type Names = BTreeMap<String, Vec<Span>>;

/// Everything that one environment wants of its cloud.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// Images of Glance.
    pub(super) images: Names,
    /// Flavors of Nova.
    pub(super) flavors: Names,
    /// Volume types of Cinder.
    pub(super) volume_types: Names,
    /// Networks of Neutron that only have to be there.
    pub(super) networks: Names,
    /// The network that floating addresses come from.
    pub(super) external: Names,
    /// The subnet that exists, and the network that it belongs to, if that is named.
    pub(super) subnet: Option<(At<String>, Option<String>)>,
    /// Routers of Neutron.
    pub(super) routers: Names,
    /// Availability zones of Nova.
    pub(super) compute_zones: Names,
    /// Availability zones of Cinder.
    pub(super) volume_zones: Names,
    /// Drivers of Octavia.
    pub(super) providers: Names,
    /// Flavors of Octavia.
    pub(super) balancer_flavors: Names,
    /// Availability zones of Octavia.
    pub(super) balancer_zones: Names,
    /// Floating addresses that exist.
    pub(super) addresses: Names,
}

impl Wanted {
    /// Collects the names.
    pub(super) fn of(environment: &Environment) -> Self {
        let mut wanted = Wanted::default();
        wanted.openstack(environment);
        wanted.network(environment);
        wanted.nodes(environment);
        let balancers = environment.load_balancers.iter().filter_map(|balancer| balancer.public_address.as_ref());
        let own = [&environment.kubernetes.api.public_address, &environment.bastion.public_address];
        for ip in balancers.chain(own.into_iter().flatten()).filter_map(|address| address.ip.as_ref()) {
            wanted.addresses.entry(ip.value.to_string()).or_default().push(ip.span);
        }
        wanted
    }

    fn openstack(&mut self, environment: &Environment) {
        let openstack = &environment.openstack;
        let place = openstack.cloud.span;
        add(&mut self.images, &openstack.image, place);
        add(&mut self.external, &openstack.external_network, place);
        for (name, volume_type) in &openstack.volume_types {
            self.volume_types.entry(name.clone()).or_default().push(volume_type.class.span.or(place));
        }
        self.balancer(&openstack.balancers, place);
        for balancer in &environment.load_balancers {
            if let Some(provider) = &balancer.provider {
                self.balancer(provider, balancer.name.span);
            }
        }
        for zone in environment.zones.values() {
            add(&mut self.compute_zones, &zone.compute, zone.span);
            add_if(&mut self.volume_zones, zone.volume.as_ref(), zone.span);
        }
    }

    fn balancer(&mut self, provider: &BalancerProvider, place: Span) {
        let name = match provider.provider.value {
            Provider::Amphora => "amphora",
            Provider::Ovn => "ovn",
        };
        self.providers.entry(name.into()).or_default().push(provider.provider.span.or(place));
        add_if(&mut self.balancer_flavors, provider.flavor.as_ref(), place);
        add_if(&mut self.balancer_zones, provider.availability_zone.as_ref(), place);
    }

    fn network(&mut self, environment: &Environment) {
        let existing = &environment.network.existing;
        let place = environment.network.cidr.span;
        add_if(&mut self.networks, existing.network.as_ref(), place);
        for extra in &environment.network.extra {
            add(&mut self.networks, &extra.network, extra.name.span);
        }
        let network = existing.network.as_ref().map(|network| network.value.clone());
        self.subnet = existing.subnet.clone().map(|subnet| (subnet, network));
        add_if(&mut self.routers, existing.router.as_ref(), place);
    }

    fn nodes(&mut self, environment: &Environment) {
        let servers = &environment.servers;
        add(&mut self.flavors, &servers.flavor, Span::NOWHERE);
        add_if(&mut self.images, servers.image.as_ref(), Span::NOWHERE);
        self.disks([Some(&servers.disk), servers.etcd_disk.as_ref()]);
        for pool in &environment.agents {
            add(&mut self.flavors, &pool.flavor, pool.name.span);
            add_if(&mut self.images, pool.image.as_ref(), pool.name.span);
            self.disks([Some(&pool.disk), None]);
        }
        let bastion = &environment.bastion;
        add(&mut self.flavors, &bastion.flavor, Span::NOWHERE);
        add_if(&mut self.images, bastion.image.as_ref(), Span::NOWHERE);
        self.disks([bastion.disk.as_ref(), bastion.data.as_ref()]);
        for class in environment.storage.cinder.iter().flat_map(|cinder| &cinder.classes) {
            add(&mut self.volume_types, &class.volume_type, class.name.span);
        }
    }

    fn disks(&mut self, disks: [Option<&Disk>; 2]) {
        for disk in disks.into_iter().flatten() {
            add_if(&mut self.volume_types, disk.volume_type.as_ref(), Span::NOWHERE);
        }
    }
}

fn add(names: &mut Names, name: &At<String>, place: Span) {
    names.entry(name.value.clone()).or_default().push(name.span.or(place));
}

fn add_if(names: &mut Names, name: Option<&At<String>>, place: Span) {
    if let Some(name) = name {
        add(names, name, place);
    }
}

/// A finding about one name, at every place where it is written.
pub(super) fn about(code: &'static Code, message: String, places: &[Span]) -> Diagnostic {
    let mut spans: Vec<Span> = places.iter().copied().filter(|span| *span != Span::NOWHERE).collect();
    spans.sort_unstable();
    spans.dedup();
    let finding = Diagnostic::new(code, message);
    spans.iter().enumerate().fold(finding, |finding, (at, span)| finding.at(*span, if at == 0 { "" } else { "and here" }))
}

/// One finding for each name that is not among those that there are; `what` is such as `flavor`.
pub(super) fn lacking<'a>(code: &'static Code, what: &str, wanted: &Names, there: impl IntoIterator<Item = &'a str>) -> Vec<Diagnostic> {
    let there: Vec<&str> = there.into_iter().collect();
    let missing = wanted.iter().filter(|(name, _)| !there.contains(&name.as_str()));
    missing
        .map(|(name, places)| {
            let finding = about(code, format!("the cloud has no {what} `{name}`"), places);
            finding.help(instead(what, name, &there))
        })
        .collect()
}

/// What there is in place of a name that is not.
pub(super) fn instead(what: &str, name: &str, there: &[&str]) -> String {
    if there.is_empty() {
        return format!("your project sees no {what} at all; ask who runs the cloud");
    }
    let list = format!("there is {}", suggest::list(there.iter().copied()));
    match suggest::nearest(name, there.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {list}"),
        None => list,
    }
}
