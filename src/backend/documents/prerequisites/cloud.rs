//! For the operators of `OpenStack`: quota, images, flavors, volume types, zones, networks, roles, Octavia.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::backend::documents::secrets::any_in_barbican;
use crate::backend::documents::words::{NOTHING, count, list, word};
use crate::model::cluster_secrets::{ClusterSecret, Late, Part};
use crate::model::{BootDisk, Image, Model, Pool, Volume};

#[derive(Serialize)]
pub(super) struct Cloud<'a> {
    name: &'a str,
    region: Option<&'a str>,
    roles: Vec<Fact>,
    /// Programs in the cluster that log in by themselves.
    credentials: Vec<Credential<'a>>,
    quota: Vec<QuotaRow>,
    /// Everything that must exist: kind, name, what about it.
    things: Vec<Thing>,
}

#[derive(Serialize)]
struct Fact {
    name: &'static str,
    what: &'static str,
}

/// An application credential that `apply` makes.
#[derive(Serialize)]
struct Credential<'a> {
    consumer: &'static str,
    what: &'a str,
    roles: &'static str,
}

/// Roles that each consumer needs, and no more.
const CONSUMERS: [(&str, &str); 3] = [
    ("cinder-csi", "member"),
    ("octavia-ingress", "load-balancer_member, member"),
    ("openstack-cloud-controller", "load-balancer_member, member"),
];

#[derive(Serialize)]
struct QuotaRow {
    resource: &'static str,
    needed: String,
    has: String,
    missing: String,
}

/// Something of the cloud that must be there.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct Thing {
    kind: &'static str,
    name: String,
    what: String,
}

pub(super) fn cloud(model: &Model) -> Cloud<'_> {
    let mut things = images(model);
    things.extend(flavors(model));
    things.extend(volume_types(model));
    things.extend(zones(model));
    things.extend(placement(model));
    things.extend(networks(model));
    things.extend(balancers(model));
    Cloud {
        name: &model.openstack.cloud,
        region: model.openstack.region.as_deref(),
        roles: roles(model),
        credentials: credentials(model),
        quota: model.quota.iter().map(quota).collect(),
        things,
    }
}

/// Roles of the user that runs `apply`.
fn roles(model: &Model) -> Vec<Fact> {
    let mut roles = vec![
        Fact { name: "member", what: "servers, volumes, networks" },
        Fact { name: "heat_stack_owner", what: "stacks, where Heat asks for it" },
        Fact { name: "load-balancer_member", what: "balancers, where Octavia asks for it" },
    ];
    let tls = model.balancers.iter().flat_map(|balancer| &balancer.listeners).any(|listener| listener.tls.is_some());
    if tls || any_in_barbican(&model.written) || model.written.ingress.octavia.is_some() {
        roles.push(Fact { name: "creator", what: "secrets and certificates in Barbican" });
    }
    roles
}

/// One for each program that a Secret of the cluster lets in.
fn credentials(model: &Model) -> Vec<Credential<'_>> {
    let consumer = |part: &Part| match part {
        Part::Late(Late::CredentialId(consumer)) => Some(*consumer),
        _ => None,
    };
    let parts = |secret: &ClusterSecret| secret.data.iter().flat_map(|(_, parts)| parts).find_map(consumer);
    let known = |name: &str| CONSUMERS.iter().find(|(consumer, _)| *consumer == name).map_or("member", |(_, roles)| *roles);
    let found = model.cluster_secrets.iter().filter_map(|secret| Some((parts(secret)?, secret.purpose.as_str())));
    found.map(|(consumer, what)| Credential { consumer, what, roles: known(consumer) }).collect()
}

fn quota(line: &crate::model::QuotaUse) -> QuotaRow {
    let missing = match (line.used, line.limit) {
        (Some(used), Some(limit)) if used > limit => (used - limit).to_string(),
        (_, Some(_)) => NOTHING.to_owned(),
        (_, None) => "check".to_owned(),
    };
    QuotaRow {
        resource: line.resource,
        needed: line.used.map_or_else(|| "from the flavors below".to_owned(), |used| used.to_string()),
        has: line.limit.map_or_else(|| "not known here".to_owned(), |limit| limit.to_string()),
        missing,
    }
}

