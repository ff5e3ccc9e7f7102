//! system-upgrade-controller, which upgrades RKE2: the controller, and a Plan for the servers and one for each pool of agents.
//!
//! The version is Git's alone: no Plan has a channel. Nodes get what `apply` delivers from `apply`; the program itself they
//! get from here, servers one by one, then agents.
//! <https://github.com/rancher/system-upgrade-controller/blob/v0.20.1/doc/plan.md>, <https://docs.rke2.io/upgrades/automated_upgrade>

use serde::Serialize;

use super::Backend;
use crate::model::Model;
use crate::model::upgrade::{self, Plan};
use crate::render::Page;

/// system-upgrade-controller and its Plans.
pub(super) const BACKEND: Backend =
    Backend { name: "upgrade", summary: "system-upgrade-controller, and its Plans: RKE2 of servers one by one, then of agents", pages };

/// The folder of the Application.
const FOLDER: &str = "platform/system-upgrade";

fn pages(model: &Model) -> Vec<Page> {
    let version = &model.kubernetes.version;
    let controller = ControllerView {
        environment: model.name.as_str(),
        image: upgrade::CONTROLLER,
        // Kubernetes publishes its own client with each release.
        kubectl: format!("registry.k8s.io/kubectl:v1.{}.{}", version.minor, version.patch),
    };
    let plans = PlansView {
        environment: model.name.as_str(),
        version: version.to_string(),
        // A tag has no plus.
        image: format!("docker.io/rancher/rke2-upgrade:{}", version.to_string().replace('+', "-")),
        window: upgrade::opening(&model.written.maintenance.windows).map(WindowView::from),
        plans: upgrade::plans(model).into_iter().map(PlanView::from).collect(),
    };
    vec![
        Page::new(format!("{FOLDER}/controller.yaml"), "upgrade/controller.yaml.j2", controller),
        Page::new(format!("{FOLDER}/plans.yaml"), "upgrade/plans.yaml.j2", plans),
    ]
}

#[derive(Serialize)]
struct ControllerView<'a> {
    environment: &'a str,
    image: &'static str,
    kubectl: String,
}

#[derive(Serialize)]
struct PlansView<'a> {
    environment: &'a str,
    version: String,
    image: String,
    window: Option<WindowView>,
    plans: Vec<PlanView>,
}

#[derive(Serialize)]
struct WindowView {
    days: Vec<&'static str>,
    start: String,
    end: String,
    time_zone: String,
}

impl From<upgrade::Opening> for WindowView {
    fn from(opening: upgrade::Opening) -> Self {
        WindowView { days: opening.days, start: opening.start, end: opening.end, time_zone: opening.time_zone }
    }
}

#[derive(Serialize)]
struct PlanView {
    name: String,
    nodes: Option<Vec<String>>,
    at_once: u32,
    drain: String,
    force: bool,
    deadline: u64,
}

impl From<Plan> for PlanView {
    fn from(plan: Plan) -> Self {
        PlanView {
            name: plan.name,
            nodes: plan.nodes,
            at_once: plan.at_once,
            drain: format!("{}s", plan.drain.milliseconds() / 1000),
            force: plan.force,
            deadline: plan.deadline,
        }
    }
}
