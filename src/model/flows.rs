//! Every flow that may cross a security group: derived from the network plugin, RKE2's roles, balancers, access,
//! monitoring and backup. Rules are made from flows, so each rule has a reason and each flow a rule.
//!
//! Ports: RKE2's requirements, <https://docs.rke2.io/install/requirements>.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use super::pools::written_pools;
use super::ports::{API_SERVER, SUPERVISOR, is_administration};
use super::storage::CEPH_METRICS;
use super::{AllowedCidr, Balancer, BalancerPool, Direction, Flow, Input, Member, Network, Pool, Protocol, Remote, Role, SecurityGroup};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::network::{OPEN_ADMINISTRATION, RULE_PORTS};
use crate::source::environment::{Encapsulation, ExtraRule, MonitorType, Provider, RuleProtocol};

/// Key of the group that every node is in.
const NODE: &str = "node";
/// Key of the servers' group.
const SERVERS: &str = super::addresses::SERVERS;
/// Key of the bastion's group.
const BASTION: &str = "bastion";

/// One group for all nodes, one for each pool, one for the bastion, one for each further network.
pub(super) fn groups(input: &Input, network: &Network, pools: &[Pool]) -> Vec<SecurityGroup> {
    let named = |key: &str, description: String| SecurityGroup {
        key: key.to_owned(),
        name: format!("{}-{key}", input.environment.name.value),
        description,
    };
    let mut groups = vec![named(NODE, "every node".into())];
    groups.extend(pools.iter().map(|pool| match pool.role {
        Role::Server => named(&pool.key, "RKE2 servers: API, etcd".into()),
        Role::Agent => named(&pool.key, format!("agents of pool {}", pool.key)),
    }));
    groups.push(named(BASTION, "the bastion".into()));
    groups.extend(
        network.extra.iter().map(|extra| named(&extra.group, format!("ports on the network {}: nobody connects to them", extra.network))),
    );
    groups
}

pub(super) fn flows(
    input: &Input,
    network: &Network,
    groups: &[SecurityGroup],
    balancers: &[Balancer],
    findings: &mut Vec<Diagnostic>,
) -> Vec<Flow> {
    let mut table = Table::default();
    cluster(&mut table);
    network_plugin(&mut table, input.environment.kubernetes.encapsulation.value);
    let (from, to) = (input.environment.kubernetes.node_ports.from, input.environment.kubernetes.node_ports.to);
    table.group(NODE, Protocol::Tcp, (from, to), NODE, "Services of type NodePort");
    table.group(NODE, Protocol::Udp, (from, to), NODE, "Services of type NodePort");
    if input.environment.monitoring.is_some() {
        monitoring(&mut table, input);
    }
    behind_balancers(&mut table, network, balancers);
    access(&mut table, input, findings);
    for pool in written_pools(input.environment) {
        extra_rules(&mut table, &pool.key, pool.extra_rules, findings);
    }
    extra_rules(&mut table, BASTION, &input.environment.bastion.extra_rules, findings);
    for group in groups {
        table.add(
            &group.key,
            Direction::Egress,
            Protocol::Any,
            None,
            Remote::Anywhere,
            "Neutron's own rule of a new group: members may connect to anybody",
        );
    }
    table.0
}

/// Flows in the order in which they were derived; an equal one adds its purpose.
#[derive(Default)]
struct Table(Vec<Flow>);

impl Table {
    fn add(&mut self, group: &str, direction: Direction, protocol: Protocol, ports: Option<(u16, u16)>, remote: Remote, purpose: &str) {
        let same = |flow: &&mut Flow| {
            flow.group == group && flow.direction == direction && flow.protocol == protocol && flow.ports == ports && flow.remote == remote
        };
        if let Some(flow) = self.0.iter_mut().find(same) {
            if !flow.purposes.iter().any(|known| known == purpose) {
                flow.purposes.push(purpose.to_owned());
            }
            return;
        }
        self.0.push(Flow { group: group.to_owned(), direction, protocol, ports, remote, purposes: vec![purpose.to_owned()] });
    }

    fn group(&mut self, group: &str, protocol: Protocol, ports: (u16, u16), from: &str, purpose: &str) {
        self.add(group, Direction::Ingress, protocol, Some(ports), Remote::Group(from.to_owned()), purpose);
    }

    fn cidr(&mut self, group: &str, protocol: Protocol, ports: Option<(u16, u16)>, from: Ipv4Net, purpose: &str) {
        self.add(group, Direction::Ingress, protocol, ports, Remote::Cidr(from), purpose);
    }
}