/// Who uses a name, in the order in which they are met.
type Uses = BTreeMap<String, Vec<String>>;

fn things(kind: &'static str, uses: Uses, what: impl Fn(&str, &[String]) -> String) -> Vec<Thing> {
    uses.into_iter().map(|(name, users)| Thing { kind, what: what(&name, &users), name }).collect()
}

fn images(model: &Model) -> Vec<Thing> {
    let mut uses: BTreeMap<(String, Option<String>), Vec<String>> = BTreeMap::new();
    let mut add = |image: &Image, user: &str| uses.entry((image.name.clone(), image.id.clone())).or_default().push(user.to_owned());
    for pool in &model.pools {
        add(&pool.image, &pool.key);
    }
    add(&model.bastion.image, "bastion");
    let row = |((name, id), users): ((String, Option<String>), Vec<String>)| {
        let id = id.map_or_else(|| "not pinned yet".to_owned(), |id| format!("id {id}, must stay"));
        Thing { kind: "image", name, what: format!("{id}; for {}", list(users)) }
    };
    uses.into_iter().map(row).collect()
}

fn flavors(model: &Model) -> Vec<Thing> {
    let mut uses = Uses::new();
    for pool in &model.pools {
        uses.entry(pool.flavor.clone()).or_default().push(format!("{} of {}", pool.nodes.len(), pool.key));
    }
    uses.entry(model.bastion.flavor.clone()).or_default().push("the bastion".to_owned());
    things("flavor", uses, |_, users| format!("for {}", list(users.iter().cloned())))
}

fn volume_types(model: &Model) -> Vec<Thing> {
    let mut uses: BTreeMap<Option<String>, (u64, u64)> = BTreeMap::new();
    let mut add = |volume: &Volume, number: u64| {
        let (volumes, size) = uses.entry(volume.volume_type.clone()).or_default();
        (*volumes, *size) = (*volumes + number, *size + number * volume.size);
    };
    for pool in &model.pools {
        let boot = match &pool.disk {
            BootDisk::Volume(volume) => Some(volume),
            BootDisk::Local => None,
        };
        boot.into_iter().chain(&pool.etcd_disk).for_each(|volume| add(volume, pool.nodes.len() as u64));
    }
    if let BootDisk::Volume(volume) = &model.bastion.disk {
        add(volume, 1);
    }
    model.bastion.data.iter().for_each(|volume| add(volume, 1));
    for class in model.storage.cinder.iter().flat_map(|cinder| &cinder.classes) {
        uses.entry(Some(class.volume_type.clone())).or_default();
    }
    uses.into_iter().map(|(name, (volumes, size))| volume_type(model, name, volumes, size)).collect()
}

fn volume_type(model: &Model, name: Option<String>, volumes: u64, size: u64) -> Thing {
    let class = name.as_ref().and_then(|name| model.written.openstack.volume_types.get(name)).map(|kind| word(&kind.class));
    let class = class.map(|class| format!("class {class}; ")).unwrap_or_default();
    let number = count(usize::try_from(volumes).unwrap_or(usize::MAX), "volume", "volumes");
    let own = (volumes > 0).then(|| format!("{number}, {size} GiB"));
    let claims = claims(model, name.as_deref());
    let what = list(own.into_iter().chain(claims));
    Thing { kind: "volume type", name: name.unwrap_or_else(|| "the default one".to_owned()), what: format!("{class}{what}") }
}

/// What claims take of a volume type: nobody knows how much.
fn claims(model: &Model, name: Option<&str>) -> Option<String> {
    let classes = model.storage.cinder.iter().flat_map(|cinder| &cinder.classes);
    let of_type: Vec<&str> = classes.filter(|class| Some(class.volume_type.as_str()) == name).map(|one| one.class.name.as_str()).collect();
    (!of_type.is_empty()).then(|| format!("claims of {}", of_type.join(" and ")))
}

