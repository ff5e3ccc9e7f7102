//! Charts: each is downloaded once from its repository or registry; its digest and the keys of its values are pinned, so that
//! `check` finds a misspelt value offline. A pinned chart never changes in silence.
//!
//! <https://helm.sh/docs/topics/chart_repository/>, <https://helm.sh/docs/topics/registries/>

mod archive;
mod keys;
mod oci;
mod repository;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, codes::lock as codes};
use crate::lock::{Options, web};
use crate::source::Span;
use crate::source::lock::Chart;

/// A chart that is to be pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The component that it brings.
    pub component: String,
    /// Its name in the repository.
    pub name: String,
    /// Where it comes from: `https://HOST/PATH` or `oci://HOST/PATH`.
    pub repository: String,
    /// Its version.
    pub version: String,
    /// Where it was chosen.
    pub span: Span,
}

/// The largest archive that is taken; those of the platform have up to 700 KiB.
const LARGEST: usize = 32 << 20;

/// Where charts come from, with what was read there already.
struct Session {
    client: reqwest::Client,
    /// Indexes by repository: several charts may have one.
    indexes: BTreeMap<String, repository::Index>,
}

/// An archive, and what its place says that it is.
struct Downloaded {
    bytes: Vec<u8>,
    /// SHA-256 in hexadecimal digits, where the place tells.
    promised: Option<String>,
}

/// Why there is no archive.
enum Failure {
    /// No connection, or none that lasted; an answer that is an error.
    Unreachable(String),
    /// There is a repository, and no such chart or version; with those that there are.
    Absent(String),
    /// What came is no index, manifest or archive.
    Garbage(String),
}

/// The pins of these charts, and what went wrong. One that fails keeps its old pin; one that nobody wants any more is forgotten.
pub(super) async fn lock(
    wanted: &[Wanted],
    old: &BTreeMap<String, Chart>,
    options: &Options,
) -> (BTreeMap<String, Chart>, Vec<Diagnostic>) {
    let mut pins: BTreeMap<String, Chart> = BTreeMap::new();
    let mut findings = Vec::new();
    let client = match web::client(options) {
        Ok(client) => client,
        Err(why) => {
            let finding = Diagnostic::new(&codes::CHART_UNREACHABLE, why).help("mend the file");
            let first = wanted.first().map(|chart| finding.at(chart.span, ""));
            return (old.clone(), first.into_iter().collect());
        }
    };
    let mut session = Session { client, indexes: BTreeMap::new() };
    for chart in wanted {
        let pinned = old.get(&chart.component);
        let result = match download(&mut session, chart).await {
            Ok(downloaded) => pin(chart, &downloaded, pinned),
            Err(failure) => Err(failure.finding(chart)),
        };
        match result {
            Ok(pin) => pins.insert(chart.component.clone(), pin),
            Err(finding) => {
                findings.push(finding);
                pinned.and_then(|pinned| pins.insert(chart.component.clone(), pinned.clone()))
            }
        };
    }
    (pins, findings)
}

async fn download(session: &mut Session, chart: &Wanted) -> Result<Downloaded, Failure> {
    match chart.repository.strip_prefix("oci://") {
        Some(place) => oci::from(&session.client, &format!("{place}/{}", chart.name), chart).await,
        None => repository::download(session, chart).await,
    }
}

