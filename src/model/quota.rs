//! What the environment takes of the project's quota, and of public addresses.

use super::network::v4_address;
use super::{Balancer, BootDisk, Direction, Input, Model, Pool, PublicAddress, QuotaUse, Remote, Volume};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::cloud::{PUBLIC_ADDRESS_BUDGET, PUBLIC_ADDRESS_UNUSED, QUOTA_EXCEEDED};
use crate::source::environment::{CloudProvider, Exposure, OnDestroy, PublicAddress as Written, Quota};
use crate::source::{At, Span};

/// Floating addresses of the bastion, the API and the balancers.
pub(super) fn public_addresses(input: &Input, findings: &mut Vec<Diagnostic>) -> Vec<PublicAddress> {
    let environment = input.environment;
    let api = &environment.kubernetes.api;
    let bastion = &environment.bastion;
    let owners = [("bastion", bastion.exposure, bastion.public_address.as_ref()), ("api", api.exposure, api.public_address.as_ref())];
    let balancers =
        environment.load_balancers.iter().map(|balancer| (balancer.name.as_str(), balancer.exposure, balancer.public_address.as_ref()));
    let mut addresses = Vec::new();
    for (owner, exposure, written) in owners.into_iter().chain(balancers) {
        match (exposure.value, written) {
            (Exposure::Public, written) => addresses.push(public_address(owner, written, findings)),
            (Exposure::Private, None) => {}
            (Exposure::Private, Some(written)) => findings.push(unused(owner, exposure, written)),
        }
    }
    budget(input, &addresses, findings);
    addresses
}

fn public_address(owner: &str, written: Option<&Written>, findings: &mut Vec<Diagnostic>) -> PublicAddress {
    let ip = written.and_then(|written| written.ip.as_ref()).and_then(|ip| v4_address(ip, findings));
    let keep = ip.is_some() || written.is_some_and(|written| written.on_destroy.value == OnDestroy::Keep);
    PublicAddress { owner: owner.to_owned(), ip, keep }
}

fn unused(owner: &str, exposure: At<Exposure>, written: &Written) -> Diagnostic {
    let place = written.ip.map_or(written.on_destroy.span, |ip| ip.span);
    Diagnostic::new(&PUBLIC_ADDRESS_UNUSED, format!("`{owner}` has a public address and is private"))
        .at(place, "a floating address")
        .at(exposure.span, "private")
        .help("write `exposure: public`, or remove `publicAddress`")
}

fn budget(input: &Input, addresses: &[PublicAddress], findings: &mut Vec<Diagnostic>) {
    let Some(budget) = input.environment.openstack.public_addresses else { return };
    let ingresses = input.environment.ingress.octavia.as_ref().map_or(0, |octavia| octavia.public.value);
    let used = u32::try_from(addresses.len()).unwrap_or(u32::MAX).saturating_add(ingresses);
    if used > budget.value {
        let mut owners: Vec<String> = addresses.iter().map(|address| address.owner.clone()).collect();
        if ingresses > 0 {
            owners.push(format!("{ingresses} Ingresses"));
        }
        findings.push(
            Diagnostic::new(&PUBLIC_ADDRESS_BUDGET, format!("public addresses: {used} are needed, {} may be taken", budget.value))
                .at(budget.span, "the budget")
                .help(format!("they are for: {}", owners.join(", "))),
        );
    }
}

