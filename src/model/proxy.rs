//! The proxy: how it is reached, and what must not go through it.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};

use super::{Host, Input};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{PROXY_EXCEPTION, PROXY_EXTRA_NETWORK, PROXY_INSIDE, PROXY_SCHEME};
use crate::source::At;
use crate::source::values::{HostName, Url};

pub(super) fn proxy(input: &Input, host: &Host, findings: &mut Vec<Diagnostic>) {
    let network = &input.environment.network;
    let Some((written, resolved)) = network.proxy.as_ref().zip(host.proxy.as_ref()) else { return };
    for url in std::iter::once(&written.https).chain(&written.http).filter(|url| !matches!(url.scheme(), "http" | "https")) {
        findings.push(
            Diagnostic::new(&PROXY_SCHEME, format!("a proxy is reached by `http:` or `https:`, not by `{}:`", url.scheme()))
                .at(url.span, "")
                .help("write `http://HOST:PORT`: most proxies are that, for requests by `https:` too"),
        );
    }
    for entry in &written.except {
        findings.extend(exception(entry));
    }
    for extra in network.extra.iter().filter(|extra| extra.cidr.is_none()) {
        findings.push(
            Diagnostic::new(&PROXY_EXTRA_NETWORK, format!("requests to the network `{}` go through the proxy", extra.name.value))
                .at(extra.network.span, "strata knows no addresses of it")
                .at(written.https.span, "the proxy")
                .help("write its `cidr`: strata then excepts it"),
        );
    }
    for (key, url) in inside(input) {
        let Ok(address) = url.host().parse::<Ipv4Addr>() else { continue };
        if address.is_private() && !excepted(address, &resolved.except) {
            findings.push(
                Diagnostic::new(&PROXY_INSIDE, format!("nodes ask {address} of `{key}` through the proxy, and it is an address of a site"))
                    .at(url.span, "")
                    .at(written.https.span, "the proxy")
                    .help(format!("write `except: [{address}]`, or the network that it is in")),
            );
        }
    }
}

/// What nodes and the API server ask for by HTTP. Time, name service and Ceph speak something else and never meet the proxy;
/// the API's own name is excepted by strata.
fn inside<'a>(input: &Input<'a>) -> Vec<(&'static str, &'a At<Url>)> {
    let environment = input.environment;
    let harbor = environment.registry.harbor.as_ref().map(|harbor| ("registry.harbor.url", &harbor.url));
    let artifacts = environment.kubernetes.artifacts.url.as_ref().map(|url| ("kubernetes.artifacts.url", url));
    let oidc = environment.kubernetes.oidc.as_ref().map(|oidc| ("kubernetes.oidc.issuer", &oidc.issuer));
    let keystone = environment.openstack.auth_url.as_ref().map(|url| ("openstack.authUrl", url));
    let monitoring = environment.monitoring.as_ref();
    let influx =
        monitoring.and_then(|monitoring| monitoring.nodes.influxdb.as_ref()).map(|influx| ("monitoring.nodes.influxdb.url", &influx.url));
    let logs =
        monitoring.and_then(|monitoring| monitoring.logs.as_ref()).map(|logs| ("monitoring.logs.opensearch.url", &logs.opensearch.url));
    [harbor, artifacts, oidc, keystone, influx, logs].into_iter().flatten().collect()
}

fn excepted(address: Ipv4Addr, except: &[String]) -> bool {
    except.iter().any(|entry| entry.parse::<Ipv4Net>().is_ok_and(|net| net.contains(&address)) || entry.parse() == Ok(address))
}

/// An entry that not all programs read alike.
fn exception(entry: &At<String>) -> Option<Diagnostic> {
    let text = entry.as_str();
    let name = text.strip_prefix('.').unwrap_or(text).to_ascii_lowercase();
    let numeric = !name.is_empty() && name.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '*'));
    if text.parse::<IpAddr>().is_ok() || text.parse::<IpNet>().is_ok() || !numeric && name.parse::<HostName>().is_ok() {
        return None;
    }
    let help = match text {
        "*" => "it turns the proxy off: remove `proxy` if nodes reach the world without it".to_owned(),
        "" => "remove it".to_owned(),
        _ if text.contains("://") => "write the host alone, such as `harbor.example.org`".to_owned(),
        _ if text.contains([',', ' ', ';']) => "write one entry for each item of the list".to_owned(),
        _ if numeric => network_of(text).map_or_else(
            || "write an address, or a network such as `10.20.0.0/22`".to_owned(),
            |net| format!("write the network, `{net}`"),
        ),
        _ if text.starts_with("*.") => format!("write the domain, `{}`", &text[1..]),
        _ if text.contains(':') => "write the host alone: not all programs take a port, and none a range of ports".to_owned(),
        _ => "write a domain (`.example.org`), a host, an address, or a network in CIDR notation".to_owned(),
    };
    Some(Diagnostic::new(&PROXY_EXCEPTION, format!("programs do not understand the exception `{text}`")).at(entry.span, "").help(help))
}

/// `10.20.*` and `10.20.` as what they mean.
fn network_of(text: &str) -> Option<Ipv4Net> {
    let parts: Vec<&str> = text.trim_matches('.').split('.').filter(|part| *part != "*").collect();
    let bytes: Vec<u8> = parts.iter().map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let prefix = u8::try_from(bytes.len() * 8).ok().filter(|prefix| (8..32).contains(prefix))?;
    let mut address = [0; 4];
    address[..bytes.len()].copy_from_slice(&bytes);
    Ipv4Net::new(address.into(), prefix).ok()
}
