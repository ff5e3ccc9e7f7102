//! What must hold for every environment: addresses, names, flows, and that an edit leaves everybody else alone.
//!
//! Environments are made from a seed, as text, so that the whole way from the file to the tree is under test. A small
//! generator of our own does it: what fails is shown as the two texts, which is all that shrinking would give.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::sync::OnceLock;

use serde_json::Value;
use strata::compile::{self, Compiled};
use strata::diagnostic::draw;
use strata::model::{Direction, Model, Pool, Protocol, Remote, Resolved, Role, local};
use strata::render::{self, Templates};
use strata::source::Sources;
use strata::source::load::Memory;
use strata::source::lock::Lock;
use strata::tree::Tree;

use crate::random::Random;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL5O7LqFzsLO10n6Ga/WzNfdESkL6ajGuAIB+8tf497F";

/// An agent pool of an environment under test.
#[derive(Clone)]
struct Agents {
    name: String,
    count: u64,
    flavor: &'static str,
    placement: &'static str,
}

/// An environment under test.
#[derive(Clone)]
pub(crate) struct Plan {
    cidr: &'static str,
    servers: u64,
    agents: Vec<Agents>,
    tenants: u64,
    listeners: u64,
    monitoring: bool,
    encapsulation: &'static str,
    zones: bool,
}

/// Names of which some begin with others: a file of `gpu-1` must not be taken for node 1 of `gpu`.
const NAMES: [&str; 7] = ["general", "gpu", "gpu-large", "g", "scratch", "storage", "batch"];

impl Plan {
    pub(crate) fn random(seed: u64) -> Self {
        let mut random = Random(seed);
        let pools = 1 + random.below(4);
        let agents = NAMES.iter().take(usize::try_from(pools).unwrap()).map(|name| Agents {
            name: (*name).to_owned(),
            count: 1 + random.below(9),
            flavor: random.of(&["m1.large", "m1.xlarge"]),
            placement: random.of(&["soft-anti-affinity", "any"]),
        });
        let agents = agents.collect();
        Plan {
            cidr: random.of(&["10.20.0.0/22", "10.20.8.0/23", "10.20.10.0/24", "10.20.0.0/16", "172.20.16.0/21"]),
            servers: random.of(&[3, 5]),
            agents,
            tenants: random.below(3),
            listeners: 1 + random.below(3),
            monitoring: random.chance(),
            encapsulation: random.of(&["VXLAN", "IPIP"]),
            zones: random.chance(),
        }
    }

    pub(crate) fn text(&self) -> String {
        let zones = if self.zones { ", zones: [a, b]" } else { "" };
        let mut text = format!(
            "apiVersion: strata/v1alpha1\nkind: Environment\nname: x\n\
             openstack: {{cloud: lab, externalNetwork: public, image: almalinux-9, volumeTypes: {{ssd: {{class: ssd}}}}, balancers: {{flavor: ha}}}}\n\
             network: {{cidr: {}, dns: [10.0.0.53], ntp: [10.0.0.1]}}\n\
             zones: {{a: {{compute: nova-a, volume: cinder-a}}, b: {{compute: nova-b}}}}\n\
             access: {{from: [192.0.2.0/24], administrators: [{{name: alice, keys: [\"{KEY}\"]}}]}}\n\
             kubernetes: {{version: v1.35.7+rke2r1, encapsulation: {}, api: {{name: api.example.org}}}}\n\
             servers: {{count: {}, flavor: m1.large, disk: {{type: ssd, size: 100Gi}}{zones}}}\n\
             bastion: {{flavor: m1.small, data: {{size: 50Gi}}}}\nagents:\n",
            self.cidr, self.encapsulation, self.servers
        );
        for Agents { name, count, flavor, placement } in &self.agents {
            writeln!(text, "  - {{name: {name}, count: {count}, flavor: {flavor}, disk: {{size: 100Gi}}, placement: {placement}{zones}}}")
                .unwrap();
        }
        let first = &self.agents[0].name;
        text.push_str("loadBalancers:\n  - name: ingress\n    listeners:\n");
        for number in 0..self.listeners {
            let (port, node_port) = (8000 + number, 30000 + number);
            writeln!(
                text,
                "      - {{name: l{number}, port: {port}, protocol: TCP, members: [{{agents: {first}, nodePort: {node_port}}}]}}"
            )
            .unwrap();
        }
        if self.tenants > 0 {
            text.push_str("tenants:\n");
        }
        for number in 0..self.tenants {
            let quota = "{requests: {cpu: 4, memory: 16Gi}, storage: 100Gi}";
            writeln!(text, "  - {{name: t{number}, groups: [lab/t{number}], namespaces: [{{name: t{number}, quota: {quota}}}]}}").unwrap();
        }
        if self.monitoring {
            text.push_str("monitoring: {prometheus: {retention: 30d, size: 200Gi}}\n");
        }
        text
    }
}

