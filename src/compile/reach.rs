//! What the policies let through, against what the environment declares.

use std::collections::{BTreeMap, BTreeSet};

use super::manifests::Manifest;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::flows as codes;
use crate::model::{Model, NamespaceKind};
use crate::reach::{By, Cluster, Judgement, Open, Packet, Place, Reach, Side, UNDECLARED, Verdict};
use crate::source::Span;
use crate::source::environment::{FlowProtocol, NamespaceFlow};

/// The policies of a tree and of the user's own manifests.
pub(super) fn of(model: &Model, documents: &[(String, Vec<serde_json::Value>)], manifests: &[Manifest]) -> Reach {
    let ours = documents.iter().map(|(path, documents)| (path.as_str(), documents.as_slice()));
    let theirs = manifests.iter().map(|manifest| (manifest.path.as_str(), manifest.documents.as_slice()));
    Reach::new(Cluster::of(model), ours.chain(theirs))
}

/// Everything that is wrong with them.
pub(super) fn findings(model: &Model, reach: &Reach) -> Vec<Diagnostic> {
    if !reach.troubles.is_empty() {
        return reach.troubles.iter().map(|trouble| not_evaluated(model, trouble)).collect();
    }
    let mut findings: Vec<Diagnostic> = model.written.policies.flows.iter().filter_map(|flow| cut(model, reach, flow)).collect();
    if *model.written.policies.isolate_namespaces {
        findings.extend(broken(model, reach));
    }
    findings
}

fn not_evaluated(model: &Model, trouble: &crate::reach::Trouble) -> Diagnostic {
    Diagnostic::new(&codes::POLICY_NOT_EVALUATED, format!("{} in `{}`: {}", trouble.what, trouble.path, trouble.why))
        .at(place(model, &trouble.path), "it is among these manifests")
        .help("correct it, or write the policy as a NetworkPolicy or a GlobalNetworkPolicy of Calico")
}

/// Where a policy comes from in what the user writes: own manifests, else the switch that isolation is.
fn place(model: &Model, path: &str) -> Span {
    let written = &model.written;
    let inside = |folder: &str| path.strip_prefix(folder.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    let extra = written.platform.extra.iter().find(|extra| inside(&extra.path.value));
    extra.map_or_else(|| written.policies.isolate_namespaces.span.or(written.name.span), |extra| extra.path.span)
}

fn pod(namespace: &str) -> Side {
    Side::Pod(namespace.to_owned(), BTreeMap::new())
}

fn packet(flow: &NamespaceFlow) -> Packet {
    let protocol = match flow.protocol.value {
        FlowProtocol::Tcp => 6,
        FlowProtocol::Udp => 17,
        FlowProtocol::Sctp => 132,
    };
    Packet::to(protocol, flow.port.value)
}

/// A declared flow that policies would cut.
fn cut(model: &Model, reach: &Reach, flow: &NamespaceFlow) -> Option<Diagnostic> {
    let to = match (&flow.to, &flow.to_cidr) {
        (Some(to), _) => pod(to.as_str()),
        (None, Some(net)) => Side::outside(net.value.0),
        (None, None) => return None,
    };
    let packet = packet(flow);
    let (from, to) = (reach.places(&pod(flow.from.as_str())).ok()?, reach.places(&to).ok()?);
    let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (from, to)));
    pairs.into_iter().find_map(|(from, to)| {
        let judged = reach.route(from.peer(), to.peer()).judge(&packet);
        let (end, verdict) = if judged.egress.allowed { ("at its destination", judged.ingress) } else { ("at its source", judged.egress) };
        let finding = Diagnostic::new(
            &codes::FLOW_CUT,
            format!("the flow from `{}` to `{}` is cut {end}, {}", from.label, to.label, words(&verdict)),
        );
        let culprit = by(&verdict).map_or(Span::NOWHERE, |path| place(model, path));
        let finding = finding.at(flow.from.span, "declared here");
        let finding = if culprit == Span::NOWHERE { finding } else { finding.at(culprit, "the policy is from here") };
        (!judged.allowed()).then(|| finding.help("take the policy away that cuts it, or the flow"))
    })
}

/// The file of the policy that has the word.
fn by<'a>(verdict: &Verdict<'a>) -> Option<&'a str> {
    match verdict.by {
        By::Rule(policy, _) | By::EndOfTier(_, policy) => Some(&policy.path),
        By::NoPolicy | By::NoEndpoint => None,
    }
}

