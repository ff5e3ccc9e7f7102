//! Pools: a row for each, its nodes in one line, in columns by zone where there are zones.

use super::balancers::{self, Drawn, down, joins, steps};
use super::outside::{EXTRA, SSH, STORAGE, extra_lane, extra_top, subnet_bottom};
use super::scene::Scene;
use super::text::{self, fit, fit_before};
use super::{POOLS, SSH_LANE};
use crate::backend::documents::words::{boot_disk, count, list, taint, volume};
use crate::model::{BootDisk, Model, Node, Pool, Role};

/// How many pools are drawn.
const DRAWN: usize = 20;
/// Between two of them.
const GAP: i32 = 14;
/// A node, and the gap to the next.
const NODE: (i32, i32, i32) = (105, 36, 6);
/// The place that says how many more there are.
const MORE: i32 = 60;
/// Room of a line that balancers share, and theirs.
const SHARED: i32 = 560;
const PORTS: i32 = 200;
/// How many columns of zones there are at most.
const ZONES: usize = 6;

/// Draws every pool, and the lines to them. Gives the bottom.
pub(super) fn draw(scene: &mut Scene, model: &Model, drawn: &Drawn) -> i32 {
    let mut y = drawn.bottom;
    let mut tops = Vec::new();
    for pool in model.pools.iter().take(DRAWN) {
        tops.push((pool, y));
        let entered = drawn.lanes.iter().filter(|lane| !balancers::ports(lane.balancer, &pool.key).is_empty()).count();
        y += one(scene, pool, y, entered) + GAP;
    }
    if model.pools.len() > DRAWN {
        scene.label("text", (POOLS.0, y + 4), format!("and {} more pools", model.pools.len() - DRAWN));
        y += 16;
    }
    let bottom = y - GAP;
    lines(scene, model, drawn, &tops, subnet_bottom(bottom));
    bottom
}

/// One pool, which so many balancers reach; gives its height.
fn one(scene: &mut Scene, pool: &Pool, y: i32, entered: usize) -> i32 {
    let zones = zones(pool);
    let height = if zones.is_empty() { 92 } else { 116 };
    let (class, node_class) = if pool.role == Role::Server { ("servers", "server") } else { ("agents", "agent") };
    scene.frame(class, (POOLS.0, y), (POOLS.1 - POOLS.0, height), None);
    let what = match pool.role {
        Role::Server => count(pool.nodes.len(), "server", "servers"),
        Role::Agent => count(pool.nodes.len(), "agent", "agents"),
    };
    let title = if pool.role == Role::Server { "Servers".to_owned() } else { format!("Agents {}", pool.key) };
    scene.label("name", (POOLS.0 + 12, y + 19), fit(&title, SHARED, 12));
    let room = if entered > 1 { SHARED } else { POOLS.1 - POOLS.0 - 24 };
    scene.label("text", (POOLS.0 + 12, y + 35), fit(&facts(pool, what), room, 11));
    if zones.is_empty() {
        nodes(scene, node_class, pool, &pool.nodes.iter().collect::<Vec<_>>(), (POOLS.0 + 12, y + 46), POOLS.1 - POOLS.0 - 24);
    } else {
        columns(scene, node_class, pool, &zones, y + 44);
    }
    height
}

fn facts(pool: &Pool, what: String) -> String {
    let placement = pool.server_group.as_ref().map_or("any host", |group| group.policy);
    let etcd = pool.etcd_disk.as_ref().map(|etcd| format!("etcd on {}", volume(etcd)));
    let taints = pool.taints.iter().filter(|_| pool.role == Role::Agent).map(taint);
    let disk = if pool.disk == BootDisk::Local { "local disk".to_owned() } else { boot_disk(&pool.disk) };
    let fixed = [what, pool.flavor.clone(), disk];
    list(fixed.into_iter().chain(etcd).chain([placement.to_owned(), pool.block.to_string()]).chain(taints))
}

/// Zones in the order in which nodes meet them, each with its nodes; what is too much is one column together.
fn zones(pool: &Pool) -> Vec<(String, Vec<&Node>)> {
    let mut zones: Vec<(String, Vec<&Node>)> = Vec::new();
    for node in &pool.nodes {
        let Some(zone) = &node.compute_zone else { continue };
        match zones.iter_mut().find(|(name, _)| name == zone) {
            Some((_, nodes)) => nodes.push(node),
            None => zones.push((zone.clone(), vec![node])),
        }
    }
    if zones.len() > ZONES {
        let rest = zones.split_off(ZONES - 1);
        zones.push((format!("{} more zones", rest.len()), rest.into_iter().flat_map(|(_, nodes)| nodes).collect()));
    }
    zones
}

