//! Cinder: volume types and availability zones.

use super::Report;
use super::api::{Api, VOLUME};
use super::compute::available;
use super::trouble::Trouble;
use crate::diagnostic::codes::lock as codes;
use crate::lock::wanted::{Names, lacking};

/// Names of the volume types that the project may use.
pub(super) async fn types(api: &Api, wanted: &Names, report: &mut Report) -> Result<Vec<String>, Trouble> {
    let types = api.list(&VOLUME, "types", &[], "volume_types").await?;
    let mut names: Vec<String> = types.iter().filter_map(|kind| kind["name"].as_str().map(str::to_owned)).collect();
    names.sort_unstable();
    report.findings.extend(lacking(&codes::VOLUME_TYPE_NOT_IN_CLOUD, "volume type", wanted, names.iter().map(String::as_str)));
    Ok(names)
}

/// Cinder's availability zones.
pub(super) async fn zones(api: &Api, wanted: &Names, report: &mut Report) -> Result<Vec<String>, Trouble> {
    let zones = available(api, &VOLUME).await?;
    report.findings.extend(lacking(&codes::ZONE_NOT_IN_CLOUD, "volume zone", wanted, zones.iter().map(String::as_str)));
    Ok(zones)
}