/// Checks an archive against what was promised and what is pinned, and takes its keys.
fn pin(chart: &Wanted, downloaded: &Downloaded, old: Option<&Chart>) -> Result<Chart, Diagnostic> {
    let (digest, span) = (sha256(&downloaded.bytes), chart.span);
    let what = format!("the chart `{}` {}", chart.name, chart.version);
    if let Some(promised) = downloaded.promised.as_ref().filter(|promised| **promised != digest) {
        return Err(Diagnostic::new(&codes::CHART_DIGEST, format!("the archive of {what} is not the one that its repository names"))
            .at(span, format!("promised {}…, came {}…", short(promised), short(&digest)))
            .help("a cache or a proxy may stand between; if not, ask who runs the repository"));
    }
    let same = |old: &&Chart| old.name == chart.name && old.version == chart.version && old.digest != digest;
    if let Some(old) = old.filter(same) {
        return Err(Diagnostic::new(&codes::CHART_CHANGED, format!("{what} is another archive than the pinned one"))
            .at(span, format!("pinned {}…, now {}…", short(&old.digest), short(&digest)))
            .help("a version never changes: find out who changed it; remove its entry from lock.yaml to pin the new one"));
    }
    let parts = archive::read(&downloaded.bytes, &chart.name).map_err(|why| Failure::Garbage(why).finding(chart))?;
    let metadata = parts.get(&Vec::new()).map_or(&Value::Null, |chart| &chart.metadata);
    let text = |key: &str| metadata.get(key).and_then(Value::as_str);
    if (text("name"), text("version")) != (Some(&chart.name), Some(&chart.version)) {
        let found = format!("it calls itself {} {}", text("name").unwrap_or("nothing"), text("version").unwrap_or_default());
        return Err(Failure::Garbage(found).finding(chart));
    }
    Ok(Chart {
        name: chart.name.clone(),
        repository: chart.repository.clone(),
        version: chart.version.clone(),
        app_version: text("appVersion").map(str::to_owned),
        digest,
        values: keys::of(&parts),
    })
}

impl Failure {
    fn finding(self, chart: &Wanted) -> Diagnostic {
        let (name, version, repository, span) = (&chart.name, &chart.version, &chart.repository, chart.span);
        match self {
            Failure::Unreachable(why) => {
                Diagnostic::new(&codes::CHART_UNREACHABLE, format!("the chart `{name}` cannot be read from {repository}: {why}"))
                    .at(span, "")
                    .help("behind a proxy set `HTTPS_PROXY`; without Internet set `platform.chartRepository` to a mirror of the site")
            }
            Failure::Absent(known) => {
                Diagnostic::new(&codes::CHART_NOT_FOUND, format!("{repository} has no chart `{name}` {version}")).at(span, "").help(known)
            }
            Failure::Garbage(why) => {
                Diagnostic::new(&codes::CHART_ARCHIVE, format!("what {repository} gives as `{name}` {version} cannot be used: {why}"))
                    .at(span, "")
                    .help("open the address in a browser: a proxy or a login page may stand between; if not, tell who runs the repository")
            }
        }
    }
}

/// A small text of somebody else's as a document; a sentence about what is wrong with it.
fn yaml(text: &str) -> Result<Value, String> {
    // The first line of the message: the others draw what may be somebody's secret.
    let first = |error: serde_yaml::Error| error.to_string().lines().next().unwrap_or_default().to_owned();
    if text.trim().is_empty() { Ok(Value::Null) } else { serde_yaml::from_str(text).map_err(first) }
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn short(digest: &str) -> &str {
    &digest[..digest.len().min(12)]
}

/// SHA-256 as repositories write it: 64 hexadecimal digits, perhaps behind its name.
fn hexadecimal(digest: &str) -> Option<String> {
    let digits = digest.strip_prefix("sha256:").unwrap_or(digest);
    (digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then(|| digits.to_ascii_lowercase())
}

/// Asks for something, and takes it up to a size.
async fn get(request: reqwest::RequestBuilder, largest: usize) -> Result<Vec<u8>, Failure> {
    let response = request.send().await.map_err(|error| Failure::Unreachable(web::cause(error)))?;
    read(response, largest).await
}

async fn read(response: reqwest::Response, largest: usize) -> Result<Vec<u8>, Failure> {
    let status = response.status();
    if !status.is_success() {
        return Err(Failure::Unreachable(format!("it answers with {status}")));
    }
    let bytes = web::bounded(response, largest).await.map_err(|error| Failure::Unreachable(web::cause(error)))?;
    bytes.ok_or_else(|| Failure::Garbage(format!("it is larger than {} MiB", largest >> 20)))
}
