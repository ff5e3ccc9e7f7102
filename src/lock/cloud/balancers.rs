//! Octavia: providers, flavors and, for whoever may see it, what a flavor means.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Report;
use super::api::{Api, BALANCER};
use super::trouble::Trouble;
use crate::diagnostic::codes::lock as codes;
use crate::lock::wanted::{Wanted, lacking};
use crate::source::lock::{Cloud, Octavia, OctaviaFlavor};

/// Providers and enabled flavors.
pub(super) async fn lock(api: &Api, wanted: &Wanted, old: Option<&Cloud>, report: &mut Report) -> Result<Octavia, Trouble> {
    let all = api.list(&BALANCER, "lbaas/providers", &[], "providers").await?;
    let mut providers: Vec<String> = all.iter().filter_map(|provider| provider["name"].as_str().map(str::to_owned)).collect();
    providers.sort_unstable();
    report.findings.extend(lacking(
        &codes::PROVIDER_NOT_IN_CLOUD,
        "Octavia provider",
        &wanted.providers,
        providers.iter().map(String::as_str),
    ));
    let flavors = flavors(api, old).await?;
    let there = flavors.keys().map(String::as_str);
    report.findings.extend(lacking(&codes::BALANCER_FLAVOR_NOT_IN_CLOUD, "Octavia flavor", &wanted.balancer_flavors, there));
    if !wanted.balancer_zones.is_empty() {
        let zones = api.list(&BALANCER, "lbaas/availabilityzones", &[], "availability_zones").await?;
        let there = zones.iter().filter(|zone| zone["enabled"] != false).filter_map(|zone| zone["name"].as_str());
        report.findings.extend(lacking(&codes::ZONE_NOT_IN_CLOUD, "balancer zone", &wanted.balancer_zones, there));
    }
    Ok(Octavia { providers, flavors })
}

async fn flavors(api: &Api, old: Option<&Cloud>) -> Result<BTreeMap<String, OctaviaFlavor>, Trouble> {
    let mut flavors = BTreeMap::new();
    for flavor in api.list(&BALANCER, "lbaas/flavors", &[], "flavors").await? {
        let text = |key: &str| flavor[key].as_str();
        let (Some(name), Some(id)) = (text("name"), text("id")) else { continue };
        if flavor["enabled"] == false {
            continue;
        }
        let seen = topology(api, text("flavor_profile_id").unwrap_or_default()).await;
        // What an administrator of the cloud once saw stays true for the same flavor: neither can change.
        let known = old.and_then(|old| old.octavia.flavors.get(name)).filter(|known| known.id == id);
        let topology = seen.or_else(|| known.and_then(|known| known.topology.clone()));
        flavors.insert(name.to_owned(), OctaviaFlavor { id: id.to_owned(), topology });
    }
    Ok(flavors)
}

/// The topology in a flavor's profile; who may not see profiles learns nothing, and that is no finding.
async fn topology(api: &Api, profile: &str) -> Option<String> {
    let answer = api.get(&BALANCER, &format!("lbaas/flavorprofiles/{profile}"), &[]).await.ok()?;
    let data: Value = serde_json::from_str(answer["flavorprofile"]["flavor_data"].as_str()?).ok()?;
    data["loadbalancer_topology"].as_str().map(str::to_owned)
}
