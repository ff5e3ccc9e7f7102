//! A chart repository: `index.yaml`, which names every version of every chart and where its archive lies.

use std::collections::BTreeMap;

use serde::Deserialize;
use url::Url;

use super::{Downloaded, Failure, LARGEST, Session, Wanted, get, hexadecimal, oci};

/// The largest index that is read; that of a community with a hundred charts has some 30 MiB.
const LARGEST_INDEX: usize = 96 << 20;

/// What an index says; all else in it is passed over.
#[derive(Deserialize)]
pub(super) struct Index {
    entries: BTreeMap<String, Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    version: String,
    #[serde(default)]
    urls: Vec<String>,
    #[serde(default)]
    digest: Option<String>,
}

pub(super) async fn download(session: &mut Session, chart: &Wanted) -> Result<Downloaded, Failure> {
    if !session.indexes.contains_key(&chart.repository) {
        let index = index(&session.client, &chart.repository).await?;
        session.indexes.insert(chart.repository.clone(), index);
    }
    let entries = session.indexes.get(&chart.repository).and_then(|index| index.entries.get(&chart.name));
    let entry = entries.and_then(|entries| entries.iter().find(|entry| entry.version == chart.version));
    let entry = entry.ok_or_else(|| Failure::Absent(known(chart, entries.map(Vec::as_slice))))?;
    let Some(url) = entry.urls.first() else { return Err(Failure::Garbage("the index says nowhere where it is".into())) };
    if let Some(place) = url.strip_prefix("oci://") {
        return oci::from(&session.client, place, chart).await;
    }
    let url = address(&chart.repository, url).map_err(Failure::Garbage)?;
    let bytes = get(session.client.get(url), LARGEST).await?;
    Ok(Downloaded { bytes, promised: entry.digest.as_deref().and_then(hexadecimal) })
}

async fn index(client: &reqwest::Client, repository: &str) -> Result<Index, Failure> {
    let url = Url::parse(&format!("{repository}/index.yaml")).map_err(|error| Failure::Unreachable(error.to_string()))?;
    let bytes = get(client.get(url), LARGEST_INDEX).await?;
    let text = String::from_utf8(bytes).map_err(|_| Failure::Garbage("its index.yaml is no text".into()))?;
    // The size is bounded above; a budget for small documents would refuse the index of a large repository.
    let options = serde_yaml::options! { budget: None, with_snippet: false };
    serde_yaml::from_str_with_options(&text, options).map_err(|error| {
        Failure::Garbage(format!("its index.yaml is no index of charts: {}", error.to_string().lines().next().unwrap_or_default()))
    })
}

/// Where an archive lies: an address of its own, or a path in the repository. Never without encryption where the index had it.
fn address(repository: &str, url: &str) -> Result<Url, String> {
    let base = Url::parse(&format!("{repository}/")).map_err(|error| error.to_string())?;
    let url = base.join(url).map_err(|error| format!("the index names the address of the archive wrongly: {error}"))?;
    match (base.scheme(), url.scheme()) {
        (_, "https") | ("http", "http") => Ok(url),
        (_, scheme) => Err(format!("the index sends to an address by `{scheme}:`")),
    }
}

/// What to say when there is no such version.
fn known(chart: &Wanted, entries: Option<&[Entry]>) -> String {
    match entries {
        None => "the repository has no chart of that name: check `platform.charts` and `platform.chartRepository`".to_owned(),
        Some(entries) => {
            let newest: Vec<&str> = entries.iter().take(3).map(|entry| entry.version.as_str()).collect();
            format!("it has {} versions of `{}`, the first are {}", entries.len(), chart.name, newest.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_archive_lies_in_its_repository_or_elsewhere() {
        for (url, expected) in [
            ("argo-cd-10.1.1.tgz", "https://charts.example.org/helm/argo-cd-10.1.1.tgz"),
            ("charts/argo-cd-10.1.1.tgz", "https://charts.example.org/helm/charts/argo-cd-10.1.1.tgz"),
            ("https://elsewhere.example.org/a.tgz", "https://elsewhere.example.org/a.tgz"),
        ] {
            assert_eq!(address("https://charts.example.org/helm", url).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn an_index_does_not_lead_out_of_encryption_or_to_files() {
        for url in ["http://charts.example.org/a.tgz", "file:///etc/passwd", "ftp://example.org/a.tgz"] {
            assert!(address("https://charts.example.org", url).is_err(), "{url}");
        }
    }
}
