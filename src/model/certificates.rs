//! Certificates that an environment names: PEM, readable, of a CA, and never a private key.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::BasicConstraints;

use super::{Input, Text};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{CERTIFICATE_UNREADABLE, NOT_A_CA, PRIVATE_KEY};
use crate::source::Span;
use crate::source::suggest::short;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// One block of a PEM file.
struct Block<'a> {
    /// `CERTIFICATE`.
    label: &'a str,
    /// The line that begins it.
    place: Span,
    /// What stands between its lines; `None`: it never ends.
    body: Option<&'a str>,
}

pub(super) fn certificates(input: &Input, findings: &mut Vec<Diagnostic>) {
    let texts = input.texts;
    for text in texts.certificates.iter().chain(&texts.oidc_ca).chain(&texts.issuer_ca) {
        file(text, findings);
    }
}

/// Several certificates in a file are fine: a chain, or a new CA beside the old one.
fn file(text: &Text, findings: &mut Vec<Diagnostic>) {
    let blocks = blocks(text);
    if blocks.is_empty() {
        // The text itself is not shown: nobody knows what it is.
        findings.push(
            Diagnostic::new(&CERTIFICATE_UNREADABLE, "a file without a certificate: no line `-----BEGIN CERTIFICATE-----`")
                .at(text.named, "named here")
                .help("write PEM; from DER: `openssl x509 -inform der -in FILE -out FILE.pem`"),
        );
    }
    findings.extend(blocks.iter().filter_map(|block| judge(block).map(|finding| finding.at(text.named, "named here"))));
}

fn blocks(text: &Text) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some(at) = text.text[rest..].find(BEGIN).map(|at| rest + at) {
        let line = text.text[at..].lines().next().unwrap_or_default();
        let label = line[BEGIN.len()..].trim_end().trim_end_matches('-');
        let inner = at + line.len();
        let end = text.text[inner..].find(END).map(|end| inner + end);
        let next = text.text[inner..].find(BEGIN).map(|next| inner + next);
        let closed = end.filter(|end| next.is_none_or(|next| *end < next));
        found.push(Block { label, place: span(text, at, inner), body: closed.map(|end| &text.text[inner..end]) });
        rest = closed.or(next).unwrap_or(inner);
    }
    found
}

fn span(text: &Text, start: usize, end: usize) -> Span {
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { file: text.file, start: byte(start), end: byte(end) }
}

fn judge(block: &Block) -> Option<Diagnostic> {
    if block.label.ends_with("PRIVATE KEY") {
        return Some(
            Diagnostic::new(&PRIVATE_KEY, "a private key where a certificate belongs")
                .at(block.place, "never in a repository")
                .help("remove it, count it as known to others, and make a new one; here belongs the certificate alone"),
        );
    }
    let wrong = |what: String, help: &'static str| Some(Diagnostic::new(&CERTIFICATE_UNREADABLE, what).at(block.place, "").help(help));
    match block.label {
        "CERTIFICATE" => {}
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => {
            return wrong("a request for a certificate, not signed yet".to_owned(), "write the certificate that the CA made of it");
        }
        "TRUSTED CERTIFICATE" => {
            return wrong("a certificate in OpenSSL's own form".to_owned(), "write plain PEM: `openssl x509 -in FILE -out FILE.pem`");
        }
        other => {
            return wrong(format!("`{}` is no certificate", short(other)), "write the CA's certificate, `-----BEGIN CERTIFICATE-----`");
        }
    }
    let Some(body) = block.body else {
        return wrong("a certificate without its end".to_owned(), "copy the whole file, to its `-----END CERTIFICATE-----`");
    };
    let plain: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let Ok(bytes) = STANDARD.decode(plain) else {
        return wrong("a damaged certificate: its text is not base64".to_owned(), "copy the file again; editors and mail break long lines");
    };
    let Ok(certificate) = Certificate::from_der(&bytes) else {
        return wrong(
            "a damaged certificate: its content is cut or changed".to_owned(),
            "copy the file again; `openssl x509 -in FILE -noout -text` reads a whole one",
        );
    };
    (!is_ca(&certificate)).then(|| {
        Diagnostic::new(&NOT_A_CA, "a certificate that signs no others: its basic constraints do not say `CA:TRUE`")
            .at(block.place, "of a server, or made by hand")
            .help("name the certificate of the CA that signed it: `openssl x509 -in FILE -noout -issuer`")
    })
}

fn is_ca(certificate: &Certificate) -> bool {
    matches!(certificate.tbs_certificate().get_extension::<BasicConstraints>(), Ok(Some((_, constraints))) if constraints.ca)
}
