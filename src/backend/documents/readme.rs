//! The README: what a reviewer of a pull request and an operator want to know about an environment.

mod delivered;
mod nodes;
mod order;

use std::net::Ipv4Addr;

use serde::Serialize;

use super::words::{NOTHING, address_or_new, count, list, ports, protocol, remote, room, word};
use super::{balancers, tenants};
use crate::model::local::{self, Local};
use crate::model::{Direction, Flow, Model, PublicAddress, QuotaUse, Role};
use crate::reach::Matrix;
use crate::render::Page;

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    summary: Summary<'a>,
    nodes: Vec<nodes::NodeRow<'a>>,
    pools: Vec<nodes::PoolRow<'a>>,
    addresses: Vec<AddressRow>,
    balancers: Vec<balancers::View<'a>>,
    flows: Vec<FlowRow<'a>>,
    local: Vec<LocalRow>,
    delivered: Vec<delivered::PoolsView>,
    tenants: Vec<tenants::Row<'a>>,
    access: &'static str,
    argocd: bool,
    reach: ReachView<'a>,
    public: Vec<PublicRow<'a>>,
    quota: Vec<QuotaRow>,
    order: Vec<order::Step>,
    retained: Vec<String>,
}

/// What the first paragraph says.
#[derive(Serialize)]
struct Summary<'a> {
    version: String,
    profile: String,
    encapsulation: String,
    cloud: &'a str,
    region: Option<&'a str>,
    servers: String,
    agents: String,
    cidr: String,
    site: Option<String>,
    api: &'a str,
    api_vip: String,
    api_exposure: String,
    access: String,
    administrators: String,
    platform: String,
    scraped: bool,
}

#[derive(Serialize)]
struct AddressRow {
    address: String,
    what: String,
}

#[derive(Serialize)]
struct FlowRow<'a> {
    group: &'a str,
    direction: &'static str,
    protocol: String,
    ports: String,
    remote: String,
    purposes: String,
}

/// Who reaches whom, as far as policies decide it.
#[derive(Serialize)]
struct ReachView<'a> {
    columns: &'a [String],
    rows: Vec<ReachRow<'a>>,
}

#[derive(Serialize)]
struct ReachRow<'a> {
    from: &'a str,
    own: &'a str,
    cells: &'a [String],
}

#[derive(Serialize)]
struct LocalRow {
    port: u16,
    role: &'static str,
    what: &'static str,
}

#[derive(Serialize)]
struct PublicRow<'a> {
    owner: &'a str,
    address: String,
    end: &'static str,
}

#[derive(Serialize)]
struct QuotaRow {
    resource: &'static str,
    used: String,
    limit: String,
    share: String,
}

pub(super) fn page(model: &Model, reach: &Matrix) -> Page {
    let view = View {
        environment: model.name.as_str(),
        summary: summary(model),
        nodes: nodes::nodes(model),
        pools: model.pools.iter().map(nodes::pool).collect(),
        addresses: addresses(model),
        balancers: balancers::views(model),
        flows: model.flows.iter().map(flow).collect(),
        local: local::listeners(&model.kubernetes).into_iter().map(local).collect(),
        delivered: delivered::pools(model),
        tenants: tenants::rows(model),
        access: tenants::access(model),
        argocd: model.written.argocd.is_some(),
        reach: reach_view(reach),
        public: model.public_addresses.iter().map(public).collect(),
        quota: model.quota.iter().map(quota).collect(),
        order: order::steps(model),
        retained: order::retained(model),
    };
    Page::new("README.md", "documents/README.md.j2", view)
}

fn summary(model: &Model) -> Summary<'_> {
    let written = &model.written;
    let of = |role: Role| model.pools.iter().filter(|pool| pool.role == role).map(|pool| pool.nodes.len()).sum();
    let agent_pools = model.pools.iter().filter(|pool| pool.role == Role::Agent).count();
    let agents = count(of(Role::Agent), "agent", "agents");
    Summary {
        version: model.kubernetes.version.to_string(),
        profile: word(&written.kubernetes.profile),
        encapsulation: word(&written.kubernetes.encapsulation),
        cloud: &model.openstack.cloud,
        region: model.openstack.region.as_deref(),
        servers: count(of(Role::Server), "server", "servers"),
        agents: if agent_pools > 1 { format!("{agents} in {agent_pools} pools") } else { agents },
        cidr: model.network.cidr.to_string(),
        site: model.network.site.as_ref().map(ToString::to_string),
        api: model.kubernetes.api_name.as_str(),
        api_vip: model.kubernetes.api_vip.to_string(),
        api_exposure: word(&written.kubernetes.api.exposure),
        access: list(written.access.from.iter().map(|from| from.value.to_string())),
        administrators: list(model.administrators.iter().map(|person| person.name.to_string())),
        platform: list(platform(model)),
        scraped: written.monitoring.is_some() && *written.policies.isolate_namespaces,
    }
}

