//! Kubernetes, the bastion and administrators: versions that fit together, and somebody who can log in.

use super::addresses::Assigned;
use super::disks;
use super::nodes::zone;
use super::rke2;
use super::{Administrator, Bastion, Image, Input, Kubernetes};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::cluster::{
    BASTION_DATA_MISSING, CNI_UNSUPPORTED, INGRESS_NGINX_GONE, KNOWN_BAD_RELEASE, NOBODY_CAN_LOG_IN, RELEASE_NOT_LOCKED,
    RELEASE_UNSUPPORTED,
};
use crate::diagnostic::codes::host::{AUDIT_OFF, PROFILE_NUMBERED, PROFILE_RELEASE};
use crate::source::At;
use crate::source::Span;
use crate::source::environment::{AuditLevel, Cni, Disk, Exposure, IngressController, Profile, ProfileName};
use crate::source::values::{Rke2Version, Size};

/// Minor versions of Kubernetes whose RKE2, Calico and CIS profile this version of strata was made for.
///
/// `profile: cis` means benchmark 1.12 from 1.33 on; Calico is 3.30 or later in all of them.
const MINORS: std::ops::RangeInclusive<u16> = 33..=36;

/// Releases that hurt somebody: minor, patch and revision, and the first release that is better.
///
/// All of rancher/rke2#9785, from the change to reading etcd's files at start (2026-02-04) to its fix (2026-03-05).
const KNOWN_BAD: [(u16, u16, u16, &str); 6] = [
    (33, 7, 3, "v1.33.9+rke2r1"),
    (33, 8, 1, "v1.33.9+rke2r1"),
    (34, 3, 3, "v1.34.5+rke2r1"),
    (34, 4, 1, "v1.34.5+rke2r1"),
    (35, 0, 3, "v1.35.2+rke2r1"),
    (35, 1, 1, "v1.35.2+rke2r1"),
];

/// The first release whose API server starts with the authentication configuration that strata writes: the ones before pass
/// `--anonymous-auth` beside it, which Kubernetes refuses (rancher/rke2#8137).
const AUTHENTICATION: (u16, u16) = (33, 2);

pub(super) fn kubernetes(input: &Input, assigned: &Assigned, findings: &mut Vec<Diagnostic>) -> Kubernetes {
    let written = &input.environment.kubernetes;
    release(input, written.version, findings);
    if written.cni.value != Cni::Calico {
        findings.push(
            Diagnostic::new(&CNI_UNSUPPORTED, "strata/v1alpha1 builds clusters with Calico only")
                .at(written.cni.span, "")
                .help("leave `cni` out; ports, MTU and policies are derived for Calico"),
        );
    }
    hardening(input, findings);
    ingress(input, findings);
    rke2::kubernetes(input, assigned)
}

fn release(input: &Input, version: At<Rke2Version>, findings: &mut Vec<Diagnostic>) {
    let supported = MINORS.contains(&version.minor);
    if !supported {
        findings.push(
            Diagnostic::new(
                &RELEASE_UNSUPPORTED,
                format!("RKE2 {} is none of the releases that strata knows: 1.{} to 1.{}", version.value, MINORS.start(), MINORS.end()),
            )
            .at(version.span, "")
            .help(if version.minor < *MINORS.start() {
                "older ones have another CIS profile and Calico, and get no fixes any more: take one of these"
            } else {
                "a newer strata may know it; nobody has checked flags, ports and charts of that release with this one"
            }),
        );
    }
    if MINORS.contains(&version.minor) && (version.minor, version.patch) < AUTHENTICATION {
        let (minor, patch) = AUTHENTICATION;
        findings.push(
            Diagnostic::new(&RELEASE_UNSUPPORTED, format!("RKE2 {}: its API server would not start", version.value))
                .at(version.span, "it passes `--anonymous-auth` beside the authentication configuration")
                .help(format!("take v1.{minor}.{patch}+rke2r1 or later")),
        );
    }
    let is = |(minor, patch, revision, _): &&(u16, u16, u16, &str)| {
        (version.minor, version.patch, version.revision) == (*minor, *patch, *revision)
    };
    if let Some((.., better)) = KNOWN_BAD.iter().find(is) {
        findings.push(
            Diagnostic::new(&KNOWN_BAD_RELEASE, format!("RKE2 {}: a server under load may hang when it is started again", version.value))
                .at(version.span, "")
                .help(format!("take {better} or later")),
        );
    }
    let locked = input.lock.rke2.as_ref().map(|release| &release.version);
    if let Some(locked) = locked.filter(|locked| supported && **locked != version.value.to_string()) {
        findings.push(
            Diagnostic::new(
                &RELEASE_NOT_LOCKED,
                format!("lock.yaml has the checksums of RKE2 {locked}, the environment wants {}", version.value),
            )
            .at(version.span, "")
            .help(format!("run `strata lock {} --only rke2`", input.environment.name.value)),
        );
    }
}

