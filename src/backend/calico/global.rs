//! The tier, and the two policies for all namespaces. Neither grows with tenants.

use serde::Serialize;

use super::view::{Entity, Rule, in_namespace, servers};
use super::{FOLDER, SPARED, has};
use crate::model::{Model, namespaces::NODE_PORTS};
use crate::reach::METADATA;
use crate::render::Page;
use crate::source::environment::IngressController;

/// The own tier: before `default`, and what it does not name goes on.
const TIER: &str = "strata-platform";

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    /// The tier to make, with its policy.
    tier: Option<&'static str>,
    name: String,
    of_tier: &'static str,
    order: u32,
    namespaces: String,
    types: Vec<&'static str>,
    ingress: Vec<Rule>,
    egress: Vec<Rule>,
}

/// Nobody may ever open OpenStack's metadata service to a pod: it hands out the node's user data, with its join token.
pub(super) fn metadata(model: &Model) -> Page {
    let deny = Rule { action: "Deny", destination: Entity::nets(vec![format!("{METADATA}/32")]), ..Rule::default() };
    let view = View {
        environment: model.name.as_str(),
        tier: Some(TIER),
        name: format!("{TIER}.deny-metadata"),
        of_tier: TIER,
        order: 100,
        namespaces: "all()".into(),
        types: vec!["Egress"],
        ingress: Vec::new(),
        egress: vec![deny],
    };
    Page::new(format!("{FOLDER}/metadata.yaml"), "calico/global.yaml.j2", view)
}

/// A namespace talks to itself and to what the platform needs; it comes after Kubernetes' policies, which are the exceptions.
pub(super) fn isolation(model: &Model) -> Page {
    let spared: Vec<String> = SPARED.iter().map(|name| format!("'{name}'")).collect();
    let view = View {
        environment: model.name.as_str(),
        tier: None,
        name: "isolate-namespaces".into(),
        of_tier: "default",
        order: 2000,
        namespaces: format!("kubernetes.io/metadata.name not in {{{}}}", spared.join(", ")),
        types: vec!["Ingress", "Egress"],
        ingress: ingress(model),
        egress: ["UDP", "TCP"].map(dns).into(),
    };
    Page::new(format!("{FOLDER}/isolation.yaml"), "calico/global.yaml.j2", view)
}

fn dns(protocol: &'static str) -> Rule {
    let destination = Entity::pods("kube-system", "k8s-app", "kube-dns").on([53]);
    Rule { action: "Allow", protocol: Some(protocol), destination, ..Rule::default() }
}

/// Who may connect to pods from outside of their namespace.
fn ingress(model: &Model) -> Vec<Rule> {
    let tcp = |source, destination| Rule { action: "Allow", protocol: Some("TCP"), source, destination };
    let mut rules = Vec::new();
    if let Some(controller) = model.kubernetes.ingress {
        let name = match controller {
            IngressController::Traefik => "rke2-traefik",
            IngressController::IngressNginx => "rke2-ingress-nginx",
        };
        rules.push(tcp(Entity::pods("kube-system", "app.kubernetes.io/name", name), Entity::default()));
    }
    if has(model, "monitoring") {
        // A pod that wants to be scraped calls its port so.
        let prometheus = Entity::pods("monitoring", "app.kubernetes.io/name", "prometheus");
        rules.push(tcp(prometheus, Entity::default().on(["metrics", "http-metrics"])));
    }
    for (namespace, component, port) in webhooks(model) {
        let hook = || Entity {
            selector: format!("app.kubernetes.io/component == '{component}'"),
            namespace_selector: in_namespace(namespace),
            ..Entity::default()
        };
        rules.extend(from_nodes(model, servers(model).to_string()).map(|source| tcp(source, hook().on([port]))));
    }
    // Balancers of Ingresses and Services reach pods through ports of nodes.
    let open = || Entity { namespace_selector: format!("{NODE_PORTS} == 'true'"), ..Entity::default() };
    rules.extend(from_nodes(model, model.network.cidr.to_string()).map(|source| tcp(source, open())));
    rules
}

/// Nodes as pods see them: by an address in the subnet, or, from another node, by that of the tunnel's own interface. That one is
/// in the pods' range and belongs to no pod; Calico hands it out, so it cannot be written down.
fn from_nodes(model: &Model, addresses: String) -> [Entity; 2] {
    let tunnel =
        Entity { nets: vec![model.network.pods.to_string()], not_selector: "has(projectcalico.org/namespace)", ..Entity::default() };
    [Entity::nets(vec![addresses]), tunnel]
}

/// Where the API server asks before it stores an object: namespace, component, port of the pod.
fn webhooks(model: &Model) -> impl Iterator<Item = (&'static str, &'static str, u16)> {
    let all = [("kyverno", "admission-controller", 9443), ("kyverno", "cleanup-controller", 9443), ("cert-manager", "webhook", 10250)];
    all.into_iter().filter(|(namespace, ..)| has(model, namespace))
}
