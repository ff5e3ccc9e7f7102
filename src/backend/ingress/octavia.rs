//! octavia-ingress-controller: its account, its configuration, and the one pod.
//!
//! Its configuration is a file with a placeholder for each value that is a secret or known only when the network stands; the
//! program takes an environment variable of the key's path in upper case, `OCTAVIA.SUBNET-ID`, in its place. So the file is
//! reviewed in Git, and what `apply` writes is one Secret.

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::model::{Model, OctaviaIngress};
use crate::render::Page;
use crate::source::environment::Provider;

const FOLDER: &str = "platform/octavia-ingress";

/// Pinned: a version from before 2021 deleted all pools at each change (trap 41).
const IMAGE: &str = "registry.k8s.io/provider-os/octavia-ingress-controller:v1.36.0";

/// The variables that stand in for placeholders: variable, and key of the Secret.
const LATE: [(&str, &str); 3] = [
    ("OPENSTACK.APPLICATION-CREDENTIAL-ID", "application-credential-id"),
    ("OPENSTACK.APPLICATION-CREDENTIAL-SECRET", "application-credential-secret"),
    ("OCTAVIA.SUBNET-ID", "subnet-id"),
];
const FLOATING: (&str, &str) = ("OCTAVIA.FLOATING-NETWORK-ID", "floating-network-id");

#[derive(Serialize)]
struct Configuration<'a> {
    environment: &'a str,
    keystone: &'a str,
    region: Option<&'a str>,
    public: bool,
    flavor: Option<&'a str>,
    provider: Provider,
    /// PEM files that it trusts beside the image's own: name and content.
    certificates: Vec<(&'a str, &'a str)>,
}

#[derive(Serialize)]
struct View<'a> {
    environment: &'a str,
    image: &'static str,
    late: Vec<(&'static str, &'static str)>,
    trust: bool,
    /// Of what is read once, at start: another one makes another pod.
    checksum: String,
}

pub(super) fn pages(model: &Model, octavia: &OctaviaIngress) -> Vec<Page> {
    let environment = model.name.as_str();
    let configuration = Configuration {
        environment,
        keystone: &octavia.keystone,
        region: model.openstack.region.as_deref(),
        public: octavia.public,
        flavor: octavia.flavor.as_deref(),
        provider: octavia.provider,
        certificates: model.host.certificates.iter().map(|one| (one.file.as_str(), one.pem.as_str())).collect(),
    };
    let late = LATE.into_iter().chain(octavia.public.then_some(FLOATING)).collect();
    let trust = !configuration.certificates.is_empty();
    let view = View { environment, image: IMAGE, late, trust, checksum: checksum(&configuration) };
    vec![
        Page::new(format!("{FOLDER}/rbac.yaml"), "ingress/octavia-rbac.yaml.j2", Name { environment }),
        Page::new(format!("{FOLDER}/configuration.yaml"), "ingress/octavia-configuration.yaml.j2", configuration),
        Page::new(format!("{FOLDER}/controller.yaml"), "ingress/octavia-controller.yaml.j2", view),
    ]
}

#[derive(Serialize)]
struct Name<'a> {
    environment: &'a str,
}

fn checksum(configuration: &Configuration) -> String {
    let text = serde_json::to_vec(configuration).unwrap_or_default();
    Sha256::digest(text).iter().take(8).fold(String::new(), |out, byte| format!("{out}{byte:02x}"))
}
