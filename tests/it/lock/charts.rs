//! Charts from repositories and registries on loopback: what is pinned, and what is refused.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::net::TcpStream;
use std::sync::OnceLock;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};
use strata::lock::{Options, Wanted, charts};
use strata::source::Span;
use strata::source::lock::Chart;

use super::server::{Answer, send, start};
use super::text;

type Pins = BTreeMap<String, Chart>;

const VALUES: &str = "replicas: 1\nimage: {repository: x, tag: ''}\nresources: {}\nsettings: {policy.csv: ''}\n";

/// An archive of these files.
fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
    for (path, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        // Not `append_data`, which refuses the paths that hostile archives have.
        header.as_gnu_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_cksum();
        builder.append(&header, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap().finish().unwrap()
}

/// The chart that these tests lock: Kyverno's, which every environment with Argo CD has.
fn chart() -> &'static [u8] {
    static CHART: OnceLock<Vec<u8>> = OnceLock::new();
    CHART.get_or_init(|| {
        archive(&[
            ("kyverno/Chart.yaml", "name: kyverno\nversion: 3.9.0\nappVersion: v1.19.0\ndependencies: [{name: grafana}]\n"),
            ("kyverno/values.yaml", VALUES),
            ("kyverno/templates/a.yaml", "{{ .Values.image.digest }}"),
            ("kyverno/charts/grafana/Chart.yaml", "name: grafana\nversion: 1.0.0\n"),
            ("kyverno/charts/grafana/values.yaml", "admin: {user: x}\n"),
        ])
    })
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn bytes(stream: &mut TcpStream, bytes: &[u8]) {
    let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", bytes.len());
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(bytes));
}

/// Kyverno's chart from there.
fn lock_from(repository: &str, old: &Pins) -> (Pins, Vec<&'static str>, String) {
    let wanted = Wanted {
        component: "kyverno".into(),
        name: "kyverno".into(),
        repository: repository.into(),
        version: "3.9.0".into(),
        span: Span::NOWHERE,
    };
    let (pins, findings) = charts(&[wanted], old, &Options { timeout: Duration::from_secs(5), ..Options::default() });
    (pins, findings.iter().map(|finding| finding.code.name).collect(), findings.iter().map(text).collect())
}

fn findings(answer: Answer) -> (Vec<&'static str>, String) {
    let (lock, codes, said) = lock_from(start(answer).trim_end_matches('/'), &Pins::new());
    assert!(lock.is_empty(), "a failure pins nothing");
    (codes, said)
}

fn index(stream: &mut TcpStream, digest: &str) {
    let text = format!(
        "apiVersion: v1\nentries:\n  other: [{{version: 1.0.0}}]\n  kyverno:\n    - {{version: 3.9.1, urls: [b.tgz], digest: none}}\n    \
         - {{version: 3.9.0, appVersion: v1.19.0, urls: [kyverno-3.9.0.tgz]{digest}}}\n"
    );
    send(stream, "200 OK", "", &text);
}

fn good(path: &str, stream: &mut TcpStream) {
    match path {
        "/index.yaml" => index(stream, &format!(", digest: {}", sha256(chart()))),
        "/kyverno-3.9.0.tgz" => bytes(stream, chart()),
        _ => send(stream, "404 Not Found", "", ""),
    }
}

