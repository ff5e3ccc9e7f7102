//! What goes wrong with a cloud, in words: the cause as the service gives it, what to do, and never a secret.

use osauth::ErrorKind;
use reqwest::StatusCode;
use serde_json::Value;

use crate::diagnostic::{Code, Diagnostic, codes::lock as codes};
use crate::source::Span;

/// A call that brought nothing.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    /// What kind of finding it is.
    pub(super) code: &'static Code,
    /// The service has no such thing: for many calls an answer like another.
    pub(super) is_absent: bool,
    message: String,
    help: String,
}

impl Trouble {
    /// A trouble of that kind.
    pub(super) fn new(code: &'static Code, message: String, help: impl Into<String>) -> Self {
        Trouble { code, is_absent: false, message, help: help.into() }
    }

    /// Whether the cloud's policy is the reason.
    pub(super) fn is_forbidden(&self) -> bool {
        std::ptr::eq(self.code, &raw const codes::FORBIDDEN_CALL)
    }

    /// Whether the region is the reason.
    pub(super) fn is_about_region(&self) -> bool {
        std::ptr::eq(self.code, &raw const codes::UNKNOWN_REGION)
    }

    /// Whether asking the same service again is useless.
    pub(super) fn is_lasting(&self) -> bool {
        std::ptr::eq(self.code, &raw const codes::CLOUD_UNREACHABLE) || std::ptr::eq(self.code, &raw const codes::MISSING_SERVICE)
    }

    /// The finding; its place is where the environment names the cloud.
    pub(super) fn finding(self, span: Span) -> Diagnostic {
        Diagnostic::new(self.code, self.message).at(span, "").help(self.help)
    }

    /// Nobody answers.
    pub(super) fn unreachable(program: &str, address: &str, cause: &str) -> Self {
        let message = format!("{program} at `{address}` does not answer: {cause}");
        Trouble::new(
            &codes::CLOUD_UNREACHABLE,
            message,
            "check the VPN, the proxy and `clouds.yaml`; `openstack catalog list` goes the same way",
        )
    }

    /// An answer that says no.
    pub(super) fn status(program: &str, call: &str, status: StatusCode, said: &str) -> Self {
        let said = if said.is_empty() { String::new() } else { format!(": {said}") };
        let trouble = |code, help: &str| Trouble::new(code, format!("{program} answers `GET {call}` with {status}{said}"), help);
        match status {
            StatusCode::UNAUTHORIZED => trouble(&codes::CLOUD_LOGIN, "the token was taken back meanwhile; try again"),
            StatusCode::FORBIDDEN => trouble(&codes::FORBIDDEN_CALL, "ask who runs the cloud for the role that this call needs"),
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                Trouble { is_absent: true, ..trouble(&codes::CLOUD_ANSWER, "the catalog's address may be wrong; tell who runs the cloud") }
            }
            status if status.is_server_error() => trouble(&codes::CLOUD_ANSWER, "the service is at fault; try again in a while"),
            _ => trouble(&codes::CLOUD_ANSWER, "tell who runs the cloud"),
        }
    }

    /// What osauth says about signing in. Only its texts about configuration are its own; the others are the server's.
    pub(super) fn login(error: &osauth::Error, cloud: &str, keystone: &str, secrets: &[String]) -> Self {
        let said = redacted(&said(&error.to_string()), secrets);
        match error.kind() {
            ErrorKind::AuthenticationFailed | ErrorKind::AccessDenied => Trouble::new(
                &codes::CLOUD_LOGIN,
                format!("Keystone at `{keystone}` refuses the credentials of `{cloud}`: {said}"),
                format!(
                    "check user, password, domains and project of the entry; `openstack --os-cloud {cloud} token issue` tries the same"
                ),
            ),
            ErrorKind::InvalidConfig | ErrorKind::InvalidInput => Trouble::new(
                &codes::CLOUDS_FILE,
                format!("the entry `{cloud}` of `clouds.yaml` cannot be used: {said}"),
                "strata signs in by `password`, `v3applicationcredential` (with its id) or `v3token`",
            ),
            ErrorKind::ResourceNotFound => Trouble::new(
                &codes::CLOUD_UNREACHABLE,
                format!("there is no Keystone at `{keystone}`"),
                "`auth_url` in `clouds.yaml` is Keystone's address, such as `https://keystone.example.org:5000/v3`",
            ),
            _ => Trouble::new(&codes::CLOUD_ANSWER, format!("Keystone at `{keystone}` answers: {said}"), "try again in a while"),
        }
    }
}

/// Takes secrets out of a text that somebody else wrote.
pub(super) fn redacted(text: &str, secrets: &[String]) -> String {
    secrets.iter().filter(|secret| !secret.is_empty()).fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "…"))
}

/// What a service says in the body of an error: each has another shape for it, and proxies send pages.
pub(super) fn explanation(body: &str) -> String {
    let parsed = serde_json::from_str::<Value>(body).ok();
    let text = parsed.as_ref().and_then(|value| within(value, 3)).map_or_else(|| said(body), said);
    text.trim_end_matches('.').to_owned()
}

fn within(value: &Value, depth: usize) -> Option<&str> {
    let own = ["message", "faultstring", "explanation", "title", "detail"].iter().find_map(|key| value.get(key)?.as_str());
    // Heat's `error.message` says more than the `explanation` beside it.
    let inner = value.as_object().filter(|_| depth > 0)?.values().filter(|value| value.is_object());
    inner.into_iter().find_map(|value| within(value, depth - 1)).or(own)
}

/// A short text on one line, without tags and without anything that moves a terminal's cursor.
fn said(text: &str) -> String {
    const LONGEST: usize = 300;
    let mut is_tag = false;
    let mut plain = String::new();
    for c in text.chars() {
        is_tag = c == '<' || (is_tag && c != '>');
        if !is_tag {
            plain.push(if c.is_control() || c == '>' { ' ' } else { c });
        }
    }
    let line = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > LONGEST { line.chars().take(LONGEST).chain(['…']).collect() } else { line }
}

#[cfg(test)]
mod tests {
    use super::{explanation, redacted};

    #[test]
    fn every_shape_of_an_explanation_is_found() {
        for (body, text) in [
            (r#"{"itemNotFound": {"code": 404, "message": "Flavor x could not be found."}}"#, "Flavor x could not be found"),
            (r#"{"NeutronError": {"type": "NotFound", "message": "no net", "detail": ""}}"#, "no net"),
            (r#"{"faultcode": "Client", "faultstring": "Policy does not allow this.", "debuginfo": null}"#, "Policy does not allow this"),
            (r#"{"code": 404, "title": "Not Found", "explanation": "less", "error": {"message": "more"}}"#, "more"),
            ("<html>\n<h1>404 Not Found</h1>\nNo image\u{1b}[2J here<br /></html>", "404 Not Found No image [2J here"),
            ("", ""),
        ] {
            assert_eq!(explanation(body), text);
        }
    }

    #[test]
    fn a_secret_that_a_server_repeats_is_not_shown() {
        assert_eq!(redacted("no user with sesame", &["sesame".into(), String::new()]), "no user with …");
    }
}
