//! Harbor and the registries behind it: names that match images, and a way to start when Harbor runs in the cluster itself.

use std::net::Ipv4Addr;

use super::{Input, Model};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::platform::{HARBOR_INSIDE, HARBOR_PROJECT, HARBOR_URL, MIRROR_SELF, REGISTRY_NAME};
use crate::source::At;
use crate::source::Span;
use crate::source::environment::Harbor;
use crate::source::suggest::short;
use crate::source::values::{HostName, Url};

pub(super) fn registries(input: &Input, model: &Model, findings: &mut Vec<Diagnostic>) {
    let registry = &input.environment.registry;
    for allowed in &registry.allowed {
        findings.extend(registry_name(allowed));
    }
    let Some(harbor) = &registry.harbor else { return };
    findings.extend(address(harbor));
    for (name, project) in &harbor.proxies {
        findings.extend(registry_name(name).or_else(|| itself(harbor, name)));
        findings.extend(self::project(&project.project));
    }
    findings.extend(inside(input, model, harbor));
}

/// `docker.io`, `registry.example.org:5000`, or `*` for all others.
pub(super) fn registry_name(name: &At<String>) -> Option<Diagnostic> {
    let text = name.as_str();
    let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
    let good_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let good_host = host.parse::<HostName>().is_ok() && (host.contains('.') || host == "localhost" || port.is_some());
    if text == "*" || good_port && (good_host || host.parse::<Ipv4Addr>().is_ok()) {
        return None;
    }
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = bare.split('/').next().unwrap_or_default();
    let help = match text {
        _ if text.contains("://") || text.contains('/') => format!("write the host alone, `{host}`"),
        _ if text.parse::<HostName>().is_ok() => "write its whole name, such as `docker.io`".to_owned(),
        _ => "write a host in lower case, with its port where that is not 443, such as `registry.example.org:5000`".to_owned(),
    };
    Some(Diagnostic::new(&REGISTRY_NAME, format!("`{text}` is no registry")).at(name.span, "").help(help))
}

fn itself(harbor: &Harbor, name: &At<String>) -> Option<Diagnostic> {
    let url = &harbor.url;
    let (host, port) = name.split_once(':').map_or((name.as_str(), Some(443)), |(host, port)| (host, port.parse().ok()));
    (host == url.host() && port == url.port()).then(|| {
        Diagnostic::new(&MIRROR_SELF, format!("`{}` is Harbor itself", name.value))
            .at(name.span, "asked for through itself")
            .at(url.span, "Harbor")
            .help("remove it: images with Harbor's name come from Harbor as they are")
    })
}

fn project(name: &At<String>) -> Option<Diagnostic> {
    let part = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    // Digits alone are a project's number to Harbor.
    let number = name.chars().all(|c| c.is_ascii_digit());
    let good = !number && name.len() <= 255 && name.split(['.', '-', '_']).all(part);
    (!good).then(|| {
        Diagnostic::new(&HARBOR_PROJECT, format!("Harbor has no project called `{}`", short(name)))
            .at(name.span, "")
            .help("write lower-case letters and digits, a letter among them, with single `.`, `-` or `_` between them")
    })
}

fn address(harbor: &Harbor) -> Option<Diagnostic> {
    let url = &harbor.url;
    let help = match url.scheme() {
        "https" if has_path(&url.value) => "write the address without a path; projects are named under `proxies`",
        "https" => return None,
        "http" => "write `https:`; for a certificate of your own CA, name the CA under `trust.certificates`",
        _ => "write `https://HOST`",
    };
    let message = if url.scheme() == "https" { "Harbor's address has a path".to_owned() } else { format!("Harbor by `{}:`", url.scheme()) };
    Some(Diagnostic::new(&HARBOR_URL, message).at(url.span, "").help(help))
}

fn has_path(url: &Url) -> bool {
    url.as_str().split_once("://").is_some_and(|(_, rest)| rest.trim_end_matches('/').contains(['/', '?', '#']))
}

/// Harbor in the cluster that pulls through it, without a way around (trap 66).
fn inside(input: &Input, model: &Model, harbor: &Harbor) -> Option<Diagnostic> {
    if harbor.fallback.value {
        return None;
    }
    let (span, why) = where_inside(input, model, harbor)?;
    Some(
        Diagnostic::new(&HARBOR_INSIDE, "Harbor runs in this cluster, and nodes may ask nobody else: nothing starts after an outage")
            .at(span, why)
            .at(harbor.fallback.span, "nobody else")
            .help("write `fallback: true`, or take a Harbor that does not run here"),
    )
}

/// Why Harbor is taken to run in this cluster, and where that stands.
fn where_inside(input: &Input, model: &Model, harbor: &Harbor) -> Option<(Span, String)> {
    if harbor.in_cluster.value {
        return Some((harbor.in_cluster.span, "it runs here".to_owned()));
    }
    let host = harbor.url.host();
    let span = harbor.url.span;
    if host.split('.').any(|label| label == "svc") || host.ends_with(".cluster.local") {
        return Some((span, "a name of this cluster".to_owned()));
    }
    if host == model.kubernetes.api_name.as_str() {
        return Some((span, "the API's own name".to_owned()));
    }
    let environment = input.environment;
    let argocd = environment.argocd.as_ref().map(|argocd| argocd.host.as_str());
    let grafana = environment.monitoring.as_ref().and_then(|monitoring| monitoring.grafana.as_ref()).map(|grafana| grafana.host.as_str());
    if argocd.into_iter().chain(grafana).any(|other| other == host) {
        return Some((span, "a host of this cluster's ingress".to_owned()));
    }
    let address: Ipv4Addr = host.parse().ok()?;
    let what = if model.balancers.iter().any(|balancer| balancer.vip == address) {
        "the VIP of a balancer of this environment"
    } else if model.public_addresses.iter().any(|public| public.ip == Some(address)) {
        "a public address of this environment"
    } else if model.network.cidr.contains(&address) {
        "an address of the nodes' subnet"
    } else if model.network.services.contains(&address) {
        "an address of a Service of this cluster"
    } else if model.network.pods.contains(&address) {
        "an address of a pod of this cluster"
    } else {
        return None;
    };
    Some((span, what.to_owned()))
}