/// One line of the account: what it counts, how much, and which limit holds.
type Line = (&'static str, Option<u64>, fn(&Quota) -> Option<i64>);

pub(super) fn quota(input: &Input, model: &Model, findings: &mut Vec<Diagnostic>) -> Vec<QuotaUse> {
    let locked = input.lock.cloud.as_ref().map(|cloud| &cloud.quota);
    let written = &input.environment.openstack.quota;
    // Heat does not tell its limit; this is its default.
    let usual = Quota { stacks: Some(512), ..Quota::default() };
    let uses = lines(input, model).map(|(resource, used, limit)| {
        let limit = limit(written).or_else(|| locked.and_then(limit)).or_else(|| limit(&usual)).and_then(|limit| u64::try_from(limit).ok());
        QuotaUse { resource, used, limit }
    });
    let uses: Vec<QuotaUse> = uses.collect();
    for over in uses.iter().filter(|line| line.used > line.limit && line.limit.is_some()) {
        let (needed, limit) = (over.used.unwrap_or(0), over.limit.unwrap_or(0));
        findings.push(
            Diagnostic::new(&QUOTA_EXCEEDED, format!("{}: {needed} are needed, the project's quota is {limit}", over.resource))
                .at(place(input), "this project")
                .help("ask for more, or make the environment smaller; what other environments of the project use comes on top"),
        );
    }
    uses
}

fn place(input: &Input) -> Span {
    input.environment.openstack.cloud.span
}

fn lines(input: &Input, model: &Model) -> impl Iterator<Item = Line> {
    let nodes = model.pools.iter().map(|pool| pool.nodes.len() as u64).sum::<u64>();
    let volumes = volumes(model);
    let new_floating = model.public_addresses.iter().filter(|address| address.ip.is_none()).count() as u64;
    let extra_ports: u64 = model.pools.iter().map(|pool| (pool.nodes.len() * pool.extra_networks.len()) as u64).sum();
    let largest_group =
        model.pools.iter().filter(|pool| pool.server_group.is_some()).map(|pool| pool.nodes.len() as u64).max().unwrap_or(0);
    let per_balancer = |count: fn(&Balancer) -> usize| Some(model.balancers.iter().map(|balancer| count(balancer) as u64).sum::<u64>());
    let services = services(input);
    let octavia_ingresses = u64::from(input.environment.ingress.octavia.as_ref().map_or(0, |octavia| octavia.expected.value));
    let public_ingresses = u64::from(input.environment.ingress.octavia.as_ref().map_or(0, |octavia| octavia.public.value));
    let made = |existing: &Option<String>| u64::from(existing.is_none());
    let cores = flavors(input, model, |flavor| flavor.vcpus);
    let ram = flavors(input, model, |flavor| flavor.ram);
    [
        ("Nova: servers", Some(nodes + 1), (|q| q.instances) as fn(&Quota) -> Option<i64>),
        ("Nova: cores", cores, |q| q.cores),
        ("Nova: memory, MiB", ram, |q| q.ram),
        ("Nova: server groups", Some(model.pools.iter().filter(|pool| pool.server_group.is_some()).count() as u64), |q| q.server_groups),
        ("Nova: members of one server group", Some(largest_group), |q| q.server_group_members),
        ("Cinder: volumes", Some(volumes.0), |q| q.volumes),
        ("Cinder: GiB", Some(volumes.1), |q| q.gigabytes),
        ("Neutron: networks", Some(made(&model.network.existing_network)), |q| q.networks),
        ("Neutron: subnets", Some(made(&model.network.existing_subnet)), |q| q.subnets),
        ("Neutron: routers", Some(made(&model.network.existing_router)), |q| q.routers),
        ("Neutron: ports", Some(nodes + 1 + extra_ports + model.balancers.len() as u64 + 1), |q| q.ports),
        ("Neutron: floating addresses", Some(new_floating + public_ingresses), |q| q.floating_ips),
        ("Neutron: security groups", Some(model.groups.len() as u64), |q| q.security_groups),
        ("Neutron: rules of security groups", Some(rules(model)), |q| q.security_group_rules),
        ("Octavia: load balancers", Some(model.balancers.len() as u64 + octavia_ingresses + services), |q| q.load_balancers),
        ("Octavia: listeners", per_balancer(|balancer| balancer.listeners.len()).map(|count| count + octavia_ingresses), |q| q.listeners),
        ("Octavia: pools", per_balancer(|balancer| balancer.pools.len()), |q| q.pools),
        ("Octavia: members", per_balancer(|balancer| balancer.pools.iter().map(|pool| pool.members.len()).sum()), |q| q.members),
        ("Octavia: health monitors", per_balancer(|balancer| balancer.pools.len()), |q| q.health_monitors),
        ("Octavia: L7 policies", per_balancer(|balancer| balancer.listeners.iter().map(|listener| listener.policies.len()).sum()), |q| {
            q.l7_policies
        }),
        // Each node is a stack, and so are the network and the bastion; `apply` holds one more as its lock.
        ("Heat: stacks", Some(nodes + 3), |q| q.stacks),
    ]
    .into_iter()
}

/// Services of tenants that may have a balancer of their own, where the cloud controller makes them.
fn services(input: &Input) -> u64 {
    let environment = input.environment;
    if environment.kubernetes.cloud_provider.value == CloudProvider::None {
        return 0;
    }
    let namespaces = environment.tenants.iter().flat_map(|tenant| &tenant.namespaces);
    namespaces.map(|namespace| u64::from(namespace.quota.services.load_balancers.value)).sum()
}

/// Rules: one for each flow, and Neutron's two egress rules of each group.
fn rules(model: &Model) -> u64 {
    let own = model.flows.iter().filter(|flow| !(flow.direction == Direction::Egress && flow.remote == Remote::Anywhere)).count();
    (own + 2 * model.groups.len()) as u64
}

/// Volumes and their GiB.
fn volumes(model: &Model) -> (u64, u64) {
    let boot = |disk: &BootDisk| match disk {
        BootDisk::Volume(volume) => Some(volume.clone()),
        BootDisk::Local => None,
    };
    let of_pool = |pool: &Pool| -> Vec<Volume> {
        let each: Vec<Volume> = boot(&pool.disk).into_iter().chain(pool.etcd_disk.clone()).collect();
        pool.nodes.iter().flat_map(|_| each.clone()).collect()
    };
    let bastion = boot(&model.bastion.disk).into_iter().chain(model.bastion.data.clone());
    let all: Vec<Volume> = model.pools.iter().flat_map(of_pool).chain(bastion).collect();
    (all.len() as u64, all.iter().map(|volume| volume.size).sum())
}

/// A sum over all servers' flavors, where lock.yaml knows them all.
fn flavors(input: &Input, model: &Model, part: fn(&crate::source::lock::Flavor) -> u64) -> Option<u64> {
    let known = &input.lock.cloud.as_ref()?.flavors;
    let pools = model.pools.iter().map(|pool| (&pool.flavor, pool.nodes.len() as u64));
    pools.chain([(&model.bastion.flavor, 1)]).map(|(flavor, count)| Some(part(known.get(flavor)?) * count)).sum()
}
