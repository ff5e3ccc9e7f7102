//! What is around the nodes: title, people, networks, the router, the legend.

use super::scene::Scene;
use super::text::{fit, width};
use super::{EXTRA_LANE, POOLS, SUBNET, SUBNET_TOP};
use crate::backend::documents::words::list;
use crate::model::Model;

/// Colours of lines that are nobody's own.
pub(super) const SSH: &str = "#9a6700";
pub(super) const JOIN: &str = "#6639ba";
pub(super) const STORAGE: &str = "#0e7490";
pub(super) const OUTGOING: &str = "#57606a";
/// The colour of text that is nobody's.
const TEXT: &str = "#24292f";
/// The external network's bar.
const BAR: (i32, i32) = (142, 26);
/// Where people stand.
const PEOPLE: (i32, i32) = (66, 46);
/// Left edge and width of the bastion's column.
pub(super) const BASTION: (i32, i32) = (32, 184);
/// The router.
const ROUTER: (i32, i32) = (902, 114);
/// Public addresses stand between the external network and the subnet.
pub(super) const PUBLIC: (i32, i32) = (190, 34);
/// How many extra networks are drawn.
pub(super) const EXTRA: usize = 3;

/// Where the external network's bar ends.
pub(super) fn bar_bottom() -> i32 {
    BAR.0 + BAR.1
}

/// Where lines from people begin.
pub(super) fn people_bottom() -> i32 {
    PEOPLE.0 + PEOPLE.1
}

/// Title, people, the external network and the router.
pub(super) fn draw(scene: &mut Scene, model: &Model) {
    scene.label("title", (16, 30), fit(model.name.as_str(), 560, 20));
    let region = model.openstack.region.as_ref().map(|region| format!(", region {region}")).unwrap_or_default();
    let subtitle = format!("Kubernetes {} on {}{region}", model.kubernetes.version, model.openstack.cloud);
    scene.label("text", (16, 50), fit(&subtitle, 900, 12));
    people(scene, model);
    scene.container("external", (SUBNET.0, BAR.0), (SUBNET.1 - SUBNET.0, BAR.1));
    scene.label_end(
        "name",
        (SUBNET.1 - 10, BAR.0 + 17),
        TEXT,
        fit(&format!("External network {}", model.openstack.external_network), 186, 12),
    );
    router(scene, model);
}

fn people(scene: &mut Scene, model: &Model) {
    let (x, width) = BASTION;
    scene.frame("people", (x, PEOPLE.0), (width, PEOPLE.1), None);
    scene.label("name", (x + 10, PEOPLE.0 + 19), "Administrators");
    let from = list(model.written.access.from.iter().map(|from| from.value.to_string()));
    scene.label("text", (x + 10, PEOPLE.0 + 36), fit(&from, width - 20, 11));
    if !model.balancers.is_empty() {
        scene.frame("people", (240, PEOPLE.0), (680, PEOPLE.1), None);
        scene.label("name", (250, PEOPLE.0 + 19), "Clients");
        scene.label(
            "text",
            (250, PEOPLE.0 + 36),
            "whom the balancers let in; a dashed line: only from networks that are routed to the site",
        );
    }
}

fn router(scene: &mut Scene, model: &Model) {
    let (x, width) = ROUTER;
    let (y, height) = PUBLIC;
    scene.frame("router", (x, y), (width, height), None);
    scene.label_middle("name", (x + width / 2, y + 15), "Router");
    let name = model.network.existing_router.as_deref().unwrap_or(model.name.as_str());
    scene.label_middle("text", (x + width / 2, y + 28), fit(name, width - 10, 11));
    let middle = x + width / 2;
    scene.join(OUTGOING, &[(middle, SUBNET_TOP), (middle, y + height)]);
    scene.arrow(OUTGOING, false, &[(middle, y), (middle, bar_bottom())]);
}

