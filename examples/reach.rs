//! Two things for developers:
//!
//!     cargo run --release --example reach -- speed        how long the whole table of each environment takes, rules for 1, 10, 100 tenants
//!     cargo run --release --example reach -- cases FILE   answers to the cases of tests/labs/reach/generate.py, one line a flow

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a tool of developers")]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde_json::Value;
use strata::compile::{self, Compiled};
use strata::reach::{By, Cluster, Packet, Peer, Pod, Reach, Verdict};
use strata::render::{Templates, read};
use strata::source::Sources;
use strata::source::disk::Disk;
use strata::source::load::{self, Files, Memory};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["speed"] => speed(),
        ["cases", file] => cases(&serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()),
        other => panic!("speed, or cases FILE; not {other:?}"),
    }
}

// --- speed ----------------------------------------------------------------------------------------------

fn compiled(files: &dyn Files, name: &str) -> Compiled {
    let mut sources = Sources::default();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let checked = compile::compile(files, name, &templates, &mut sources);
    checked.value.unwrap_or_else(|| panic!("{name}: {:?}", checked.findings))
}

fn documents(compiled: &Compiled) -> Vec<(String, Vec<Value>)> {
    let platform = compiled.tree.iter().filter(|(path, _)| path.starts_with("platform/"));
    platform.map(|(path, text)| (path.to_owned(), read::read(text).unwrap())).collect()
}

/// The shortest of many runs: what the machine does beside it is not ours.
fn shortest<T>(mut run: impl FnMut() -> T) -> f64 {
    let one = |_| {
        let start = Instant::now();
        std::hint::black_box(run());
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..50).map(one).fold(f64::INFINITY, f64::min)
}

fn table(name: &str, compiled: &Compiled) {
    let documents = documents(compiled);
    let files = || documents.iter().map(|(path, documents)| (path.as_str(), documents.as_slice()));
    let cluster = Cluster::of(&compiled.model);
    let read = shortest(|| Reach::new(cluster.clone(), files()));
    let reach = Reach::new(cluster.clone(), files());
    let names: Vec<&str> = compiled.model.namespaces.iter().map(|namespace| namespace.name.as_str()).collect();
    let table = shortest(|| reach.matrix(names.iter().copied()));
    let rules = |of: &str| reach.policies().filter(|policy| policy.path.starts_with(of)).map(rules_of).sum::<usize>();
    println!(
        "{name}: {} namespaces, {} policies; calico-policies {} rules, all {} rules; read {read:.2} ms, table {table:.2} ms",
        names.len(),
        reach.policies().count(),
        rules("platform/calico-policies/"),
        rules("platform/"),
    );
}

fn rules_of(policy: &strata::reach::Policy) -> usize {
    policy.ingress.iter().chain(&policy.egress).map(Vec::len).sum()
}

fn speed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let disk = Disk::new(root).unwrap();
    for name in load::names(&disk).unwrap() {
        table(&name, &compiled(&disk, &name));
    }
    for count in [1, 10, 100] {
        table(&format!("{count} tenants"), &compiled(&tenants(root, count), "x"));
    }
}

/// The base of the tests' environments with tenants, and with policies of the platform's own.
fn tenants(root: &Path, count: usize) -> Memory {
    let base = std::fs::read_to_string(root.join("tests/diagnostics/base.yaml")).unwrap();
    let lock = std::fs::read_to_string(root.join("tests/diagnostics/lock.yaml")).unwrap();
    let files = Memory::default()
        .with("environments/base.yaml", base)
        .with("environments/x/environment.yaml", "name: x\nextends: ../base.yaml\nmonitoring: {prometheus: {size: 1Gi}}\n")
        .with("environments/x/lock.yaml", lock);
    (0..count).fold(files, |files, number| {
        let text = format!("name: t{number}\nnamespaces:\n  - {{name: t{number}, quota: {{requests: {{cpu: 10m, memory: 1Mi}}}}}}\n");
        files.with(format!("environments/x/tenants/t{number}.yaml"), text)
    })
}

// --- cases ----------------------------------------------------------------------------------------------

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn number(value: &Value) -> u16 {
    u16::try_from(value.as_u64().unwrap()).unwrap()
}

fn protocol(value: &Value) -> u8 {
    u8::try_from(number(value)).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

fn cases(worlds: &Value) {
    for (at, world) in list(worlds).iter().enumerate() {
        let member = |member: &Value| (text(&member[0]).parse().unwrap(), protocol(&member[1]), number(&member[2]));
        let services = world["services"].as_object().unwrap().iter().map(|(name, members)| {
            let (namespace, name) = name.split_once('/').unwrap();
            ((namespace.to_owned(), name.to_owned()), list(members).iter().map(member).collect())
        });
        let cluster = Cluster {
            pods: "10.42.0.0/16".parse().unwrap(),
            services: "10.43.0.0/16".parse().unwrap(),
            subnet: "10.20.0.0/22".parse().unwrap(),
            servers: Vec::new(),
            agents: Vec::new(),
            behind: services.collect(),
            cis: false,
            controller: None,
        };
        let reach = Reach::new(cluster, [("cases", list(&world["documents"]))]);
        assert!(reach.troubles.is_empty(), "world {at}: {:?}", reach.troubles);
        let pods: BTreeMap<String, (std::net::Ipv4Addr, Pod)> = list(&world["pods"]).iter().map(|pod| one(&reach, pod)).collect();
        for (flow_at, flow) in list(&world["flows"]).iter().enumerate() {
            let peer = |end: &Value| match pods.get(end.as_str().unwrap()) {
                Some((address, pod)) => Peer { address: *address, pod: Some(pod) },
                None => Peer { address: text(end).parse().unwrap(), pod: None },
            };
            let packet = Packet {
                protocol: protocol(&flow["protocol"]),
                source_port: number(&flow["sourcePort"]),
                port: flow["port"].as_u64().map(|port| u16::try_from(port).unwrap()),
                icmp: (protocol(&flow["icmp"][0]), protocol(&flow["icmp"][1])),
            };
            let judged = reach.route(peer(&flow["from"]), peer(&flow["to"])).judge(&packet);
            println!("{at} {flow_at} egress={} ingress={}", words(&judged.egress), words(&judged.ingress));
        }
    }
}

fn one(reach: &Reach, pod: &Value) -> (String, (std::net::Ipv4Addr, Pod)) {
    let labels = pod["labels"].as_object().unwrap().iter().map(|(key, value)| (key.clone(), text(value))).collect();
    let ports = list(&pod["ports"]).iter().map(|port| (text(&port[0]), protocol(&port[1]), number(&port[2]))).collect();
    let made = reach.pod(pod["namespace"].as_str().unwrap(), labels, pod["account"].as_str().unwrap(), ports);
    (text(&pod["name"]), (text(&pod["address"]).parse().unwrap(), made))
}

/// As the judge in Go says it. Calico merges and sorts the rules of Kubernetes' policies, so their numbers are not compared.
fn words(verdict: &Verdict) -> String {
    let verb = if verdict.allowed { "allow" } else { "deny" };
    match verdict.by {
        By::Rule(policy, _) if policy.tie.contains("/knp.default.") => format!("{verb}:{}:{}:-", policy.tier, policy.tie),
        By::Rule(policy, number) => format!("{verb}:{}:{}:{number}", policy.tier, policy.tie),
        By::EndOfTier(tier, _) => format!("{verb}:{}:end:-", tier.name),
        By::NoPolicy => format!("{verb}:-:profile:-"),
        By::NoEndpoint => format!("{verb}:-:none:-"),
    }
}
