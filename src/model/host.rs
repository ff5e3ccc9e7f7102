//! What a node is beside its server: the family of its operating system, RKE2's files, proxy, trust, who manages it.

use super::{Input, Network, Text};
use crate::source::At;
use crate::source::environment::{ArtifactSource, ImageFamily};

/// What is the same on every node.
#[derive(Debug, Clone)]
pub struct Host {
    /// RKE2's files in the order in which they are fetched; none where the image has them.
    pub artifacts: Vec<Artifact>,
    /// Whether the image brings RKE2.
    pub in_image: bool,
    /// The proxy.
    pub proxy: Option<Proxy>,
    /// Certificates that nodes trust beside the system's own.
    pub certificates: Vec<Certificate>,
    /// Whether Puppet owns the files that change after day one.
    pub puppet: bool,
}

/// One file of RKE2's release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Its name in the release.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// SHA-256 where lock.yaml has it; else nodes check against the list beside the file.
    pub sha256: Option<String>,
    /// What it is.
    pub kind: ArtifactKind,
}

/// What a file of RKE2's release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArtifactKind {
    /// Programs, units, uninstaller.
    Archive,
    /// Container images for nodes that reach no registry.
    Images,
    /// RKE2's policy for SELinux, a package.
    Policy,
}

/// The proxy through which nodes reach the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// For `http:` addresses.
    pub http: String,
    /// For `https:` addresses.
    pub https: String,
    /// What is reached without it: the cluster's own ranges and names, then what the user excepts. Each once.
    pub except: Vec<String>,
}

/// A certificate that nodes trust.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Name of its file, without a folder: `strata-1.crt`.
    pub file: String,
    /// PEM.
    pub pem: String,
}

/// Where upstream keeps its releases.
const RELEASES: &str = "https://github.com/rancher/rke2/releases/download";
/// What every node needs.
const ARCHIVE: &str = "rke2.linux-amd64.tar.gz";
/// What a node needs that reaches no registry; the rest of lock.yaml's bundles is optional, per release.
const IMAGES: [&str; 2] = ["rke2-images-core.linux-amd64.tar.zst", "rke2-images-calico.linux-amd64.tar.zst"];

pub(super) fn host(input: &Input, network: &Network) -> Host {
    let environment = input.environment;
    let source = environment.kubernetes.artifacts.source.value;
    let certificate = |(number, pem): (usize, &Text)| Certificate { file: format!("strata-{}.crt", number + 1), pem: pem.text.clone() };
    Host {
        artifacts: artifacts(input),
        in_image: source == ArtifactSource::Image,
        proxy: proxy(input, network),
        certificates: input.texts.certificates.iter().enumerate().map(certificate).collect(),
        puppet: environment.configuration.puppet.is_some(),
    }
}

fn artifacts(input: &Input) -> Vec<Artifact> {
    let kubernetes = &input.environment.kubernetes;
    let pins = input.lock.rke2.as_ref().filter(|pins| pins.version == kubernetes.version.value.to_string());
    let pinned = |name: &str| pins.and_then(|pins| pins.checksums.get(name)).cloned();
    let upstream = format!("{RELEASES}/{}", kubernetes.version.value.to_string().replace('+', "%2B"));
    let folder = kubernetes.artifacts.url.as_ref().map_or(upstream.as_str(), |url| url.value.as_str()).trim_end_matches('/');
    let artifact = |name: &str, kind| Artifact { name: name.to_owned(), url: format!("{folder}/{name}"), sha256: pinned(name), kind };
    let pinned_names = || pins.iter().flat_map(|pins| pins.checksums.keys()).map(String::as_str);
    let archive = artifact(ARCHIVE, ArtifactKind::Archive);
    // The release has no packages: there the policy comes from RKE2's own signed repository.
    let policy = pinned_names().find(|name| is_policy(name)).map(|name| artifact(name, ArtifactKind::Policy));
    match kubernetes.artifacts.source.value {
        ArtifactSource::Image => Vec::new(),
        ArtifactSource::Release => vec![archive],
        ArtifactSource::Mirror => [archive].into_iter().chain(policy).collect(),
        ArtifactSource::Airgap => {
            let images = IMAGES.into_iter().chain(pinned_names().filter(|name| further_images(name)));
            let images = images.map(|name| artifact(name, ArtifactKind::Images));
            [archive].into_iter().chain(policy).chain(images).collect()
        }
    }
}

/// The package with RKE2's policy for SELinux, where somebody put it beside the archive and pinned it.
fn is_policy(name: &str) -> bool {
    name.starts_with("rke2-selinux") && name.rsplit_once('.').is_some_and(|(_, ending)| ending == "rpm")
}

/// Bundles of single components, which differ between minor versions.
fn further_images(name: &str) -> bool {
    name.starts_with("rke2-images-") && !IMAGES.contains(&name)
}

/// The proxy, with everything excepted that the cluster itself consists of: a request to a pod must never leave through it.
fn proxy(input: &Input, network: &Network) -> Option<Proxy> {
    let written = input.environment.network.proxy.as_ref()?;
    let own = ["localhost", "127.0.0.0/8", "169.254.169.254", ".svc", ".cluster.local"].map(str::to_owned);
    let ranges = [network.cidr, network.pods, network.services].map(|net| net.to_string());
    let extra = network.extra.iter().filter_map(|extra| extra.cidr).map(|net| net.to_string());
    let api = input.environment.kubernetes.api.name.value.to_string();
    let written_except = written.except.iter().map(|at| at.value.clone());
    let mut except: Vec<String> = Vec::new();
    for one in own.into_iter().chain(ranges).chain(extra).chain([api]).chain(written_except) {
        if !except.contains(&one) {
            except.push(one);
        }
    }
    let https = written.https.value.to_string();
    Some(Proxy { http: written.http.as_ref().map_or_else(|| https.clone(), |url| url.value.to_string()), https, except })
}

/// Distributions by the names that Glance and images have for them.
const FAMILIES: [(ImageFamily, &[&str]); 2] = [
    (ImageFamily::Redhat, &["alma", "rocky", "rhel", "redhat", "red-hat", "centos", "oracle", "ol7", "ol8", "ol9", "ol10"]),
    (ImageFamily::Debian, &["debian", "ubuntu"]),
];

/// The family of an image: as written, else as Glance says, else as its name says. `None`: nobody knows.
pub(super) fn known_family(input: &Input, own: Option<&At<String>>) -> Option<ImageFamily> {
    let openstack = &input.environment.openstack;
    let name = &own.unwrap_or(&openstack.image).value;
    let written = openstack.images.get(name).map(|facts| facts.family.value);
    let locked = input.lock.cloud.as_ref().and_then(|cloud| cloud.images.get(name)).and_then(|image| image.distro.as_ref());
    written.or_else(|| family_of(locked.unwrap_or(name)))
}

fn family_of(text: &str) -> Option<ImageFamily> {
    let text = text.to_lowercase();
    FAMILIES.iter().find(|(_, names)| names.iter().any(|name| text.contains(name))).map(|(family, _)| *family)
}

/// The family, or the commoner one as a stand-in where a finding says that nobody knows.
pub(super) fn family(input: &Input, own: Option<&At<String>>) -> ImageFamily {
    known_family(input, own).unwrap_or(ImageFamily::Redhat)
}

/// Debian and Ubuntu have AppArmor in its place.
pub(super) fn selinux(input: &Input, family: ImageFamily) -> bool {
    input.environment.kubernetes.selinux.map_or(family == ImageFamily::Redhat, |at| at.value)
}
