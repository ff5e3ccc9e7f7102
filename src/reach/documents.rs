//! Documents of a tree → policies, tiers, and the labels of namespaces and service accounts.
//!
//! The API server does not check `crd.projectcalico.org/v1`: a misspelt key is taken, and Felix drops the policy. So it is read
//! strictly here. What would change the answer and is not evaluated is refused, never left out silently.

mod calico;
mod kubernetes;

use std::collections::BTreeMap;

use serde_json::Value;

use super::policy::{Policy, Tier};

/// What the documents hold.
#[derive(Debug, Clone, Default)]
pub(super) struct Documents {
    /// Tiers, unordered.
    pub(super) tiers: Vec<Tier>,
    /// Policies, unordered.
    pub(super) policies: Vec<Policy>,
    /// Labels of each Namespace.
    pub(super) namespaces: BTreeMap<String, BTreeMap<String, String>>,
    /// Labels of each ServiceAccount, by namespace and name.
    pub(super) accounts: BTreeMap<(String, String), BTreeMap<String, String>>,
    /// What cannot be evaluated.
    pub(super) troubles: Vec<Trouble>,
}

/// A document that cannot be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    /// Its file.
    pub path: String,
    /// Its kind and name.
    pub what: String,
    /// Why.
    pub why: String,
}

/// Kinds beside policies whose presence changes what policies let through.
const NOT_EVALUATED: [&str; 6] =
    ["AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy", "GlobalNetworkSet", "NetworkSet", "HostEndpoint"];

impl Documents {
    /// Takes the documents of a file in.
    pub(super) fn add(&mut self, path: &str, documents: &[Value]) {
        for document in documents {
            if document["kind"] == "List" {
                self.add(path, document["items"].as_array().map_or(&[], Vec::as_slice));
                continue;
            }
            if let Err(why) = self.one(path, document) {
                let text = |value: &Value| value.as_str().unwrap_or("?").to_owned();
                let what = format!("{} {}", text(&document["kind"]), text(&document["metadata"]["name"]));
                self.troubles.push(Trouble { path: path.to_owned(), what, why });
            }
        }
    }

    fn one(&mut self, path: &str, document: &Value) -> Result<(), String> {
        let kind = document["kind"].as_str().unwrap_or_default();
        let group = document["apiVersion"].as_str().unwrap_or_default();
        let group = group.split_once('/').map_or("", |(group, _)| group);
        let calicos = matches!(group, "crd.projectcalico.org" | "projectcalico.org");
        match (group, kind) {
            ("", "Namespace") => {
                let name = name(document)?;
                // The API server sets this label, whatever is written.
                let mut labels = labels(document);
                labels.insert("kubernetes.io/metadata.name".into(), name.clone());
                self.namespaces.insert(name, labels);
            }
            ("", "ServiceAccount") => drop(self.accounts.insert((namespace(document), name(document)?), labels(document))),
            ("networking.k8s.io", "NetworkPolicy") => self.policies.push(kubernetes::policy(path, document)?),
            (_, "Tier") if calicos => self.tiers.push(calico::tier(document)?),
            (_, "GlobalNetworkPolicy") if calicos => self.policies.push(calico::global(path, document)?),
            (_, "NetworkPolicy") if calicos => self.policies.push(calico::namespaced(path, document)?),
            // Staged policies are shown in Calico's logs and act on nothing.
            (_, kind) if calicos && kind.starts_with("Staged") => {}
            (group, kind) if NOT_EVALUATED.contains(&kind) || kind.ends_with("NetworkPolicy") => {
                return Err(format!("strata does not evaluate this kind of `{group}`, and it may change every answer"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Adds the tier that Calico brings, and says which policies name a tier that is not there: nothing enforces them.
    pub(super) fn finish(&mut self) {
        self.tiers.retain(|tier| tier.name != "default");
        self.tiers.push(Tier { name: "default".into(), order: Some(1_000_000.0), passes: false });
        let known = |policy: &&Policy| !self.tiers.iter().any(|tier| tier.name == policy.tier);
        let lost: Vec<Trouble> = self
            .policies
            .iter()
            .filter(known)
            .map(|policy| Trouble {
                path: policy.path.clone(),
                what: format!("{} {}", policy.kind, policy.name),
                why: format!("there is no tier `{}`, so nothing enforces it", policy.tier),
            })
            .collect();
        self.troubles.extend(lost);
    }
}

fn name(document: &Value) -> Result<String, String> {
    let name = document["metadata"]["name"].as_str().filter(|name| !name.is_empty());
    name.map(str::to_owned).ok_or_else(|| "it has no name".into())
}

/// What names no namespace goes to `default`, unless Argo CD knows better; ours always name one.
fn namespace(document: &Value) -> String {
    document["metadata"]["namespace"].as_str().unwrap_or("default").to_owned()
}

fn labels(document: &Value) -> BTreeMap<String, String> {
    let labels = document["metadata"]["labels"].as_object();
    let text = |(key, value): (&String, &Value)| value.as_str().map(|value| (key.clone(), value.to_owned()));
    labels.into_iter().flatten().filter_map(text).collect()
}
