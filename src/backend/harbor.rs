//! Harbor: the calls that make a registry endpoint and a proxy-cache project for each registry, and the robot that nodes pull
//! with; or, with `manage: false`, what must be there. `apply` sends the bodies verbatim once the late-bound parts are filled
//! in, and compares what Harbor gives back, because Harbor takes unknown keys and wrong values without a word.
//!
//! <https://github.com/goharbor/harbor/blob/v2.15.2/api/v2.0/swagger.yaml>

use serde::Serialize;

use super::Backend;
use crate::model::harbor::{Harbor, Proxy};
use crate::model::{Model, harbor::Robot};
use crate::render::Page;
use crate::source::environment::RegistryType;

/// Registries, proxy-cache projects and the robot of Harbor.
pub(super) const BACKEND: Backend =
    Backend { name: "harbor", summary: "Harbor's registries, proxy-cache projects and robot, as the calls of its API", pages };

fn pages(model: &Model) -> Vec<Page> {
    let page = |harbor| Page::new("harbor/specification.yaml", "harbor/specification.yaml.j2", view(model, harbor));
    model.harbor.iter().map(page).collect()
}

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    api: String,
    manage: bool,
    login: Option<Account>,
    proxies: Vec<ProxyView<'a>>,
    robot: Option<RobotView<'a>>,
}

/// A secret that holds `NAME:PASSWORD`: `apply` fills in each part.
#[derive(Serialize)]
struct Account {
    name: String,
    password: String,
}

impl Account {
    fn of(secret: &str) -> Self {
        Account { name: format!("${{secret.{secret}.name}}"), password: format!("${{secret.{secret}.password}}") }
    }
}

#[derive(Serialize)]
struct ProxyView<'a> {
    registry: &'a str,
    /// The endpoint's number, which Harbor gives.
    id: String,
    kind: RegistryType,
    url: &'a str,
    account: Option<Account>,
    project: &'a str,
    project_id: String,
    /// Harbor's truth values of a project are text.
    public: &'static str,
    /// -1: no limit.
    quota: i64,
    quota_id: String,
    retention_id: String,
    days: u64,
}

#[derive(Serialize)]
struct RobotView<'a> {
    name: &'a str,
    id: String,
    account: Account,
    projects: &'a [String],
}

fn view<'a>(model: &'a Model, harbor: &'a Harbor) -> View<'a> {
    View {
        environment: model.name.as_str(),
        api: format!("{}/api/v2.0", harbor.url),
        manage: harbor.manage,
        login: harbor.credentials.as_ref().map(|secret| Account::of(secret.as_str())),
        proxies: harbor.proxies.iter().map(proxy).collect(),
        // A right to nothing is no robot.
        robot: harbor.robot.as_ref().filter(|robot| !robot.projects.is_empty()).map(robot),
    }
}

fn proxy(proxy: &Proxy) -> ProxyView<'_> {
    let (registry, project) = (&proxy.registry, &proxy.project);
    ProxyView {
        registry,
        id: format!("${{registry.{registry}.id}}"),
        kind: proxy.kind,
        url: &proxy.url,
        account: proxy.account.as_ref().map(|secret| Account::of(secret.as_str())),
        project,
        project_id: format!("${{project.{project}.id}}"),
        public: if proxy.private { "false" } else { "true" },
        quota: proxy.quota.and_then(|bytes| i64::try_from(bytes).ok()).unwrap_or(-1),
        quota_id: format!("${{quota.{project}.id}}"),
        retention_id: format!("${{retention.{project}.id}}"),
        days: proxy.retention_days,
    }
}

fn robot(robot: &Robot) -> RobotView<'_> {
    RobotView {
        name: &robot.name,
        id: format!("${{robot.{}.id}}", robot.name),
        account: Account::of(robot.secret.as_str()),
        projects: &robot.projects,
    }
}
