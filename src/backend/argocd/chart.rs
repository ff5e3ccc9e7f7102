//! The values of Argo CD's chart.

use serde::Serialize;

use super::super::helm;
use crate::model::argocd::OIDC_SECRET;
use crate::model::{Model, Role};
use crate::render::Page;
use crate::source::environment::{ArgoCd, ArgoCdOidc};

#[derive(Serialize)]
struct View<'a> {
    host: &'a str,
    proxy: Option<ProxyView<'a>>,
    terminal: bool,
    metrics: bool,
    oidc: Option<OidcView<'a>>,
    administrators: Vec<String>,
    readers: Vec<String>,
    known_hosts: Vec<&'a str>,
    /// Servers of Git and of charts that the site's own CA may vouch for.
    hosts: Vec<&'a str>,
    certificates: Vec<&'a str>,
    /// Of what answers users and reads repositories.
    replicas: u32,
}

#[derive(Serialize)]
struct ProxyView<'a> {
    http: &'a str,
    https: &'a str,
    except: &'a [String],
}

#[derive(Serialize)]
struct OidcView<'a> {
    name: &'a str,
    issuer: &'a str,
    client: &'a str,
    /// As Argo CD refers to a key of a Secret.
    secret: String,
    ca: Option<&'a str>,
}

pub(super) fn page(model: &Model, argocd: &ArgoCd) -> Option<Page> {
    let agents: usize = model.pools.iter().filter(|pool| pool.role == Role::Agent).map(|pool| pool.nodes.len()).sum();
    let oidc = argocd.oidc.as_ref();
    let view = View {
        host: argocd.host.as_str(),
        proxy: model.host.proxy.as_ref().map(|proxy| ProxyView { http: &proxy.http, https: &proxy.https, except: &proxy.except }),
        terminal: argocd.terminal.value,
        metrics: argocd.metrics.value,
        oidc: oidc.map(|oidc| self::oidc(model, oidc)),
        administrators: oidc.into_iter().flat_map(|oidc| &oidc.administrators).map(|group| csv(group)).collect(),
        readers: oidc.into_iter().flat_map(|oidc| &oidc.readers).map(|group| csv(group)).collect(),
        known_hosts: argocd.known_hosts.iter().map(|line| line.as_str()).collect(),
        hosts: hosts(model, argocd),
        certificates: model.host.certificates.iter().map(|certificate| certificate.pem.as_str()).collect(),
        replicas: if agents > 1 { 2 } else { 1 },
    };
    helm::chart(model, "argocd", false, "argocd/values.yaml.j2", view)
}

fn oidc<'a>(model: &'a Model, oidc: &'a ArgoCdOidc) -> OidcView<'a> {
    // The API server's issuer is often the same, and its CA then too.
    let same = model.kubernetes.oidc.as_ref().filter(|api| api.issuer == oidc.issuer.as_str());
    OidcView {
        name: oidc.issuer.host(),
        issuer: oidc.issuer.as_str(),
        client: &oidc.client_id,
        secret: format!("${OIDC_SECRET}:clientSecret"),
        ca: same.and_then(|api| api.ca.as_deref()),
    }
}

/// A field of the policy, which is read as CSV.
fn csv(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:._-@".contains(c);
    if text.chars().all(plain) { text.to_owned() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
}

/// Each once, sorted.
fn hosts<'a>(model: &'a Model, argocd: &'a ArgoCd) -> Vec<&'a str> {
    let repositories = [&argocd.repository.url].into_iter().chain(argocd.credentials.iter().map(|further| &further.url));
    let platform = &model.written.platform;
    let charts = platform.chart_repository.iter().chain(platform.charts.values().filter_map(|choice| choice.repository.as_ref()));
    let tenants = model
        .written
        .tenants
        .iter()
        .flat_map(|tenant| tenant.repositories.iter().chain(tenant.applications.iter().map(|application| &application.repository)));
    let secure = repositories.chain(charts).chain(tenants).filter(|url| url.scheme() != "ssh");
    let mut hosts: Vec<&str> = secure.map(|url| url.host()).collect();
    hosts.sort_unstable();
    hosts.dedup();
    hosts
}

#[cfg(test)]
mod tests {
    use super::csv;

    #[test]
    fn a_group_is_one_field() {
        assert_eq!(csv("dare/admins"), "dare/admins");
        assert_eq!(csv("a, role:admin"), "\"a, role:admin\"");
        assert_eq!(csv("the \"few\""), "\"the \"\"few\"\"\"");
    }
}
