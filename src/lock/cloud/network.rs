//! Neutron: networks, subnets and routers that the environment names and does not make.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Report;
use super::api::{Api, NETWORK};
use super::trouble::Trouble;
use crate::diagnostic::codes::lock as codes;
use crate::lock::wanted::{Names, Wanted, about, instead, lacking};
use crate::source::Span;
use crate::source::lock::{CloudNetwork, CloudSubnet};

/// The networks that the environment names, by that name.
pub(super) async fn lock(api: &Api, wanted: &Wanted, report: &mut Report) -> Result<BTreeMap<String, CloudNetwork>, Trouble> {
    let mut networks = BTreeMap::new();
    for (names, external) in [(&wanted.external, true), (&wanted.networks, false)] {
        let mut missing = Names::new();
        for (name, places) in names {
            match found(api, "networks", name, external, places, report).await? {
                Found::One(network) => {
                    networks.insert(name.clone(), locked(api, &network).await?);
                }
                Found::None => {
                    missing.insert(name.clone(), places.clone());
                }
                Found::Several => {}
            }
        }
        lacks(api, "networks", if external { "external network" } else { "network" }, &missing, report).await?;
    }
    let mut missing = Names::new();
    for (name, places) in &wanted.routers {
        if matches!(found(api, "routers", name, false, places, report).await?, Found::None) {
            missing.insert(name.clone(), places.clone());
        }
    }
    lacks(api, "routers", "router", &missing, report).await?;
    addresses(api, &wanted.addresses, report).await?;
    subnet(wanted, &networks, report);
    Ok(networks)
}

/// Floating addresses that the environment takes over have to be the project's already.
async fn addresses(api: &Api, wanted: &Names, report: &mut Report) -> Result<(), Trouble> {
    if wanted.is_empty() {
        return Ok(());
    }
    let all = api.list(&NETWORK, "floatingips", &[("project_id", &api.project)], "floatingips").await?;
    let there = all.iter().filter_map(|address| address["floating_ip_address"].as_str());
    report.findings.extend(lacking(&codes::ADDRESS_NOT_IN_CLOUD, "floating address", wanted, there));
    Ok(())
}

/// What a name or id stands for.
enum Found {
    None,
    One(Value),
    /// A finding was made.
    Several,
}

async fn found(api: &Api, path: &str, name: &str, external: bool, places: &[Span], report: &mut Report) -> Result<Found, Trouble> {
    let mut all = api.list(&NETWORK, path, &[("name", name)], path).await?;
    if all.is_empty() {
        all = api.list(&NETWORK, path, &[("id", name)], path).await?;
    }
    if external {
        all.retain(|network| network["router:external"] == true);
    }
    if all.len() > 1 {
        let ids: Vec<&str> = all.iter().filter_map(|one| one["id"].as_str()).collect();
        let message = format!("the cloud has {} {path} `{name}`", all.len());
        report
            .findings
            .push(about(&codes::AMBIGUOUS_NAME, message, places).help(format!("write the id of one of them: {}", ids.join(", "))));
        return Ok(Found::Several);
    }
    Ok(all.pop().map_or(Found::None, Found::One))
}

/// Findings about what is not there, with the names of what is.
async fn lacks(api: &Api, path: &str, what: &str, missing: &Names, report: &mut Report) -> Result<(), Trouble> {
    if missing.is_empty() {
        return Ok(());
    }
    let mut all = api.list(&NETWORK, path, &[], path).await?;
    if what == "external network" {
        all.retain(|network| network["router:external"] == true);
    }
    let mut names: Vec<&str> = all.iter().filter_map(|one| one["name"].as_str()).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    report.findings.extend(lacking(&codes::NETWORK_NOT_IN_CLOUD, what, missing, names.iter().copied()));
    Ok(())
}

/// A network with its subnets. Subnets of an external network are usually hidden from projects.
async fn locked(api: &Api, network: &Value) -> Result<CloudNetwork, Trouble> {
    let id = network["id"].as_str().unwrap_or_default().to_owned();
    let all = api.list(&NETWORK, "subnets", &[("network_id", &id)], "subnets").await?;
    let mut subnets: Vec<CloudSubnet> = all.iter().filter_map(subnet_of).collect();
    subnets.sort_unstable_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    let mtu = network["mtu"].as_u64().and_then(|mtu| u32::try_from(mtu).ok()).filter(|mtu| *mtu > 0);
    Ok(CloudNetwork { id, mtu, external: network["router:external"] == true, subnets })
}

fn subnet_of(value: &Value) -> Option<CloudSubnet> {
    let text = |key: &str| value[key].as_str().map(str::to_owned);
    let ranges = value["allocation_pools"].as_array().into_iter().flatten();
    let mut pools: Vec<String> = ranges.filter_map(|pool| Some(format!("{}-{}", pool["start"].as_str()?, pool["end"].as_str()?))).collect();
    pools.sort_unstable();
    Some(CloudSubnet { id: text("id")?, name: text("name")?, cidr: text("cidr")?, pools })
}

/// The existing subnet must be one of the existing network's. Without a network the model says what is missing.
fn subnet(wanted: &Wanted, networks: &BTreeMap<String, CloudNetwork>, report: &mut Report) {
    let Some((subnet, Some(name))) = &wanted.subnet else { return };
    let Some(network) = networks.get(name) else { return };
    let matching = network.subnets.iter().filter(|other| other.name == subnet.value || other.id == subnet.value).count();
    let names: Vec<&str> = network.subnets.iter().map(|other| other.name.as_str()).collect();
    let finding = match matching {
        1 => return,
        0 => about(&codes::NETWORK_NOT_IN_CLOUD, format!("the network `{name}` has no subnet `{}`", subnet.value), &[subnet.span])
            .help(instead("subnet of it", &subnet.value, &names)),
        _ => about(&codes::AMBIGUOUS_NAME, format!("the network `{name}` has {matching} subnets `{}`", subnet.value), &[subnet.span])
            .help("write the id of one of them"),
    };
    report.findings.push(finding);
}
