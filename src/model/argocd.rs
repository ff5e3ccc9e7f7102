//! Argo CD: its Secrets, and what it cannot do.

use std::collections::BTreeMap;

use super::cluster_secrets::{ClusterSecret, Part};
use super::{Chart, Component, Input};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::delivery::{METRICS_UNFIT, METRICS_WITHOUT_MONITORING, REPOSITORY_LOGIN, TERMINAL_WITHOUT_ADMINISTRATORS};
use crate::source::At;
use crate::source::environment::{ArgoCd, SecretRef};
use crate::source::values::Url;

/// The Secret that Argo CD reads its OIDC client's secret from.
pub const OIDC_SECRET: &str = "argocd-oidc";

/// The first release whose interface cannot load the metrics extension: it brings React 19, the extension was built for 16.
const WITHOUT_METRICS: (u32, u32) = (3, 5);

pub(super) fn check(input: &Input, components: &[Component], findings: &mut Vec<Diagnostic>) {
    let Some(argocd) = &input.environment.argocd else { return };
    let chart = components.iter().find(|component| component.name == "argocd").and_then(|component| component.chart.as_ref());
    if argocd.metrics.value {
        findings.extend(chart.and_then(|chart| metrics(&argocd.metrics, chart)));
        if input.environment.monitoring.is_none() {
            findings.push(
                Diagnostic::new(&METRICS_WITHOUT_MONITORING, "graphs beside Applications, and no Prometheus to draw them from")
                    .at(argocd.metrics.span, "")
                    .help("add `monitoring`, or leave `metrics` out"),
            );
        }
    }
    if argocd.terminal.value && argocd.oidc.as_ref().is_some_and(|oidc| oidc.administrators.is_empty()) {
        findings.push(
            Diagnostic::new(&TERMINAL_WITHOUT_ADMINISTRATORS, "nobody may use the terminal")
                .at(argocd.terminal.span, "for administrators alone")
                .help("name their groups under `argocd.oidc.administrators`, or leave `terminal` out"),
        );
    }
    let repository = &argocd.repository;
    findings.extend(login(&repository.url, repository.credentials.as_ref(), &repository.username));
    for further in &argocd.credentials {
        findings.extend(login(&further.url, Some(&further.credentials), &further.username));
    }
}

fn metrics(wanted: &At<bool>, chart: &Chart) -> Option<Diagnostic> {
    let version = chart.app_version.as_deref().and_then(minor);
    if version.is_some_and(|version| version < WITHOUT_METRICS) {
        return None;
    }
    let of = chart.app_version.as_deref().map_or_else(|| format!("chart {}", chart.version), |version| format!("Argo CD {version}"));
    Some(
        Diagnostic::new(&METRICS_UNFIT, format!("the metrics extension does not load in {of}")).at(wanted.span, "").help(
            "leave `metrics` out, Grafana shows the same; or take a chart whose Argo CD is 3.4, with `strata lock` to record that it is",
        ),
    )
}

