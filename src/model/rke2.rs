//! What RKE2 is told: names in certificates, users, registries, snapshots.

use std::net::Ipv4Addr;

use super::addresses::Assigned;
use super::{Input, Kubernetes, Oidc, Registries};
use crate::source::environment::{CloudProvider, Harbor};

pub(super) fn kubernetes(input: &Input, assigned: &Assigned) -> Kubernetes {
    let environment = input.environment;
    let written = &environment.kubernetes;
    let api_vip = assigned.vips.get("api").copied().unwrap_or(Ipv4Addr::UNSPECIFIED);
    let etcd = &environment.backup.etcd;
    Kubernetes {
        version: written.version.value,
        api_name: written.api.name.value.clone(),
        api_vip,
        tls_names: tls_names(input, api_vip),
        node_ports: (written.node_ports.from, written.node_ports.to),
        encapsulation: written.encapsulation.value,
        profile: written.profile.value.known(),
        audit: written.audit.value,
        external_cloud_provider: written.cloud_provider.value == CloudProvider::Openstack,
        oidc: oidc(input),
        registries: environment.registry.harbor.as_ref().map(registries),
        snapshots: (etcd.schedule.value.clone(), etcd.keep.value),
        scraped: environment.monitoring.is_some(),
        ingress: environment.ingress.default.as_ref().map(|default| default.controller.value),
        token: written.token.as_ref().map(|token| token.secret.value.clone()),
        agent_token: written.agent_token.as_ref().map(|token| token.secret.value.clone()),
    }
}

/// Every name and address that somebody reaches the API by: a missing one is a refused certificate (trap 28).
fn tls_names(input: &Input, vip: Ipv4Addr) -> Vec<String> {
    let api = &input.environment.kubernetes.api;
    let public = api.public_address.as_ref().and_then(|address| address.ip).map(|ip| ip.value.to_string());
    let further = api.extra_names.iter().map(|name| name.value.to_string());
    let mut names = Vec::new();
    for name in [api.name.value.to_string(), vip.to_string()].into_iter().chain(public).chain(further) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn oidc(input: &Input) -> Option<Oidc> {
    let written = input.environment.kubernetes.oidc.as_ref()?;
    let claim = |claim: &crate::source::environment::Claim| (claim.claim.value.clone(), claim.prefix.value.clone());
    Some(Oidc {
        issuer: written.issuer.value.to_string(),
        client_id: written.client_id.value.clone(),
        username: claim(&written.username),
        groups: claim(&written.groups),
        ca: input.texts.oidc_ca.as_ref().map(|ca| ca.text.clone()),
    })
}

fn registries(harbor: &Harbor) -> Registries {
    Registries {
        url: harbor.url.value.as_str().trim_end_matches('/').to_owned(),
        proxies: harbor.proxies.iter().map(|(registry, project)| (registry.value.clone(), project.project.value.clone())).collect(),
        fallback: harbor.fallback.value,
        robot: harbor.robot.as_ref().map(|robot| robot.secret.value.clone()),
    }
}
