//! Who signs certificates in the cluster, and the platform's own hosts with theirs.
//!
//! cert-manager: <https://cert-manager.io/docs/reference/api-docs>. TLS ends at the default ingress; behind it programs speak HTTP.

use serde::Serialize;

use super::{Backend, helm};
use crate::model::ingress::{Issuer, Served};
use crate::model::{DefaultIngress, Model, Role};
use crate::render::Page;

/// Issuer, certificates and Ingresses of the platform's hosts.
pub(super) const BACKEND: Backend =
    Backend { name: "certificates", summary: "The issuer of certificates, and the platform's own hosts with theirs", pages };

const FOLDER: &str = "platform/certificates";

fn pages(model: &Model) -> Vec<Page> {
    let mut pages: Vec<Page> = model.ingress.issuer.iter().map(|signer| issuer(model, signer)).collect();
    pages.extend(values(model));
    if let Some(default) = &model.ingress.default {
        pages.extend(model.ingress.served.iter().map(|served| host(model, default, served)));
    }
    pages
}

/// Values of cert-manager's chart.
#[derive(Serialize)]
struct ValuesView<'a> {
    proxy: Option<ProxyView<'a>>,
    /// PEM files that it trusts beside its images' own: name and content.
    certificates: Vec<(&'a str, &'a str)>,
    /// Of the webhook, which the API server asks.
    replicas: usize,
}

#[derive(Serialize)]
struct ProxyView<'a> {
    http: &'a str,
    https: &'a str,
    except: &'a [String],
}

fn values(model: &Model) -> Option<Page> {
    let agents: usize = model.pools.iter().filter(|pool| pool.role == Role::Agent).map(|pool| pool.nodes.len()).sum();
    // The CA signs without asking anybody.
    let outside = matches!(model.ingress.issuer, Some(Issuer::Acme { .. }));
    let proxy = model.host.proxy.as_ref().filter(|_| outside);
    let view = ValuesView {
        proxy: proxy.map(|proxy| ProxyView { http: &proxy.http, https: &proxy.https, except: &proxy.except }),
        certificates: model.host.certificates.iter().filter(|_| outside).map(|one| (one.file.as_str(), one.pem.as_str())).collect(),
        replicas: agents.clamp(1, 2),
    };
    helm::values(model, "cert-manager", "certificates/cert-manager-values.yaml.j2", view)
}

#[derive(Serialize)]
struct IssuerView<'a> {
    environment: &'a str,
    /// Directory and address of the ACME service; none: the site's CA.
    acme: Option<(&'a str, &'a str)>,
    class: Option<&'static str>,
}

fn issuer(model: &Model, issuer: &Issuer) -> Page {
    let acme = match issuer {
        Issuer::Acme { server, email } => Some((server.as_str(), email.as_str())),
        Issuer::Ca { .. } => None,
    };
    let class = model.ingress.default.as_ref().map(DefaultIngress::class);
    let view = IssuerView { environment: model.name.as_str(), acme, class };
    Page::new(format!("{FOLDER}/issuer.yaml"), "certificates/issuer.yaml.j2", view)
}

#[derive(Serialize)]
struct HostView<'a> {
    environment: &'a str,
    name: &'a str,
    host: &'a str,
    service: &'a str,
    port: u16,
    class: &'static str,
    traefik: bool,
    /// Whether TLS ends here, and whether cert-manager brings the certificate.
    tls: bool,
    issued: bool,
}

fn host(model: &Model, default: &DefaultIngress, served: &Served) -> Page {
    let view = HostView {
        environment: model.name.as_str(),
        name: served.component,
        host: &served.host,
        service: served.service,
        port: served.port,
        class: default.class(),
        traefik: default.class() == "traefik",
        tls: served.tls,
        issued: served.tls && model.ingress.issuer.is_some(),
    };
    Page::new(format!("{FOLDER}/{}.yaml", served.component), "certificates/host.yaml.j2", view)
}
