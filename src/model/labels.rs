//! Labels of nodes: in Kubernetes' spelling, and only those that a node may give itself.

use super::pools::WrittenPool;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{LABEL_FORBIDDEN, LABEL_OWNED, LABEL_SYNTAX};
use crate::source::At;

/// Labels of Kubernetes' own domains that a node may give itself, beside the two namespaces below.
const ALLOWED: [&str; 7] = [
    "beta.kubernetes.io/instance-type",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/instance-type",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];
const ALLOWED_NAMESPACES: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];

/// What kubelet says of its host by itself.
const KUBELETS: [&str; 5] =
    ["beta.kubernetes.io/arch", "beta.kubernetes.io/os", "kubernetes.io/arch", "kubernetes.io/hostname", "kubernetes.io/os"];

pub(super) fn labels(pool: &WrittenPool, findings: &mut Vec<Diagnostic>) {
    for (key, value) in pool.labels {
        findings.extend(key_finding(key).or_else(|| value_finding(key, value)));
    }
}

/// A label of any object in Kubernetes' spelling.
pub(super) fn syntax(key: &At<String>, value: &At<String>) -> Option<Diagnostic> {
    key_syntax(key).or_else(|| value_finding(key, value))
}

fn key_syntax(key: &At<String>) -> Option<Diagnostic> {
    let (why, help) = wrong_key(key)?;
    Some(Diagnostic::new(&LABEL_SYNTAX, format!("`{}` is no key of a label: {why}", key.value)).at(key.span, "").help(help))
}

fn key_finding(key: &At<String>) -> Option<Diagnostic> {
    if let Some(finding) = key_syntax(key) {
        return Some(finding);
    }
    let namespace = key.split_once('/').map_or("", |(namespace, _)| namespace);
    let owned = |owner: &str, help: &str| {
        Some(Diagnostic::new(&LABEL_OWNED, format!("the label `{}` is set by {owner}", key.value)).at(key.span, "").help(help))
    };
    if namespace == "strata" {
        return owned("strata", "take a domain of your own, such as `example.org/NAME`");
    }
    if KUBELETS.contains(&key.as_str()) {
        return owned("kubelet, from its host", "remove it");
    }
    if may_set_itself(key, namespace) { None } else { Some(forbidden(key, namespace)) }
}

fn may_set_itself(key: &str, namespace: &str) -> bool {
    let within = |domain: &str| namespace == domain || namespace.strip_suffix(domain).is_some_and(|before| before.ends_with('.'));
    let of_kubernetes = within("kubernetes.io") || within("k8s.io");
    !of_kubernetes || ALLOWED.contains(&key) || ALLOWED_NAMESPACES.into_iter().any(within)
}

fn forbidden(key: &At<String>, namespace: &str) -> Diagnostic {
    let help = match namespace {
        "node-role.kubernetes.io" => {
            "RKE2 marks servers itself; for pods of a pool take a label with a domain of your own, such as `example.org/role`".to_owned()
        }
        "node-restriction.kubernetes.io" => {
            format!("it protects because nodes cannot set it: `kubectl label node NODE {}=VALUE` when the node is there", key.value)
        }
        _ => "take a domain of your own, such as `example.org/NAME`, or `node.kubernetes.io/NAME`".to_owned(),
    };
    Diagnostic::new(&LABEL_FORBIDDEN, format!("a node may not give itself the label `{}`", key.value))
        .at(key.span, "kubelet refuses to start with it")
        .help(help)
}

fn value_finding(key: &At<String>, value: &At<String>) -> Option<Diagnostic> {
    let why = wrong_value(value)?;
    let message = format!("the label `{}` has a value that is none: {why}", key.value);
    let help = "write up to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends, or nothing";
    Some(Diagnostic::new(&LABEL_SYNTAX, message).at(value.span, "").help(help))
}

/// Why this is no key of a label or taint, and what to write.
pub(super) fn wrong_key(key: &str) -> Option<(String, &'static str)> {
    let (domain, name) = key.split_once('/').map_or((None, key), |(domain, name)| (Some(domain), name));
    if let Some(domain) = domain.filter(|domain| !is_domain(domain)) {
        return Some((format!("`{domain}` is no domain"), "before the `/` stands a domain in lower case, such as `example.org`"));
    }
    let help = "write `NAME` or `DOMAIN/NAME`, such as `example.org/disk`";
    match name {
        "" => Some(("it has no name".to_owned(), help)),
        _ => wrong_value(name).map(|why| (why, help)),
    }
}

/// Why this is no value of a label or taint.
pub(super) fn wrong_value(value: &str) -> Option<String> {
    if value.is_empty() {
        return None;
    }
    let length = value.chars().count();
    if length > 63 {
        return Some(format!("{length} characters, 63 are possible"));
    }
    if let Some(wrong) = value.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        return Some(format!("it has the character `{}`", wrong.escape_default()));
    }
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let good = edge(value.chars().next()) && edge(value.chars().last());
    (!good).then(|| "it begins or ends with a sign".to_owned())
}

fn is_domain(text: &str) -> bool {
    let label = |part: &str| {
        let inner = part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        !part.is_empty() && inner && !part.starts_with('-') && !part.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(label)
}
