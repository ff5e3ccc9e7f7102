//! Signing in to Keystone, and what it then says: the project, and where each service is.

use std::collections::BTreeMap;
use std::time::Duration;

use osauth::identity::{self, ApplicationCredential, Password};
use osauth::{ErrorKind, Session};
use reqwest::{Certificate, Client, redirect};
use serde::Deserialize;
use url::Url;

use super::api::{shown, text};
use super::clouds_yaml::{Credentials, Entry};
use super::trouble::{Trouble, explanation, redacted};
use crate::diagnostic::codes::lock as codes;
use crate::lock::web::cause;
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
    region_id: Option<String>,
    url: String,
}

/// A client for this cloud: its CA, a bound on time, and no redirects to elsewhere. The token is in a header that would
/// go along, and Keystone is sent the password.
pub(super) fn client(entry: &Entry, cloud: &str, timeout: Duration) -> Result<Client, Trouble> {
    let here = redirect::Policy::custom(|attempt| {
        let from = attempt.previous().first().map(Url::origin);
        if from == Some(attempt.url().origin()) && attempt.previous().len() < 5 { attempt.follow() } else { attempt.stop() }
    });
    let mut builder = Client::builder().timeout(timeout).redirect(here);
    let wrong = |why: String| {
        let message = format!("`cacert` of the entry `{cloud}` cannot be used: {why}");
        Trouble::new(&codes::CLOUDS_FILE, message, "it is a file with the CA's certificates in PEM")
    };
    if let Some(path) = &entry.authority {
        let pem = std::fs::read(path).map_err(|error| wrong(format!("`{path}`: {error}")))?;
        for certificate in Certificate::from_pem_bundle(&pem).map_err(|error| wrong(cause(error)))? {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(|error| wrong(cause(error)))
}

/// Signs in.
pub(super) async fn login(client: &Client, entry: &Entry, cloud: &str) -> Result<Session, Trouble> {
    let keystone = shown(&entry.keystone);
    let mut answer = once(client, entry).await;
    for again in 1..=2 {
        // A wrong password is never tried again: that locks accounts.
        if !matches!(&answer, Err(error) if matches!(error.kind(), ErrorKind::ProtocolError | ErrorKind::InternalServerError)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(500) * again).await;
        answer = once(client, entry).await;
    }
    match answer {
        Ok(session) => Ok(session),
        // osauth keeps only that there is no connection, so ask for the cause.
        Err(error) if error.kind() == ErrorKind::ProtocolError => {
            let failed = client.get(entry.keystone.clone()).send().await.err();
            let why = failed.map_or_else(|| "the connection broke, or what came back is not Keystone's".into(), cause);
            Err(Trouble::unreachable("Keystone", &keystone, &why))
        }
        Err(error) => Err(Trouble::login(&error, cloud, &keystone, &entry.secrets)),
    }
}

async fn once(client: &Client, entry: &Entry) -> Result<Session, osauth::Error> {
    let (client, config) = (client.clone(), entry.config.clone());
    match &entry.credentials {
        Credentials::Password => Session::new_with_client(client, Password::try_from(config)?).await,
        Credentials::Token => Session::new_with_client(client, identity::Token::try_from(config)?).await,
        Credentials::Application { id, secret, user: None } => {
            Session::new_with_client(client, ApplicationCredential::new(&entry.keystone, id, secret)?).await
        }
        Credentials::Application { id, secret, user: Some(user) } => {
            Session::new_with_client(client, ApplicationCredential::with_user_id(&entry.keystone, id, secret, user)?).await
        }
    }
}

/// What Keystone knows about our own token: project and catalog.
pub(super) async fn token(client: &Client, session: &Session, entry: &Entry, cloud: &str) -> Result<Token, Trouble> {
    let keystone = shown(&entry.keystone);
    let unreachable = |error: reqwest::Error| Trouble::unreachable("Keystone", &keystone, &cause(error));
    let url = format!("{}auth/tokens", entry.keystone);
    let signed = session.auth_type().authenticate(client, client.get(url)).await;
    let mut request = signed.map_err(|error| Trouble::login(&error, cloud, &keystone, &entry.secrets))?.build().map_err(unreachable)?;
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
        (None, _) => {
            Err(Trouble::new(&codes::UNKNOWN_REGION, "the cloud has several regions".into(), format!("write `openstack.region`: {list}")))
        }
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
