//! Nova: flavors that the environment names, and availability zones.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Report;
use super::api::{Api, COMPUTE, Service};
use super::trouble::Trouble;
use crate::diagnostic::codes::lock as codes;
use crate::lock::wanted::{Names, lacking};
use crate::source::lock::Flavor;

/// The flavors that the environment names.
pub(super) async fn flavors(api: &Api, wanted: &Names, report: &mut Report) -> Result<BTreeMap<String, Flavor>, Trouble> {
    let all = api.list(&COMPUTE, "flavors/detail", &[], "flavors").await?;
    let usable = all.iter().filter(|flavor| flavor["OS-FLV-DISABLED:disabled"] != true);
    let all: BTreeMap<String, Flavor> = usable.filter_map(|value| Some((value["name"].as_str()?.to_owned(), flavor(value)?))).collect();
    report.findings.extend(lacking(&codes::FLAVOR_NOT_IN_CLOUD, "flavor", wanted, all.keys().map(String::as_str)));
    Ok(all.into_iter().filter(|(name, _)| wanted.contains_key(name)).collect())
}

fn flavor(value: &Value) -> Option<Flavor> {
    let id = value["id"].as_str()?.to_owned();
    Some(Flavor { id, vcpus: value["vcpus"].as_u64()?, ram: value["ram"].as_u64()?, disk: value["disk"].as_u64()? })
}

/// Nova's availability zones.
pub(super) async fn zones(api: &Api, wanted: &Names, report: &mut Report) -> Result<Vec<String>, Trouble> {
    let zones = available(api, &COMPUTE).await?;
    report.findings.extend(lacking(&codes::ZONE_NOT_IN_CLOUD, "compute zone", wanted, zones.iter().map(String::as_str)));
    Ok(zones)
}

/// Names of the zones that are up, sorted; Nova and Cinder answer alike.
pub(super) async fn available(api: &Api, service: &Service) -> Result<Vec<String>, Trouble> {
    let zones = api.list(service, "os-availability-zone", &[], "availabilityZoneInfo").await?;
    let up = zones.iter().filter(|zone| zone["zoneState"]["available"] != false);
    let mut names: Vec<String> = up.filter_map(|zone| zone["zoneName"].as_str().map(str::to_owned)).collect();
    names.sort_unstable();
    Ok(names)
}
