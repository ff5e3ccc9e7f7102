//! `policies.flows`: each is opened at both ends, since both shut what nobody opens.

use std::collections::BTreeMap;

use super::view::{NetworkPolicy, Peer, Policies, Port, PortSpec};
use super::{FOLDER, SPARED};
use crate::model::{Model, NamespaceKind};
use crate::render::Page;
use crate::source::environment::{FlowProtocol, NamespaceFlow, Profile};
use crate::source::values::Cidr;

pub(super) fn pages(model: &Model) -> Vec<Page> {
    let flows = &model.written.policies.flows;
    let mut policies: Vec<NetworkPolicy> = Vec::new();
    for policy in flows.iter().flat_map(|flow| ends(model, flow)) {
        // Two reasons for one flow are one policy: the API server has one of each name.
        let same = policies.iter_mut().find(|known| (&known.namespace, &known.name) == (&policy.namespace, &policy.name));
        match same {
            Some(known) => known.purpose = format!("{}; {}", known.purpose, policy.purpose),
            None => policies.push(policy),
        }
    }
    let mut folders: BTreeMap<String, Vec<NetworkPolicy>> = BTreeMap::new();
    for policy in policies {
        folders.entry(folder(model, &policy.namespace)).or_default().push(policy);
    }
    let page = |(folder, policies)| {
        let view = Policies { environment: model.name.as_str(), policies };
        Page::new(format!("{folder}/flows.yaml"), "calico/network-policies.yaml.j2", view)
    };
    folders.into_iter().map(page).collect()
}

/// Beside what makes the namespace: a tenant's come after all other policies, and nothing goes into one that is not there.
fn folder(model: &Model, namespace: &str) -> String {
    let owner = model.namespaces.iter().find(|known| known.name == namespace).map(|known| &known.kind);
    match owner {
        Some(NamespaceKind::Tenant(tenant)) => format!("platform/tenant-{tenant}"),
        _ => FOLDER.to_owned(),
    }
}

/// A policy at each end that shuts by itself: where nothing is shut, ours would be the first to.
fn ends(model: &Model, flow: &NamespaceFlow) -> Vec<NetworkPolicy> {
    let protocol = match flow.protocol.value {
        FlowProtocol::Tcp => "TCP",
        FlowProtocol::Udp => "UDP",
        FlowProtocol::Sctp => "SCTP",
    };
    let ports = || vec![PortSpec::One { protocol, port: Port::Number(flow.port.value) }];
    let (from, reason) = (flow.from.as_str(), flow.reason.value.as_str());
    let tail = format!("{}-{}", flow.port.value, protocol.to_lowercase());
    let mut policies = Vec::new();
    let (peer, to) = match (&flow.to, &flow.to_cidr) {
        (Some(to), _) => (Peer::namespace(to.as_str()), to.to_string()),
        (None, Some(net)) => (outside(model, **net), net.to_string().replace(['.', '/', ':'], "-")),
        // A finding of the model.
        (None, None) => return policies,
    };
    if !SPARED.contains(&from) {
        policies.push(NetworkPolicy::out(from, format!("flow-to-{to}-{tail}"), reason, vec![peer], ports()));
    }
    if let Some(to) = flow.to.as_ref().filter(|to| shut(model, to.as_str())) {
        policies.push(NetworkPolicy::into(to.as_str(), format!("flow-from-{from}-{tail}"), reason, vec![Peer::namespace(from)], ports()));
    }
    policies
}

/// Whether something shuts a namespace to others: isolation, or RKE2's own policies.
fn shut(model: &Model, namespace: &str) -> bool {
    !SPARED.contains(&namespace) || (namespace == "kube-system" && model.kubernetes.profile == Profile::Cis)
}

/// Everywhere means everywhere outside of the cluster.
fn outside(model: &Model, net: Cidr) -> Peer {
    if net.0.prefix_len() == 0 { Peer::outside(model) } else { Peer::block(net.0) }
}
