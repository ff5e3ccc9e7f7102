//! What the services can do: the highest version of each API, and which properties Heat changes in place.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Report;
use super::api::{Api, BALANCER, COMPUTE, IDENTITY, IMAGE, ORCHESTRATION, Service, VOLUME};
use super::trouble::Trouble;
use crate::diagnostic::codes::lock as codes;

/// The resource types that strata's templates use.
const TYPES: [&str; 13] = [
    "OS::Cinder::Volume",
    "OS::Cinder::VolumeAttachment",
    "OS::Neutron::FloatingIP",
    "OS::Neutron::FloatingIPAssociation",
    "OS::Neutron::Net",
    "OS::Neutron::Port",
    "OS::Neutron::Router",
    "OS::Neutron::RouterInterface",
    "OS::Neutron::SecurityGroup",
    "OS::Neutron::SecurityGroupRule",
    "OS::Neutron::Subnet",
    "OS::Nova::Server",
    "OS::Nova::ServerGroup",
];

/// The lock's names of the services that tell their version.
const VERSIONED: [(&str, &Service); 6] = [
    ("compute", &COMPUTE),
    ("identity", &IDENTITY),
    ("image", &IMAGE),
    ("load-balancer", &BALANCER),
    ("orchestration", &ORCHESTRATION),
    ("volume", &VOLUME),
];

/// The highest version of each API, and of Heat's templates. Some clouds close the page that tells it: then it is unknown.
pub(super) async fn versions(api: &Api, report: &mut Report) -> Result<BTreeMap<String, String>, Trouble> {
    let mut versions = BTreeMap::new();
    for (name, service) in VERSIONED {
        let highest = match api.versions(service).await {
            Err(trouble) if trouble.is_lasting() => report.take(Err(trouble)),
            answer => answer.ok().as_ref().and_then(highest),
        };
        versions.extend(highest.map(|(major, minor)| (name.to_owned(), format!("{major}.{minor}"))));
    }
    let templates = api.get(&ORCHESTRATION, "template_versions", &[]).await?;
    let all = templates["template_versions"].as_array().into_iter().flatten();
    let dates = all.filter_map(|version| version["version"].as_str()?.strip_prefix("heat_template_version."));
    // Newer Heats have names beside the dates, such as `wallaby`.
    let newest = dates.filter(|date| date.starts_with(|c: char| c.is_ascii_digit())).max();
    versions.extend(newest.map(|date| ("heat_template_version".to_owned(), date.to_owned())));
    Ok(versions)
}

/// The highest version of a version document; each service writes it in its own way.
fn highest(document: &Value) -> Option<(u32, u32)> {
    let versions = &document["versions"];
    let list = versions.as_array().or_else(|| versions["values"].as_array())?;
    let text = |version: &Value| version["version"].as_str().filter(|text| !text.is_empty()).or(version["id"].as_str()).map(str::to_owned);
    let usable =
        |version: &&Value| !matches!(version["status"].as_str(), Some("EXPERIMENTAL" | "DEPRECATED" | "deprecated" | "experimental"));
    list.iter().filter(usable).filter_map(text).filter_map(|text| parsed(&text)).max()
}

fn parsed(text: &str) -> Option<(u32, u32)> {
    let text = text.trim_start_matches('v');
    let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
    Some((major.parse().ok()?, minor.parse().ok()?))
}

/// For each resource type the properties that Heat changes without making the resource anew.
pub(super) async fn updatable(api: &Api, report: &mut Report) -> Result<BTreeMap<String, Vec<String>>, Trouble> {
    let mut table = BTreeMap::new();
    for name in TYPES {
        match api.get(&ORCHESTRATION, &format!("resource_types/{name}"), &[]).await {
            Ok(schema) => {
                table.insert(name.to_owned(), in_place(&schema));
            }
            Err(trouble) if trouble.is_absent || trouble.is_forbidden() => {
                let trouble = Trouble::new(
                    &codes::HEAT_RESOURCE_MISSING,
                    format!("Heat of this cloud has no `{name}`"),
                    "ask who runs the cloud to enable it",
                );
                report.findings.push(trouble.finding(report.place));
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(table)
}

fn in_place(schema: &Value) -> Vec<String> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let mut names: Vec<String> =
        properties.filter(|(_, property)| property["update_allowed"] == true).map(|(name, _)| name.clone()).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::highest;

    #[test]
    fn the_highest_version_is_found_in_each_service_s_own_document() {
        let nova = json!({"versions": [{"id": "v2.0", "status": "SUPPORTED", "version": ""}, {"id": "v2.1", "status": "CURRENT", "version": "2.93"}]});
        let keystone = json!({"versions": {"values": [{"id": "v3.14", "status": "stable"}]}});
        let octavia = json!({"versions": [{"id": "v2.9", "status": "SUPPORTED"}, {"id": "v2.26", "status": "CURRENT"}]});
        let heat = json!({"versions": [{"id": "v1.0", "status": "CURRENT"}]});
        for (document, version) in [(nova, (2, 93)), (keystone, (3, 14)), (octavia, (2, 26)), (heat, (1, 0))] {
            assert_eq!(highest(&document), Some(version));
        }
    }
}
