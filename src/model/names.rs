//! Names in the cloud: unique in the environment, and short enough.

use std::collections::BTreeMap;

use super::{Input, Model, Role};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::nodes::{ENVIRONMENT_FOLDER, NAME_COLLISION, NODE_NAME_LENGTH};
use crate::source::{Span, environment as written};

/// Heat cuts generated names at 53 characters for Nova; a node's name must come through whole everywhere.
const NODE_NAME: usize = 53;

/// Names of a kind that must differ; where each comes from, and what makes it.
type Names = BTreeMap<(&'static str, String), (Span, String)>;

pub(super) fn names(input: &Input, model: &Model, findings: &mut Vec<Diagnostic>) {
    folder(input, findings);
    let environment = input.environment;
    let mut names = Names::new();
    let mut claim = |kind: &'static str, name: String, span: Span, what: String| {
        if let Some(other) = names.insert((kind, name.clone()), (span, what.clone())) {
            findings.push(collision(kind, &name, (span, what), other));
        }
    };
    let name = environment.name.span;
    for kind in ["security group", "stack"] {
        let taken: &[&str] = if kind == "stack" { &["network", "bastion", "lock"] } else { &["node", "bastion", "default"] };
        for key in taken {
            claim(kind, format!("{}-{key}", model.name), name, "strata makes one for every environment".into());
        }
    }
    let spans = pool_spans(environment);
    for (pool, span) in model.pools.iter().zip(&spans) {
        let what = if pool.role == Role::Server { "the servers".to_owned() } else { format!("pool `{}`", pool.key) };
        claim("security group", format!("{}-{}", model.name, pool.key), *span, what.clone());
        for node in pool.nodes.iter().take(2) {
            claim("stack", node.name.clone(), *span, what.clone());
        }
    }
    for extra in &environment.network.extra {
        claim("security group", format!("{}-{}", model.name, extra.name.value), extra.name.span, format!("network `{}`", extra.name.value));
    }
    lengths(model, &spans, findings);
}

fn pool_spans(environment: &written::Environment) -> Vec<Span> {
    super::pools::written_pools(environment).iter().map(|pool| pool.span).collect()
}

fn collision(kind: &str, name: &str, one: (Span, String), other: (Span, String)) -> Diagnostic {
    Diagnostic::new(&NAME_COLLISION, format!("two things would make the {kind} `{name}`"))
        .at(one.0, one.1)
        .at(other.0, other.1)
        .help("choose another name: `server`, `servers`, `node`, `bastion` and `network` are taken by strata")
}

fn lengths(model: &Model, spans: &[Span], findings: &mut Vec<Diagnostic>) {
    for (pool, span) in model.pools.iter().zip(spans) {
        if let Some(longest) = pool.nodes.iter().map(|node| &node.name).max_by_key(|name| name.len()).filter(|name| name.len() > NODE_NAME)
        {
            findings.push(
                Diagnostic::new(
                    &NODE_NAME_LENGTH,
                    format!("the node name `{longest}` has {} characters, {NODE_NAME} at most are possible", longest.len()),
                )
                .at(*span, "")
                .help("shorten the pool's or the environment's name: it is ENVIRONMENT-POOL-NUMBER"),
            );
        }
    }
}

/// The folder is how people and paths name the environment: it cannot differ from what the cloud says.
fn folder(input: &Input, findings: &mut Vec<Diagnostic>) {
    let name = &input.environment.name;
    let folder = input.source.rsplit('/').nth(1);
    if let Some(folder) = folder.filter(|folder| *folder != name.as_str()) {
        findings.push(
            Diagnostic::new(&ENVIRONMENT_FOLDER, format!("the environment `{}` stands in the folder `{folder}`", name.value))
                .at(name.span, "")
                .help(format!("write `name: {folder}`, or rename the folder")),
        );
    }
}
