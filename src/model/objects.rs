//! Objects that Argo CD applies: the tree's own, and the user's manifests (`platform.extra`). What the API server or Argo CD
//! would refuse, or take and do harm with, is a finding before it is committed.
//!
//! The rules are the model's; the documents come from reading and rendering.

mod images;

pub use images::images;

use std::collections::BTreeMap;

use serde_json::Value;

use super::leaks;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::objects as codes;
use crate::source::Span;
use crate::source::environment::{Environment, ExtraManifests};

/// An object of Kubernetes, and the file that it stands in.
#[derive(Debug, Clone, Copy)]
pub struct Object<'a> {
    /// The file: of the tree, or from the repository's top.
    pub path: &'a str,
    /// The object.
    pub value: &'a Value,
    /// The user's manifests that it belongs to; `None`: the tree.
    pub extra: Option<&'a ExtraManifests>,
}

/// What an annotation of Kubernetes' own holds at most: all annotations together, in bytes.
const LARGEST: usize = 262_144;

/// What makes two objects one: group, kind, namespace, name.
type Identity<'a> = (&'a str, &'a str, &'a str, &'a str);

impl<'a> Object<'a> {
    fn text(&self, pointer: &str) -> &'a str {
        self.value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    fn kind(&self) -> &'a str {
        self.text("/kind")
    }

    fn name(&self) -> &'a str {
        self.text("/metadata/name")
    }

    /// The group alone: versions of one object are one object.
    fn group(&self) -> &'a str {
        self.text("/apiVersion").rsplit_once('/').map_or("", |(group, _)| group)
    }

    /// As it is written, or as Argo CD adds it; cluster-wide kinds have none, whatever is written.
    fn namespace(&self) -> &'a str {
        let default = self.extra.map_or("", |extra| extra.namespace.as_str());
        match self.text("/metadata/namespace") {
            _ if CLUSTER_WIDE.contains(&self.kind()) => "",
            "" => default,
            written => written,
        }
    }

    fn identity(&self) -> Identity<'a> {
        (self.group(), self.kind(), self.namespace(), self.name())
    }

    /// Whether Argo CD is told this of it: `ServerSideApply=true`.
    fn has_option(&self, option: &str) -> bool {
        let options = self.value.pointer("/metadata/annotations").and_then(|map| map.get("argocd.argoproj.io/sync-options"));
        options.and_then(Value::as_str).unwrap_or_default().split(',').any(|one| one.trim() == option)
    }

    /// Where it is told, and what of.
    fn at(&self, environment: &Environment) -> (Span, &'static str) {
        self.extra.map_or((environment.name.span, "compiled from this environment"), |extra| (extra.path.span, "these manifests"))
    }

    /// `Service analytics/web`.
    fn shown(&self) -> String {
        let (kind, name) = (self.kind(), self.name());
        match self.namespace() {
            "" => format!("`{kind} {name}`"),
            namespace => format!("`{kind} {namespace}/{name}`"),
        }
    }
}

/// Kinds of the whole cluster, among those that people write by hand.
const CLUSTER_WIDE: [&str; 14] = [
    "APIService",
    "ClusterIssuer",
    "ClusterPolicy",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "GlobalNetworkPolicy",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "PersistentVolume",
    "PriorityClass",
    "StorageClass",
    "ValidatingWebhookConfiguration",
];

/// Every rule about objects, all findings at once.
#[must_use]
pub fn check(environment: &Environment, objects: &[Object]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for object in objects {
        if let Some(extra) = object.extra {
            match incomplete(object, extra) {
                Some(finding) => {
                    findings.push(finding);
                    continue;
                }
                None => findings.extend(secret(object, extra).into_iter().chain(outside(object, extra))),
            }
        }
        findings.extend(too_large(environment, object));
    }
    findings.extend(twice(environment, objects));
    findings.extend(node_ports(environment, objects));
    findings
}

/// What has no kind or no name is no object: Argo CD stops at it, and applies nothing of the folder.
fn incomplete(object: &Object, extra: &ExtraManifests) -> Option<Diagnostic> {
    let missing = ["/apiVersion", "/kind", "/metadata/name"].into_iter().find(|pointer| object.text(pointer).is_empty())?;
    let key = missing.trim_start_matches('/').replace('/', ".");
    let help = if object.value.pointer("/metadata/generateName").is_some() {
        "give it a name: with `generateName` each sync would make another one"
    } else {
        "write objects of Kubernetes alone in this folder, each with `apiVersion`, `kind` and `metadata.name`"
    };
    let message = format!("`{}` holds something without `{key}`", object.path);
    Some(Diagnostic::new(&codes::OBJECT_INCOMPLETE, message).at(extra.path.span, "these manifests").help(help))
}

