//! `policies.flows`: traffic between namespaces, or to the outside, that isolation lets through.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::{Input, Namespace, Network};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::flows as codes;
use crate::source::At;
use crate::source::environment::NamespaceFlow;
use crate::source::suggest::nearest;
use crate::source::values::{Cidr, Name};

/// OpenStack's metadata service.
const METADATA: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254));

pub(super) fn check(input: &Input, network: &Network, namespaces: &[Namespace], findings: &mut Vec<Diagnostic>) {
    for flow in &input.environment.policies.flows {
        for end in [Some(&flow.from), flow.to.as_ref()].into_iter().flatten() {
            findings.extend(unknown(end, namespaces));
        }
        findings.extend(destination(flow));
        if flow.port.value == 0 {
            let finding = Diagnostic::new(&codes::FLOW_PORT, "a flow to port 0").at(flow.port.span, "no program listens there");
            findings.push(finding.help("write the port of the pods, not that of their Service"));
        }
        if let Some(net) = &flow.to_cidr {
            findings.extend(addresses(flow, net, network));
        }
    }
}

fn unknown(end: &At<Name>, namespaces: &[Namespace]) -> Option<Diagnostic> {
    if namespaces.iter().any(|namespace| namespace.name == end.as_str()) {
        return None;
    }
    let help = match nearest(end.as_str(), namespaces.iter().map(|namespace| namespace.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "declare it: in a tenant's file, or as the namespace of `platform.extra`".to_owned(),
    };
    let finding = Diagnostic::new(&codes::FLOW_UNKNOWN_NAMESPACE, format!("there is no namespace `{}`", end.value));
    Some(finding.at(end.span, "no such namespace").help(help))
}

fn destination(flow: &NamespaceFlow) -> Option<Diagnostic> {
    let finding = match (&flow.to, &flow.to_cidr) {
        (None, None) => Diagnostic::new(&codes::FLOW_DESTINATION, "a flow without a destination").at(flow.from.span, "where does it go?"),
        (Some(to), Some(net)) => {
            Diagnostic::new(&codes::FLOW_DESTINATION, "a flow with two destinations").at(net.span, "addresses").at(to.span, "a namespace")
        }
        _ => return None,
    };
    Some(finding.help("write `to` for a namespace, or `toCidr` for addresses outside of the cluster"))
}

fn addresses(flow: &NamespaceFlow, net: &At<Cidr>, network: &Network) -> Option<Diagnostic> {
    let IpNet::V4(written) = net.value.0 else {
        let finding = Diagnostic::new(&codes::FLOW_CIDR, "a flow to IPv6 addresses").at(net.span, "the cluster has IPv4 alone");
        return Some(finding.help("write an IPv4 network"));
    };
    if written.prefix_len() == 0 {
        let finding = || Diagnostic::new(&codes::FLOW_EVERYWHERE, "a flow to everywhere without a reason");
        let blank = flow.reason.value.trim().is_empty();
        return blank
            .then(|| finding().at(net.span, "everywhere").at(flow.reason.span, "why?").help("say in `reason` why, or name the networks"));
    }
    let shares = |other: &ipnet::Ipv4Net| written.contains(&other.network()) || other.contains(&written.network());
    let (what, help) = if net.value.0.contains(&METADATA) {
        ("the metadata service, which nobody may reach", "name networks without 169.254.169.254")
    } else if shares(&network.pods) {
        ("pods, whose addresses change", "name their namespace with `to`")
    } else if shares(&network.services) {
        ("Services, whose addresses policies never see", "name the namespace of their pods with `to`")
    } else {
        return None;
    };
    let finding = Diagnostic::new(&codes::FLOW_CIDR, format!("`{}` holds addresses of {what}", net.value));
    Some(finding.at(net.span, "").help(help))
}
