//! The picture: outside on top, then the external network, the subnet with bastion, balancers and pools, and below it the
//! extra networks. Laid out by hand, so that it is the same everywhere and an edit moves little.
//!
//! Every pool has a row of its own with room for one line of nodes, however many there are: one node more changes the line
//! it stands in, never another pool. Lines run in lanes: SSH, joins and storage left of the pools, balancers right of them.

mod balancers;
mod outside;
mod pools;
mod scene;
mod text;

use serde::Serialize;

use self::scene::{Frame, Label, Line, Scene};
use super::words::count;
use crate::model::{Model, Role};
use crate::render::Page;

/// Width of the picture.
const WIDTH: i32 = 1040;
/// The subnet's box.
const SUBNET: (i32, i32) = (16, 1024);
/// Left and right edge of pools.
const POOLS: (i32, i32) = (124, 920);
/// Lanes left of the pools.
const SSH_LANE: i32 = 44;
const JOIN_LANE: i32 = 60;
const EXTRA_LANE: i32 = 76;
/// First lane of balancers, right of the pools.
const BALANCER_LANE: i32 = 934;
/// Top of the subnet's box.
const SUBNET_TOP: i32 = 246;

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    description: String,
    width: i32,
    height: i32,
    containers: Vec<Frame>,
    lines: Vec<Line>,
    frames: Vec<Frame>,
    labels: Vec<Label>,
}

pub(super) fn page(model: &Model) -> Page {
    let (scene, height) = draw(model);
    let view = View {
        environment: model.name.as_str(),
        description: description(model),
        width: WIDTH,
        height,
        containers: scene.containers,
        lines: scene.lines,
        frames: scene.frames,
        labels: scene.labels,
    };
    Page::new("cluster.svg", "documents/cluster.svg.j2", view)
}

/// For those who do not see it.
fn description(model: &Model) -> String {
    let of = |role: Role| model.pools.iter().filter(|pool| pool.role == role).map(|pool| pool.nodes.len()).sum();
    format!(
        "Administrators reach the bastion; clients reach {}; these lead to {} and {} in the subnet {}.",
        count(model.balancers.len(), "balancer", "balancers"),
        count(of(Role::Server), "server", "servers"),
        count(of(Role::Agent), "agent", "agents"),
        model.network.cidr
    )
}

/// The whole picture, and how high it is.
fn draw(model: &Model) -> (Scene, i32) {
    let mut scene = Scene::default();
    outside::draw(&mut scene, model);
    let balancers = balancers::draw(&mut scene, model, SUBNET_TOP + 16);
    let bottom = pools::draw(&mut scene, model, &balancers);
    let bottom = outside::subnet(&mut scene, model, bottom);
    let bottom = outside::extra_networks(&mut scene, model, bottom);
    let bottom = outside::legend(&mut scene, model, bottom);
    (scene, bottom)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
mod tests;
