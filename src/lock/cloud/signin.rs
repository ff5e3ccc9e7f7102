//! Signing in to Keystone, and what it then says: the project, and where each service is.

use std::collections::BTreeMap;
use std::time::Duration;

use osauth::Session;
use reqwest::Client;
use serde::Deserialize;
use url::Url;

use super::api::{shown, text};
use super::clouds_yaml::Entry;
use super::trouble::{Trouble, explanation, redacted};
use crate::diagnostic::codes::lock as codes;
use crate::lock::rke2::cause;
use crate::source::suggest;

/// What Keystone says about a token.
#[derive(Deserialize)]
pub(super) struct Token {
    /// What it is for; none for a token of nothing.
    pub(super) project: Option<Project>,
    /// The services of the cloud.
    #[serde(default)]
    pub(super) catalog: Vec<CatalogService>,
}

/// A project, as a token has it.
#[derive(Deserialize)]
pub(super) struct Project {
    /// Its id.
    pub(super) id: String,
}

/// A service, as a token has it.
#[derive(Deserialize)]
pub(super) struct CatalogService {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    endpoints: Vec<Endpoint>,
}

#[derive(Deserialize)]
struct Endpoint {
    interface: String,
    #[serde(alias = "region")]
    region_id: Option<String>,
    url: String,
}

/// Signs in.
pub(super) async fn login(entry: &Entry, cloud: &str, timeout: Duration) -> Result<Session, Trouble> {
    let keystone = shown(&entry.keystone);
    let mut error = None;
    for again in 0..3_u32 {
        tokio::time::sleep(Duration::from_millis(500) * again).await;
        // osauth sets no bound on time.
        let Ok(signed_in) = tokio::time::timeout(timeout, entry.config.clone().create_session()).await else {
            return Err(Trouble::unreachable("Keystone", &keystone, "no answer in time"));
        };
        match signed_in {
            Ok(session) => return Ok(session),
            Err(failure) => error = Some(failure),
        }
        // A wrong password is never tried again: that locks accounts.
        let may_help = matches!(error.as_ref().map(osauth::Error::kind), Some(osauth::ErrorKind::ProtocolError | osauth::ErrorKind::InternalServerError));
        if !may_help {
            break;
        }
    }
    let Some(error) = error else { return Err(Trouble::unreachable("Keystone", &keystone, "no answer")) };
    if error.kind() == osauth::ErrorKind::ProtocolError {
        return Err(Trouble::unreachable("Keystone", &keystone, &why(entry, timeout).await));
    }
    Err(Trouble::login(&error, cloud, &keystone, &entry.secrets))
}

/// Why there is no connection to Keystone: osauth keeps only that there is none.
async fn why(entry: &Entry, timeout: Duration) -> String {
    let certificates = entry.authority.as_ref().and_then(|path| std::fs::read(path).ok());
    let authority = certificates.and_then(|pem| reqwest::Certificate::from_pem(&pem).ok());
    let builder = Client::builder().timeout(timeout);
    let client = match authority {
        Some(certificate) => builder.add_root_certificate(certificate),
        None => builder,
    };
    let Ok(client) = client.build() else { return "no HTTP client".into() };
    client.get(entry.keystone.clone()).send().await.err().map_or_else(|| "the connection broke".into(), cause)
}

/// What Keystone knows about our own token: project and catalog.
pub(super) async fn token(session: &Session, entry: &Entry, timeout: Duration) -> Result<Token, Trouble> {
    let keystone = shown(&entry.keystone);
    let unreachable = |error: reqwest::Error| Trouble::unreachable("Keystone", &keystone, &cause(error));
    let client = session.client().inner();
    let url = format!("{}auth/tokens", entry.keystone);
    let signed = session.auth_type().authenticate(client, client.get(url).timeout(timeout)).await;
    let mut request = signed.map_err(|error| Trouble::login(&error, "", &keystone, &entry.secrets))?.build().map_err(unreachable)?;
    if let Some(token) = request.headers().get("x-auth-token").cloned() {
        request.headers_mut().insert("x-subject-token", token);
    }
    let response = client.execute(request).await.map_err(unreachable)?;
    let status = response.status();
    let body = text(response).await.map_err(unreachable)?;
    if !status.is_success() {
        return Err(Trouble::status("Keystone", "/v3/auth/tokens", status, &redacted(&explanation(&body), &entry.secrets)));
    }
    let parsed = serde_json::from_str::<BTreeMap<String, Token>>(&body).ok().and_then(|mut body| body.remove("token"));
    parsed.ok_or_else(|| Trouble::status("Keystone", "/v3/auth/tokens", status, "it is not JSON"))
}

/// The region that is meant.
pub(super) fn choose(catalog: &[CatalogService], wanted: Option<&str>) -> Result<String, Trouble> {
    let all = catalog.iter().flat_map(|service| &service.endpoints).filter_map(|endpoint| endpoint.region_id.as_deref());
    let mut regions: Vec<&str> = all.collect();
    regions.sort_unstable();
    regions.dedup();
    let list = suggest::list(regions.iter().copied());
    match (wanted, regions.as_slice()) {
        (Some(wanted), _) if regions.contains(&wanted) => Ok(wanted.to_owned()),
        (Some(wanted), _) => {
            let near = suggest::nearest(wanted, regions.iter().copied()).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            Err(Trouble::new(&codes::UNKNOWN_REGION, format!("the cloud has no region `{wanted}`"), format!("{near}there is {list}")))
        }
        (None, [only]) => Ok((*only).to_owned()),
        (None, _) => Err(Trouble::new(&codes::UNKNOWN_REGION, "the cloud has several regions".into(), format!("write `openstack.region`: {list}"))),
    }
}

/// The address of each service there, by its type.
pub(super) fn endpoints(catalog: Vec<CatalogService>, region: &str, interface: &str) -> BTreeMap<String, Url> {
    let mut found = BTreeMap::new();
    for service in catalog {
        let here = |endpoint: &&Endpoint| endpoint.interface == interface && endpoint.region_id.as_deref() == Some(region);
        if let Some(url) = service.endpoints.iter().find(here).and_then(|endpoint| Url::parse(&endpoint.url).ok()) {
            found.insert(service.kind, url);
        }
    }
    found
}
