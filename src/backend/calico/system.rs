//! kube-system with RKE2's profile `cis`: RKE2 shuts its pods to other namespaces, DNS and the ingress controller's ports apart.
//! What else comes in needs a policy of its own.

use super::view::{Labels, NetworkPolicy, Peer, Policies, Port, PortSpec};
use super::{FOLDER, has};
use crate::model::Model;
use crate::render::Page;
use crate::source::environment::{IngressController, Profile};

const NAMESPACE: &str = "kube-system";

pub(super) fn page(model: &Model) -> Option<Page> {
    // Without RKE2's policies nothing is shut, and ours would be the first to shut.
    if model.kubernetes.profile != Profile::Cis {
        return None;
    }
    let mut policies: Vec<NetworkPolicy> = model.kubernetes.ingress.map(controller).into_iter().collect();
    if has(model, "monitoring") {
        policies.push(scraped("coredns", "k8s-app", "kube-dns", Port::Number(9153)));
        policies.push(scraped("metrics-server", "app", "rke2-metrics-server", Port::Number(10250)));
        match model.kubernetes.ingress {
            Some(IngressController::Traefik) => policies.push(scraped("traefik", NAME, "rke2-traefik", Port::Named("metrics"))),
            Some(IngressController::IngressNginx) => {
                policies.push(scraped("ingress-nginx", NAME, "rke2-ingress-nginx", Port::Number(10254)));
            }
            None => {}
        }
    }
    let view = Policies { environment: model.name.as_str(), policies };
    (!view.policies.is_empty()).then(|| Page::new(format!("{FOLDER}/{NAMESPACE}.yaml"), "calico/network-policies.yaml.j2", view))
}

const NAME: &str = "app.kubernetes.io/name";

/// Clients come through balancers and ports of nodes, so from any address. RKE2 opens the same, in its newer releases alone.
fn controller(controller: IngressController) -> NetworkPolicy {
    let (label, ports) = match controller {
        IngressController::Traefik => ("rke2-traefik", ["web", "websecure"]),
        IngressController::IngressNginx => ("rke2-ingress-nginx", ["http", "https"]),
    };
    let ports = ports.map(|port| PortSpec::One { protocol: "TCP", port: Port::Named(port) });
    NetworkPolicy::into(NAMESPACE, "to-ingress-controller", "clients, through balancers and ports of nodes", Vec::new(), ports.into())
        .of(NAME, label)
}

fn scraped(what: &str, key: &'static str, value: &'static str, port: Port) -> NetworkPolicy {
    let prometheus = Peer::Pods { namespace_selector: Labels::namespace("monitoring"), pod_selector: Labels::of(NAME, "prometheus") };
    let ports = vec![PortSpec::One { protocol: "TCP", port }];
    NetworkPolicy::into(NAMESPACE, format!("from-prometheus-to-{what}"), "metrics", vec![prometheus], ports).of(key, value)
}