/// Those of the binary, read once: they cost more than all else here.
fn templates() -> &'static Templates {
    static TEMPLATES: OnceLock<Templates> = OnceLock::new();
    TEMPLATES.get_or_init(|| Templates::load(Vec::new(), &mut Sources::default()).value.unwrap())
}

fn repository(text: &str, lock: Option<&str>) -> Memory {
    let files = Memory::default().with("environments/x/environment.yaml", text);
    match lock {
        Some(lock) => files.with("environments/x/lock.yaml", lock),
        None => files,
    }
}

/// Room 2 alone, for what needs no tree.
fn resolved(text: &str) -> Resolved {
    let mut sources = Sources::default();
    let checked = compile::check(&repository(text, None), "x", &mut sources);
    let Some((_, resolved)) = checked.value else { panic!("{text}\n{}", draw::text(&checked.findings, &sources, false)) };
    resolved
}

/// Compiles a text with what lock.yaml holds.
fn try_compile(text: &str, lock: Option<&str>) -> Result<Compiled, String> {
    let mut sources = Sources::default();
    let checked = compile::compile(&repository(text, lock), "x", templates(), &mut sources);
    checked.value.ok_or_else(|| draw::text(&checked.findings, &sources, false))
}

pub(crate) fn compiled(text: &str, lock: Option<&str>) -> Compiled {
    try_compile(text, lock).unwrap_or_else(|findings| panic!("{text}\n{findings}"))
}

pub(crate) fn lock_text(compiled: &Compiled) -> String {
    render::write(&serde_json::to_value(&compiled.lock).unwrap())
}

fn nodes(model: &Model) -> impl Iterator<Item = (String, Ipv4Addr)> + '_ {
    model.pools.iter().flat_map(|pool| &pool.nodes).map(|node| (node.name.clone(), node.address))
}

/// Everything with a fixed address, by name.
fn addresses(model: &Model, lock: &Lock) -> BTreeMap<String, Ipv4Addr> {
    let vips = lock.addresses.balancers.iter().map(|(key, address)| (format!("vip {key}"), address.to_string().parse().unwrap()));
    let single = [("bastion".to_owned(), model.bastion.address), ("gateway".to_owned(), model.network.gateway)];
    nodes(model).chain(vips).chain(single).collect()
}

#[test]
fn nobody_shares_an_address_or_takes_one_of_neutrons() {
    for seed in 0..100 {
        let plan = Plan::random(seed);
        let Resolved { model, lock } = resolved(&plan.text());
        let network = &model.network;
        let addresses = addresses(&model, &lock);
        let distinct: BTreeSet<Ipv4Addr> = addresses.values().copied().collect();
        assert_eq!(distinct.len(), addresses.len(), "{}\n{addresses:?}", plan.text());
        for (who, address) in &addresses {
            assert!(
                network.cidr.contains(address) && *address != network.cidr.network() && *address != network.cidr.broadcast(),
                "{who} {address}"
            );
            assert!(!network.dynamic.contains(address), "{who} {address} is Neutron's");
        }
        let blocks: Vec<_> = model.pools.iter().map(|pool| pool.block).collect();
        for (at, block) in blocks.iter().enumerate() {
            assert!(blocks[at + 1..].iter().all(|other| !block.contains(other) && !other.contains(block)), "{blocks:?}");
        }
    }
}

#[test]
fn compiling_again_with_what_was_recorded_changes_nothing() {
    for seed in 0..4 {
        let text = Plan::random(seed).text();
        let first = compiled(&text, None);
        let second = compiled(&text, Some(&lock_text(&first)));
        assert_eq!(lock_text(&first), lock_text(&second), "{text}");
        assert_eq!(files(&first.tree), files(&second.tree), "{text}");
    }
}

