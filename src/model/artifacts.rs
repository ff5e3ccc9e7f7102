//! Where RKE2's files come from: an address that fits, and a checksum for each.

use super::{ArtifactKind, Host, Input};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{AIRGAP_UNPINNED, ARTIFACTS_URL, RELEASE_UNPINNED};
use crate::source::environment::ArtifactSource;
use crate::source::suggest::list;

pub(super) fn artifacts(input: &Input, host: &Host, findings: &mut Vec<Diagnostic>) {
    let wrong = address(input);
    let fits = wrong.is_none();
    findings.extend(wrong);
    if fits {
        findings.extend(pins(input, host));
    }
}

fn address(input: &Input) -> Option<Diagnostic> {
    let written = &input.environment.kubernetes.artifacts;
    let source = &written.source;
    let needs = matches!(source.value, ArtifactSource::Mirror | ArtifactSource::Airgap);
    let Some(url) = &written.url else {
        return needs.then(|| {
            Diagnostic::new(&ARTIFACTS_URL, "this source of RKE2 needs an address")
                .at(source.span, "from where?")
                .help("write `url: https://mirror.example.org/rke2/v1.35.7`, the folder that holds the files of this release")
        });
    };
    if source.value == ArtifactSource::Image {
        return Some(
            Diagnostic::new(&ARTIFACTS_URL, "the image has RKE2, so nothing is fetched from this address")
                .at(url.span, "")
                .at(source.span, "from the image")
                .help("remove `url`, or write `source: mirror`"),
        );
    }
    let on_node = url.scheme() == "file" && source.value == ArtifactSource::Airgap;
    (!on_node && !matches!(url.scheme(), "http" | "https")).then(|| {
        Diagnostic::new(&ARTIFACTS_URL, format!("nodes fetch nothing by `{}:`", url.scheme()))
            .at(url.span, "")
            .help("write an address with `https:` or `http:`; `file:` is a folder on the nodes, for `source: airgap` alone")
    })
}

/// One finding for all files: which ones lack a checksum. lock.yaml of another release has a finding of its own.
fn pins(input: &Input, host: &Host) -> Option<Diagnostic> {
    let environment = input.environment;
    let (name, kubernetes) = (&environment.name.value, &environment.kubernetes);
    let airgap = kubernetes.artifacts.source.value == ArtifactSource::Airgap;
    let another = input.lock.rke2.as_ref().is_some_and(|locked| locked.version != kubernetes.version.value.to_string());
    let missing: Vec<&str> = host.artifacts.iter().filter(|file| file.sha256.is_none()).map(|file| file.name.as_str()).collect();
    if missing.is_empty() || another && !airgap {
        return None;
    }
    let message = format!("lock.yaml has no checksum of {}", list(missing.iter().copied()));
    if !airgap {
        return Some(
            Diagnostic::new(&RELEASE_UNPINNED, message)
                .at(kubernetes.version.span, "of this release")
                .help(format!("run `strata lock {name} --only rke2` where the release can be reached")),
        );
    }
    let folder = kubernetes.artifacts.url.as_ref().map(|url| url.value.to_string()).unwrap_or_default();
    let images = host.artifacts.iter().any(|file| file.kind == ArtifactKind::Images);
    Some(
        Diagnostic::new(&AIRGAP_UNPINNED, message)
            .at(kubernetes.artifacts.source.span, if images { "archive and images come from there alone" } else { "" })
            .at(kubernetes.version.span, "of this release")
            .help(format!(
                "copy `sha256sum-amd64.txt` of the release into {folder}, and run `strata lock {name} --only rke2` on a machine that reaches that folder"
            )),
    )
}
