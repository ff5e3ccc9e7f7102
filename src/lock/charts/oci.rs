//! A chart in a registry of images: a manifest by its version, whose layer is the archive.
//!
//! <https://github.com/opencontainers/distribution-spec/blob/main/spec.md>, <https://helm.sh/docs/topics/registries/>

use reqwest::header::{ACCEPT, AUTHORIZATION, WWW_AUTHENTICATE};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use url::Url;

use super::{Downloaded, Failure, LARGEST, Wanted, get, hexadecimal, read};
use crate::lock::web;

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const LAYER: &str = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// Manifests and tokens have a few hundred bytes.
const LARGEST_ANSWER: usize = 4 << 20;

/// From `HOST/PATH/NAME`, perhaps with a tag behind it.
pub(super) async fn from(client: &Client, place: &str, chart: &Wanted) -> Result<Downloaded, Failure> {
    let (host, path) = place.split_once('/').ok_or_else(|| Failure::Garbage(format!("`{place}` is no place in a registry")))?;
    let path = path.rsplit_once(':').map_or(path, |(path, _)| path);
    let registry = format!("{}://{host}/v2/{path}", scheme(host));
    // A tag has no plus.
    let manifest = url(&format!("{registry}/manifests/{}", chart.version.replace('+', "_")))?;
    let ask = |url: &Url| client.get(url.clone()).header(ACCEPT, MANIFEST);
    let (response, token) = signed_in(client, ask, &manifest).await?;
    if response.status() == StatusCode::NOT_FOUND {
        return Err(Failure::Absent("check `platform.charts` and `platform.chartRepository`: a registry is not asked what it has".into()));
    }
    let bytes = read(response, LARGEST_ANSWER).await?;
    let digest = layer(&bytes).map_err(Failure::Garbage)?;
    let request = client.get(url(&format!("{registry}/blobs/sha256:{digest}"))?);
    let request = if let Some(token) = token { request.header(AUTHORIZATION, format!("Bearer {token}")) } else { request };
    Ok(Downloaded { bytes: get(request, LARGEST).await?, promised: Some(digest) })
}

/// As Docker and Helm do: a registry on this very machine needs no certificate.
fn scheme(host: &str) -> &'static str {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if name == "localhost" || name == "127.0.0.1" { "http" } else { "https" }
}

fn url(text: &str) -> Result<Url, Failure> {
    Url::parse(text).map_err(|error| Failure::Garbage(format!("`{text}` is no address: {error}")))
}

/// Asks; where the registry wants a token, fetches the one that anybody gets, and asks again.
async fn signed_in(client: &Client, ask: impl Fn(&Url) -> RequestBuilder, place: &Url) -> Result<(Response, Option<String>), Failure> {
    let unreachable = |error| Failure::Unreachable(web::cause(error));
    let response = ask(place).send().await.map_err(unreachable)?;
    if response.status() != StatusCode::UNAUTHORIZED {
        return Ok((response, None));
    }
    let challenge = response.headers().get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let realm = realm(challenge, place)?;
    let answer: Value = serde_json::from_slice(&get(client.get(realm), LARGEST_ANSWER).await?).unwrap_or_default();
    let token = ["token", "access_token"].iter().find_map(|key| answer.get(key)?.as_str()).map(str::to_owned);
    let token = token.ok_or_else(|| Failure::Unreachable("it wants to know who asks; strata asks without an account".into()))?;
    let response = ask(place).header(AUTHORIZATION, format!("Bearer {token}")).send().await.map_err(unreachable)?;
    Ok((response, Some(token)))
}

/// Where the token is, of `Bearer realm="…",service="…",scope="…"`.
fn realm(challenge: &str, place: &Url) -> Result<Url, Failure> {
    let garbage = || Failure::Unreachable("it wants to know who asks, and not by a token".into());
    let parameters = challenge.strip_prefix("Bearer ").or_else(|| challenge.strip_prefix("bearer ")).ok_or_else(garbage)?;
    // Commas stand between parameters and, in quotes, inside of a scope.
    let of = |name: &str| {
        let rest = parameters.split_once(&format!("{name}=\""))?.1;
        rest.split_once('"').map(|(value, _)| value)
    };
    let mut realm = of("realm").and_then(|realm| Url::parse(realm).ok()).ok_or_else(garbage)?;
    if realm.scheme() != "https" && (place.scheme() == "https" || realm.scheme() != "http") {
        return Err(Failure::Unreachable("it sends to an address without encryption for a token".into()));
    }
    for name in ["service", "scope"] {
        if let Some(value) = of(name) {
            realm.query_pairs_mut().append_pair(name, value);
        }
    }
    Ok(realm)
}

/// The digest of the archive among a manifest's layers.
fn layer(manifest: &[u8]) -> Result<String, String> {
    let manifest: Value = serde_json::from_slice(manifest).map_err(|error| format!("its manifest is no JSON: {error}"))?;
    let layers = manifest.get("layers").and_then(Value::as_array).into_iter().flatten();
    let text = |layer: &'_ Value, key: &str| layer.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut charts = layers.filter(|layer| text(layer, "mediaType").as_deref() == Some(LAYER));
    let (Some(chart), None) = (charts.next(), charts.next()) else { return Err("its manifest is not that of a chart".into()) };
    text(chart, "digest").as_deref().and_then(hexadecimal).ok_or_else(|| "its manifest names the archive by no SHA-256".into())
}

#[cfg(test)]
mod tests {
    use super::{Url, realm, scheme};

    #[test]
    fn a_token_is_where_the_challenge_says() {
        let place = Url::parse("https://harbor.example.org/v2/").unwrap();
        let challenge =
            r#"Bearer realm="https://harbor.example.org/service/token",service="harbor-registry",scope="repository:a/b:pull,push""#;
        let found = realm(challenge, &place).ok().map(|url| url.to_string()).unwrap_or_default();
        assert_eq!(found, "https://harbor.example.org/service/token?service=harbor-registry&scope=repository%3Aa%2Fb%3Apull%2Cpush");
    }

    #[test]
    fn a_token_is_never_fetched_in_the_clear() {
        let place = Url::parse("https://harbor.example.org/v2/").unwrap();
        for challenge in
            [r#"Bearer realm="http://harbor.example.org/token""#, r#"Bearer realm="file:///etc/passwd""#, "Basic realm=\"x\"", ""]
        {
            assert!(realm(challenge, &place).is_err(), "{challenge}");
        }
    }

    #[test]
    fn only_this_machine_is_asked_without_encryption() {
        assert_eq!((scheme("localhost:5000"), scheme("127.0.0.1:5000"), scheme("127.0.0.1.example.org")), ("http", "http", "https"));
    }
}
