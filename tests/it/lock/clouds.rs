//! What can go wrong with a cloud, on loopback. No lab is needed.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use strata::lock::Options;
use strata::source::lock::Lock;

use super::server::{send, start};
use super::{cloud_only, locked, text};

/// Findings with this `clouds.yaml`.
fn findings(clouds: &str) -> (Vec<&'static str>, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clouds.yaml");
    std::fs::write(&path, clouds).expect("a file");
    let options = Options { clouds: Some(path), timeout: Duration::from_secs(2), ..cloud_only() };
    let (locked, codes) = locked(&[], &Lock::default(), &options);
    assert_eq!(locked.lock, Lock::default(), "a failure changes nothing");
    let said: String = locked.findings.iter().map(text).collect();
    assert!(!said.contains("sesame"), "{said}");
    (codes, said)
}

fn entry(auth_url: &str) -> String {
    format!("clouds:\n  lab:\n    auth: {{auth_url: '{auth_url}', username: u, password: sesame, project_name: p, user_domain_name: d}}\n")
}

#[test]
fn a_file_that_is_not_there() {
    let options = Options { clouds: Some("/nowhere/clouds.yaml".into()), ..cloud_only() };
    let (locked, codes) = locked(&[], &Lock::default(), &options);
    assert_eq!(codes, ["clouds-file"]);
    assert!(text(&locked.findings[0]).contains("/nowhere/clouds.yaml"));
}

#[test]
fn an_entry_that_is_not_there() {
    let (codes, said) = findings("clouds: {lba: {auth: {password: sesame}}}");
    assert_eq!(codes, ["unknown-cloud"]);
    assert!(said.contains("did you mean `lba`?"), "{said}");
}

#[test]
fn a_closed_port() {
    let (codes, said) = findings(&entry("http://127.0.0.1:1/v3"));
    assert_eq!(codes, ["cloud-unreachable"]);
    assert!(said.contains("`http://127.0.0.1:1/v3` does not answer: Connection refused"), "{said}");
}

#[test]
fn a_name_that_is_not_known() {
    let (codes, said) = findings(&entry("http://keystone.invalid:5000/v3"));
    assert_eq!(codes, ["cloud-unreachable"]);
    assert!(said.contains("keystone.invalid"), "{said}");
}

#[test]
fn a_server_that_is_no_keystone() {
    let server = start(|_, stream| send(stream, "404 Not Found", "", "<h1>nginx</h1>"));
    let (codes, said) = findings(&entry(&server));
    assert_eq!(codes, ["cloud-unreachable"]);
    assert!(said.contains("there is no Keystone at"), "{said}");
}

#[test]
fn a_server_that_never_answers() {
    let server = start(|_, _| super::server::sleep());
    let (codes, said) = findings(&entry(&server));
    assert_eq!(codes, ["cloud-unreachable"]);
    assert!(said.contains("no answer in time"), "{said}");
}

