//! From what is written to what is meant: one function for each topic, in order, and every finding at once.

use super::addresses::assign;
use super::{
    Input, Model, OpenStack, addresses, argocd, artifacts, balancers, certificates, cloud_conf, cluster, cluster_secrets, components,
    disks, flows, harbor, host, images, names, namespace_flows, namespaces, network, nodes, policies, proxy, quota, registries, secrets,
    storage, tenants, times, upgrade,
};
use crate::diagnostic::codes::network as codes;
use crate::diagnostic::{Checked, Code, Diagnostic};
use crate::source::lock::Lock;

/// A model, and what lock.yaml shall record of it.
#[derive(Debug)]
pub struct Resolved {
    /// The model.
    pub model: Model,
    /// The pins with the addresses that were given now.
    pub lock: Lock,
}

/// Checks an environment and resolves it.
#[must_use]
pub fn resolve(input: &Input) -> Checked<Resolved> {
    let mut findings = Vec::new();
    let (model, assigned) = model(input, &mut findings);
    disks::images_pinned(input, &mut findings);
    disks::in_lock(input, &mut findings);
    nodes::extra_network_pools(input, &mut findings);
    names::names(input, &model, &mut findings);
    images::images(input, &mut findings);
    artifacts::artifacts(input, &model.host, &mut findings);
    proxy::proxy(input, &model.host, &mut findings);
    certificates::certificates(input, &mut findings);
    times::times(input, &mut findings);
    upgrade::windows(input, &mut findings);
    registries::registries(input, &model, &mut findings);
    harbor::findings(input, &mut findings);
    secrets::secrets(input, &mut findings);
    cloud_conf::check(input, &mut findings);
    argocd::check(input, &model.components, &mut findings);
    namespace_flows::check(input, &model.network, &model.namespaces, &mut findings);
    without_consequences(input, &mut findings);
    let mut lock = input.lock.clone();
    lock.addresses = assigned.record(input);
    lock.servers = Some(input.environment.servers.count.value);
    lock.storage_classes = storage::record(input, &model.storage);
    // In the order of the text, each once: several topics may meet the same mistake.
    findings.sort_by_key(|finding| finding.labels.first().map(|label| label.span));
    findings.dedup_by(|one, other| one.message == other.message && one.labels == other.labels);
    let value = (!findings.iter().any(crate::diagnostic::Diagnostic::is_error)).then_some(Resolved { model, lock });
    Checked { value, findings }
}

/// Findings that mean nothing once the subnet itself cannot be: they compare with a stand-in that nobody wrote.
static OF_THE_SUBNET: [&Code; 8] = [
    &codes::DYNAMIC_OUTSIDE,
    &codes::GATEWAY_UNUSABLE,
    &codes::ADDRESS_OUTSIDE,
    &codes::ADDRESS_IN_DYNAMIC,
    &codes::ADDRESS_CONFLICT,
    &codes::BLOCK_TOO_SMALL,
    &codes::NO_ROOM,
    &codes::EXISTING_SUBNET_DIFFERS,
];

/// Takes away what only follows from another finding, so that each mistake is told once.
fn without_consequences(input: &Input, findings: &mut Vec<Diagnostic>) {
    let network = &input.environment.network;
    let told = |codes: &[&Code], span| {
        let about = |finding: &Diagnostic| codes.iter().any(|code| code.name == finding.code.name);
        findings.iter().any(|finding| about(finding) && finding.labels.first().is_some_and(|label| label.span == span))
    };
    let subnet = told(&[&codes::IPV6, &codes::NETWORK_SIZE], network.cidr.span);
    let pods = told(&[&codes::IPV6], network.pods.span);
    findings.retain(|finding| {
        let follows = subnet && OF_THE_SUBNET.iter().any(|code| code.name == finding.code.name);
        !(follows || pods && finding.code.name == codes::POD_RANGE_SIZE.name)
    });
}

fn model(input: &Input, findings: &mut Vec<crate::diagnostic::Diagnostic>) -> (Model, addresses::Assigned) {
    let environment = input.environment;
    let network = network::network(input, findings);
    let assigned = assign(input, &network, findings);
    let pools = nodes::pools(input, &network, &assigned, findings);
    let balancers = balancers::balancers(input, &network, &pools, &assigned.vips, findings);
    let groups = flows::groups(input, &network, &pools);
    let flows = flows::flows(input, &network, &groups, &balancers, findings);
    let namespaces = namespaces::namespaces(input);
    let kubernetes = cluster::kubernetes(input, &assigned, findings);
    let tenants = tenants::tenants(input, &kubernetes, &pools, findings);
    let mut model = Model {
        name: environment.name.value.clone(),
        source: input.source.to_owned(),
        openstack: OpenStack {
            cloud: environment.openstack.cloud.value.clone(),
            region: environment.openstack.region.as_ref().map(|at| at.value.clone()),
            external_network: environment.openstack.external_network.value.clone(),
        },
        kubernetes,
        tenants,
        host: host::host(input, &network),
        policies: policies::policies(input, &namespaces, findings),
        storage: storage::storage(input, findings),
        harbor: harbor::harbor(input),
        namespaces,
        components: components::components(input, findings),
        cluster_secrets: cluster_secrets::cluster_secrets(input),
        bastion: cluster::bastion(input, &assigned, findings),
        administrators: cluster::administrators(input, findings),
        public_addresses: quota::public_addresses(input, findings),
        quota: Vec::new(),
        written: environment.clone(),
        network,
        groups,
        flows,
        pools,
        balancers,
    };
    model.quota = quota::quota(input, &model, findings);
    (model, assigned)
}
