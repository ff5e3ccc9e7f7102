//! The release of RKE2: the checksums of the files that nodes download, from the release's own list.
//!
//! The list is the root of trust for every node, so it is read strictly and, once pinned, never replaced in silence.

mod checksums;
mod download;

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, codes::lock as codes};
use crate::source::Span;
use crate::source::environment::{ArtifactSource, Environment};
use crate::source::lock::Rke2;

use super::Options;
use download::Place;

/// Upstream's list of one release.
const LIST: &str = "sha256sum-amd64.txt";

/// Where upstream keeps its releases.
const RELEASES: &str = "https://github.com/rancher/rke2/releases/download";

/// What every node downloads.
const ARCHIVE: &str = "rke2.linux-amd64.tar.gz";

/// What an air-gapped node needs beside it.
const AIRGAP: [&str; 2] = ["rke2-images-core.linux-amd64.tar.zst", "rke2-images-calico.linux-amd64.tar.zst"];

/// What is pinned where the release has it: which bundles there are differs between minor versions.
const OPTIONAL: [&str; 3] =
    ["rke2-images.linux-amd64.tar.zst", "rke2-images-traefik.linux-amd64.tar.zst", "rke2-images-ingress-nginx.linux-amd64.tar.zst"];

/// The pins of the environment's release; none where the image brings RKE2 with it.
pub(super) async fn lock(environment: &Environment, old: Option<&Rke2>, options: &Options) -> Result<Option<Rke2>, Vec<Diagnostic>> {
    let artifacts = &environment.kubernetes.artifacts;
    if artifacts.source.value == ArtifactSource::Image {
        return Ok(None);
    }
    let version = environment.kubernetes.version.value.to_string();
    let span = artifacts.url.as_ref().map_or(environment.kubernetes.version.span, |url| url.span);
    let place = place(artifacts.url.as_ref().map(|url| url.value.as_str()), &version);
    let text = download::text(&place, options).await.map_err(|failure| vec![failure.finding(&place, &version, span)])?;
    let listed = checksums::parse(&text).map_err(|why| vec![garbage(&place, &why, span)])?;
    let old = old.filter(|old| old.version == version);
    let mut findings = changed(old, &listed, environment.kubernetes.version.span);
    findings.extend(missing(&listed, artifacts.source.value, &place, span));
    if !findings.is_empty() {
        return Err(findings);
    }
    // A mirror that no longer lists a file takes nothing away from what is known about this version.
    let mut checksums = old.map(|old| old.checksums.clone()).unwrap_or_default();
    checksums.extend(listed.into_iter().filter(|(name, _)| files().any(|file| file == name)));
    Ok(Some(Rke2 { version, checksums }))
}

/// The checksum file: in the environment's folder, else on the release page.
fn place(folder: Option<&str>, version: &str) -> Place {
    let upstream = format!("{RELEASES}/{}", version.replace('+', "%2B"));
    Place::in_folder(folder.unwrap_or(&upstream), LIST)
}

/// Every file that is pinned if it is listed.
fn files() -> impl Iterator<Item = &'static str> {
    [ARCHIVE].into_iter().chain(AIRGAP).chain(OPTIONAL)
}

/// Files of the same version whose checksum is not the pinned one.
fn changed(old: Option<&Rke2>, listed: &BTreeMap<String, String>, span: Span) -> Vec<Diagnostic> {
    let pinned = old.iter().flat_map(|old| &old.checksums);
    let differing = pinned.filter_map(|(name, pin)| listed.get(name).filter(|now| *now != pin).map(|now| (name, pin, now)));
    differing
        .map(|(name, pin, now)| {
            Diagnostic::new(&codes::RELEASE_CHANGED, format!("`{name}` of the pinned release has another checksum now"))
                .at(span, format!("pinned {}…, now {}…", &pin[..pin.len().min(12)], &now[..12]))
                .help("a release never changes: find out who changed the file before any node downloads it")
        })
        .collect()
}

/// Files that nodes need and the release does not list.
fn missing(listed: &BTreeMap<String, String>, source: ArtifactSource, place: &Place, span: Span) -> Vec<Diagnostic> {
    let images = if source == ArtifactSource::Airgap { &AIRGAP[..] } else { &[] };
    let needed = [ARCHIVE].into_iter().chain(images.iter().copied());
    needed
        .filter(|name| !listed.contains_key(*name))
        .map(|name| {
            Diagnostic::new(&codes::RELEASE_FILE_MISSING, format!("`{place}` does not list `{name}`"))
                .at(span, "")
                .help("copy every file of the release, and its checksum file, to this folder")
        })
        .collect()
}

fn garbage(place: &Place, why: &str, span: Span) -> Diagnostic {
    Diagnostic::new(&codes::CHECKSUM_FILE, format!("`{place}` is no list of checksums: {why}"))
        .at(span, "")
        .help("open the address in a browser: a proxy or a login page may stand between")
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn the_plus_of_a_version_is_encoded() {
        let url = "https://github.com/rancher/rke2/releases/download/v1.35.7%2Brke2r1/sha256sum-amd64.txt";
        assert_eq!(place(None, "v1.35.7+rke2r1").to_string(), url);
    }

    #[test]
    fn a_folder_of_ones_own_keeps_its_path_with_and_without_a_slash() {
        for folder in ["https://mirror.example.org/rke2/v1.35.7%2Brke2r1", "https://mirror.example.org/rke2/v1.35.7%2Brke2r1/"] {
            let url = "https://mirror.example.org/rke2/v1.35.7%2Brke2r1/sha256sum-amd64.txt";
            assert_eq!(place(Some(folder), "v1.35.7+rke2r1").to_string(), url);
        }
    }

    #[test]
    fn neither_user_nor_query_of_a_folder_is_shown() {
        let shown = place(Some("https://token@mirror.example.org/rke2?signature=secret"), "v1.35.7+rke2r1").to_string();
        assert_eq!(shown, "https://mirror.example.org/rke2/sha256sum-amd64.txt");
    }
}