fn columns(scene: &mut Scene, class: &'static str, pool: &Pool, zones: &[(String, Vec<&Node>)], y: i32) {
    let gap = 10;
    let width = (POOLS.1 - POOLS.0 - 24 + gap) / steps(zones.len()) - gap;
    for (at, (zone, of_zone)) in zones.iter().enumerate() {
        let x = POOLS.0 + 12 + steps(at) * (width + gap);
        scene.frame("zone", (x, y), (width, 62), None);
        scene.label("text", (x + 8, y + 14), fit(zone, width - 16, 11));
        nodes(scene, class, pool, of_zone, (x + 7, y + 20), width - 14);
    }
}

/// As many nodes as fit in one line; where not all do, the end says how many more there are.
fn nodes(scene: &mut Scene, class: &'static str, pool: &Pool, nodes: &[&Node], (x, y): (i32, i32), room: i32) {
    let (width, height, gap) = NODE;
    let places = |room: i32| usize::try_from((room + gap) / (width + gap)).unwrap_or(0);
    let shown = if nodes.len() <= places(room) { nodes.len() } else { places(room - MORE - gap) };
    let at = |place: usize| x + steps(place) * (width + gap);
    let name = if pool.role == Role::Server { "server" } else { &pool.key };
    for (place, node) in nodes.iter().take(shown).enumerate() {
        scene.frame(class, (at(place), y), (width, height), None);
        scene.label("node", (at(place) + 8, y + 15), fit_before(name, &format!("-{}", node.ordinal), width - 12, 11));
        scene.label("address", (at(place) + 8, y + 29), node.address.to_string());
    }
    if shown < nodes.len() {
        let rest = nodes.len() - shown;
        let (size, more) = if shown == 0 { (room, count(rest, "node", "nodes")) } else { (MORE, format!("+{rest} more")) };
        scene.frame("more", (at(shown), y), (size, height), None);
        let more = if text::width(&more, 11) > size { format!("+{rest}") } else { more };
        scene.label_middle("text", (at(shown) + size / 2, y + 22), more);
    }
}

/// Lines to and from every pool; `below` is the subnet's bottom.
fn lines(scene: &mut Scene, model: &Model, drawn: &Drawn, tops: &[(&Pool, i32)], below: i32) {
    for (at, extra) in model.network.extra.iter().take(EXTRA).enumerate() {
        let (lane, end) = (extra_lane(steps(at)), extra_top(below, steps(at)));
        let on_it = tops.iter().filter(|(pool, _)| pool.extra_networks.contains(&extra.name));
        let way = |(_, y): &(&Pool, i32)| {
            let exit = y + 54 + 12 * steps(at);
            vec![(POOLS.0, exit), (lane, exit), (lane, end)]
        };
        scene.arrows(STORAGE, &on_it.map(way).collect::<Vec<_>>());
    }
    let exits: Vec<i32> = tops.iter().filter(|(pool, _)| pool.role == Role::Agent).map(|(_, y)| y + 36).collect();
    joins(scene, drawn, &exits);
    let ssh = |(_, y): &(&Pool, i32)| vec![(SSH_LANE, drawn.bastion_bottom), (SSH_LANE, y + 18), (POOLS.0, y + 18)];
    scene.arrows(SSH, &tops.iter().map(ssh).collect::<Vec<_>>());
    balancer_lines(scene, drawn, tops);
}

fn balancer_lines(scene: &mut Scene, drawn: &Drawn, tops: &[(&Pool, i32)]) {
    for (at, lane) in drawn.lanes.iter().enumerate() {
        let mut entries = Vec::new();
        for (pool, y) in tops {
            let ports = balancers::ports(lane.balancer, &pool.key);
            if !ports.is_empty() {
                let place = entrance(drawn, pool, at);
                entries.push(y + 15 + 16 * place.min(2) + 8 * (place - 2).max(0));
                entry_label(scene, lane.color, &lane.balancer.key, &ports, (POOLS.1 - 10, y + 19 + 16 * place), place);
            }
        }
        down(scene, lane, &entries);
    }
}

/// How many balancers before this one reach the pool.
fn entrance(drawn: &Drawn, pool: &Pool, at: usize) -> i32 {
    steps(drawn.lanes.iter().take(at).filter(|lane| !balancers::ports(lane.balancer, &pool.key).is_empty()).count())
}

/// Two balancers have room to say their ports; what others do stands in their own boxes.
fn entry_label(scene: &mut Scene, color: &'static str, key: &str, ports: &[u16], place: (i32, i32), number: i32) {
    if number < 2 {
        let ports: Vec<String> = ports.iter().map(|port| format!(" :{port}")).collect();
        let ports = ports.concat();
        let text =
            if text::width(&ports, 11) > PORTS / 2 { fit(&format!("{key}{ports}"), PORTS, 11) } else { fit_before(key, &ports, PORTS, 11) };
        scene.label_end("text", place, color, text);
    }
}