/// What RKE2 itself needs, whatever the network plugin.
fn cluster(table: &mut Table) {
    table.group(NODE, Protocol::Tcp, (10250, 10250), NODE, "kubelet: logs, exec, metrics");
    table.group(SERVERS, Protocol::Tcp, (API_SERVER, API_SERVER), NODE, "Kubernetes API");
    table.group(SERVERS, Protocol::Tcp, (SUPERVISOR, SUPERVISOR), NODE, "RKE2 supervisor: nodes join and renew certificates");
    table.group(SERVERS, Protocol::Tcp, (2379, 2380), SERVERS, "etcd: clients and peers");
}

/// Calico: how packets travel, and its own daemons.
fn network_plugin(table: &mut Table, encapsulation: Encapsulation) {
    match encapsulation {
        Encapsulation::Vxlan => table.group(NODE, Protocol::Udp, (4789, 4789), NODE, "Calico: pods' packets in VXLAN"),
        Encapsulation::IpIp => {
            table.add(NODE, Direction::Ingress, Protocol::Number(4), None, Remote::Group(NODE.into()), "Calico: pods' packets in IP-in-IP");
            table.group(NODE, Protocol::Tcp, (179, 179), NODE, "Calico: routes by BGP");
        }
    }
    table.group(NODE, Protocol::Tcp, (5473, 5473), NODE, "Calico: Typha");
    table.group(NODE, Protocol::Tcp, (9098, 9099), NODE, "Calico: health of Typha and Felix");
}

/// Prometheus runs in a pod, so it comes from any node.
fn monitoring(table: &mut Table, input: &Input) {
    table.group(NODE, Protocol::Tcp, (9091, 9091), NODE, "metrics of Calico's Felix");
    table.group(NODE, Protocol::Tcp, (9100, 9100), NODE, "metrics of the node exporter");
    if input.environment.storage.cephfs.is_some() {
        table.group(NODE, Protocol::Tcp, (CEPH_METRICS, CEPH_METRICS), NODE, "metrics of the driver of CephFS");
    }
    table.group(NODE, Protocol::Tcp, (10249, 10249), NODE, "metrics of kube-proxy");
    table.group(SERVERS, Protocol::Tcp, (2381, 2381), NODE, "metrics of etcd");
    table.group(SERVERS, Protocol::Tcp, (10257, 10257), NODE, "metrics of kube-controller-manager");
    table.group(SERVERS, Protocol::Tcp, (10259, 10259), NODE, "metrics of kube-scheduler");
    table.group(SERVERS, Protocol::Tcp, (SUPERVISOR, SUPERVISOR), NODE, "metrics of RKE2's supervisor");
}

/// Members are reached, and probed, by amphorae in the subnet; OVN has no machine of its own and keeps clients' addresses.
fn behind_balancers(table: &mut Table, network: &Network, balancers: &[Balancer]) {
    for balancer in balancers {
        for pool in &balancer.pools {
            for member in &pool.members {
                let Some(group) = &member.pool else { continue };
                let protocol = member_protocol(pool.protocol);
                let port = |port: u16| Some((port, port));
                let purpose = format!("balancer {}: members of {}", balancer.key, pool.name);
                table.cidr(group, protocol, port(member.port), network.cidr, &purpose);
                if balancer.provider == Provider::Ovn {
                    for client in clients(balancer, &pool.name) {
                        table.cidr(group, protocol, port(member.port), client, &format!("{purpose}, clients keep their address"));
                    }
                }
                let (probe, probe_port) = probe(pool, member);
                if (probe, probe_port) != (protocol, port(member.port)) {
                    table.cidr(group, probe, probe_port, network.cidr, &format!("balancer {}: health of {}", balancer.key, pool.name));
                }
            }
        }
    }
}

/// What a health monitor asks a member by: it may be another protocol, or another port, than the service's own.
fn probe(pool: &BalancerPool, member: &Member) -> (Protocol, Option<(u16, u16)>) {
    let port = member.monitor_port.unwrap_or(member.port);
    match pool.monitor.kind {
        MonitorType::Ping => (Protocol::Icmp, None),
        MonitorType::UdpConnect => (Protocol::Udp, Some((port, port))),
        MonitorType::Sctp => (Protocol::Sctp, Some((port, port))),
        MonitorType::Http | MonitorType::Https | MonitorType::Tcp | MonitorType::TlsHello => (Protocol::Tcp, Some((port, port))),
    }
}

