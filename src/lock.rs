//! The room behind `strata lock`: asks the cloud, the release of RKE2 and the repositories of charts what they have, and writes it down.
//!
//! The only place in the compiler that looks outside, so that everything else is pure: same files, same tree.
//! What it learns goes into `lock.yaml`, which is committed; nothing secret does. It only ever reads.

mod charts;
mod cloud;
mod rke2;
mod wanted;
mod web;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

use crate::diagnostic::Diagnostic;
use crate::render;
use crate::source::environment::Environment;
use crate::source::lock::{Addresses, Chart, Lock};

pub use charts::Wanted;

/// What to lock, and how.
#[derive(Debug, Clone)]
pub struct Options {
    /// Ask the cloud.
    pub cloud: bool,
    /// Ask the release of RKE2.
    pub rke2: bool,
    /// Ask the repositories of charts.
    pub charts: bool,
    /// Take what image names stand for now, in place of what is pinned.
    pub upgrade: bool,
    /// The `clouds.yaml` to read. `None`: where the `openstack` command looks for it.
    pub clouds: Option<PathBuf>,
    /// Certificates that vouch for a mirror of RKE2 beside the system's own, as PEM: those of `trust.certificates`.
    pub certificates: Vec<String>,
    /// How long one request may take.
    pub timeout: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            cloud: true,
            rke2: true,
            charts: true,
            upgrade: false,
            clouds: None,
            certificates: Vec::new(),
            timeout: Duration::from_secs(30),
        }
    }
}

/// What came of it.
#[derive(Debug)]
pub struct Locked {
    /// The new pins. A part that failed, or that was not asked for, has its old values.
    pub lock: Lock,
    /// All findings. With an error among them a part is not renewed; warnings change nothing.
    pub findings: Vec<Diagnostic>,
}

impl Locked {
    /// Whether every part that was asked for is renewed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        !self.findings.iter().any(Diagnostic::is_error)
    }
}

/// Renews the pins of an environment.
///
/// Each part stands alone: when the cloud does not answer, the release is pinned all the same. A part is
/// renewed as a whole or not at all, so `lock.yaml` never mixes what two different days said.
#[must_use]
pub fn lock(environment: &Environment, old: &Lock, options: &Options) -> Locked {
    let mut locked = Locked { lock: old.clone(), findings: Vec::new() };
    locked.lock.addresses = kept(environment, &old.addresses);
    if options.rke2 {
        match on_this_thread(rke2::lock(environment, old.rke2.as_ref(), options)) {
            Ok(pins) => locked.lock.rke2 = pins,
            Err(findings) => locked.findings.extend(findings),
        }
    }
    if options.charts {
        let (pins, findings) = charts(&wanted_charts(environment), &old.charts, options);
        locked.lock.charts = pins;
        locked.findings.extend(findings);
    }
    if options.cloud {
        let (cloud, findings) = on_this_thread(cloud::lock(environment, old.cloud.as_ref(), options));
        locked.lock.cloud = cloud.or(locked.lock.cloud);
        locked.findings.extend(findings);
    }
    locked.findings.sort_by_key(|finding| finding.labels.first().map(|label| label.span));
    locked
}

/// The charts of an environment, and where each is chosen: its own repository or version, that of all, or the environment.
fn wanted_charts(environment: &Environment) -> Vec<Wanted> {
    let platform = &environment.platform;
    let span = |component: &str| {
        let choice = platform.charts.iter().find(|(name, _)| name.as_str() == component).map(|(_, choice)| choice);
        let own = choice.and_then(|choice| choice.repository.as_ref().map(|at| at.span).or(choice.version.as_ref().map(|at| at.span)));
        own.or(platform.chart_repository.as_ref().map(|at| at.span)).unwrap_or(environment.name.span)
    };
    let wanted = crate::model::charts::wanted(environment).into_iter();
    wanted
        .map(|(component, chart)| {
            let span = span(&component);
            Wanted { component, name: chart.name, repository: chart.repository, version: chart.version, span }
        })
        .collect()
}

/// Renews the pins of charts, by component: each chart stands alone, and one that fails keeps its old pin.
#[must_use]
pub fn charts(wanted: &[Wanted], old: &BTreeMap<String, Chart>, options: &Options) -> (BTreeMap<String, Chart>, Vec<Diagnostic>) {
    on_this_thread(charts::lock(wanted, old, options))
}

/// The text of `lock.yaml`: the same lock is the same text.
#[must_use]
pub fn write(lock: &Lock, environment: &str) -> String {
    let document = serde_json::to_value(lock).unwrap_or_default();
    format!(
        "# Written by strata. Commit it: what is pinned here stays as it is until somebody asks for more.\n\
         # Renew what the cloud and the release say:   strata lock {environment}\n\
         # Take newer images of the same names:        strata lock {environment} --upgrade\n\
         # `addresses`, `servers` and `storageClasses` are recorded by `strata compile`, when they are first seen.\n{}",
        render::write(&document)
    )
}

/// The addresses of pools and balancers that the environment still has. Nowhere else are they forgotten: a pool that was
/// taken out by mistake, and comes back before the next `strata lock`, has its nodes where they were.
fn kept(environment: &Environment, old: &Addresses) -> Addresses {
    let agents = environment.agents.iter().map(|pool| pool.name.as_str());
    let pools: BTreeSet<&str> = agents.chain(["servers"]).collect();
    let own = environment.load_balancers.iter().map(|balancer| balancer.name.as_str());
    let balancers: BTreeSet<&str> = own.chain(["api"]).collect();
    Addresses { pools: among(&old.pools, &pools), balancers: among(&old.balancers, &balancers) }
}

fn among<T: Clone>(old: &BTreeMap<String, T>, names: &BTreeSet<&str>) -> BTreeMap<String, T> {
    old.iter().filter(|(name, _)| names.contains(name.as_str())).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// Runs to the end here: `strata lock` does one thing at a time, and its caller is not asynchronous.
fn on_this_thread<T>(work: impl Future<Output = T>) -> T {
    // Without threads and with the two drivers that it needs a runtime cannot fail to start, short of file descriptors.
    #[expect(clippy::expect_used, reason = "there is nothing to lock with")]
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime on this thread");
    runtime.block_on(work)
}
