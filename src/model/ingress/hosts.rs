//! Hosts of the platform, and where their certificates come from.

use super::DefaultIngress;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::ingress::{ACME_UNREACHABLE, CERTIFICATE_UNDECLARED, HOST_UNSERVED, ISSUER};
use crate::model::Input;
use crate::source::At;
use crate::source::values::{HostName, Name};

/// Who signs certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Issuer {
    /// An ACME service: its directory, and who is told before certificates expire.
    Acme {
        /// Its directory.
        server: String,
        /// Told before certificates expire.
        email: String,
    },
    /// A CA of the site.
    Ca {
        /// Its certificate, PEM.
        certificate: String,
        /// Name of the secret that its key is.
        key: Name,
    },
}

/// A host of the platform that the default ingress answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The component, and its namespace.
    pub component: &'static str,
    /// Its name.
    pub host: String,
    /// The Service behind it.
    pub service: &'static str,
    /// Its port.
    pub port: u16,
    /// Whether the default ingress ends TLS for it; else the balancer did.
    pub tls: bool,
}

pub(super) fn issuer(input: &Input, findings: &mut Vec<Diagnostic>) -> Option<Issuer> {
    let issuer = &input.environment.certificates.as_ref()?.issuer;
    let place = issuer.acme.as_ref().map(|acme| acme.server.span).or_else(|| issuer.ca.as_ref().map(|ca| ca.certificate.span));
    match (&issuer.acme, &issuer.ca) {
        (Some(acme), None) => {
            challenge(input, &acme.server.span, findings);
            Some(Issuer::Acme { server: acme.server.value.to_string(), email: acme.email.value.clone() })
        }
        (None, Some(ca)) => {
            let certificate = input.texts.issuer_ca.as_ref().map(|text| text.text.clone()).unwrap_or_default();
            Some(Issuer::Ca { certificate, key: ca.key.secret.value.clone() })
        }
        (acme, _) => {
            let what = if acme.is_some() { "two issuers, and certificates have one" } else { "an issuer that is none" };
            let place = place.unwrap_or(input.environment.name.span);
            findings.push(Diagnostic::new(&ISSUER, what).at(place, "").help("write `acme: {server, email}` or `ca: {certificate, key}`"));
            None
        }
    }
}

/// The ACME service asks for a file at port 80 of the host: through the balancer of the default ingress.
fn challenge(input: &Input, server: &crate::source::Span, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    let Some(default) = &environment.ingress.default else {
        findings.push(
            Diagnostic::new(&ACME_UNREACHABLE, "the ACME service cannot reach what it asks for: there is no `ingress.default`")
                .at(*server, "this service")
                .help("declare `ingress.default`, or take `certificates.issuer.ca`"),
        );
        return;
    };
    let Some(balancer) = environment.load_balancers.iter().find(|balancer| balancer.name == default.balancer) else { return };
    if !balancer.listeners.iter().any(|listener| listener.port.value == 80) {
        findings.push(
            Diagnostic::new(
                &ACME_UNREACHABLE,
                format!("the ACME service asks at port 80, where balancer `{}` does not listen", balancer.name.value),
            )
            .at(*server, "this service")
            .at(balancer.name.span, "no listener with `port: 80`")
            .help("add a listener on port 80 to a second nodePort, or take `certificates.issuer.ca`"),
        );
    }
}

pub(super) fn served(
    input: &Input,
    default: Option<&DefaultIngress>,
    issuer: Option<&Issuer>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Served> {
    let environment = input.environment;
    let argocd = environment.argocd.as_ref().map(|argocd| ("argocd", &argocd.host, "argocd-server"));
    let grafana = environment.monitoring.as_ref().and_then(|monitoring| monitoring.grafana.as_ref());
    let grafana = grafana.map(|grafana| ("monitoring", &grafana.host, "grafana"));
    let mut found = Vec::new();
    for (component, host, service) in argocd.into_iter().chain(grafana) {
        let Some(default) = default else {
            // An unknown balancer is a finding already.
            if environment.ingress.default.is_none() {
                findings.push(unserved(host));
            }
            continue;
        };
        let tls = default.websecure.is_some();
        if tls && issuer.is_none() && environment.certificates.is_none() {
            findings.push(undeclared(input, host));
        }
        found.push(Served { component, host: host.to_string(), service, port: 80, tls });
    }
    found
}

fn unserved(host: &At<HostName>) -> Diagnostic {
    Diagnostic::new(&HOST_UNSERVED, format!("nothing answers for `{}`", host.value))
        .at(host.span, "")
        .help("declare `ingress.default`, or reach it by `kubectl port-forward` alone")
}

fn undeclared(input: &Input, host: &At<HostName>) -> Diagnostic {
    let finding =
        Diagnostic::new(&CERTIFICATE_UNDECLARED, format!("the certificate of `{}` comes from nowhere", host.value)).at(host.span, "");
    let default = input.environment.ingress.default.as_ref().map(|default| default.balancer.span);
    let finding = default.into_iter().fold(finding, |finding, span| finding.at(span, "TLS ends behind this balancer"));
    finding.help("declare `certificates.issuer`, an ACME service or a CA of the site")
}
