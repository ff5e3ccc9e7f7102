//! Ingresses and Services of the user's own manifests, against what the controllers of the environment do with them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::manifests::Manifest;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::ingress::INGRESS_UNCOUNTED;
use crate::model::ingress::judge;
use crate::model::{self, Model};
use crate::source::At;

/// Everything that is wrong with them.
pub(super) fn findings(model: &Model, manifests: &[Manifest]) -> Vec<Diagnostic> {
    let objects = || manifests.iter().flat_map(|manifest| &manifest.documents);
    let served: BTreeSet<u16> = objects().flat_map(judge::node_ports).collect();
    let mut findings = model::node_ports_unserved(&model.written, &served);
    let Some(octavia) = &model.ingress.octavia else { return findings };
    for manifest in manifests {
        for ingress in manifest.documents.iter().filter(|object| judge::is_of_its_class(object)) {
            let all = judge::judge(ingress, octavia.public).into_iter().chain(judge::unreached(ingress, &objects()));
            findings.extend(all.map(|wrong| {
                let name = ingress["metadata"]["name"].as_str().unwrap_or_default();
                Diagnostic::new(wrong.code, format!("the Ingress `{name}` in `{}`: {}", manifest.path, wrong.what))
                    .at(manifest.extra.path.span, "it is among these manifests")
                    .help(wrong.help)
            }));
        }
    }
    let ingresses: Vec<&Value> = objects().filter(|object| judge::is_of_its_class(object)).collect();
    findings.extend(uncounted(model, &ingresses));
    findings
}

/// Those of the manifests alone are more than the environment counts with; those of tenants come on top.
fn uncounted(model: &Model, ingresses: &[&Value]) -> Vec<Diagnostic> {
    let Some(octavia) = &model.written.ingress.octavia else { return Vec::new() };
    let public = ingresses.iter().filter(|ingress| judge::is_public(ingress)).count();
    let tell = |what: &str, key: &str, counted: At<u32>, found: usize| {
        let more = u32::try_from(found).unwrap_or(u32::MAX) > counted.value;
        let place = counted.span.or(octavia.expected.span).or(octavia.internal.span).or(model.written.name.span);
        more.then(|| {
            Diagnostic::new(
                &INGRESS_UNCOUNTED,
                format!("the manifests of `platform.extra` hold {found} {what}, {} are counted for", counted.value),
            )
            .at(place, "")
            .help(format!(
                "write `{key}: {found}` under `ingress.octavia`, or more where tenants have some: each is a balancer of the quota"
            ))
        })
    };
    let all = tell("Ingresses for octavia-ingress-controller", "expected", octavia.expected, ingresses.len());
    all.into_iter().chain(tell("public Ingresses", "public", octavia.public, public)).collect()
}
