//! Every secret that an environment names: where `apply` reads it, who uses it. Never its value, which is nowhere here.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::words::list;
use crate::source::environment::{Environment, SecretSource};

/// A secret, as the table shows it.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub(super) struct Row {
    name: String,
    /// Where `apply` reads it.
    read: String,
    /// Who uses it.
    users: String,
    /// The keys that name it.
    named: String,
}

/// Maps whose keys are the user's own: `secret` in them is a word like any other.
const FREE: [&str; 4] = ["labels", "metadata", "kubeletArguments", "values"];

/// Who uses what is named below a key; the longest one holds.
const USERS: [(&str, &str); 12] = [
    ("argocd", "Argo CD"),
    ("certificates", "cert-manager"),
    ("monitoring.alerts", "Alertmanager"),
    ("monitoring.logs", "the log collector on nodes"),
    ("monitoring.nodes.influxdb", "Telegraf on nodes"),
    ("monitoring.nodes.sensu", "the Sensu agent on nodes"),
    ("registry.harbor.credentials", "strata apply, at Harbor"),
    ("registry.harbor.robot", "containerd on nodes"),
    ("registry.harbor.upstream", "Harbor, at the registry behind it"),
    ("storage.cephfs", "Ceph CSI"),
    ("tenants", "Argo CD"),
    ("", "the platform"),
];

/// Every secret of the environment by name.
pub(super) fn rows(environment: &Environment) -> Vec<Row> {
    let written = serde_json::to_value(environment).unwrap_or_default();
    let named = references(&written);
    let row = |name: &String, read: String| {
        let paths = named.get(name).cloned().unwrap_or_default();
        let mut users: Vec<&str> = paths.iter().map(|path| user(path)).collect();
        users.dedup();
        let users = if users.is_empty() { "nobody".to_owned() } else { users.join(", ") };
        Row { name: name.clone(), read, users, named: list(paths) }
    };
    environment.secrets.iter().map(|(name, source)| row(&name.to_string(), read(source))).collect()
}

/// Whether anything is read from Barbican.
pub(super) fn any_in_barbican(environment: &Environment) -> bool {
    environment.secrets.values().any(|source| source.barbican.is_some())
}

fn read(source: &SecretSource) -> String {
    let parts = [
        source.env.as_ref().map(|name| format!("environment variable {}", name.value)),
        source.file.as_ref().map(|path| format!("file {}", path.value)),
        source.barbican.as_ref().map(|name| format!("Barbican secret {}", name.value)),
    ];
    list(parts.into_iter().flatten())
}

fn user(path: &str) -> &'static str {
    let fits = |prefix: &&(&str, &str)| path.starts_with(prefix.0);
    USERS.iter().filter(fits).max_by_key(|(prefix, _)| prefix.len()).map_or("", |(_, user)| user)
}

/// Name of a secret to the keys that name it, in the order of the language.
fn references(written: &Value) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    walk(written, "", &mut found);
    found
}

fn walk(value: &Value, path: &str, found: &mut BTreeMap<String, Vec<String>>) {
    match value {
        Value::Object(map) => {
            if let (1, Some(Value::String(name))) = (map.len(), map.get("secret")) {
                found.entry(name.clone()).or_default().push(path.to_owned());
                return;
            }
            for (key, inner) in map.iter().filter(|(key, _)| !FREE.contains(&key.as_str())) {
                walk(inner, &join(path, key), found);
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                let name = item.get("name").and_then(Value::as_str).map_or_else(|| at.to_string(), str::to_owned);
                walk(item, &format!("{path}[{name}]"), found);
            }
        }
        _ => {}
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_reference_is_found_wherever_it_stands() {
        let written = json!({
            "argocd": {"oidc": {"clientSecret": {"secret": "oidc"}}, "repository": {"credentials": {"secret": "git"}}},
            "tenants": [{"name": "imaging", "pull": {"secret": "git"}}],
        });
        let found = references(&written);
        assert_eq!(found["oidc"], ["argocd.oidc.clientSecret"]);
        assert_eq!(found["git"], ["argocd.repository.credentials", "tenants[imaging].pull"]);
    }

    #[test]
    fn a_label_called_secret_is_no_reference() {
        let written = json!({"agents": [{"name": "general", "labels": {"secret": "true"}, "metadata": {"secret": "x"}}]});
        assert!(references(&written).is_empty());
    }

    #[test]
    fn the_longest_prefix_says_who_uses_it() {
        assert_eq!(user("registry.harbor.robot"), "containerd on nodes");
        assert_eq!(user("somewhere.new"), "the platform");
    }
}
