//! TLS that ends at the balancer.

use super::provider::needs;
use super::{Scope, word, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{CLIENT_CA, TLS_MISMATCH};
use crate::source::At;
use crate::source::environment::{Alpn, ClientAuthentication, Listener, ListenerProtocol, Tls, TlsVersion};

/// Whether clients are asked for a certificate.
pub(super) fn asks_clients(listener: &Listener) -> bool {
    let tls = listener.tls.as_ref();
    tls.and_then(|tls| tls.client_authentication).is_some_and(|at| at.value != ClientAuthentication::None)
}

/// Certificate and options with Octavia's defaults in them.
pub(super) fn tls(scope: &Scope, listener: &Listener, findings: &mut Vec<Diagnostic>) -> Option<Tls> {
    let protocol = listener.protocol;
    let Some(written) = &listener.tls else {
        if protocol.value == ListenerProtocol::TerminatedHttps {
            let finding = wrong(&TLS_MISMATCH, "TERMINATED_HTTPS needs a certificate", protocol.span);
            findings.push(finding.help("add `tls.certificate`, a reference into Barbican; or pass TLS through with HTTPS"));
        }
        return None;
    };
    if !matches!(protocol.value, ListenerProtocol::TerminatedHttps | ListenerProtocol::Prometheus) {
        findings.push(
            Diagnostic::new(&TLS_MISMATCH, format!("a {} listener ends no TLS", word(protocol.value)))
                .at(written.certificate.span, "a certificate")
                .at(protocol.span, "this protocol")
                .help("write `protocol: TERMINATED_HTTPS`, or remove `tls`"),
        );
    }
    if let Some(alpn) = written.alpn.first() {
        needs(scope.input, 20, "`alpn`", alpn.span, findings);
    }
    clients(written, findings);
    Some(with_defaults(written))
}

fn clients(written: &Tls, findings: &mut Vec<Diagnostic>) {
    let asks = written.client_authentication.filter(|at| at.value != ClientAuthentication::None);
    match (asks, &written.client_ca) {
        (Some(asks), None) => {
            let message = format!("{} client authentication needs the CA of the clients", word(asks.value));
            findings.push(wrong(&CLIENT_CA, message, asks.span).help("add `clientCa`, a reference into Barbican"));
        }
        (None, Some(ca)) => {
            let finding = wrong(&CLIENT_CA, "no client is asked for the certificate that this CA signs", ca.span);
            findings.push(finding.help("add `clientAuthentication: MANDATORY`, or remove `clientCa`"));
        }
        _ => {}
    }
    if let Some(crl) = written.client_crl.as_ref().filter(|_| written.client_ca.is_none()) {
        findings.push(wrong(&CLIENT_CA, "a revocation list needs the CA that it belongs to", crl.span).help("add `clientCa`"));
    }
}

fn with_defaults(written: &Tls) -> Tls {
    let mut tls = written.clone();
    if tls.versions.is_empty() {
        tls.versions = [TlsVersion::V12, TlsVersion::V13].map(At::unwritten).into();
    }
    if tls.alpn.is_empty() {
        tls.alpn = [Alpn::H2, Alpn::Http11, Alpn::Http10].map(At::unwritten).into();
    }
    tls.client_authentication = tls.client_authentication.or(Some(At::unwritten(ClientAuthentication::None)));
    tls
}