/// The address at which something is reached from outside, on its line.
pub(super) fn public_address(scene: &mut Scene, middle: i32, text: &str) {
    let (y, height) = PUBLIC;
    let width = 156;
    scene.frame("public", (middle - width / 2, y), (width, height), None);
    scene.label_middle("text", (middle, y + 14), "public address");
    scene.label_middle("name", (middle, y + 28), fit(text, width - 10, 12));
}

/// Where the subnet's box ends, with a line of text below what stands in it.
pub(super) fn subnet_bottom(bottom: i32) -> i32 {
    bottom + 32
}

/// The subnet's box, down to what stands in it. Gives its bottom.
pub(super) fn subnet(scene: &mut Scene, model: &Model, bottom: i32) -> i32 {
    let network = &model.network;
    let made = network.existing_subnet.as_ref().map(|name| format!("existing subnet {name}, ")).unwrap_or_default();
    let facts = format!(
        "{made}gateway {}, MTU {}, dynamic {}, pods {}, Services {}",
        network.gateway, network.mtu, network.dynamic, network.pods, network.services
    );
    let name = format!("Subnet {}", network.cidr);
    scene.label("name", (POOLS.0, bottom + 20), &name);
    let x = POOLS.0 + width(&name, 12) + 14;
    scene.label("text", (x, bottom + 20), fit(&facts, SUBNET.1 - 12 - x, 11));
    let end = subnet_bottom(bottom);
    scene.container("subnet", (SUBNET.0, SUBNET_TOP), (SUBNET.1 - SUBNET.0, end - SUBNET_TOP));
    end
}

/// Bars of the extra networks, and the lanes that lead to them. Gives their bottom.
pub(super) fn extra_networks(scene: &mut Scene, model: &Model, top: i32) -> i32 {
    let mut y = top;
    for (at, extra) in model.network.extra.iter().take(EXTRA).enumerate() {
        y += if at == 0 { 26 } else { 10 };
        scene.container("extra", (SUBNET.0, y), (SUBNET.1 - SUBNET.0, 26));
        let cidr = extra.cidr.map(|net| format!(", {net}")).unwrap_or_default();
        let name = format!("Network {}{cidr}", extra.network);
        scene.label("name", (POOLS.0, y + 17), fit(&name, 420, 12));
        let pools = model.pools.iter().filter(|pool| pool.extra_networks.contains(&extra.name)).map(|pool| pool.key.clone());
        scene.label("text", (570, y + 17), fit(&format!("{}: further port of {}", extra.name, list(pools)), 440, 11));
        y += 26;
    }
    if model.network.extra.len() > EXTRA {
        scene.label("text", (POOLS.0, y + 18), format!("and {} more networks", model.network.extra.len() - EXTRA));
        y += 20;
    }
    y
}

/// Where the lane of an extra network ends.
pub(super) fn extra_top(subnet_bottom: i32, at: i32) -> i32 {
    subnet_bottom + 26 + 36 * at
}

/// The lane of an extra network.
pub(super) fn extra_lane(at: i32) -> i32 {
    EXTRA_LANE + 14 * at
}

/// What colours mean. Gives the bottom of the picture.
pub(super) fn legend(scene: &mut Scene, model: &Model, top: i32) -> i32 {
    let y = top + 26;
    let mut x = 16;
    let mut entry = |color, text: &str| {
        scene.join(color, &[(x, y - 4), (x + 22, y - 4)]);
        scene.label("text", (x + 28, y), text);
        x += 28 + width(text, 11) + 20;
    };
    entry(SSH, "SSH through the bastion");
    if model.balancers.iter().any(|balancer| balancer.key == "api") {
        entry(JOIN, "nodes to the API's VIP");
    }
    if !model.network.extra.is_empty() {
        entry(STORAGE, "extra networks");
    }
    if !model.balancers.is_empty() {
        entry(super::balancers::COLORS[1], "balancers to members");
    }
    entry(OUTGOING, "outgoing");
    y + 16
}