/// `v3.4.4` as (3, 4).
fn minor(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// `ssh` proves itself by a key, and `https` by a name and a password; a name inside the address is neither reviewed nor used.
fn login(url: &At<Url>, credentials: Option<&SecretRef>, username: &At<String>) -> Option<Diagnostic> {
    let wrong = |message: String, help: &str| Some(Diagnostic::new(&REPOSITORY_LOGIN, message).at(url.span, "").help(help));
    match url.scheme() {
        "ssh" if credentials.is_none() => wrong(
            format!("`{}` asks for a key, and none is named", url.value),
            "write `credentials: {secret: NAME}`; the secret is a private key",
        ),
        "ssh" if !url.has_user() => wrong(format!("`{}` names no account", url.value), "write `ssh://git@HOST/PATH`"),
        "https" if url.has_user() => {
            wrong(format!("`{}` names an account in its address", url.value), "write it under `username`, beside `credentials`")
        }
        "https" if credentials.is_some() && username.trim().is_empty() => wrong(
            format!("`{}` is asked with a password and no account", url.value),
            "leave `username` out, or name the account of the token",
        ),
        "ssh" | "https" => None,
        other => wrong(format!("Argo CD would read the platform by `{other}:`"), "write an address with `https:` or `ssh:`"),
    }
}

/// Repositories with their logins, and the OIDC client.
pub(super) fn secrets(input: &Input) -> Vec<ClusterSecret> {
    let Some(argocd) = &input.environment.argocd else { return Vec::new() };
    let repository = &argocd.repository;
    let mut found =
        vec![git("repository-platform".to_owned(), "repository", &repository.url, repository.credentials.as_ref(), &repository.username)];
    for further in &argocd.credentials {
        let name = format!("repositories-{}", slug(further.url.as_str()));
        found.push(git(name, "repo-creds", &further.url, Some(&further.credentials), &further.username));
    }
    found.extend(charts(input));
    found.extend(oidc(argocd));
    found
}

/// An address as part of a name: the same as long as the address is the same.
fn slug(address: &str) -> String {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest).to_ascii_lowercase();
    let text: String = bare.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    text.trim_matches('-').to_owned()
}

fn git(name: String, kind: &'static str, url: &Url, credentials: Option<&SecretRef>, username: &str) -> ClusterSecret {
    let mut data = vec![("type".to_owned(), vec![Part::text("git")]), ("url".to_owned(), vec![Part::text(url.as_str())])];
    if let Some(credentials) = credentials {
        let secret = vec![Part::Secret(credentials.secret.value.clone())];
        if url.scheme() == "ssh" {
            data.push(("sshPrivateKey".to_owned(), secret));
        } else {
            data.push(("username".to_owned(), vec![Part::text(username)]));
            data.push(("password".to_owned(), secret));
        }
    }
    ClusterSecret {
        namespace: "argocd",
        name,
        labels: BTreeMap::from([("argocd.argoproj.io/secret-type", kind)]),
        data,
        purpose: format!("Argo CD reads {url}"),
    }
}

/// Argo CD takes an address without a scheme for a registry of images only where a Secret says so.
fn charts(input: &Input) -> Vec<ClusterSecret> {
    let platform = &input.environment.platform;
    let chosen = platform.charts.values().filter_map(|choice| choice.repository.as_ref());
    let mut found: Vec<ClusterSecret> = Vec::new();
    for repository in platform.chart_repository.iter().chain(chosen) {
        let Some(address) = repository.as_str().strip_prefix("oci://") else { continue };
        let address = address.trim_end_matches('/');
        let url = vec![Part::text(address)];
        if found.iter().any(|secret| secret.data.iter().any(|(key, value)| key == "url" && *value == url)) {
            continue;
        }
        let entry = |key: &str, value: &str| (key.to_owned(), vec![Part::text(value)]);
        found.push(ClusterSecret {
            namespace: "argocd",
            name: format!("charts-{}", slug(address)),
            labels: BTreeMap::from([("argocd.argoproj.io/secret-type", "repository")]),
            data: vec![entry("type", "helm"), entry("enableOCI", "true"), entry("name", address), ("url".to_owned(), url)],
            purpose: format!("Argo CD reads charts of {address}"),
        });
    }
    found
}

fn oidc(argocd: &ArgoCd) -> Option<ClusterSecret> {
    let oidc = argocd.oidc.as_ref()?;
    Some(ClusterSecret {
        namespace: "argocd",
        name: OIDC_SECRET.to_owned(),
        // Without it Argo CD reads no value of another Secret than its own.
        labels: BTreeMap::from([("app.kubernetes.io/part-of", "argocd")]),
        data: vec![("clientSecret".to_owned(), vec![Part::Secret(oidc.client_secret.secret.value.clone())])],
        purpose: format!("Argo CD logs users in at {}", oidc.issuer.value),
    })
}
