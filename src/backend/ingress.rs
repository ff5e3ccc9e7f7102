//! What answers behind the balancers: values of the controller that RKE2 brings, and octavia-ingress-controller.
//!
//! RKE2 installs its controller itself, and takes values from a HelmChartConfig of the same name and namespace:
//! <https://docs.rke2.io/add-ons/helm#customizing-packaged-components-with-helmchartconfig>.
//! octavia-ingress-controller has no chart:
//! <https://github.com/kubernetes/cloud-provider-openstack/tree/v1.36.0/docs/octavia-ingress-controller>.

mod octavia;

use serde::Serialize;

use super::Backend;
use crate::model::{DefaultIngress, Model};
use crate::render::Page;
use crate::source::environment::{IngressController, Taint};

/// Ingress controllers.
pub(super) const BACKEND: Backend =
    Backend { name: "ingress", summary: "Values of RKE2's ingress controller, and octavia-ingress-controller", pages };

fn pages(model: &Model) -> Vec<Page> {
    let mut pages: Vec<Page> = model.ingress.default.iter().map(|default| controller(model, default)).collect();
    pages.extend(model.ingress.octavia.iter().flat_map(|octavia| octavia::pages(model, octavia)));
    pages
}

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    web: Option<u16>,
    websecure: Option<u16>,
    /// Who may speak the PROXY protocol; none: it is off.
    trusted: Vec<String>,
    tolerations: Vec<Toleration<'a>>,
    /// What Ingresses say that they are reached by.
    address: String,
}

#[derive(Serialize)]
struct Toleration<'a> {
    key: &'a str,
    operator: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    effect: String,
}

impl<'a> From<&'a Taint> for Toleration<'a> {
    fn from(taint: &'a Taint) -> Self {
        Toleration {
            key: &taint.key,
            operator: "Equal",
            value: taint.value.as_ref().map(|value| value.as_str()),
            effect: format!("{:?}", taint.effect.value),
        }
    }
}

/// On nodePorts, and on each node behind the balancer: a packet of an amphora stays on the node it came to, so its sender is
/// seen, and a node without the controller is down to the balancer.
fn controller(model: &Model, default: &DefaultIngress) -> Page {
    let (path, template) = match default.controller {
        IngressController::Traefik => ("platform/traefik/rke2-traefik.yaml", "ingress/rke2-traefik.yaml.j2"),
        IngressController::IngressNginx => ("platform/ingress-nginx/rke2-ingress-nginx.yaml", "ingress/rke2-ingress-nginx.yaml.j2"),
    };
    let view = View {
        environment: model.name.as_str(),
        web: default.web,
        websecure: default.websecure,
        trusted: default.trusted.iter().map(ToString::to_string).collect(),
        tolerations: default.tolerated.iter().map(Toleration::from).collect(),
        address: default.address.to_string(),
    };
    Page::new(path, template, view)
}
