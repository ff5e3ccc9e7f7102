//! Octavia: for each balancer the body of `POST /v2/lbaas/loadbalancers`, the whole tree in one request. `apply` sends it
//! verbatim once the late-bound identifiers are filled in, and compares it with what Octavia gives back; so every field
//! stands there, defaults too.
//!
//! Pools stand beside the listeners and are referred to by `{name: …}` alone: Octavia takes a pool with more keys than that
//! for another definition. <https://docs.openstack.org/api-ref/load-balancer/v2/#creating-a-fully-populated-load-balancer>

mod listener;
mod pool;

use serde::Serialize;

use super::Backend;
use crate::model::{AllowedCidr, Balancer, Model};
use crate::render::Page;
use crate::source::environment::Provider;

/// Specifications of load balancers.
pub(super) const BACKEND: Backend = Backend { name: "octavia", summary: "Octavia load balancers, each as the body of one request", pages };

fn pages(model: &Model) -> Vec<Page> {
    model.balancers.iter().map(|balancer| page(model, balancer)).collect()
}

#[derive(Serialize)]
struct View<'a> {
    key: &'a str,
    name: &'a str,
    description: &'a str,
    vip: String,
    vip_port: Late,
    provider: Provider,
    flavor: Option<Flavor<'a>>,
    availability_zone: Option<&'a str>,
    tags: Vec<String>,
    listeners: Vec<listener::View<'a>>,
    pools: Vec<pool::View<'a>>,
}

/// The pinned id, else the name that `apply` looks up.
#[derive(Serialize)]
#[serde(untagged)]
enum Flavor<'a> {
    Id(&'a str),
    Name { flavor: &'a str },
}

/// Known now, or an output of a stack that `apply` fills in.
#[derive(Serialize)]
#[serde(untagged)]
enum Late {
    Known(String),
    Output {
        #[serde(rename = "fromStack")]
        from_stack: Output,
    },
}

#[derive(Serialize)]
struct Output {
    stack: String,
    output: String,
}

impl Late {
    /// An output of the network stack.
    fn network(model: &Model, output: impl Into<String>) -> Self {
        Late::Output { from_stack: Output { stack: format!("{}-network", model.name), output: output.into() } }
    }

    fn client(model: &Model, client: &AllowedCidr) -> Self {
        match client {
            AllowedCidr::Cidr(net) => Late::Known(net.to_string()),
            AllowedCidr::Router => Late::network(model, "router_cidr"),
        }
    }
}

fn page(model: &Model, balancer: &Balancer) -> Page {
    let flavor = balancer.flavor.as_ref().map(|flavor| flavor.id.as_deref().map_or(Flavor::Name { flavor: &flavor.name }, Flavor::Id));
    let view = View {
        key: &balancer.key,
        name: &balancer.name,
        description: &balancer.description,
        vip: balancer.vip.to_string(),
        vip_port: Late::network(model, format!("vip_{}", balancer.key)),
        provider: balancer.provider,
        flavor,
        availability_zone: balancer.availability_zone.as_deref(),
        tags: vec!["strata".to_owned(), format!("strata-environment={}", model.name)],
        listeners: balancer.listeners.iter().map(|listener| listener::view(model, balancer, listener)).collect(),
        pools: balancer.pools.iter().map(|pool| pool::view(model, pool)).collect(),
    };
    Page::new(format!("octavia/{}.yaml", balancer.key), "octavia/balancer.yaml.j2", view)
}