fn registry(path: &str, stream: &mut TcpStream) {
    let digest = sha256(chart());
    let blob = format!("/v2/charts/kyverno/blobs/sha256:{digest}");
    match path {
        "/v2/charts/kyverno/manifests/3.9.0" => {
            let layer = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
            send(stream, "200 OK", "", &format!(r#"{{"layers": [{{"mediaType": "{layer}", "digest": "sha256:{digest}", "size": 1}}]}}"#));
        }
        path if path == blob => bytes(stream, chart()),
        _ => send(stream, "404 Not Found", "", ""),
    }
}

#[test]
fn a_chart_is_pinned_with_the_keys_of_its_values() {
    let (lock, codes, said) = lock_from(start(good).trim_end_matches('/'), &Pins::new());
    assert!(codes.is_empty(), "{said}");
    let pinned = &lock["kyverno"];
    assert_eq!((pinned.version.as_str(), pinned.app_version.as_deref()), ("3.9.0", Some("v1.19.0")));
    assert_eq!(pinned.digest, sha256(chart()));
    let keys = serde_json::to_value(&pinned.values).unwrap();
    assert_eq!(
        keys,
        serde_json::json!({
            "grafana": {"admin": {"user": {}}},
            "image": {"digest": {}, "repository": {}, "tag": {}},
            "replicas": {}, "resources": {}, "settings": {}
        })
    );
}

#[test]
fn a_registry_gives_the_same_as_a_repository() {
    let (first, _, _) = lock_from(start(good).trim_end_matches('/'), &Pins::new());
    let place = start(registry).replace("http://", "oci://") + "charts";
    let (second, codes, said) = lock_from(&place, &Pins::new());
    assert!(codes.is_empty(), "{said}");
    let (first, second) = (&first["kyverno"], &second["kyverno"]);
    assert_eq!((&first.digest, &first.values), (&second.digest, &second.values));
}

#[test]
fn locking_again_changes_nothing() {
    let address = start(good);
    let (first, _, _) = lock_from(address.trim_end_matches('/'), &Pins::new());
    let (second, codes, said) = lock_from(address.trim_end_matches('/'), &first);
    assert!(codes.is_empty(), "{said}");
    assert_eq!(first, second);
}

#[test]
fn an_archive_that_is_not_the_promised_one_is_refused() {
    let (codes, said) = findings(|path, stream| match path {
        "/index.yaml" => index(stream, &format!(", digest: {}", "a".repeat(64))),
        _ => bytes(stream, chart()),
    });
    assert_eq!(codes, ["chart-digest"], "{said}");
    let (lock, codes, said) = lock_from(
        &(start(|path, stream| if path.contains("/manifests/") { registry(path, stream) } else { bytes(stream, b"something else") })
            .replace("http://", "oci://")
            + "charts"),
        &Pins::new(),
    );
    assert_eq!(codes, ["chart-digest"], "{said}");
    assert!(lock.is_empty());
}

#[test]
fn another_archive_of_the_pinned_version_is_never_taken() {
    let address = start(good);
    let (first, _, _) = lock_from(address.trim_end_matches('/'), &Pins::new());
    let mut old = first.clone();
    old.get_mut("kyverno").unwrap().digest = "b".repeat(64);
    let (second, codes, said) = lock_from(address.trim_end_matches('/'), &old);
    assert_eq!(codes, ["chart-changed"], "{said}");
    assert!(said.contains("pinned bbbbbbbbbbbb…"), "{said}");
    assert_eq!(second, old);
}

#[test]
fn a_version_that_is_not_there_is_told_with_those_that_are() {
    let (codes, said) = findings(|_, stream| send(stream, "200 OK", "", "entries: {kyverno: [{version: 4.0.0, urls: [a.tgz]}]}"));
    assert_eq!(codes, ["chart-not-found"], "{said}");
    assert!(said.contains("4.0.0"), "{said}");
    let (codes, said) = findings(|_, stream| send(stream, "200 OK", "", "entries: {}"));
    assert_eq!(codes, ["chart-not-found"], "{said}");
}

#[test]
fn a_server_that_fails_or_shows_a_page_is_told_apart() {
    let (codes, said) = findings(|_, stream| send(stream, "503 Service Unavailable", "", ""));
    assert_eq!(codes, ["chart-unreachable"], "{said}");
    let (codes, said) = findings(|_, stream| send(stream, "200 OK", "", "<html><body>Log in, please</body></html>"));
    assert_eq!(codes, ["chart-archive"], "{said}");
    let (codes, said) =
        findings(|_, stream| send(stream, "200 OK", "", "entries: {kyverno: [{version: 3.9.0, urls: ['file:///etc/passwd']}]}"));
    assert_eq!(codes, ["chart-archive"], "{said}");
}

#[test]
fn an_archive_without_an_end_is_cut_off() {
    let (codes, said) = findings(|path, stream| match path {
        "/index.yaml" => index(stream, ""),
        _ => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            while stream.write_all(&[0; 65_536]).is_ok() {}
        }
    });
    assert_eq!(codes, ["chart-archive"], "{said}");
    assert!(said.contains("larger than 32 MiB"), "{said}");
}

/// The sentence about an archive that the index promises nothing of.
fn said_of(archive: fn() -> Vec<u8>) -> String {
    static SENT: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *SENT.lock().unwrap() = archive();
    let (codes, said) = findings(|path, stream| match path {
        "/index.yaml" => index(stream, ""),
        _ => {
            let sent = SENT.lock().unwrap().clone();
            bytes(stream, &sent);
        }
    });
    assert_eq!(codes, ["chart-archive"], "{said}");
    said
}

#[test]
fn hostile_archives_are_refused() {
    let good = ("kyverno/Chart.yaml", "name: kyverno\nversion: 3.9.0\n");
    assert_eq!(good.0.len(), 18);
    let said = said_of(|| b"no archive at all".to_vec());
    assert!(said.contains("no archive of a chart"), "{said}");
    let said = said_of(|| archive(&[("../../etc/passwd", "x"), ("kyverno/Chart.yaml", "name: kyverno\nversion: 3.9.0\n")]));
    assert!(said.contains("lies outside"), "{said}");
    let said = said_of(|| archive(&[("/etc/passwd", "x")]));
    assert!(said.contains("lies outside"), "{said}");
    let said = said_of(|| archive(&[("kyverno/values.yaml", "a: 1\n")]));
    assert!(said.contains("no `kyverno/Chart.yaml`"), "{said}");
    let said = said_of(|| archive(&[("kyverno/Chart.yaml", "name: other\nversion: 3.9.0\n")]));
    assert!(said.contains("calls itself other"), "{said}");
    let said = said_of(|| archive(&[("kyverno/Chart.yaml", "name: kyverno\nversion: 3.9.0\n"), ("kyverno/values.yaml", "[1]")]));
    assert!(said.contains("no mapping"), "{said}");
    let said = said_of(|| archive(&[("kyverno/values.yaml", "a: 1\n"), ("kyverno/values.yaml", "a: 2\n")]));
    assert!(said.contains("twice"), "{said}");
    let said = said_of(|| archive(&[("kyverno/values.yaml", "a: &a [x]\nb: [*a, *a]\n  c")]));
    assert!(said.contains("no YAML"), "{said}");
    let said = said_of(|| archive(&[("kyverno/values.yaml", &"a".repeat(9 << 20))]));
    assert!(said.contains("far too large"), "{said}");
}