/// The first release among [`MINORS`] that has `profile: etcd`: minor and patch.
const PROFILE_ETCD: (u16, u16) = (33, 2);

fn hardening(input: &Input, findings: &mut Vec<Diagnostic>) {
    let kubernetes = &input.environment.kubernetes;
    let (profile, version) = (&kubernetes.profile, kubernetes.version);
    if profile.value == ProfileName::Numbered {
        findings.push(
            Diagnostic::new(&PROFILE_NUMBERED, "a profile with the number of a benchmark: RKE2 stops at it from 1.30 on")
                .at(profile.span, "")
                .help("write `profile: cis`: it is the benchmark of the release, and stays right after an upgrade"),
        );
    }
    if profile.known() == Profile::Etcd && MINORS.contains(&version.minor) && (version.minor, version.patch) < PROFILE_ETCD {
        findings.push(
            Diagnostic::new(&PROFILE_RELEASE, format!("RKE2 {} has no profile `etcd`", version.value))
                .at(profile.span, "from v1.33.2+rke2r1 on")
                .at(version.span, "this release")
                .help("take a later release, or write `profile: cis`"),
        );
    }
    if kubernetes.audit.value == AuditLevel::None && profile.known() == Profile::Cis {
        findings.push(
            Diagnostic::new(&AUDIT_OFF, "`profile: cis` without an audit log: the benchmark asks for one (3.2.1)")
                .at(kubernetes.audit.span, "")
                .help("write `audit: Metadata`, or `profile: none` for a cluster that need not pass"),
        );
    }
}

fn ingress(input: &Input, findings: &mut Vec<Diagnostic>) {
    let Some(default) = &input.environment.ingress.default else { return };
    let version = input.environment.kubernetes.version;
    if default.controller.value == IngressController::IngressNginx && version.minor >= 37 {
        findings.push(
            Diagnostic::new(&INGRESS_NGINX_GONE, "RKE2 has no ingress-nginx from Kubernetes 1.37 on")
                .at(default.controller.span, "")
                .at(version.span, "this release")
                .help("write `controller: traefik`"),
        );
    }
}

pub(super) fn bastion(input: &Input, assigned: &Assigned, findings: &mut Vec<Diagnostic>) -> Bastion {
    let written = &input.environment.bastion;
    let zone = written.zone.as_ref().and_then(|name| zone(input, name, findings));
    let boot = Disk { volume_type: None, size: Some(At::unwritten(Size::gib(20))), local: At::unwritten(false) };
    if written.data.is_none() {
        findings.push(
            Diagnostic::new(&BASTION_DATA_MISSING, "the bastion has no `data` volume: backups are lost with the host")
                .at(written.flavor.span, "")
                .help("write `data: {size: 50Gi}`; the volume stays when the bastion or the environment goes"),
        );
    }
    Bastion {
        name: format!("{}-bastion", input.environment.name.value),
        flavor: written.flavor.value.clone(),
        image: bastion_image(input),
        disk: disks::disk(written.disk.as_ref().unwrap_or(&boot), written.flavor.span, None, findings),
        data: written.data.as_ref().map(|data| disks::data_volume(data, written.flavor.span, findings)),
        address: assigned.bastion,
        compute_zone: zone.map(|zone| zone.compute.value.clone()),
        volume_zone: zone.and_then(|zone| zone.volume.as_ref()).map(|at| at.value.clone()),
        public: written.exposure.value == Exposure::Public,
        tools: written.tools.iter().map(|tool| tool.value).collect(),
    }
}

fn bastion_image(input: &Input) -> Image {
    disks::image(input, input.environment.bastion.image.as_ref())
}

pub(super) fn administrators(input: &Input, findings: &mut Vec<Diagnostic>) -> Vec<Administrator> {
    let access = &input.environment.access;
    let place = access.administrators.first().map_or(input.environment.bastion.flavor.span, |first| first.name.span);
    let mut nobody = |what: &str, span: Span, help: &str| {
        findings.push(Diagnostic::new(&NOBODY_CAN_LOG_IN, what.to_owned()).at(span, "").help(help));
    };
    if access.from.is_empty() {
        nobody(
            "`access.from` is empty: nobody can reach the bastion",
            place,
            "write `from: [192.0.2.0/24]` with the networks of administrators",
        );
    }
    if access.administrators.is_empty() {
        nobody(
            "there are no administrators: nobody can log in",
            place,
            "write `administrators: [{name: alice, keys: [\"ssh-ed25519 …\"]}]`",
        );
    }
    for administrator in access.administrators.iter().filter(|administrator| administrator.keys.is_empty()) {
        let message = format!("the administrator `{}` has no key and cannot log in", administrator.name.value);
        nobody(&message, administrator.name.span, "add a line of a `.pub` file under `keys`, or remove the administrator");
    }
    let plain = |written: &crate::source::environment::Administrator| Administrator {
        name: written.name.value.clone(),
        keys: written.keys.iter().map(ToString::to_string).collect(),
    };
    access.administrators.iter().map(plain).collect()
}
