//! The index: what is carried out in which order, from which files, and what is filled in late.

use std::collections::BTreeMap;

use serde::Serialize;

use super::network::attached;
use super::stacks::{bastion_from_network, from_network, user_data_file};
use crate::model::{Model, Pool, Role};
use crate::render::Page;

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    stages: Vec<Stage>,
}

#[derive(Serialize)]
struct Stage {
    name: &'static str,
    parallel: bool,
    balancers: Option<Vec<BalancerView>>,
    stacks: Vec<Stack>,
}

#[derive(Serialize)]
struct BalancerView {
    name: String,
    specification: String,
}

#[derive(Serialize)]
struct Stack {
    name: String,
    template: String,
    environment: String,
    files: BTreeMap<String, String>,
    inputs: BTreeMap<String, Source>,
}

/// Where a parameter comes from: an output of another stack, or the id of a floating address.
#[derive(Serialize)]
#[serde(untagged)]
enum Source {
    Output {
        stack: String,
        output: String,
    },
    FloatingIp {
        #[serde(rename = "floatingIp")]
        floating_ip: String,
    },
}

pub(super) fn page(model: &Model) -> Page {
    let stages = vec![
        stage("network", false, vec![network(model)]),
        stage("bastion", false, vec![bastion(model)]),
        Stage { name: "balancers", parallel: true, balancers: Some(balancers(model)), stacks: Vec::new() },
        stage("servers", false, nodes(model, Role::Server)),
        stage("agents", !spread_agents(model), nodes(model, Role::Agent)),
    ];
    Page::new("openstack/index.yaml", "openstack/index.yaml.j2", View { environment: model.name.as_str(), stages })
}

fn stage(name: &'static str, parallel: bool, stacks: Vec<Stack>) -> Stage {
    Stage { name, parallel, balancers: None, stacks }
}

/// Members of a group that are made at the same time do not see each other: a strict one fails, a soft one may share a host.
fn spread_agents(model: &Model) -> bool {
    model.pools.iter().any(|pool| pool.role == Role::Agent && pool.server_group.is_some())
}

fn network(model: &Model) -> Stack {
    let floating = |ip: std::net::Ipv4Addr| Source::FloatingIp { floating_ip: ip.to_string() };
    let inputs = attached(model).filter_map(|address| Some((format!("floatingip_{}", address.owner), floating(address.ip?))));
    stack(model, "network", "network", BTreeMap::new(), inputs.collect())
}

fn bastion(model: &Model) -> Stack {
    let mut inputs = outputs(model, bastion_from_network());
    if let Some(address) = model.public_addresses.iter().find(|address| address.owner == "bastion") {
        let source = match address.ip {
            Some(ip) => Source::FloatingIp { floating_ip: ip.to_string() },
            None => output(model, "public_bastion"),
        };
        inputs.insert("floatingip".into(), source);
    }
    stack(model, "bastion", "bastion", user_data("bastion"), inputs)
}

fn nodes(model: &Model, role: Role) -> Vec<Stack> {
    let pools = model.pools.iter().filter(|pool| pool.role == role);
    let nodes = pools.flat_map(|pool| pool.nodes.iter().map(move |node| (pool, node)));
    let node_stack = |(pool, node): (&Pool, &crate::model::Node)| Stack {
        name: node.name.clone(),
        template: format!("openstack/nodes/{}.yaml", pool.stem()),
        environment: format!("openstack/nodes/{}-{}.env.yaml", pool.stem(), node.ordinal),
        files: user_data(pool.stem()),
        inputs: outputs(model, from_network(model, pool)),
    };
    nodes.map(node_stack).collect()
}

fn balancers(model: &Model) -> Vec<BalancerView> {
    let view = |balancer: &crate::model::Balancer| BalancerView {
        name: balancer.name.clone(),
        specification: format!("octavia/{}.yaml", balancer.key),
    };
    model.balancers.iter().map(view).collect()
}

fn stack(model: &Model, name: &str, file: &str, files: BTreeMap<String, String>, inputs: BTreeMap<String, Source>) -> Stack {
    let (template, environment) = (format!("openstack/{file}.yaml"), format!("openstack/{file}.env.yaml"));
    Stack { name: format!("{}-{name}", model.name), template, environment, files, inputs }
}

/// The file that a template names by `get_file`, and where it is.
fn user_data(stem: &str) -> BTreeMap<String, String> {
    BTreeMap::from([user_data_file(stem)])
}

fn outputs(model: &Model, inputs: Vec<(String, String)>) -> BTreeMap<String, Source> {
    inputs.into_iter().map(|(parameter, name)| (parameter, output(model, &name))).collect()
}

fn output(model: &Model, name: &str) -> Source {
    Source::Output { stack: format!("{}-network", model.name), output: name.to_owned() }
}
