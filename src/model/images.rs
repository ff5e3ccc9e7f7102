//! Images of nodes: a system that RKE2's packages fit, and SELinux only where there is one.

use std::collections::BTreeSet;

use super::Input;
use super::host::known_family;
use super::pools::written_pools;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{FAMILY_UNKNOWN, IMAGE_UNFIT, SELINUX_UNFIT};
use crate::source::At;
use crate::source::environment::ImageFamily;

/// Systems that are known and not prepared, by the words that Glance and images have for them. Before the families: some
/// of them have a family's name in their own.
const OTHERS: [(&str, &[&str]); 10] = [
    ("Fedora CoreOS", &["fedora-coreos", "fcos"]),
    ("Fedora", &["fedora"]),
    ("SUSE", &["suse", "sles", "sle-micro", "leap"]),
    ("Alpine", &["alpine"]),
    ("Windows", &["windows", "win20"]),
    ("CirrOS", &["cirros"]),
    ("Flatcar", &["flatcar"]),
    ("Talos", &["talos"]),
    ("Arch Linux", &["archlinux", "arch-linux"]),
    ("FreeBSD", &["freebsd", "openbsd"]),
];

/// Versions of the Red Hat family that rke2-selinux has packages for.
const REDHAT: std::ops::RangeInclusive<u32> = 8..=10;
/// Words before the version in a name of that family.
const REDHAT_NAMES: [&str; 12] =
    ["almalinux", "alma", "rockylinux", "rocky", "rhel", "redhat", "red-hat", "centos-stream", "centos", "oraclelinux", "oracle", "ol"];

pub(super) fn images(input: &Input, findings: &mut Vec<Diagnostic>) {
    let openstack = &input.environment.openstack;
    let mut seen = BTreeSet::new();
    for pool in written_pools(input.environment) {
        let image = pool.image.unwrap_or(&openstack.image);
        if seen.insert(&image.value) {
            findings.extend(unfit(input, image).or_else(|| selinux(input, image)));
        }
    }
}

fn unfit(input: &Input, image: &At<String>) -> Option<Diagnostic> {
    if input.environment.openstack.images.contains_key(&image.value) {
        return None;
    }
    let locked = input.lock.cloud.as_ref().and_then(|cloud| cloud.images.get(&image.value));
    let distro = locked.and_then(|image| image.distro.as_ref());
    let text = distro.unwrap_or(&image.value).to_lowercase();
    let place = if distro.is_some() { "says lock.yaml" } else { "says its name" };
    let remedy =
        format!("take another image; if its name misleads, `openstack: {{images: {{{}: {{family: redhat}}}}}}` says so", image.value);
    if let Some((system, _)) = OTHERS.iter().find(|(_, names)| names.iter().any(|name| text.contains(name))) {
        let message = format!("`{}` is {system}, which strata does not prepare for RKE2", image.value);
        return Some(Diagnostic::new(&IMAGE_UNFIT, message).at(image.span, place).help(remedy));
    }
    let Some(family) = known_family(input, Some(image)) else {
        return Some(
            Diagnostic::new(&FAMILY_UNKNOWN, format!("nobody says which system the image `{}` has", image.value))
                .at(image.span, "neither its name nor lock.yaml")
                .help(format!("write `openstack: {{images: {{{}: {{family: redhat}}}}}}`, or `debian` for Debian and Ubuntu", image.value)),
        );
    };
    let version =
        locked.and_then(|image| image.distro_version.as_ref()).and_then(|version| major(version)).or_else(|| named_version(&image.value));
    let version = version.filter(|version| family == ImageFamily::Redhat && !REDHAT.contains(version))?;
    Some(
        Diagnostic::new(
            &IMAGE_UNFIT,
            format!("`{}` is version {version} of the Red Hat family, RKE2 has packages for 8, 9 and 10", image.value),
        )
        .at(image.span, "")
        .help("take an image of version 9 or 10"),
    )
}

fn major(version: &str) -> Option<u32> {
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// `AlmaLinux-9-GenericCloud` and `rhel8.10` name their version, `alma-gold` does not.
fn named_version(name: &str) -> Option<u32> {
    let name = name.to_lowercase();
    let after = REDHAT_NAMES.iter().find_map(|word| name.split_once(word).map(|(_, after)| after))?;
    let after = after.trim_start_matches(['-', '_', ' ']);
    let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
    // A longer number is a date.
    after.get(..digits).filter(|digits| digits.len() <= 2)?.parse().ok()
}

fn selinux(input: &Input, image: &At<String>) -> Option<Diagnostic> {
    let wanted = input.environment.kubernetes.selinux.filter(|wanted| wanted.value)?;
    (known_family(input, Some(image)) == Some(ImageFamily::Debian)).then(|| {
        Diagnostic::new(
            &SELINUX_UNFIT,
            format!("`{}` is of the Debian family, which has AppArmor and no SELinux policy of RKE2's", image.value),
        )
        .at(wanted.span, "")
        .at(image.span, "the image")
        .help("leave `selinux` out: it is on where the image has it")
    })
}
