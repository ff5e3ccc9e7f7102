//! The bastion and the balancers: boxes in rows of three, lines from clients, and the lanes that lead to the pools.

use super::outside::{BASTION, JOIN, SSH, bar_bottom, people_bottom, public_address};
use super::scene::Scene;
use super::text::{fit, fit_before};
use super::{BALANCER_LANE, JOIN_LANE, POOLS};
use crate::backend::documents::balancers::default_pool;
use crate::backend::documents::words::{address_or_new, list, public_address as address_of, word};
use crate::model::{AllowedCidr, Balancer, Listener, Model};

/// Colours of balancers, the API's first.
pub(super) const COLORS: [&str; 6] = ["#6639ba", "#0969da", "#bc4c00", "#bf3989", "#1a7f37", "#953800"];
/// Columns of balancers: left edge of the first, width, gap.
const COLUMN: (i32, i32, i32) = (240, 212, 22);
const IN_ROW: usize = 3;
/// How many balancers are drawn.
pub(super) const DRAWN: usize = 9;
/// How many listeners of each.
const LISTENERS: usize = 4;

/// Where the line of a balancer comes down.
pub(super) struct Lane<'a> {
    pub(super) balancer: &'a Balancer,
    pub(super) color: &'static str,
    pub(super) x: i32,
    /// Where it leaves the balancer, and how far it goes down there.
    pub(super) from: (i32, i32),
    pub(super) turn: i32,
}

/// What the pools are connected to.
pub(super) struct Drawn<'a> {
    pub(super) lanes: Vec<Lane<'a>>,
    /// Below bastion and balancers.
    pub(super) bottom: i32,
    /// Where SSH leaves the bastion.
    pub(super) bastion_bottom: i32,
    /// Where joins go: the bottom of the API's balancer, and the height at which they turn.
    pub(super) api: Option<((i32, i32), i32)>,
}

pub(super) fn draw<'a>(scene: &mut Scene, model: &'a Model, top: i32) -> Drawn<'a> {
    let balancers: Vec<&Balancer> = model.balancers.iter().take(DRAWN).collect();
    let first = balancers.iter().take(IN_ROW).copied().collect::<Vec<_>>();
    let height = height(&first);
    bastion(scene, model, top, height);
    let mut drawn = Drawn { lanes: Vec::new(), bottom: top + height + 16, bastion_bottom: top + height, api: None };
    let mut y = top;
    for (row, chunk) in balancers.chunks(IN_ROW).enumerate() {
        let height = self::height(chunk);
        let strip = y + height;
        for (column, balancer) in chunk.iter().copied().enumerate() {
            let at = row * IN_ROW + column;
            let place = place(row, column, y, height);
            one(scene, model, balancer, COLORS[at % COLORS.len()], place);
            drawn.lanes.push(lane(balancer, at, place, strip + 12 + 10 * steps(chunk.len() - 1 - column)));
        }
        let lanes = 12 + 10 * steps(chunk.len());
        if row == 0 && first[0].key == "api" {
            let turn = strip + lanes + 12;
            drawn.api = Some(((COLUMN.0 + 14, strip), turn));
            scene.label("text", (JOIN_LANE + 8, turn - 5), "join: 6443, 9345");
        }
        y = strip + lanes + if row == 0 { 26 } else { 12 };
        drawn.bottom = y;
    }
    if model.balancers.len() > DRAWN {
        scene.label("text", (COLUMN.0, drawn.bottom + 4), format!("and {} more balancers", model.balancers.len() - DRAWN));
        drawn.bottom += 16;
    }
    drawn
}

/// A count as pixels count.
pub(super) fn steps(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 1000)
}

/// Where a balancer stands.
#[derive(Clone, Copy)]
struct Place {
    row: usize,
    x: i32,
    y: i32,
    height: i32,
}

fn place(row: usize, column: usize, y: i32, height: i32) -> Place {
    Place { row, x: COLUMN.0 + steps(column) * (COLUMN.1 + COLUMN.2), y, height }
}

/// All of a row are as high as the one with the most listeners.
fn height(row: &[&Balancer]) -> i32 {
    let most = row.iter().map(|balancer| balancer.listeners.len().min(LISTENERS + 1)).max().unwrap_or(0).max(2);
    54 + 15 * steps(most)
}

fn lane(balancer: &Balancer, at: usize, place: Place, turn: i32) -> Lane<'_> {
    let from = (place.x + COLUMN.1 - 40, place.y + place.height);
    Lane { balancer, color: COLORS[at % COLORS.len()], x: BALANCER_LANE + 9 * steps(at), from, turn }
}

fn bastion(scene: &mut Scene, model: &Model, top: i32, height: i32) {
    let (x, width) = BASTION;
    let bastion = &model.bastion;
    let middle = x + width / 2;
    scene.frame("bastion", (x, top), (width, height), None);
    scene.label("name", (x + 10, top + 19), "Bastion");
    let data = bastion.data.as_ref().map_or_else(|| "no data volume".to_owned(), |data| format!("data {} GiB, kept", data.size));
    for (at, text) in [bastion.address.to_string(), bastion.flavor.clone(), data].iter().enumerate() {
        scene.label("text", (x + 10, top + 36 + 15 * steps(at)), fit(text, width - 20, 11));
    }
    let address = address_of(model, "bastion");
    scene.arrow(SSH, address.is_none(), &[(middle, people_bottom()), (middle, top)]);
    scene.label("text", (middle + 6, people_bottom() + 18), "SSH 22");
    if let Some(address) = address {
        public_address(scene, middle, &address.ip.map_or_else(|| "new".to_owned(), |ip| ip.to_string()));
    }
}