/// An edit of one thing, and the pool that it is about.
type Edit = (&'static str, Plan, Option<String>);

fn edits(plan: &Plan, random: &mut Random) -> Vec<Edit> {
    let at = usize::try_from(random.below(plan.agents.len() as u64)).unwrap();
    let pool = plan.agents[at].name.clone();
    let edit = |change: &dyn Fn(&mut Plan)| {
        let mut edited = plan.clone();
        change(&mut edited);
        edited
    };
    let new = NAMES[plan.agents.len()];
    let added = Agents { name: new.to_owned(), count: 3, flavor: "m1.large", placement: "any" };
    let mut edits = vec![
        ("one node more", edit(&|plan| plan.agents[at].count += 1), Some(pool.clone())),
        ("another flavor", edit(&|plan| plan.agents[at].flavor = "m1.2xlarge"), Some(pool.clone())),
        ("another placement", edit(&|plan| plan.agents[at].placement = "anti-affinity"), Some(pool.clone())),
        ("a pool more, behind", edit(&|plan| plan.agents.push(added.clone())), Some(new.to_owned())),
        (
            "a pool more, in front of the last",
            edit(&|plan| plan.agents.insert(plan.agents.len().max(2) - 1, added.clone())),
            Some(new.to_owned()),
        ),
        ("a tenant more", edit(&|plan| plan.tenants += 1), None),
        ("a listener more", edit(&|plan| plan.listeners += 1), None),
    ];
    if plan.agents[at].count > 1 {
        edits.push(("one node less", edit(&|plan| plan.agents[at].count -= 1), Some(pool.clone())));
    }
    // Listeners name the first pool.
    if at > 0 {
        edits.push(("a pool less", edit(&|plan| drop(plan.agents.remove(at))), Some(pool)));
    }
    if plan.tenants > 0 {
        edits.push(("a tenant less", edit(&|plan| plan.tenants -= 1), None));
    }
    edits
}

fn files(tree: &Tree) -> BTreeMap<String, String> {
    tree.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// The files that are a pool's own.
fn own_files(compiled: &Compiled, pool: &Pool) -> BTreeMap<String, String> {
    let stem = if pool.role == Role::Server { "server" } else { &pool.key };
    let nodes = pool.nodes.iter().map(|node| format!("openstack/nodes/{stem}-{}.env.yaml", node.ordinal));
    let paths = nodes.chain([format!("openstack/nodes/{stem}.yaml"), format!("openstack/user-data/{stem}.yaml")]);
    paths.map(|path| (path.clone(), compiled.tree.get(&path).unwrap_or_else(|| panic!("no {path}")).to_owned())).collect()
}

#[test]
fn an_edit_of_one_thing_leaves_everything_else_alone() {
    for seed in 0..6 {
        let plan = Plan::random(seed);
        let before = compiled(&plan.text(), None);
        let lock = lock_text(&before);
        for (what, edited, about) in edits(&plan, &mut Random(seed)) {
            let after = match try_compile(&edited.text(), Some(&lock)) {
                Ok(after) => after,
                // The smallest subnets are full at some point, and it says so.
                Err(findings) => {
                    assert!(
                        findings.contains("[no-room]") || findings.contains("[block-too-small]"),
                        "{what}\n{}\n{findings}",
                        edited.text()
                    );
                    continue;
                }
            };
            let told = || format!("{what}\n{}\n{}", plan.text(), edited.text());
            nobody_moved(&before, &after, &told());
            for pool in before.model.pools.iter().filter(|pool| Some(&pool.key) != about.as_ref()) {
                let same = after
                    .model
                    .pools
                    .iter()
                    .find(|other| other.key == pool.key)
                    .unwrap_or_else(|| panic!("{} is gone: {}", pool.key, told()));
                assert_eq!(own_files(&before, pool), own_files(&after, same), "{}", told());
            }
            if what.starts_with("a tenant") {
                let openstack = |compiled: &Compiled| {
                    files(&compiled.tree).into_iter().filter(|(path, _)| path.starts_with("openstack/")).collect::<Vec<_>>()
                };
                assert_eq!(openstack(&before), openstack(&after), "{}", told());
            }
            nothing_renamed(&before, &after, what, about.as_deref());
        }
    }
}

/// Who is there before and after has one address.
fn nobody_moved(before: &Compiled, after: &Compiled, told: &str) {
    let after = addresses(&after.model, &after.lock);
    for (who, address) in addresses(&before.model, &before.lock) {
        assert!(after.get(&who).is_none_or(|now| *now == address), "{who} moved from {address} to {:?}: {told}", after.get(&who));
    }
}

/// Resources of the network stack keep their name and content; only what the edit adds or takes away differs.
fn nothing_renamed(before: &Compiled, after: &Compiled, what: &str, about: Option<&str>) {
    let after = resources(after);
    for (name, resource) in resources(before) {
        // A pool that goes takes its groups and their rules with it, and another placement is another server group.
        let gone = what == "a pool less" || what == "another placement" && about.is_some_and(|pool| name == format!("server_group_{pool}"));
        match after.get(&name) {
            Some(now) => assert!(*now == resource || gone, "{what}: {name} changed"),
            None => assert!(gone, "{what}: {name} is gone"),
        }
    }
}

pub(crate) fn document(compiled: &Compiled, path: &str) -> Value {
    render::read::full(compiled.tree.get(path).unwrap()).unwrap().remove(0)
}

fn resources(compiled: &Compiled) -> BTreeMap<String, Value> {
    let document = document(compiled, "openstack/network.yaml");
    document["resources"].as_object().unwrap().iter().map(|(name, resource)| (name.clone(), resource.clone())).collect()
}

#[test]
fn each_flow_has_one_rule_and_each_rule_one_flow() {
    for seed in 0..6 {
        let compiled = compiled(&Plan::random(seed).text(), None);
        let resources = resources(&compiled);
        let mut rules: BTreeMap<&String, &Value> =
            resources.iter().filter(|(_, resource)| resource["type"] == "OS::Neutron::SecurityGroupRule").collect();
        let table = document(&compiled, "openstack/flows.yaml");
        let rows = table["flows"].as_array().unwrap();
        assert!(!rules.is_empty() && !rows.is_empty());
        for row in rows {
            let Some(name) = row["rule"].as_str() else {
                // Neutron makes these two of each group by itself.
                assert_eq!((row["direction"].as_str(), row.get("remote").and_then(Value::as_str)), (Some("egress"), None), "{row}");
                continue;
            };
            let rule = rules.remove(&name.to_owned()).unwrap_or_else(|| panic!("{name} has no rule, or two flows: {row}"));
            let properties = &rule["properties"];
            let group = |of: &Value| resources[of["get_resource"].as_str().unwrap()]["properties"]["name"].clone();
            assert_eq!(row["group"], group(&properties["security_group"]), "{name}");
            assert_eq!(row["direction"], properties["direction"], "{name}");
            assert_eq!(row["protocol"], properties["protocol"], "{name}");
            let port = |key: &str| row.get(key).filter(|port| !port.is_null());
            assert_eq!(port("from_port"), properties.get("port_range_min"), "{name}");
            assert_eq!(port("to_port"), properties.get("port_range_max"), "{name}");
            let remote = properties.get("remote_group").map_or_else(|| properties["remote_ip_prefix"].clone(), group);
            assert_eq!(row["remote"], remote, "{name}");
            assert!(row["purposes"].as_array().is_some_and(|purposes| !purposes.is_empty()), "{name} is for nothing");
        }
        assert!(rules.is_empty(), "rules without a flow: {:?}", rules.keys());
    }
}

/// What may be open: group, protocol, ports, from whom.
type Open = (&'static str, Protocol, Option<(u16, u16)>, String);

/// Written from RKE2's list of ports, <https://docs.rke2.io/install/requirements#networking>, and not from the code.
fn required(encapsulation: &str) -> BTreeSet<Open> {
    let tcp = |group, port, from: &str| (group, Protocol::Tcp, Some((port, port)), from.to_owned());
    let mut open = BTreeSet::from([
        tcp("servers", 6443, "node"),
        tcp("servers", 9345, "node"),
        tcp("node", 10250, "node"),
        tcp("node", 5473, "node"),
        ("servers", Protocol::Tcp, Some((2379, 2380)), "servers".to_owned()),
        ("node", Protocol::Tcp, Some((9098, 9099)), "node".to_owned()),
        ("node", Protocol::Tcp, Some((30000, 32767)), "node".to_owned()),
        ("node", Protocol::Udp, Some((30000, 32767)), "node".to_owned()),
        // Administrators: to the bastion, and from there.
        tcp("bastion", 22, "192.0.2.0/24"),
        tcp("node", 22, "bastion"),
        tcp("servers", 6443, "bastion"),
    ]);
    if encapsulation == "IPIP" {
        open.extend([("node", Protocol::Number(4), None, "node".to_owned()), tcp("node", 179, "node")]);
    } else {
        open.insert(("node", Protocol::Udp, Some((4789, 4789)), "node".to_owned()));
    }
    open
}

/// Beside what is required: amphorae in the subnet reach, and probe, the members behind them.
fn behind_balancers(plan: &Plan, cidr: &str) -> BTreeSet<Open> {
    let pool: &'static str = NAMES.iter().find(|name| **name == plan.agents[0].name).unwrap();
    let tcp = |group, port| (group, Protocol::Tcp, Some((port, port)), cidr.to_owned());
    let listeners = (0..plan.listeners).map(|number| tcp(pool, 30000 + u16::try_from(number).unwrap()));
    listeners.chain([tcp("servers", 6443), tcp("servers", 9345)]).collect()
}

#[test]
fn required_ports_are_open_and_nothing_else() {
    for seed in 0..60 {
        let plan = Plan { monitoring: false, ..Plan::random(seed) };
        let model = resolved(&plan.text()).model;
        let required = required(plan.encapsulation);
        let allowed: BTreeSet<Open> = required.union(&behind_balancers(&plan, plan.cidr)).cloned().collect();
        let mut open = BTreeSet::new();
        for flow in model.flows.iter().filter(|flow| flow.direction == Direction::Ingress) {
            let remote = match &flow.remote {
                Remote::Group(key) => key.clone(),
                Remote::Cidr(net) => net.to_string(),
                Remote::Anywhere => "anywhere".to_owned(),
            };
            let found = allowed
                .iter()
                .find(|known| (known.0, known.1, known.2, &known.3) == (flow.group.as_str(), flow.protocol, flow.ports, &remote));
            open.insert(found.cloned().unwrap_or_else(|| panic!("nobody needs {flow:?}")));
        }
        assert!(open.is_superset(&required), "closed: {:?}", required.difference(&open));
        let others = model.flows.iter().filter(|flow| flow.direction == Direction::Egress);
        assert!(others.into_iter().all(|flow| flow.remote == Remote::Anywhere), "nothing else restricts what goes out");
    }
}

/// Scraping comes on top, and goes with monitoring.
#[test]
fn monitoring_opens_its_ports_to_nodes_alone() {
    let plan = |monitoring| Plan { monitoring, ..Plan::random(7) };
    let flows = |plan: &Plan| resolved(&plan.text()).model.flows;
    let without = flows(&plan(false));
    let added: Vec<_> = flows(&plan(true)).into_iter().filter(|flow| !without.contains(flow)).collect();
    let ports: BTreeSet<_> = added.iter().filter_map(|flow| flow.ports).map(|(from, _)| from).collect();
    assert_eq!(ports, BTreeSet::from([2381, 9091, 9100, 9345, 10249, 10257, 10259]));
    assert!(added.iter().all(|flow| flow.remote == Remote::Group("node".into())), "{added:?}");
}

/// What listens everywhere is a flow, what listens on loopback is in the other table; metrics move from one to the other.
#[test]
fn each_listener_is_a_flow_or_local() {
    let roles: [(u16, &[&str]); 4] = [(2381, &["servers"]), (10249, &["node"]), (10257, &["servers"]), (10259, &["servers"])];
    for seed in 0..40 {
        let plan = Plan::random(seed);
        let model = resolved(&plan.text()).model;
        let open = |port: u16, group: &str| {
            let ingress = model.flows.iter().filter(|flow| flow.direction == Direction::Ingress && flow.protocol == Protocol::Tcp);
            ingress.into_iter().any(|flow| flow.group == group && flow.ports.is_some_and(|(from, to)| from <= port && port <= to))
        };
        let local = local::listeners(&model.kubernetes);
        for (port, groups) in roles {
            let on_loopback = local.iter().any(|local| local.port == port);
            assert_eq!(on_loopback, !plan.monitoring, "{port}");
            assert!(groups.iter().all(|group| open(port, group) != on_loopback), "{port} is both, or neither");
        }
        for listener in &local {
            // RKE2 asks for these two, though nothing listens there.
            let asked = matches!(listener.port, 9098 | 9099);
            let group = if listener.role == Some(Role::Server) { "servers" } else { "node" };
            assert_eq!(open(listener.port, group), asked, "{listener:?}");
        }
    }
}

/// The two findings about the size of user data: in `tests/diagnostics` they would be 40 KB of keys.
#[test]
fn user_data_is_measured() {
    let plan = Plan::random(1).text();
    let with_keys = |count: usize| {
        let keys: Vec<String> = (0..count).map(|number| format!("\"{KEY} administrator-{number:04}@example.org\"")).collect();
        plan.replace(&format!("[\"{KEY}\"]"), &format!("[{}]", keys.join(", ")))
    };
    let codes = |text: &str| {
        let mut sources = Sources::default();
        let checked = compile::compile(&repository(text, None), "x", templates(), &mut sources);
        checked.findings.iter().map(|finding| (finding.code.name, finding.help.is_some(), finding.labels.len())).collect::<BTreeSet<_>>()
    };
    assert!(codes(&with_keys(350)).contains(&("user-data-large", true, 1)));
    assert!(codes(&with_keys(600)).contains(&("user-data-too-large", true, 1)));
    assert!(codes(&with_keys(20)).iter().all(|(name, ..)| !name.starts_with("user-data")));
}
