//! Requests with bounds on time and size: what a server sends is somebody else's.

use std::error::Error;

use reqwest::{Certificate, Client, Response, redirect};

use super::Options;

/// A client that trusts the system's certificates and the environment's own.
pub(super) fn client(options: &Options) -> Result<Client, String> {
    let wrong = |error: reqwest::Error| format!("a file of `trust.certificates` is not PEM: {}", cause(error));
    let mut builder =
        Client::builder().timeout(options.timeout).connect_timeout(options.timeout).redirect(redirect::Policy::custom(follow));
    for text in &options.certificates {
        for certificate in Certificate::from_pem_bundle(text.as_bytes()).map_err(wrong)? {
            builder = builder.add_root_certificate(certificate);
        }
    }
    builder.build().map_err(cause)
}

/// Follows as everybody does, but never from an encrypted connection to an open one: it is what nodes and charts are trusted by.
fn follow(attempt: redirect::Attempt) -> redirect::Action {
    let was_encrypted = attempt.previous().iter().any(|url| url.scheme() == "https");
    if was_encrypted && attempt.url().scheme() != "https" {
        return attempt.error("it redirects to an address without encryption");
    }
    redirect::Policy::default().redirect(attempt)
}

/// The body of an answer, or `None` where it is larger than that.
pub(super) async fn bounded(mut response: Response, largest: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > largest {
            return Ok(None);
        }
    }
    Ok(Some(bytes))
}

/// The innermost cause: reqwest's own texts say that a request failed, not why. The address is ours to show.
pub(super) fn cause(error: reqwest::Error) -> String {
    if error.is_timeout() {
        return "no answer in time".into();
    }
    let error = error.without_url();
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(error) = inner {
        text = error.to_string();
        inner = error.source();
    }
    text
}