fn one(scene: &mut Scene, model: &Model, balancer: &Balancer, color: &'static str, place: Place) {
    let Place { x, y, height, .. } = place;
    let room = COLUMN.1 - 20;
    scene.frame("balancer", (x, y), (COLUMN.1, height), Some(color));
    scene.label("name", (x + 10, y + 19), fit(&format!("Balancer {}", balancer.key), room, 12));
    let address =
        address_of(model, &balancer.key).filter(|_| place.row > 0).map(|address| format!(", public: {}", address_or_new(address)));
    scene.label("text", (x + 10, y + 36), fit(&format!("VIP {}{}", balancer.vip, address.unwrap_or_default()), room, 11));
    let shown = if balancer.listeners.len() > LISTENERS + 1 { LISTENERS } else { balancer.listeners.len() };
    for (at, listener) in balancer.listeners.iter().take(shown).enumerate() {
        scene.label("text", (x + 10, y + 55 + 15 * steps(at)), listener_line(balancer, listener, room));
    }
    if shown < balancer.listeners.len() {
        let more = format!("and {} more listeners", balancer.listeners.len() - shown);
        scene.label("text", (x + 10, y + 55 + 15 * steps(shown)), more);
    }
    clients(scene, model, balancer, color, place);
}

/// `443 TCP → general :30443`.
fn listener_line(balancer: &Balancer, listener: &Listener, room: i32) -> String {
    let begin = format!("{} {}", listener.port, word(&listener.protocol));
    match default_pool(balancer, listener).and_then(|pool| pool.members.first()) {
        Some(member) => {
            fit_before(&format!("{begin} → {}", member.pool.as_deref().unwrap_or(&member.name)), &format!(" :{}", member.port), room, 11)
        }
        None => begin,
    }
}

/// Networks outside of the subnet that a listener lets in.
fn outside(model: &Model, listener: &Listener) -> Vec<String> {
    let net = |allowed: &AllowedCidr| match allowed {
        AllowedCidr::Cidr(net) if !model.network.cidr.contains(net) => Some(net.to_string()),
        AllowedCidr::Cidr(_) | AllowedCidr::Router => None,
    };
    listener.allowed_cidrs.iter().filter_map(net).collect()
}

/// From clients outside of the subnet, where any may come.
fn clients(scene: &mut Scene, model: &Model, balancer: &Balancer, color: &'static str, place: Place) {
    let public = address_of(model, &balancer.key);
    let open: Vec<&Listener> = balancer.listeners.iter().filter(|listener| !outside(model, listener).is_empty()).collect();
    if open.is_empty() && public.is_none() {
        return;
    }
    let middle = place.x + COLUMN.1 / 2;
    if place.row > 0 {
        let gap = place.x - 6 - 6 * steps(place.row - 1);
        return scene.arrow(color, public.is_none(), &[(gap, bar_bottom()), (gap, place.y + 16), (place.x, place.y + 16)]);
    }
    scene.arrow(color, public.is_none(), &[(middle, people_bottom()), (middle, place.y)]);
    let ports = open.iter().map(|listener| listener.port.to_string());
    let from = open.first().map(|listener| format!(" from {}", list(outside(model, listener)))).unwrap_or_default();
    scene.label("text", (middle + 6, people_bottom() + 18), fit(&format!("{}{from}", list(ports)), COLUMN.1 + COLUMN.2 - 30, 11));
    if let Some(address) = public {
        public_address(scene, middle, &address.ip.map_or_else(|| "new".to_owned(), |ip| ip.to_string()));
    }
}

/// Ports at which a balancer reaches the nodes of a pool.
pub(super) fn ports(balancer: &Balancer, pool: &str) -> Vec<u16> {
    let members = balancer.pools.iter().flat_map(|of_balancer| &of_balancer.members);
    let mut ports: Vec<u16> = members.filter(|member| member.pool.as_deref() == Some(pool)).map(|member| member.port).collect();
    ports.sort_unstable();
    ports.dedup();
    ports
}

/// Draws what leads from a balancer to the pools that it reaches, given by the heights at which they are entered.
pub(super) fn down(scene: &mut Scene, lane: &Lane, entries: &[i32]) {
    let (x, y) = lane.from;
    let way = |entry: &i32| vec![(x, y), (x, lane.turn), (lane.x, lane.turn), (lane.x, *entry), (POOLS.1, *entry)];
    scene.arrows(lane.color, &entries.iter().map(way).collect::<Vec<_>>());
}

/// Joins come to the API's balancer from below.
pub(super) fn joins(scene: &mut Scene, drawn: &Drawn, exits: &[i32]) {
    let Some(((x, y), turn)) = drawn.api else { return };
    let way = |exit: &i32| vec![(POOLS.0, *exit), (JOIN_LANE, *exit), (JOIN_LANE, turn), (x, turn), (x, y)];
    scene.arrows(JOIN, &exits.iter().map(way).collect::<Vec<_>>());
}
