//! A signed-in session, and questions to the services of its catalog. Only reads, so every question may be asked twice.
//!
//! osauth signs in and renews the token. The requests do not go through its request builder, which throws away why a
//! connection failed, what a service said, and (by version discovery) the catalog's own address: that of a service
//! behind a proxy is often better than the one that the service knows of itself.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use osauth::Session;
use reqwest::{Client, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::clouds_yaml::Entry;
use super::signin;
use super::trouble::{Trouble, explanation, redacted};
use crate::diagnostic::codes::lock as codes;
use crate::lock::web::cause;

/// A service, by what people call it.
#[derive(Debug)]
pub(super) struct Service {
    /// The program: what people call it.
    pub(super) program: &'static str,
    /// Its types in catalogs, the official one first.
    pub(super) types: &'static [&'static str],
    /// The path to put behind an address without a version.
    version: &'static str,
}

/// Keystone.
pub(super) const IDENTITY: Service = Service { program: "Keystone", types: &["identity"], version: "v3" };
/// Nova.
pub(super) const COMPUTE: Service = Service { program: "Nova", types: &["compute"], version: "v2.1" };
/// Glance.
pub(super) const IMAGE: Service = Service { program: "Glance", types: &["image"], version: "v2" };
/// Neutron.
pub(super) const NETWORK: Service = Service { program: "Neutron", types: &["network"], version: "v2.0" };
/// Cinder. Many catalogs have only the type of its third version.
pub(super) const VOLUME: Service = Service { program: "Cinder", types: &["block-storage", "volumev3", "block-store"], version: "v3" };
/// Octavia.
pub(super) const BALANCER: Service = Service { program: "Octavia", types: &["load-balancer"], version: "v2" };
/// Heat.
pub(super) const ORCHESTRATION: Service = Service { program: "Heat", types: &["orchestration"], version: "v1" };

/// A signed-in session in one region.
pub(super) struct Api {
    session: Session,
    client: Client,
    cloud: String,
    /// The project that the credentials are for.
    pub(super) project: String,
    endpoints: BTreeMap<String, Url>,
    region: String,
    /// Services that do not answer: nobody wants to wait for each of them several times.
    silent: RefCell<BTreeMap<&'static str, Trouble>>,
    secrets: Vec<String>,
}

impl Api {
    /// Signs in and reads the catalog. `region` is the environment's; else the entry's, else the cloud's only one.
    pub(super) async fn open(entry: Entry, cloud: &str, region: Option<&str>, timeout: Duration) -> Result<Self, Trouble> {
        let client = signin::client(&entry, cloud, timeout)?;
        let session = signin::login(&client, &entry, cloud).await?;
        let token = signin::token(&client, &session, &entry, cloud).await?;
        let project = token.project.ok_or_else(|| {
            let message = format!("the entry `{cloud}` of `clouds.yaml` names no project");
            Trouble::new(&codes::CLOUDS_FILE, message, "add `project_name` and `project_domain_name` under `auth`")
        })?;
        let region = signin::choose(&token.catalog, region.or(entry.region.as_deref()))?;
        let mut endpoints = signin::endpoints(token.catalog, &region, &entry.interface);
        // A catalog need not list Keystone, which we know already.
        endpoints.entry(IDENTITY.types[0].to_owned()).or_insert(entry.keystone);
        endpoints.extend(entry.overrides);
        let (cloud, secrets) = (cloud.to_owned(), entry.secrets);
        Ok(Api { session, client, cloud, project: project.id, endpoints, region, silent: RefCell::default(), secrets })
    }

    /// What stands at a path of a service.
    pub(super) async fn get(&self, service: &Service, path: &str, query: &[(&str, &str)]) -> Result<Value, Trouble> {
        let mut url = self.versioned(service)?;
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url.query_pairs_mut().extend_pairs(query);
        if query.is_empty() {
            url.set_query(None);
        }
        self.fetch(service, url).await
    }

    /// What a service says about its versions.
    pub(super) async fn versions(&self, service: &Service) -> Result<Value, Trouble> {
        let url = self.versioned(service)?;
        self.fetch(service, root(&url)).await
    }

