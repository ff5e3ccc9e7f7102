//! For the network team: who comes in, and what nodes must reach.

use serde::Serialize;

use crate::backend::documents::words::list;
use crate::model::Model;
use crate::source::environment::{Environment, Proxy};
use crate::source::values::Url;

#[derive(Serialize)]
pub(super) struct View {
    cidr: String,
    site: Option<String>,
    access: String,
    dns: String,
    ntp: String,
    proxy: Option<String>,
    except: String,
    destinations: Vec<Destination>,
}

/// Something that nodes or pods connect to.
#[derive(Serialize)]
struct Destination {
    host: String,
    port: String,
    what: String,
    /// Whether the proxy is asked.
    by: &'static str,
}

pub(super) fn view(model: &Model) -> View {
    let written = &model.written;
    let proxy = written.network.proxy.as_ref();
    View {
        cidr: model.network.cidr.to_string(),
        site: model.network.site.as_ref().map(ToString::to_string),
        access: list(written.access.from.iter().map(|from| from.value.to_string())),
        dns: list(model.network.dns.iter().map(ToString::to_string)),
        ntp: list(model.network.ntp.clone()),
        proxy: proxy.map(|proxy| proxy.https.to_string()),
        except: list(proxy.iter().flat_map(|proxy| &proxy.except).map(|except| except.value.clone())),
        destinations: destinations(model),
    }
}

/// Destinations, each once, in the order of the language.
#[derive(Default)]
struct Table(Vec<Destination>);

impl Table {
    fn add(&mut self, host: &str, port: Option<u16>, by: &'static str, what: &str) {
        let port = port.map_or_else(|| "its own".to_owned(), |port| port.to_string());
        match self.0.iter_mut().find(|row| row.host == host && row.port == port) {
            Some(row) => row.what.extend(["; ", what]),
            None => self.0.push(Destination { host: host.to_owned(), port, what: what.to_owned(), by }),
        }
    }

    fn url(&mut self, written: &Environment, url: &Url, what: &str) {
        let by = if is_proxied(url, written.network.proxy.as_ref()) { "the proxy" } else { "directly" };
        self.add(url.host(), url.port().or_else(|| (url.scheme() == "ssh").then_some(22)), by, what);
    }
}

/// Upstream's release page sends downloads on.
const REDIRECTED: &str = "files of RKE2; it redirects to release-assets.githubusercontent.com";

fn destinations(model: &Model) -> Vec<Destination> {
    let written = &model.written;
    let mut table = Table::default();
    let mut add = |url: &Url, what: &str| table.url(written, url, what);
    written.openstack.auth_url.iter().for_each(|url| add(url, "Keystone; the other services of its catalogue as well"));
    written.kubernetes.oidc.iter().for_each(|oidc| add(&oidc.issuer, "identity, for the API servers"));
    if let Some(url) = model.host.artifacts.first().and_then(|artifact| artifact.url.parse::<Url>().ok()) {
        add(&url, if written.kubernetes.artifacts.url.is_none() { REDIRECTED } else { "files of RKE2" });
    }
    written.registry.harbor.iter().for_each(|harbor| add(&harbor.url, "Harbor: all images"));
    if let Some(argocd) = &written.argocd {
        add(&argocd.repository.url, "Git, for Argo CD");
        argocd.oidc.iter().for_each(|oidc| add(&oidc.issuer, "identity, for Argo CD"));
    }
    if let Some(certificates) = &written.certificates {
        certificates.issuer.acme.iter().for_each(|acme| add(&acme.server, "ACME"));
    }
    if let Some(monitoring) = &written.monitoring {
        monitoring.nodes.sensu.iter().flat_map(|sensu| &sensu.backends).for_each(|url| add(url, "Sensu"));
        monitoring.nodes.influxdb.iter().for_each(|influx| add(&influx.url, "InfluxDB"));
        monitoring.logs.iter().for_each(|logs| add(&logs.opensearch.url, "OpenSearch"));
    }
    let email = written.monitoring.as_ref().and_then(|monitoring| monitoring.alerts.email.as_ref());
    if let Some((host, port)) = email.and_then(|email| email.smarthost.rsplit_once(':')) {
        table.add(host, port.parse().ok(), "directly", "mail");
    }
    written.configuration.puppet.iter().for_each(|puppet| table.add(puppet.server.as_str(), Some(8140), "directly", "Puppet"));
    table.0
}

/// Only HTTP goes through a proxy; `except` holds domains with a dot, and hosts.
fn is_proxied(url: &Url, proxy: Option<&Proxy>) -> bool {
    let Some(proxy) = proxy.filter(|_| matches!(url.scheme(), "http" | "https")) else { return false };
    let host = url.host();
    !proxy.except.iter().any(|except| {
        let except = except.as_str();
        host == except.trim_start_matches('.') || (except.starts_with('.') && host.ends_with(except))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that unwraps fails where it should")]
mod tests {
    use super::*;
    use crate::source::At;

    #[test]
    fn a_domain_is_excepted_with_its_hosts_and_nothing_that_looks_like_it() {
        let proxy = Proxy {
            http: None,
            https: At::unwritten("http://proxy.example.org:3128".parse().unwrap()),
            except: vec![At::unwritten(".example.org".into())],
        };
        let asks = |url: &str| is_proxied(&url.parse().unwrap(), Some(&proxy));
        assert!(!asks("https://git.example.org/a.git"));
        assert!(!asks("https://example.org/"));
        assert!(asks("https://git.badexample.org/"));
        assert!(!asks("wss://sensu.elsewhere.net:8081"), "only HTTP goes through a proxy");
    }
}
