use super::*;
use crate::compile::check;
use crate::model::{AllowedCidr, Balancer, BalancerPool, Listener, Member, Monitor};
use crate::source::Sources;
use crate::source::environment::{Algorithm, ListenerProtocol, MonitorType, PoolProtocol, Provider};
use crate::source::load::Memory;

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOmLPFidKoiWO5MIEJKhWlReN4z8vO4C9C7vJBni1QJ4 admin@example.org";

/// Twelve pools with long names, some in zones, and four extra networks.
fn environment(first: usize) -> String {
    use std::fmt::Write as _;
    let mut text = format!(
        "apiVersion: strata/v1alpha1\nkind: Environment\nname: extreme\n\
        openstack: {{cloud: c, externalNetwork: the-external-network-of-a-whole-institute, image: debian-13, volumeTypes: {{ssd: {{class: ssd}}}}, balancers: {{flavor: ha}}}}\n\
        network: {{cidr: 10.120.0.0/16, pods: 10.160.0.0/13, extra: [{{name: s, network: ceph}}, {{name: t, network: tape, pools: [pool-3]}}, {{name: u, network: u}}, {{name: v, network: v}}]}}\n\
        zones: {{a: {{compute: a-zone-with-a-very-long-name-indeed}}, b: {{compute: nova-b}}, c: {{compute: nova-c}}, d: {{compute: nova-d}}}}\n\
        access: {{from: [192.0.2.0/24], administrators: [{{name: admin, keys: [\"{KEY}\"]}}]}}\n\
        kubernetes: {{version: v1.35.7+rke2r1, api: {{name: api.example.org}}}}\n\
        servers: {{flavor: f, disk: {{type: ssd, size: 100Gi}}, zones: [a, b]}}\n\
        bastion: {{flavor: f, data: {{size: 50Gi}}}}\nagents:\n"
    );
    for at in 0..12 {
        let name = if at % 4 == 1 { format!("a-pool-with-a-very-long-name-{at}") } else { format!("pool-{at}") };
        let (count, zones) = (if at == 0 { first } else { 1 + 7 * at }, ["", "a", "a, b", "a, b, c, d"][at % 4]);
        let _ = writeln!(
            text,
            "  - {{name: {name}, count: {count}, addresses: 10.120.{}.0/24, flavor: a-flavor-with-a-long-name, disk: {{type: ssd, size: 100Gi}}, zones: [{zones}]}}",
            40 + at
        );
    }
    text
}

/// The environment's model, with five balancers before its pools.
fn model(first: usize) -> Model {
    let files = Memory::default().with("environments/extreme/environment.yaml", environment(first));
    let checked = check(&files, "extreme", &mut Sources::default());
    let findings: Vec<String> = checked.findings.iter().map(|finding| finding.message.clone()).collect();
    let (_, resolved) = checked.value.unwrap_or_else(|| panic!("{findings:#?}"));
    let mut model = resolved.model;
    let pools: Vec<String> = model.pools.iter().map(|pool| pool.key.clone()).collect();
    model.balancers = vec![
        balancer("api", &pools[..1], 2),
        balancer("a-balancer-with-a-very-long-name", &pools[1..4], 9),
        balancer("c", &pools[2..], 1),
        balancer("d", &pools[2..9], 3),
        balancer("e", &pools[4..], 1),
    ];
    model
}

fn balancer(key: &str, pools: &[String], listeners: u16) -> Balancer {
    let member = |pool: &String| Member {
        name: format!("{pool}-0"),
        address: [10, 120, 0, 9].into(),
        in_subnet: true,
        pool: Some(pool.clone()),
        port: 30443,
        weight: 1,
        backup: false,
        monitor_port: None,
    };
    let monitor = Monitor { kind: MonitorType::Tcp, delay: 5, timeout: 3, max_retries: 2, max_retries_down: 3, http: None };
    let pool = BalancerPool {
        name: "p".into(),
        protocol: PoolProtocol::Tcp,
        algorithm: Algorithm::RoundRobin,
        persistence: None,
        members: pools.iter().map(member).collect(),
        monitor,
    };
    let listener = |port: u16| Listener {
        name: format!("l{port}"),
        port: 60000 + port,
        protocol: ListenerProtocol::TerminatedHttps,
        default_pool: Some("p".into()),
        allowed_cidrs: vec![AllowedCidr::Cidr("198.51.100.0/24".parse().unwrap()), AllowedCidr::Cidr("203.0.113.128/25".parse().unwrap())],
        connection_limit: -1,
        timeout_client_data: 0,
        timeout_member_connect: 0,
        timeout_member_data: 0,
        timeout_tcp_inspect: 0,
        insert_headers: std::collections::BTreeMap::new(),
        tls: None,
        policies: Vec::new(),
    };
    Balancer {
        key: key.into(),
        name: key.into(),
        description: String::new(),
        vip: [10, 120, 0, 8].into(),
        provider: Provider::Amphora,
        flavor: None,
        availability_zone: None,
        listeners: (0..listeners).map(listener).collect(),
        pools: vec![pool],
    }
}

/// Left, top, right, bottom.
type Area = (i32, i32, i32, i32);

fn area(frame: &Frame) -> Area {
    (frame.x, frame.y, frame.x + frame.width, frame.y + frame.height)
}

/// Where a text stands, as narrow readers draw it.
fn place(label: &Label) -> Area {
    let size = match label.class {
        "title" => 20,
        "name" => 12,
        _ => 11,
    };
    let width = text::width(&label.text, size);
    let left = label.x
        - match label.anchor {
            "end" => width,
            "middle" => width / 2,
            _ => 0,
        };
    (left, label.y - size * 8 / 10, left + width, label.y + 2)
}

fn meet(one: Area, other: Area) -> bool {
    one.0 < other.2 && other.0 < one.2 && one.1 < other.3 && other.1 < one.3
}

fn inside(inner: Area, outer: Area) -> bool {
    outer.0 <= inner.0 && outer.1 <= inner.1 && inner.2 <= outer.2 && inner.3 <= outer.3
}

#[test]
fn no_boxes_overlap_however_long_the_names_are() {
    let (scene, height) = draw(&model(30));
    let all: Vec<&Frame> = scene.containers.iter().chain(&scene.frames).collect();
    for (at, one) in all.iter().enumerate() {
        assert!(inside(area(one), (0, 0, WIDTH, height)), "{one:?}");
        for other in &all[at + 1..] {
            let (a, b) = (area(one), area(other));
            assert!(!meet(a, b) || inside(a, b) || inside(b, a), "{one:?} {other:?}");
        }
    }
}

#[test]
fn no_text_runs_over_another_or_out_of_the_picture() {
    let (scene, height) = draw(&model(30));
    for (at, one) in scene.labels.iter().enumerate() {
        assert!(inside(place(one), (0, 0, WIDTH, height)), "{one:?}");
        for other in &scene.labels[at + 1..] {
            assert!(!meet(place(one), place(other)), "{one:?} {other:?}");
        }
    }
}

#[test]
fn one_node_more_moves_nothing_else() {
    let ((before, _), (after, _)) = (draw(&model(3)), draw(&model(4)));
    let (before, after): (Vec<Area>, Vec<Area>) = (before.frames.iter().map(area).collect(), after.frames.iter().map(area).collect());
    assert_eq!(after.len(), before.len() + 1);
    assert!(before.iter().all(|frame| after.contains(frame)));
}
