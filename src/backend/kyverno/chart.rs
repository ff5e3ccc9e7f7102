//! The values of Kyverno's chart.

use serde::Serialize;

use super::super::helm;
use crate::model::policies::KYVERNO;
use crate::model::{Model, Role};
use crate::render::Page;

#[derive(Serialize)]
struct View<'a> {
    never_asked: &'a [String],
    exceptions: bool,
    exceptions_in: &'static str,
    /// Replicas of what answers the API server: without it nothing is admitted.
    admission: usize,
    /// Replicas of the other controllers.
    others: usize,
}

pub(super) fn page(model: &Model) -> Option<Page> {
    let agents: usize = model.pools.iter().filter(|pool| pool.role == Role::Agent).map(|pool| pool.nodes.len()).sum();
    let view = View {
        never_asked: &model.policies.never_asked,
        exceptions: !model.policies.exceptions.is_empty(),
        exceptions_in: KYVERNO,
        admission: agents.clamp(1, 3),
        others: agents.clamp(1, 2),
    };
    helm::values(model, "kyverno", "kyverno/values.yaml.j2", view)
}
