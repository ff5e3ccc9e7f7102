//! Images that nodes will pull, and the registries that Harbor proxies: with a Harbor every image comes through it, or somebody
//! decided otherwise.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Object;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::objects as codes;
use crate::model::Model;
use crate::model::policies::canonical;
use crate::source::environment::ArtifactSource;

/// Images of the charts that strata has values for, at their versions and with those values.
const CHARTS: [(&str, &[&str]); 6] = [
    (
        "argocd",
        &[
            "quay.io/argoproj/argocd:v3.4.4",
            "docker.io/library/redis:8.2.3-alpine",
            "quay.io/argoprojlabs/argocd-extension-installer:v1.0.1",
        ],
    ),
    (
        "kyverno",
        &[
            "ghcr.io/kyverno/kyverno:v1.19.0",
            "ghcr.io/kyverno/kyvernopre:v1.19.0",
            "ghcr.io/kyverno/background-controller:v1.19.0",
            "ghcr.io/kyverno/cleanup-controller:v1.19.0",
            "ghcr.io/kyverno/reports-controller:v1.19.0",
            "ghcr.io/kyverno/kyverno-cli:v1.19.0",
            "ghcr.io/kyverno/readiness-checker:v1.19.0",
        ],
    ),
    (
        "cert-manager",
        &[
            "quay.io/jetstack/cert-manager-controller:v1.21.1",
            "quay.io/jetstack/cert-manager-webhook:v1.21.1",
            "quay.io/jetstack/cert-manager-cainjector:v1.21.1",
            "quay.io/jetstack/cert-manager-startupapicheck:v1.21.1",
            "quay.io/jetstack/cert-manager-acmesolver:v1.21.1",
        ],
    ),
    (
        "ceph-csi",
        &[
            "quay.io/cephcsi/cephcsi:v3.17.1",
            "registry.k8s.io/sig-storage/csi-attacher:v4.11.0",
            "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.16.0",
            "registry.k8s.io/sig-storage/csi-provisioner:v6.2.0",
            "registry.k8s.io/sig-storage/csi-resizer:v2.1.0",
            "registry.k8s.io/sig-storage/csi-snapshotter:v8.5.0",
        ],
    ),
    (
        "cinder-csi",
        &[
            "registry.k8s.io/provider-os/cinder-csi-plugin:v1.35.0",
            "registry.k8s.io/sig-storage/csi-attacher:v4.10.0",
            "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.15.0",
            "registry.k8s.io/sig-storage/csi-provisioner:v5.3.0",
            "registry.k8s.io/sig-storage/csi-resizer:v1.14.0",
            "registry.k8s.io/sig-storage/csi-snapshotter:v8.4.0",
            "registry.k8s.io/sig-storage/livenessprobe:v2.17.0",
        ],
    ),
    ("openstack-cloud-controller", &["registry.k8s.io/provider-os/openstack-cloud-controller-manager:v1.35.0"]),
];

/// Images that nobody can name by one tag, and those that do not come through Harbor.
#[must_use]
pub fn images(model: &Model, objects: &[Object]) -> Vec<Diagnostic> {
    let mut findings = moving(objects);
    let Some(harbor) = &model.harbor else { return findings };
    let proxied: BTreeSet<&str> = harbor.proxies.iter().map(|proxy| canonical(&proxy.registry)).collect();
    let itself = model.kubernetes.registries.as_ref().map_or("", |registries| registries.host());
    let mut uncovered: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for image in used(model, objects) {
        let registry = registry(&image).to_owned();
        if !proxied.contains(registry.as_str()) && registry != itself {
            uncovered.entry(registry).or_default().insert(image);
        }
    }
    findings.extend(uncovered.iter().filter_map(|(registry, images)| finding(model, registry, images)));
    findings
}

