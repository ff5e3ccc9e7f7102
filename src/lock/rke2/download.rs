//! One small text from a server or a folder, with bounds on time and size.

use std::fmt;
use std::io::Read;

use reqwest::{Client, StatusCode};
use url::Url;

use crate::diagnostic::{Diagnostic, codes::lock as codes};
use crate::lock::{Options, web};
use crate::source::Span;

/// Upstream's list has some 5 KiB.
const LARGEST: usize = 1 << 20;

/// Where the text is. Shown without user and query, which may be secrets.
pub(super) struct Place(Result<Url, String>);

impl Place {
    /// A file in a folder. The folder's query goes along: signed addresses have one.
    pub(super) fn in_folder(folder: &str, file: &str) -> Self {
        let url = Url::parse(folder).map_err(|error| error.to_string()).and_then(|mut url| {
            url.path_segments_mut().map_err(|()| "it has no path".to_owned())?.pop_if_empty().push(file);
            Ok(url)
        });
        Place(url)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match &self.0 {
            Ok(url) => write!(f, "{}://{}{}", url.scheme(), &url[url::Position::BeforeHost..url::Position::AfterPort], url.path()),
            Err(_) => f.write_str("kubernetes.artifacts.url"),
        }
    }
}

/// Why there is no text.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is a server or a folder, and no such file.
    Absent,
    /// It answers with another status.
    Status(StatusCode),
    /// It is far too much to be a list.
    TooLarge,
    /// It is not text.
    NotText,
    /// Everything before an answer.
    Unreachable(String),
}

impl Failure {
    /// The finding, at the URL or, where that is upstream's, at the version.
    pub(super) fn finding(self, place: &Place, version: &str, span: Span) -> Diagnostic {
        match self {
            Failure::Absent => Diagnostic::new(&codes::RELEASE_NOT_FOUND, format!("there is no `{place}`"))
                .at(span, "")
                .help(format!("check that `{version}` is a release of RKE2, and that the folder holds all of its files")),
            Failure::Status(status) => {
                Diagnostic::new(&codes::RELEASE_UNREACHABLE, format!("`{place}` answers with {status}")).at(span, "").help(advice(status))
            }
            Failure::TooLarge => {
                Diagnostic::new(&codes::CHECKSUM_FILE, format!("`{place}` is larger than {} MiB, so it is no list", LARGEST >> 20))
                    .at(span, "")
                    .help("`artifacts.url` is the folder that holds the files of the release")
            }
            Failure::NotText => Diagnostic::new(&codes::CHECKSUM_FILE, format!("`{place}` is not text"))
                .at(span, "")
                .help("`artifacts.url` is the folder that holds the files of the release"),
            Failure::Unreachable(why) => Diagnostic::new(&codes::RELEASE_UNREACHABLE, format!("`{place}` cannot be read: {why}"))
                .at(span, "")
                .help("behind a proxy set `HTTPS_PROXY`; without Internet set `kubernetes.artifacts.url` to a mirror or a folder"),
        }
    }
}

fn advice(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "the server wants to know who asks; nodes could not download there either",
        StatusCode::TOO_MANY_REQUESTS => "too many requests came from your address; try again in a while",
        status if status.is_server_error() => "the server is at fault; try again in a while",
        _ => "open the address in a browser to see what stands there",
    }
}

/// The text at a place.
pub(super) async fn text(place: &Place, options: &Options) -> Result<String, Failure> {
    let url = place.0.as_ref().map_err(|error| Failure::Unreachable(error.clone()))?;
    let bytes = if url.scheme() == "file" { from_folder(url)? } else { from_server(url, options).await? };
    String::from_utf8(bytes).map_err(|_| Failure::NotText)
}

fn from_folder(url: &Url) -> Result<Vec<u8>, Failure> {
    let unreachable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => Failure::Absent,
        _ => Failure::Unreachable(error.to_string()),
    };
    let path = url.to_file_path().map_err(|()| Failure::Unreachable("a `file:` address has three slashes and no host".into()))?;
    // A pipe or a device may never end.
    if !std::fs::metadata(&path).map_err(unreachable)?.is_file() {
        return Err(Failure::Unreachable("it is not a regular file".into()));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(&path).map_err(unreachable)?;
    file.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(unreachable)?;
    if bytes.len() > LARGEST { Err(Failure::TooLarge) } else { Ok(bytes) }
}

async fn from_server(url: &Url, options: &Options) -> Result<Vec<u8>, Failure> {
    let client = web::client(options).map_err(Failure::Unreachable)?;
    let mut again = 0;
    loop {
        let answer = body(&client, url).await;
        // Reading has no effect, so a hiccup is worth a second try; a slow server has had its time.
        let hiccup = matches!(&answer, Err(Failure::Status(status)) if status.is_server_error());
        if !hiccup || again == 2 {
            return answer;
        }
        again += 1;
        tokio::time::sleep(options.timeout.min(std::time::Duration::from_millis(500)) * again).await;
    }
}

async fn body(client: &Client, url: &Url) -> Result<Vec<u8>, Failure> {
    let unreachable = |error| Failure::Unreachable(web::cause(error));
    let response = client.get(url.clone()).send().await.map_err(unreachable)?;
    match response.status() {
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Failure::Absent),
        status if !status.is_success() => return Err(Failure::Status(status)),
        _ => {}
    }
    web::bounded(response, LARGEST).await.map_err(unreachable)?.ok_or(Failure::TooLarge)
}