#[test]
fn a_server_that_repeats_the_password() {
    let server = start(|_, stream| send(stream, "401 Unauthorized", "", r#"{"error": {"message": "sesame is wrong"}}"#));
    let (codes, said) = findings(&entry(&server));
    assert_eq!(codes, ["cloud-login"]);
    assert!(said.contains("… is wrong"), "{said}");
}

#[test]
fn a_password_is_never_sent_where_a_redirect_points() {
    static THIEF: OnceLock<String> = OnceLock::new();
    static WAS_ASKED: AtomicBool = AtomicBool::new(false);
    THIEF.get_or_init(|| start(|_, _| WAS_ASKED.store(true, Ordering::SeqCst)));
    let server = start(|_, stream| {
        let elsewhere = format!("Location: {}v3/auth/tokens\r\n", THIEF.get().map_or("", String::as_str));
        send(stream, "307 Temporary Redirect", &elsewhere, "");
    });
    let (codes, said) = findings(&entry(&server));
    assert_eq!(codes.len(), 1, "{said}");
    assert!(!WAS_ASKED.load(Ordering::SeqCst), "{said}");
}

/// A Keystone whose catalog has Nova alone, and a Nova that forbids everything.
fn poor_cloud(path: &str, stream: &mut std::net::TcpStream) {
    let nova = NOVA.get().map_or("", String::as_str);
    let token = r#"{"token": {"methods": ["password"], "user": {"id": "u", "name": "u", "domain": {"id": "d", "name": "d"}},
        "expires_at": "2099-01-01T00:00:00.000000Z", "issued_at": "2026-01-01T00:00:00.000000Z", "project": {"id": "p", "name": "p"},
        "catalog": [{"type": "compute", "id": "c", "name": "nova", "endpoints": [
            {"id": "e", "interface": "public", "region": "R", "region_id": "R", "url": "NOVA"}]}]}}"#;
    match path {
        "/v3/auth/tokens" => send(stream, "201 Created", "X-Subject-Token: t\r\n", &token.replace("NOVA", nova)),
        _ => send(stream, "403 Forbidden", "", r#"{"forbidden": {"code": 403, "message": "Policy doesn't allow it."}}"#),
    }
}

static NOVA: OnceLock<String> = OnceLock::new();

#[test]
fn services_that_are_missing_or_closed_are_told_once_each() {
    let server = NOVA.get_or_init(|| start(poor_cloud));
    let (mut codes, said) = findings(&entry(server));
    codes.sort_unstable();
    let missing = ["missing-service"; 5];
    let wanted: Vec<&str> = ["forbidden-call"; 2].into_iter().chain(missing).chain(["quota-unread"]).collect();
    assert_eq!(codes, wanted, "{said}");
    assert!(said.contains("the cloud has no Octavia (`load-balancer`) in region `R`"), "{said}");
    assert!(said.contains("`GET /v2.1/flavors/detail` with 403 Forbidden: Policy doesn't allow it"), "{said}");
}

#[test]
fn an_authentication_that_strata_does_not_know() {
    let (codes, said) = findings(&entry("http://127.0.0.1:1/v3").replace("    auth:", "    auth_type: v3oidcpassword\n    auth:"));
    assert_eq!(codes, ["clouds-file"]);
    assert!(said.contains("`clouds.lab.auth_type`"), "{said}");
}

/// A Keystone whose catalog has Nova and Heat: a Nova that is broken, and a Heat that knows no resource type.
fn sick_cloud(path: &str, stream: &mut std::net::TcpStream) {
    let here = SICK.get().map_or("", String::as_str);
    let endpoint = |kind: &str| {
        format!(
            r#"{{"type": "{kind}", "id": "{kind}", "name": "{kind}", "endpoints": [
            {{"id": "e", "interface": "public", "region": "R", "region_id": "R", "url": "{here}{kind}/v1"}}]}}"#
        )
    };
    let token = format!(
        r#"{{"token": {{"methods": ["password"], "user": {{"id": "u", "name": "u", "domain": {{"id": "d", "name": "d"}}}},
        "expires_at": "2099-01-01T00:00:00.000000Z", "issued_at": "2026-01-01T00:00:00.000000Z", "project": {{"id": "p", "name": "p"}},
        "catalog": [{}, {}]}}}}"#,
        endpoint("compute"),
        endpoint("orchestration")
    );
    match path {
        "/v3/auth/tokens" => send(stream, "201 Created", "X-Subject-Token: t\r\n", &token),
        path if path.contains("resource_types") => send(stream, "404 Not Found", "", r#"{"error": {"message": "not found"}}"#),
        path if path.contains("orchestration") => send(stream, "200 OK", "", "{}"),
        _ => send(stream, "500 Internal Server Error", "", r#"{"computeFault": {"code": 500, "message": "Unexpected API Error."}}"#),
    }
}

static SICK: OnceLock<String> = OnceLock::new();

#[test]
fn a_service_at_fault_and_a_heat_without_a_resource_type_are_told() {
    let server = SICK.get_or_init(|| start(sick_cloud));
    let (codes, said) = findings(&entry(server));
    assert!(codes.contains(&"cloud-answer"), "{codes:?} {said}");
    assert!(said.contains("Unexpected API Error"), "{said}");
    assert!(codes.contains(&"heat-resource-missing"), "{codes:?} {said}");
    assert!(said.contains("Heat of this cloud has no `OS::Nova::Server`"), "{said}");
}