/// What runs on the cluster, as far as somebody asked for it.
fn platform(model: &Model) -> Vec<String> {
    let written = &model.written;
    let tenants = count(written.tenants.len(), "tenant", "tenants");
    let parts = [
        written.argocd.as_ref().map(|argocd| format!("Argo CD at {}", argocd.host.value)),
        written
            .monitoring
            .as_ref()
            .and_then(|monitoring| monitoring.grafana.as_ref())
            .map(|grafana| format!("Grafana at {}", grafana.host.value)),
        written.registry.harbor.as_ref().map(|harbor| format!("images through {}", harbor.url.host())),
        written.storage.cephfs.as_ref().map(|cephfs| format!("CephFS {}", cephfs.filesystem.value)),
        written.storage.cinder.as_ref().map(|_| "volumes of Cinder".to_owned()),
        (!written.tenants.is_empty()).then_some(tenants),
    ];
    parts.into_iter().flatten().collect()
}

/// Everything with a fixed place in an address range, by address.
fn addresses(model: &Model) -> Vec<AddressRow> {
    let network = &model.network;
    let mut rows: Vec<(Ipv4Addr, String, String)> = vec![
        (network.gateway, network.gateway.to_string(), "gateway".to_owned()),
        (model.bastion.address, model.bastion.address.to_string(), "bastion".to_owned()),
    ];
    rows.extend(
        model.balancers.iter().map(|balancer| (balancer.vip, balancer.vip.to_string(), format!("VIP of balancer {}", balancer.key))),
    );
    let mut block = |net: ipnet::Ipv4Net, what: String| rows.push((net.network(), net.to_string(), what));
    block(network.dynamic, "dynamic: Neutron's allocation pool, for amphorae and whatever asks for an address".to_owned());
    for pool in &model.pools {
        let free = room(pool.block).saturating_sub(pool.nodes.len() as u64);
        block(pool.block, format!("block of pool {}: {} taken, {free} free", pool.key, pool.nodes.len()));
    }
    block(network.pods, "pods".to_owned());
    block(network.services, "Services".to_owned());
    for extra in &network.extra {
        if let Some(net) = extra.cidr {
            block(net, format!("extra network {} ({})", extra.name, extra.network));
        }
    }
    rows.sort();
    rows.into_iter().map(|(_, address, what)| AddressRow { address, what }).collect()
}

fn flow(flow: &Flow) -> FlowRow<'_> {
    FlowRow {
        group: &flow.group,
        direction: match flow.direction {
            Direction::Ingress => "ingress",
            Direction::Egress => "egress",
        },
        protocol: protocol(flow.protocol),
        ports: ports(flow),
        remote: remote(&flow.remote),
        purposes: flow.purposes.join("; "),
    }
}

fn local(local: Local) -> LocalRow {
    let role = match local.role {
        Some(Role::Server) => "servers",
        Some(Role::Agent) => "agents",
        None => "all nodes",
    };
    LocalRow { port: local.port, role, what: local.what }
}

fn reach_view(matrix: &Matrix) -> ReachView<'_> {
    let rows = matrix.rows.iter().map(|row| ReachRow { from: &row.from, own: &row.own, cells: &row.cells });
    ReachView { columns: &matrix.columns, rows: rows.collect() }
}

fn public(address: &PublicAddress) -> PublicRow<'_> {
    PublicRow { owner: &address.owner, address: address_or_new(address), end: if address.keep { "kept" } else { "deleted" } }
}

fn quota(line: &QuotaUse) -> QuotaRow {
    let share = match (line.used, line.limit) {
        (Some(used), Some(limit)) if limit > 0 => format!("{} %", used * 100 / limit),
        _ => NOTHING.to_owned(),
    };
    QuotaRow {
        resource: line.resource,
        used: line.used.map_or_else(|| "unknown: flavors not locked".to_owned(), |used| used.to_string()),
        limit: line.limit.map_or_else(|| "unknown or none".to_owned(), |limit| limit.to_string()),
        share,
    }
}
