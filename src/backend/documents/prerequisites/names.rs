//! For the teams of DNS and identity: records, OIDC clients, groups.

use serde::Serialize;

use crate::backend::documents::words::reached_at;
use crate::model::Model;
use crate::source::environment::Kubernetes;

/// A record of DNS.
#[derive(Serialize)]
pub(super) struct Record {
    name: String,
    address: String,
    what: String,
}

/// The API's names, and the hosts behind the ingress balancer.
pub(super) fn records(model: &Model) -> Vec<Record> {
    let written = &model.written;
    let record = |name: String, address: &str, what: &str| Record { name, address: address.to_owned(), what: what.to_owned() };
    let api = reached_at(model, "api", model.kubernetes.api_vip);
    let mut records = vec![record(model.kubernetes.api_name.to_string(), &api, "Kubernetes API; nodes must resolve it too")];
    let further =
        written.kubernetes.api.extra_names.iter().map(|name| record(name.value.to_string(), &api, "further name of the Kubernetes API"));
    records.extend(further);
    let ingress = ingress_address(model);
    let mut host = |name: &str, what: &str| records.push(record(name.to_owned(), &ingress, what));
    if let Some(argocd) = &written.argocd {
        host(argocd.host.as_str(), "Argo CD");
    }
    if let Some(grafana) = written.monitoring.as_ref().and_then(|monitoring| monitoring.grafana.as_ref()) {
        host(grafana.host.as_str(), "Grafana");
    }
    if written.ingress.default.is_some() && !written.tenants.is_empty() {
        host("hosts of tenants' Ingresses", "as tenants ask for them");
    }
    records
}

/// Where the controller in the cluster is reached.
fn ingress_address(model: &Model) -> String {
    let Some(default) = &model.written.ingress.default else { return "known after apply: no ingress controller is declared".to_owned() };
    let name = default.balancer.as_str();
    match model.balancers.iter().find(|balancer| balancer.key == name) {
        Some(balancer) => reached_at(model, name, balancer.vip),
        None => "known after apply".to_owned(),
    }
}

/// What the identity provider has to know.
#[derive(Serialize)]
pub(super) struct Identity {
    clients: Vec<Client>,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Client {
    id: String,
    what: &'static str,
    issuer: String,
    kind: &'static str,
    claims: String,
    redirects: Vec<String>,
    from: &'static str,
}

#[derive(Serialize)]
struct Group {
    name: String,
    what: String,
}

pub(super) fn identity(model: &Model) -> Option<Identity> {
    let clients: Vec<Client> = kubernetes(&model.written.kubernetes).into_iter().chain(argocd(model)).collect();
    (!clients.is_empty()).then(|| Identity { clients, groups: groups(model) })
}

fn kubernetes(written: &Kubernetes) -> Option<Client> {
    let oidc = written.oidc.as_ref()?;
    Some(Client {
        id: oidc.client_id.value.clone(),
        what: "Kubernetes API, for kubectl",
        issuer: oidc.issuer.to_string(),
        kind: "public: code with PKCE, no secret",
        claims: format!("{} and {} in the ID token", oidc.username.claim.value, oidc.groups.claim.value),
        redirects: vec!["http://localhost:8000".to_owned(), "http://localhost:18000".to_owned()],
        from: "the servers",
    })
}

fn argocd(model: &Model) -> Option<Client> {
    let argocd = model.written.argocd.as_ref()?;
    let oidc = argocd.oidc.as_ref()?;
    Some(Client {
        id: oidc.client_id.value.clone(),
        what: "Argo CD, and its command line",
        issuer: oidc.issuer.to_string(),
        kind: "confidential: with a secret",
        claims: "groups in the ID token, by scope openid profile email groups".to_owned(),
        redirects: vec![format!("https://{}/auth/callback", argocd.host.value), "http://localhost:8085/auth/callback".to_owned()],
        from: "every node",
    })
}

fn groups(model: &Model) -> Vec<Group> {
    let written = &model.written;
    let mut groups: Vec<Group> = Vec::new();
    let mut add = |name: &str, what: String| match groups.iter_mut().find(|group| group.name == name) {
        Some(known) => known.what.extend(["; ", &what]),
        None => groups.push(Group { name: name.to_owned(), what }),
    };
    if let Some(oidc) = written.argocd.as_ref().and_then(|argocd| argocd.oidc.as_ref()) {
        oidc.administrators.iter().for_each(|name| add(&name.value, "administrators of Argo CD".to_owned()));
        oidc.readers.iter().for_each(|name| add(&name.value, "readers of Argo CD".to_owned()));
    }
    let way = match (written.kubernetes.oidc.is_some(), written.argocd.as_ref().is_some_and(|argocd| argocd.oidc.is_some())) {
        (true, true) => "kubectl and Argo CD",
        (true, false) => "kubectl",
        // Without an issuer at the API server nobody but administrators uses kubectl.
        (false, _) => "Argo CD",
    };
    for tenant in &written.tenants {
        tenant.groups.iter().for_each(|name| add(&name.value, format!("tenant {}, by {way}", tenant.name.value)));
    }
    groups
}
