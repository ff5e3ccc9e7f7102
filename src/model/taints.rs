//! Taints of nodes: in Kubernetes' spelling, each once, and so that the platform's own pods have somewhere to be.

use super::Role;
use super::labels::{wrong_key, wrong_value};
use super::pools::WrittenPool;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{TAINT_EVICTS, TAINT_RESERVED, TAINT_STOPS_RKE2, TAINT_SYNTAX, TAINT_TWICE};
use crate::diagnostic::codes::nodes::NOWHERE_TO_RUN;
use crate::source::Span;
use crate::source::environment::{Taint, TaintEffect};

/// Domains whose taints controllers of Kubernetes set and remove.
const RESERVED: [&str; 2] = ["node.kubernetes.io/", "node.cloudprovider.kubernetes.io/"];

pub(super) fn taints(pool: &WrittenPool, findings: &mut Vec<Diagnostic>) {
    for (at, taint) in pool.taints.iter().enumerate() {
        let before = pool.taints[..at].iter().find(|other| other.key == taint.key && other.effect == taint.effect);
        let finding = syntax(taint).or_else(|| before.map(|before| twice(taint, before))).or_else(|| reserved(taint));
        findings.extend(finding.or_else(|| unwelcome(pool, taint)));
    }
}

fn syntax(taint: &Taint) -> Option<Diagnostic> {
    if let Some((why, help)) = wrong_key(&taint.key) {
        let help = if taint.key.contains(['=', ':']) { "write `{key: …, value: …, effect: …}`, each part for itself" } else { help };
        return Some(
            Diagnostic::new(&TAINT_SYNTAX, format!("`{}` is no key of a taint: {why}", taint.key.value)).at(taint.key.span, "").help(help),
        );
    }
    let value = taint.value.as_ref()?;
    let why = wrong_value(value)?;
    let message = format!("the taint `{}` has a value that is none: {why}", taint.key.value);
    Some(
        Diagnostic::new(&TAINT_SYNTAX, message)
            .at(value.span, "")
            .help("write up to 63 letters, digits, `-`, `_` and `.`, or leave `value` out"),
    )
}

fn twice(taint: &Taint, before: &Taint) -> Diagnostic {
    Diagnostic::new(&TAINT_TWICE, format!("the taint `{}` with {:?} stands twice", taint.key.value, taint.effect.value))
        .at(taint.key.span, "again")
        .at(before.key.span, "first here")
        .help("keep one of them; a node has one value for each key and effect")
}

fn reserved(taint: &Taint) -> Option<Diagnostic> {
    RESERVED.iter().any(|domain| taint.key.starts_with(domain)).then(|| {
        Diagnostic::new(&TAINT_RESERVED, format!("the taint `{}` is set and removed by Kubernetes itself", taint.key.value))
            .at(taint.key.span, "")
            .help("take a key with a domain of your own, such as `example.org/batch`")
    })
}

/// The three taints that RKE2's installation jobs tolerate on servers.
fn installation_tolerates(taint: &Taint) -> bool {
    matches!(
        (taint.key.as_str(), taint.effect.value),
        (_, TaintEffect::PreferNoSchedule)
            | ("CriticalAddonsOnly", _)
            | ("node-role.kubernetes.io/control-plane", TaintEffect::NoSchedule)
            | ("node-role.kubernetes.io/etcd", TaintEffect::NoExecute)
    )
}

fn unwelcome(pool: &WrittenPool, taint: &Taint) -> Option<Diagnostic> {
    let tolerated = installation_tolerates(taint);
    match (pool.role, taint.effect.value) {
        (Role::Server, effect) if !tolerated => {
            let message = format!("the taint `{}` with {effect:?} keeps RKE2 from installing Calico and CoreDNS", taint.key.value);
            Some(
                Diagnostic::new(&TAINT_STOPS_RKE2, message)
                    .at(taint.key.span, "no job of RKE2's tolerates it on a server")
                    .help("leave `taints` out: servers then carry `CriticalAddonsOnly=true:NoExecute`, which keeps everybody else away"),
            )
        }
        (Role::Agent, TaintEffect::NoExecute) => Some(
            Diagnostic::new(
                &TAINT_EVICTS,
                format!(
                    "the taint `{}` drives CoreDNS, metrics-server and the ingress controller from pool `{}`",
                    taint.key.value, pool.key
                ),
            )
            .at(taint.effect.span, "evicts what does not tolerate it")
            .help("write `effect: NoSchedule`: it keeps new pods away and moves nobody"),
        ),
        _ => None,
    }
}

/// Somewhere must CoreDNS, Argo CD and all that follows be.
pub(super) fn somewhere_to_run(pools: &[WrittenPool], findings: &mut Vec<Diagnostic>) {
    let closed = |taint: &&Taint| taint.effect.value != TaintEffect::PreferNoSchedule;
    if pools.iter().any(|pool| pool.count.value > 0 && !pool.taints.iter().any(|taint| closed(&taint))) {
        return;
    }
    let tainted = pools.iter().filter(|pool| pool.role == Role::Agent && pool.count.value > 0);
    let tainted: Vec<Span> = tainted.filter_map(|pool| pool.taints.iter().find(closed)).map(|taint| taint.key.span).collect();
    let finding = if tainted.is_empty() {
        Diagnostic::new(&NOWHERE_TO_RUN, "no node takes pods: no agent pool has nodes, and servers are tainted")
            .at(pools[0].span, "tainted `CriticalAddonsOnly=true:NoExecute` by default")
            .help("add an agent pool, or write `taints: []` for the servers")
    } else {
        let finding = Diagnostic::new(&NOWHERE_TO_RUN, "no node takes pods: every pool is tainted or empty");
        tainted
            .into_iter()
            .fold(finding, |finding, span| finding.at(span, "keeps CoreDNS and Argo CD away"))
            .help("leave one agent pool without taints, for the platform")
    };
    findings.push(finding);
}