/// A Secret with values: Git keeps them for ever.
fn secret(object: &Object, extra: &ExtraManifests) -> Option<Diagnostic> {
    let filled = |key: &str| object.value.get(key).and_then(Value::as_object).is_some_and(|map| !map.is_empty());
    if (object.group(), object.kind()) != ("", "Secret") || !(filled("data") || filled("stringData")) {
        return None;
    }
    Some(
        Diagnostic::new(&codes::SECRET_IN_MANIFEST, format!("`{}` holds the values of the Secret `{}`", object.path, object.name()))
            .at(extra.path.span, "these manifests")
            .help("count them as known to others and make new ones; let an operator of the cluster fetch them, or seal them"),
    )
}

/// The project of the user's manifests knows the namespaces that they declare.
fn outside(object: &Object, extra: &ExtraManifests) -> Option<Diagnostic> {
    let namespace = object.namespace();
    if namespace.is_empty() || namespace == extra.namespace.as_str() {
        return None;
    }
    Some(
        Diagnostic::new(&codes::OBJECT_OUTSIDE, format!("{} in `{}` lies outside of its namespace", object.shown(), object.path))
            .at(extra.namespace.span, format!("deploys to `{}`", extra.namespace.value))
            .help(format!("remove its namespace, or declare another folder under `platform.extra` for `{namespace}`")),
    )
}

/// `kubectl apply` keeps the whole object in an annotation of itself; on the server's side it does not.
fn too_large(environment: &Environment, object: &Object) -> Option<Diagnostic> {
    let size = object.value.to_string().len();
    if size <= LARGEST || object.has_option("ServerSideApply=true") {
        return None;
    }
    let (span, what) = object.at(environment);
    let message = format!("{} in `{}` has {size} bytes, more than the {LARGEST} of an annotation", object.shown(), object.path);
    let help = "give it the annotation `argocd.argoproj.io/sync-options: ServerSideApply=true`, or make several of it";
    Some(Diagnostic::new(&codes::OBJECT_TOO_LARGE, message).at(span, what).help(help))
}

/// One object that two files bring: Argo CD gives it to one Application after the other, for ever.
fn twice(environment: &Environment, objects: &[Object]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<Identity, &Object> = BTreeMap::new();
    let mut findings = Vec::new();
    for object in objects.iter().filter(|object| !object.name().is_empty()) {
        let Some(first) = seen.insert(object.identity(), object) else { continue };
        let (span, what) = object.at(environment);
        let message = format!("{} stands in `{}` and in `{}`", object.shown(), first.path, object.path);
        let finding = Diagnostic::new(&codes::OBJECT_TWICE, message).at(span, what);
        let finding = match first.extra {
            Some(extra) if extra.path.span != span => finding.at(extra.path.span, "and these"),
            _ => finding,
        };
        findings.push(finding.help("leave it in one of them; what the tree has, strata keeps"));
    }
    findings
}

/// A port of nodes is one Service's.
fn node_ports(environment: &Environment, objects: &[Object]) -> Vec<Diagnostic> {
    let mut seen: BTreeMap<(u64, &str), &Object> = BTreeMap::new();
    let mut findings = Vec::new();
    for object in objects.iter().filter(|object| (object.group(), object.kind()) == ("", "Service")) {
        let ports = object.value.pointer("/spec/ports").and_then(Value::as_array).into_iter().flatten();
        for port in ports {
            let Some(number) = port.get("nodePort").and_then(Value::as_u64) else { continue };
            let protocol = port.get("protocol").and_then(Value::as_str).unwrap_or("TCP");
            let Some(first) = seen.insert((number, protocol), object).filter(|first| first.identity() != object.identity()) else {
                continue;
            };
            let (span, what) = object.at(environment);
            let message = format!("{} in `{}` wants the node port {number} of {}", object.shown(), object.path, first.shown());
            findings.push(
                Diagnostic::new(&codes::NODE_PORT_TAKEN, message)
                    .at(span, what)
                    .help("give one of them another port, or leave `nodePort` out: then Kubernetes chooses"),
            );
        }
    }
    findings
}

/// What looks like a secret in the user's manifests: file, text, and the manifests that it belongs to.
#[must_use]
pub fn secrets<'a>(texts: impl Iterator<Item = (&'a str, &'a str, &'a ExtraManifests)>) -> Vec<Diagnostic> {
    texts.flat_map(|(path, text, extra)| leaks::in_text(path, text, extra.path.span)).collect()
}
