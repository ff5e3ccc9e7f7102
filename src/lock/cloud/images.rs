//! Images: each name to one id, and an id that is pinned stays until somebody asks for more.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Report;
use super::api::{Api, IMAGE};
use super::trouble::Trouble;
use crate::diagnostic::codes::lock as codes;
use crate::lock::wanted::{Names, about, lacking};
use crate::source::Span;
use crate::source::lock::{Cloud, Image};

/// The images that the environment names.
pub(super) async fn lock(
    api: &Api,
    wanted: &Names,
    old: Option<&Cloud>,
    upgrade: bool,
    report: &mut Report,
) -> Result<BTreeMap<String, Image>, Trouble> {
    let mut images = BTreeMap::new();
    let mut missing = Names::new();
    for (name, places) in wanted {
        let named = named(api, name).await?;
        let pinned = old.and_then(|old| old.images.get(name));
        let image = match (pinned.filter(|_| !upgrade), named.as_slice()) {
            (Some(pinned), _) => keep(api, name, pinned, &named, places, report).await?,
            (None, [only]) => Some(only.clone()),
            (None, []) => {
                missing.insert(name.clone(), places.clone());
                None
            }
            (None, several) => {
                ambiguous(name, several, places, report);
                None
            }
        };
        images.extend(image.map(|image| (name.clone(), image)));
    }
    if !missing.is_empty() {
        let all = api.list(&IMAGE, "images", &[("limit", "500")], "images").await?;
        let mut names: Vec<&str> = all.iter().filter_map(|image| image["name"].as_str()).collect();
        names.sort_unstable();
        names.dedup();
        report.findings.extend(lacking(&codes::IMAGE_NOT_IN_CLOUD, "image", &missing, names.iter().copied()));
    }
    Ok(images)
}

/// The usable images of a name, the newest first. Community images are in no list that does not ask for them.
async fn named(api: &Api, name: &str) -> Result<Vec<Image>, Trouble> {
    let newest_first = [("name", name), ("status", "active"), ("sort", "created_at:desc")];
    let found = api.list(&IMAGE, "images", &newest_first, "images").await?;
    let found = if found.is_empty() {
        let mut query = newest_first.to_vec();
        query.push(("visibility", "community"));
        api.list(&IMAGE, "images", &query, "images").await?
    } else {
        found
    };
    Ok(found.iter().filter_map(image).collect())
}

fn image(value: &Value) -> Option<Image> {
    let size = |key: &str| value[key].as_u64().unwrap_or_default();
    let property = |key: &str| value[key].as_str().map(str::to_owned);
    Some(Image {
        id: value["id"].as_str()?.to_owned(),
        min_disk: size("min_disk"),
        min_ram: size("min_ram"),
        distro: property("os_distro"),
        distro_version: property("os_version"),
    })
}

/// The pinned image as it was, if it can still be used.
async fn keep(
    api: &Api,
    name: &str,
    pinned: &Image,
    named: &[Image],
    places: &[Span],
    report: &mut Report,
) -> Result<Option<Image>, Trouble> {
    let others: Vec<&str> = named.iter().map(|image| image.id.as_str()).filter(|id| *id != pinned.id).collect();
    let found = match api.get(&IMAGE, &format!("images/{}", pinned.id), &[]).await {
        Err(trouble) if trouble.is_absent => None,
        found => Some(found?),
    };
    let status = found.as_ref().map_or("gone", |image| image["status"].as_str().unwrap_or_default());
    if status == "active" {
        if let Some(newest) = others.first() {
            let message = format!("`{name}` is pinned to {}, and the cloud now has {newest} of that name", pinned.id);
            report.findings.push(
                about(&codes::NEWER_IMAGE, message, places)
                    .help("`strata lock --upgrade` takes it; `strata plan` shows what that replaces"),
            );
        }
        return Ok(Some(pinned.clone()));
    }
    let instead = match others.as_slice() {
        [] => "no other image has that name: name another one, then lock again".to_owned(),
        [only] => format!("`strata lock --upgrade` pins {only}, which has the name now; `strata plan` shows what that replaces"),
        several => format!("rename all but one of {}, then run `strata lock --upgrade`", several.join(", ")),
    };
    let message = format!("the image that `{name}` is pinned to, {}, is {status}", pinned.id);
    report.findings.push(about(&codes::PINNED_IMAGE_GONE, message, places).help(instead));
    Ok(None)
}

fn ambiguous(name: &str, several: &[Image], places: &[Span], report: &mut Report) {
    let ids: Vec<&str> = several.iter().map(|image| image.id.as_str()).collect();
    let message = format!("the cloud has {} images `{name}`", several.len());
    let help = format!("hide or rename all but one of {} (the newest first)", ids.join(", "));
    report.findings.push(about(&codes::AMBIGUOUS_NAME, message, places).help(help));
}