fn zones(model: &Model) -> Vec<Thing> {
    let mut zones: BTreeSet<Thing> = BTreeSet::new();
    let nodes = model.pools.iter().flat_map(|pool| &pool.nodes).map(|node| (&node.compute_zone, &node.volume_zone));
    for (compute, volume) in nodes.chain([(&model.bastion.compute_zone, &model.bastion.volume_zone)]) {
        if let Some(compute) = compute {
            let what = volume.as_ref().map_or_else(|| "of Nova".to_owned(), |volume| format!("of Nova, with {volume} of Cinder"));
            zones.insert(Thing { kind: "zone", name: compute.clone(), what });
        }
    }
    zones.into_iter().collect()
}

/// Strict anti-affinity needs a hypervisor for each node; a replacement is made after the old node is gone.
fn placement(model: &Model) -> Vec<Thing> {
    let strict = |pool: &&Pool| pool.server_group.as_ref().is_some_and(|group| group.policy == "anti-affinity");
    let row = |pool: &Pool| Thing {
        kind: "hypervisors",
        name: format!("{} at least", pool.nodes.len()),
        what: format!("{} is kept apart, no two on one", pool.key),
    };
    model.pools.iter().filter(strict).map(row).collect()
}

fn networks(model: &Model) -> Vec<Thing> {
    let network = &model.network;
    let thing = |kind, name: &str, what: String| Thing { kind, name: name.to_owned(), what };
    let mut rows =
        vec![thing("external network", &model.openstack.external_network, "public addresses and the router's way out".to_owned())];
    rows.extend(network.existing_network.as_ref().map(|name| thing("network", name, format!("exists; MTU {}", network.mtu))));
    let subnet = format!("exists; {}, gateway {}, allocation pool exactly {}", network.cidr, network.gateway, network.dynamic);
    rows.extend(network.existing_subnet.as_ref().map(|name| thing("subnet", name, subnet)));
    let router = format!("exists, between the subnet and {}", model.openstack.external_network);
    rows.extend(network.existing_router.as_ref().map(|name| thing("router", name, router)));
    for extra in &network.extra {
        let pools = model.pools.iter().filter(|pool| pool.extra_networks.contains(&extra.name)).map(|pool| pool.key.clone());
        let cidr = extra.cidr.map(|net| format!("{net}; ")).unwrap_or_default();
        rows.push(thing("network", &extra.network, format!("{cidr}this project may make ports on it, for {}", list(pools))));
    }
    let existing = model.public_addresses.iter().filter_map(|address| Some((address.ip?, &address.owner)));
    rows.extend(existing.map(|(ip, owner)| thing("floating address", &ip.to_string(), format!("in this project, free, for {owner}"))));
    rows
}

fn balancers(model: &Model) -> Vec<Thing> {
    let default = &model.written.openstack.balancers;
    let others = model.written.load_balancers.iter().filter_map(|balancer| balancer.provider.as_ref());
    let mut rows = BTreeSet::new();
    for provider in std::iter::once(default).chain(others) {
        rows.insert(Thing {
            kind: "Octavia provider",
            name: word(&provider.provider),
            what: "enabled; VIP ports of this project are accepted".to_owned(),
        });
        if let Some(flavor) = &provider.flavor {
            let what = "loadbalancer_topology: ACTIVE_STANDBY, so that a balancer outlives a hypervisor".to_owned();
            rows.insert(Thing { kind: "Octavia flavor", name: flavor.value.clone(), what });
        }
        if let Some(zone) = &provider.availability_zone {
            rows.insert(Thing { kind: "Octavia zone", name: zone.value.clone(), what: "where amphorae run".to_owned() });
        }
    }
    rows.into_iter().collect()
}