/// Clients of the listeners in front of a pool.
fn clients<'a>(balancer: &'a Balancer, pool: &'a str) -> impl Iterator<Item = Ipv4Net> + 'a {
    let listeners = balancer.listeners.iter().filter(move |listener| listener.default_pool.as_deref() == Some(pool));
    listeners.flat_map(|listener| &listener.allowed_cidrs).filter_map(|allowed| match allowed {
        AllowedCidr::Cidr(net) => Some(*net),
        AllowedCidr::Router => None,
    })
}

fn member_protocol(protocol: crate::source::environment::PoolProtocol) -> Protocol {
    use crate::source::environment::PoolProtocol;
    match protocol {
        PoolProtocol::Udp => Protocol::Udp,
        PoolProtocol::Sctp => Protocol::Sctp,
        PoolProtocol::Tcp | PoolProtocol::Http | PoolProtocol::Https | PoolProtocol::Proxy | PoolProtocol::ProxyV2 => Protocol::Tcp,
    }
}

/// Administrators reach the bastion, and through it the nodes.
fn access(table: &mut Table, input: &Input, findings: &mut Vec<Diagnostic>) {
    let access = &input.environment.access;
    for from in &access.from {
        let net = super::network::v4(from, findings);
        if net.prefix_len() == 0 && access.open_reason.is_none() {
            findings.push(
                Diagnostic::new(&OPEN_ADMINISTRATION, "the whole Internet may try to log in to the bastion")
                    .at(from.span, "")
                    .help("name the networks of administrators, or say why not in `access.openReason`"),
            );
        }
        table.cidr(BASTION, Protocol::Tcp, Some((22, 22)), net, "administrators: SSH");
    }
    table.group(NODE, Protocol::Tcp, (22, 22), BASTION, "administrators and strata apply, through the bastion: SSH");
    table.group(NODE, Protocol::Tcp, (22, 22), BASTION, "backup: the bastion fetches snapshots of etcd");
    table.group(SERVERS, Protocol::Tcp, (API_SERVER, API_SERVER), BASTION, "Kubernetes API, from the bastion");
    if let Some(backuppc) = &input.environment.backup.backuppc {
        let net = super::network::v4(&backuppc.from, findings);
        table.cidr(BASTION, Protocol::Tcp, Some((22, 22)), net, "BackupPC: SSH");
    }
}

fn extra_rules(table: &mut Table, group: &str, rules: &[ExtraRule], findings: &mut Vec<Diagnostic>) {
    for rule in rules {
        let net = super::network::v4(&rule.from, findings);
        let protocol = match rule.protocol.value {
            RuleProtocol::Tcp => Protocol::Tcp,
            RuleProtocol::Udp => Protocol::Udp,
            RuleProtocol::Icmp => Protocol::Icmp,
            RuleProtocol::Sctp => Protocol::Sctp,
        };
        let ports = ports(rule, findings);
        if net.addr() == Ipv4Addr::UNSPECIFIED && net.prefix_len() == 0 && ports.is_none_or(is_administration) && protocol != Protocol::Icmp
        {
            findings.push(
                Diagnostic::new(&OPEN_ADMINISTRATION, "a port of administration, open to the whole Internet")
                    .at(rule.from.span, "everybody")
                    .at(rule.port.map_or(rule.protocol.span, |at| at.span), "SSH, etcd, API or kubelet")
                    .help("name the networks that need it; administrators come through the bastion"),
            );
        }
        table.cidr(group, protocol, ports, net, &rule.reason);
    }
}

fn ports(rule: &ExtraRule, findings: &mut Vec<Diagnostic>) -> Option<(u16, u16)> {
    let mut wrong = |message: &str, help: &str| {
        let places = [rule.port, rule.to_port].into_iter().flatten().map(|at| at.span);
        let places: Vec<_> = if rule.port.or(rule.to_port).is_none() { vec![rule.protocol.span] } else { places.collect() };
        let finding = Diagnostic::new(&RULE_PORTS, message).help(help);
        findings.push(places.into_iter().fold(finding, |finding, span| finding.at(span, "")));
    };
    match (rule.protocol.value, rule.port, rule.to_port) {
        (RuleProtocol::Icmp, None, None) => None,
        (RuleProtocol::Icmp, ..) => {
            wrong("ICMP has no ports", "remove `port` and `toPort`");
            None
        }
        (_, None, _) => {
            wrong("a rule without a port opens all 65,535", "write `port`, and `toPort` for a range");
            None
        }
        (_, Some(from), to) => {
            let to = to.map_or(from.value, |to| to.value);
            if from.value == 0 || to < from.value {
                wrong("a range of ports that is empty or begins at 0", "`port` is the first, `toPort` the last");
            }
            Some((from.value, to.max(from.value)))
        }
    }
}