/// Every image of the tree, of the user's manifests and of the charts.
fn used(model: &Model, objects: &[Object]) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = objects.iter().flat_map(|object| named(object.value)).map(str::to_owned).collect();
    let charts = CHARTS.iter().filter(|(component, _)| model.components.iter().any(|one| one.name == *component));
    found.extend(charts.flat_map(|(_, images)| images.iter().map(|image| (*image).to_owned())));
    // An air gap brings those as archives.
    if model.written.kubernetes.artifacts.source.value != ArtifactSource::Airgap {
        let version = model.kubernetes.version.to_string().replace('+', "-");
        found.insert(format!("docker.io/rancher/rke2-runtime:{version}"));
    }
    found
}

/// Every image that a document names: of containers, of a Plan, and of a program that starts others by its environment.
fn named(value: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    walk(value, &mut found);
    found.retain(|image| !image.is_empty());
    found
}

fn walk<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(map) => {
            let text = |key: &str| map.get(key).and_then(Value::as_str);
            found.extend(text("image"));
            if text("name").is_some_and(|name| name.ends_with("_IMAGE")) {
                found.extend(text("value"));
            }
            map.values().for_each(|inner| walk(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
        _ => {}
    }
}

/// The registry of an image: the first part, if it looks like a host; else Docker Hub.
fn registry(image: &str) -> &str {
    match image.split_once('/') {
        Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => canonical(host),
        _ => "docker.io",
    }
}

fn finding(model: &Model, registry: &str, images: &BTreeSet<String>) -> Option<Diagnostic> {
    let written = &model.written;
    let harbor = written.registry.harbor.as_ref()?;
    let airgap = &written.kubernetes.artifacts.source;
    let closed = !harbor.fallback.value || airgap.value == ArtifactSource::Airgap;
    let code = if closed { &codes::IMAGE_UNREACHABLE } else { &codes::IMAGE_UNMIRRORED };
    let list: Vec<String> = images.iter().map(|image| format!("`{image}`")).collect();
    let message = format!("no proxy at Harbor stands for `{registry}`: {}", list.join(", "));
    let mut finding = Diagnostic::new(code, message).at(harbor.url.span, "Harbor");
    if !harbor.fallback.value {
        finding = finding.at(harbor.fallback.span, "nodes ask nobody else");
    } else if closed {
        finding = finding.at(airgap.span, "nodes reach nobody else");
    }
    Some(finding.help(format!("write `{registry}: PROJECT` under `registry.harbor.proxies`")))
}

/// Images of the user's own manifests that are another one tomorrow.
fn moving(objects: &[Object]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for object in objects {
        let Some(extra) = object.extra else { continue };
        for image in named(object.value) {
            let name = image.rsplit('/').next().unwrap_or_default();
            let tag = name.split_once(':').map(|(_, tag)| tag);
            if image.contains('@') || tag.is_some_and(|tag| tag != "latest") {
                continue;
            }
            let what = if tag.is_some() { "has the tag `latest`" } else { "has no tag" };
            findings.push(
                Diagnostic::new(&codes::IMAGE_MOVING, format!("the image `{image}` of {} in `{}` {what}", object.shown(), object.path))
                    .at(extra.path.span, "these manifests")
                    .help("write the version, such as `:1.27.3`, or a digest"),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{named, registry};

    #[test]
    fn an_image_without_a_host_is_of_docker_hub() {
        for (image, expected) in [
            ("nginx", "docker.io"),
            ("library/nginx:1", "docker.io"),
            ("index.docker.io/library/nginx", "docker.io"),
            ("quay.io/a/b@sha256:00", "quay.io"),
            ("registry.example.org:5000/a", "registry.example.org:5000"),
            ("localhost/a", "localhost"),
        ] {
            assert_eq!(registry(image), expected, "{image}");
        }
    }

    #[test]
    fn images_are_found_wherever_they_are_named() {
        let document = json!({"spec": {
            "upgrade": {"image": "a"},
            "template": {"spec": {"initContainers": [{"image": "b"}], "containers": [
                {"image": "c", "env": [{"name": "KUBECTL_IMAGE", "value": "d"}, {"name": "OTHER", "value": "e"}]}
            ]}}
        }});
        let mut found = named(&document);
        found.sort_unstable();
        assert_eq!(found, ["a", "b", "c", "d"]);
    }
}