fn words(verdict: &Verdict) -> String {
    match verdict.by {
        By::Rule(policy, number) => format!("by rule {number} of {} `{}` in `{}`", policy.kind, policy.name, policy.path),
        By::EndOfTier(tier, policy) => {
            format!("at the end of tier `{}`: {} `{}` selects its pods, and no rule allows it", tier.name, policy.kind, policy.name)
        }
        By::NoPolicy => "and no policy selects the pods".into(),
        By::NoEndpoint => "and it is no pod".into(),
    }
}

/// What pods of tenants, of own manifests and of undeclared namespaces reach beyond what is declared; one finding for each policy.
fn broken(model: &Model, reach: &Reach) -> Vec<Diagnostic> {
    let mut told: BTreeSet<(String, String)> = BTreeSet::new();
    let mut findings = Vec::new();
    for (from, to) in pairs(model) {
        let (Ok(sources), Ok(places)) = (reach.places(&pod(&from)), reach.places(&to.side())) else { continue };
        for (source, place) in sources.iter().flat_map(|source| places.iter().map(move |place| (source, place))) {
            let route = reach.route(source.peer(), place.peer());
            let open = undeclared(model, &from, &to, route.open());
            let Some((protocol, first, _)) = open.0.first().copied() else { continue };
            let judged = route.judge(&Packet::to(protocol, first));
            let key = culprit(&judged).map_or_else(Default::default, |policy| (policy.path.clone(), policy.name.clone()));
            if told.insert(key) {
                findings.push(opened(model, source, place, &open, &judged));
            }
        }
    }
    findings
}

/// An end that isolation shuts.
enum End {
    Namespace(String),
    Other(Side),
}

impl End {
    fn side(&self) -> Side {
        match self {
            End::Namespace(name) => pod(name),
            End::Other(side) => side.clone(),
        }
    }
}

/// Pairs between which nothing is open unless somebody declares it.
fn pairs(model: &Model) -> Vec<(String, End)> {
    let shut = |kind: &NamespaceKind| matches!(kind, NamespaceKind::Tenant(_) | NamespaceKind::Extra);
    let isolated: Vec<&str> =
        model.namespaces.iter().filter(|namespace| shut(&namespace.kind)).map(|namespace| namespace.name.as_str()).collect();
    let all = model.namespaces.iter().map(|namespace| namespace.name.as_str()).chain([UNDECLARED]);
    let mut pairs = Vec::new();
    for from in isolated.iter().copied().chain([UNDECLARED]) {
        let others = all.clone().filter(|to| *to != from).map(|to| End::Namespace(to.to_owned()));
        let outside = [Side::Nodes, Side::Internet, Side::Metadata].map(End::Other);
        pairs.extend(others.chain(outside).map(|to| (from.to_owned(), to)));
    }
    // Into tenants from the platform: what comes in is asked for by name of a port, or by the ingress controller's label.
    for from in model.namespaces.iter().filter(|namespace| !shut(&namespace.kind)) {
        pairs.extend(isolated.iter().map(|to| (from.name.clone(), End::Namespace((*to).to_owned()))));
    }
    pairs
}

/// What is open, without what flows declare.
fn undeclared(model: &Model, from: &str, to: &End, open: Open) -> Open {
    let flows = model.written.policies.flows.iter().filter(|flow| flow.from.as_str() == from);
    let meant = flows.filter(|flow| match to {
        End::Namespace(to) => flow.to.as_ref().is_some_and(|declared| declared.as_str() == to),
        End::Other(_) => flow.to_cidr.is_some(),
    });
    meant.map(packet).fold(open, |open, packet| open.without(packet.protocol, packet.port.unwrap_or_default()))
}

/// The policy that lets it through: where it arrives, else where it begins.
fn culprit<'a>(judged: &Judgement<'a>) -> Option<&'a crate::reach::Policy> {
    [judged.egress, judged.ingress].into_iter().find_map(|verdict| match verdict.by {
        By::Rule(policy, _) => Some(policy),
        By::EndOfTier(..) | By::NoPolicy | By::NoEndpoint => None,
    })
}

fn opened(model: &Model, from: &Place, to: &Place, open: &Open, judged: &Judgement) -> Diagnostic {
    let ports = if open.is_everything() { "every port".to_owned() } else { open.to_string() };
    let how = culprit(judged)
        .map_or_else(|| words(&judged.egress), |policy| format!("{} `{}` in `{}` lets them", policy.kind, policy.name, policy.path));
    let message = format!("pods of `{}` reach `{}` on {ports}, which nobody declared: {how}", from.label, to.label);
    let path = culprit(judged).map_or("", |policy| policy.path.as_str());
    Diagnostic::new(&codes::ISOLATION_BROKEN, message)
        .at(place(model, path), "isolation is wanted, and this is let through")
        .help("declare the flow in `policies.flows` with its reason, or narrow the policy")
}