    /// The address of a service, with a version in its path.
    fn versioned(&self, service: &Service) -> Result<Url, Trouble> {
        let found = service.types.iter().find_map(|kind| self.endpoints.get(*kind));
        let Some(url) = found else {
            let message = format!("the cloud has no {} (`{}`) in region `{}`", service.program, service.types[0], self.region);
            return Err(Trouble::new(&codes::MISSING_SERVICE, message, "`openstack catalog list` shows what there is"));
        };
        let mut url = url.clone();
        let has_version = url.path_segments().is_some_and(|mut parts| parts.any(is_version));
        // Cinder and Heat have the project in their addresses, where these are complete.
        let project = matches!(service.program, "Cinder" | "Heat").then_some(self.project.as_str());
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty();
            if !has_version {
                segments.push(service.version).extend(project);
            }
        }
        Ok(url)
    }

    async fn fetch(&self, service: &Service, url: Url) -> Result<Value, Trouble> {
        if let Some(trouble) = self.silent.borrow().get(service.program) {
            return Err(trouble.clone());
        }
        let mut answer = self.once(service, &url).await;
        for again in 1..=2 {
            if !matches!(&answer, Err((_, true))) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(500) * again).await;
            answer = self.once(service, &url).await;
        }
        answer.map_err(|(trouble, _)| {
            if trouble.is_lasting() {
                self.silent.borrow_mut().insert(service.program, trouble.clone());
            }
            trouble
        })
    }

    /// One try; with an error, whether another one may help.
    async fn once(&self, service: &Service, url: &Url) -> Result<Value, (Trouble, bool)> {
        let unreachable = |error: reqwest::Error| {
            let may_help = !error.is_timeout();
            (Trouble::unreachable(service.program, &origin(url), &cause(error)), may_help)
        };
        let signed = self.session.auth_type().authenticate(&self.client, self.client.get(url.clone())).await;
        let request = signed.map_err(|error| (Trouble::login(&error, &self.cloud, &self.cloud, &self.secrets), false))?;
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        let body = text(response).await.map_err(unreachable)?;
        // Version documents come with 300.
        if status.is_success() || status == StatusCode::MULTIPLE_CHOICES {
            return serde_json::from_str(&body)
                .map_err(|_| (Trouble::status(service.program, url.path(), status, "it is not JSON"), false));
        }
        let said = redacted(&explanation(&body), &self.secrets);
        let busy = [StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT, StatusCode::TOO_MANY_REQUESTS];
        Err((Trouble::status(service.program, url.path(), status, &said), busy.contains(&status)))
    }

    /// Every item of a list, page after page.
    pub(super) async fn list(&self, service: &Service, path: &str, query: &[(&str, &str)], key: &str) -> Result<Vec<Value>, Trouble> {
        let mut items: Vec<Value> = Vec::new();
        loop {
            let marker = items.last().and_then(|item| item["id"].as_str()).unwrap_or_default().to_owned();
            let mut query = query.to_vec();
            if !marker.is_empty() {
                query.push(("marker", &marker));
            }
            let page = self.get(service, path, &query).await?;
            let Some(found) = page[key].as_array() else {
                let message = format!("{} answers a list without `{key}`", service.program);
                return Err(Trouble::new(&codes::CLOUD_ANSWER, message, "tell who runs the cloud"));
            };
            items.extend(found.iter().cloned());
            if found.is_empty() || !has_next(&page) {
                return Ok(items);
            }
        }
    }
}

/// Whether a page says that there is another: Glance has a `next`, all others have `NAME_links`.
fn has_next(page: &Value) -> bool {
    let links = page.as_object().into_iter().flatten().filter(|(key, _)| key.ends_with("_links"));
    page["next"].is_string() || links.filter_map(|(_, links)| links.as_array()).flatten().any(|link| link["rel"] == "next")
}

/// A body of bounded size.
pub(super) async fn text(mut response: Response) -> Result<String, reqwest::Error> {
    const LARGEST: usize = 32 << 20;
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LARGEST {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// An address without its version and what comes behind it.
fn root(url: &Url) -> Url {
    let mut root = url.clone();
    let parts: Vec<String> = url.path_segments().into_iter().flatten().take_while(|part| !is_version(part)).map(str::to_owned).collect();
    if let Ok(mut segments) = root.path_segments_mut() {
        segments.clear().extend(parts).push("");
    }
    root
}

/// Scheme, host and port.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

/// An address without user, password and query.
pub(super) fn shown(url: &Url) -> String {
    format!("{}{}", origin(url), url.path().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use url::Url;

    use super::{has_next, root};

    #[test]
    fn the_versions_of_a_service_stand_above_its_version() {
        for (address, above) in [
            ("https://c.example.org:8774/v2.1", "https://c.example.org:8774/"),
            ("https://c.example.org/volume/v3/0123", "https://c.example.org/volume/"),
            ("https://c.example.org/load-balancer/v2", "https://c.example.org/load-balancer/"),
        ] {
            assert_eq!(root(&Url::parse(address).expect("a URL")).as_str(), above);
        }
    }

    #[test]
    fn each_way_of_saying_that_there_is_more_is_understood() {
        assert!(has_next(&json!({"images": [], "next": "/v2/images?marker=1"})));
        assert!(has_next(&json!({"flavors": [], "flavors_links": [{"rel": "next", "href": "x"}]})));
        assert!(!has_next(&json!({"networks": [], "networks_links": [{"rel": "previous", "href": "x"}]})));
        assert!(!has_next(&json!({"images": []})));
    }
}
