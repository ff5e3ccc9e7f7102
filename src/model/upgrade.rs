//! Upgrades of RKE2 by system-upgrade-controller: who, how many at once, when.
//!
//! A Plan of the controller has one window, which ends with its day. What the environment says beyond that is told.

use super::{Input, Model, Pool, Role};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::upgrade::{WINDOW_ACROSS_MIDNIGHT, WINDOW_NOT_USED};
use crate::source::environment::{Day, OnTimeout, Window};
use crate::source::values::Duration;

/// The program that carries out Plans, as its project publishes it.
pub const CONTROLLER: &str = "docker.io/rancher/system-upgrade-controller:v0.20.1";

/// What a node is given for the upgrade itself, beside the time for its pods to move away.
const UPGRADE: u64 = 1800;

const MINUTE: u64 = 60_000;
const DAY: u64 = 1440;

/// A Plan of system-upgrade-controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// `servers`, or `agents-POOL`.
    pub name: String,
    /// Names of the agents that it is for; `None`: all servers.
    pub nodes: Option<Vec<String>>,
    /// Nodes at one time.
    pub at_once: u32,
    /// How long pods may take to move away.
    pub drain: Duration,
    /// Whether pods go too that nothing makes again.
    pub force: bool,
    /// Seconds for a node.
    pub deadline: u64,
}

/// When Plans begin, in the words of the controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Days.
    pub days: Vec<&'static str>,
    /// `HH:MM`.
    pub start: String,
    /// `HH:MM`, the same day.
    pub end: String,
    /// IANA's name.
    pub time_zone: String,
}

/// Servers first, then each pool of agents.
#[must_use]
pub fn plans(model: &Model) -> Vec<Plan> {
    let servers = model.pools.iter().filter(|pool| pool.role == Role::Server);
    let agents = model.pools.iter().filter(|pool| pool.role == Role::Agent && !pool.nodes.is_empty());
    // Agents wait for all servers, one behind the other.
    let before: u64 = servers.clone().map(|pool| seconds(pool) * pool.nodes.len() as u64).sum();
    let servers = servers.map(|pool| Plan { name: "servers".into(), nodes: None, at_once: 1, ..plan(pool, 0) });
    servers.chain(agents.map(|pool| plan(pool, before))).collect()
}

fn plan(pool: &Pool, before: u64) -> Plan {
    Plan {
        name: format!("agents-{}", pool.key),
        nodes: Some(pool.nodes.iter().map(|node| node.name.clone()).collect()),
        at_once: pool.update.at_once.value,
        drain: pool.update.drain.value,
        force: pool.update.on_timeout.value == OnTimeout::Force,
        deadline: before + seconds(pool),
    }
}

fn seconds(pool: &Pool) -> u64 {
    pool.update.drain.milliseconds() / 1000 + UPGRADE
}

/// The window of all Plans; `None`: at any time.
#[must_use]
pub fn opening(windows: &[Window]) -> Option<Opening> {
    let first = windows.first()?;
    let alike = windows.iter().filter(|window| same(window, first));
    let mut days: Vec<&'static str> = Vec::new();
    for day in alike.flat_map(|window| &window.days).map(|day| name(day.value)) {
        if !days.contains(&day) {
            days.push(day);
        }
    }
    let end = (start(first) + first.duration.milliseconds() / MINUTE).min(DAY - 1);
    Some(Opening {
        days,
        start: first.start.value.to_string(),
        end: format!("{:02}:{:02}", end / 60, end % 60),
        time_zone: first.time_zone.value.clone(),
    })
}

/// Minutes of the day.
fn start(window: &Window) -> u64 {
    let text = window.start.value.to_string();
    let (hours, minutes) = text.split_once(':').unwrap_or_default();
    hours.parse::<u64>().unwrap_or(0) * 60 + minutes.parse::<u64>().unwrap_or(0)
}

fn same(one: &Window, other: &Window) -> bool {
    (one.start.value, one.duration.value, &one.time_zone.value) == (other.start.value, other.duration.value, &other.time_zone.value)
}

fn name(day: Day) -> &'static str {
    match day {
        Day::Mon => "monday",
        Day::Tue => "tuesday",
        Day::Wed => "wednesday",
        Day::Thu => "thursday",
        Day::Fri => "friday",
        Day::Sat => "saturday",
        Day::Sun => "sunday",
    }
}

/// Windows of which the controller uses only a part.
pub(super) fn windows(input: &Input, findings: &mut Vec<Diagnostic>) {
    let windows = &input.environment.maintenance.windows;
    let Some(first) = windows.first() else { return };
    if let Some(other) = windows.iter().find(|window| !same(window, first)) {
        findings.push(
            Diagnostic::new(&WINDOW_NOT_USED, "RKE2 is upgraded in the first window alone")
                .at(other.start.span, "not in this one")
                .at(first.start.span, "in this one")
                .help("put the window for upgrades first; days of one and the same time may be several"),
        );
    }
    let length = first.duration.milliseconds() / MINUTE;
    if length < DAY && start(first) + length > DAY {
        findings.push(
            Diagnostic::new(&WINDOW_ACROSS_MIDNIGHT, "upgrades of RKE2 begin before midnight alone")
                .at(first.duration.span, "goes on after midnight")
                .at(first.start.span, "begins here")
                .help("begin after midnight, on the day behind, where the whole time is wanted"),
        );
    }
}
