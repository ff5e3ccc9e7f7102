//! A small language of the same make as the real one, and helpers.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use strata::diagnostic::draw;
use strata::source::merge::Rules;
use strata::source::yaml::{Node, parse};
use strata::source::{At, Sources, decode};

/// Lists that merge by name, as in the real language.
pub(crate) const RULES: Rules = Rules { named: &["agents", "tenants", "tenants.namespaces"], open: &["addons.values"] };

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Sample {
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) name: At<String>,
    pub(crate) openstack: Openstack,
    pub(crate) network: Network,
    pub(crate) kubernetes: Kubernetes,
    pub(crate) servers: Option<Pool>,
    #[serde(default)]
    pub(crate) agents: Vec<At<Pool>>,
    #[serde(default)]
    pub(crate) tenants: Vec<Tenant>,
    pub(crate) addons: Option<Addons>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Openstack {
    pub(crate) cloud: At<String>,
    pub(crate) auth_url: String,
    pub(crate) region: String,
    pub(crate) external_network: String,
    pub(crate) image: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Network {
    pub(crate) cidr: At<Cidr>,
    pub(crate) dynamic: Option<At<Cidr>>,
    pub(crate) pods: Option<At<Cidr>>,
    pub(crate) mtu: Option<u16>,
    #[serde(default)]
    pub(crate) dns: Vec<At<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Kubernetes {
    pub(crate) version: String,
    pub(crate) api: Api,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Api {
    pub(crate) name: String,
    pub(crate) exposure: At<Exposure>,
}

#[derive(Debug, Deserialize, PartialEq, Clone, Copy)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Exposure {
    Private,
    Public,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Pool {
    pub(crate) name: Option<String>,
    pub(crate) count: At<u32>,
    pub(crate) flavor: String,
    pub(crate) disk: Option<Disk>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Disk {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) size: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Tenant {
    pub(crate) name: At<String>,
    #[serde(default)]
    pub(crate) namespaces: Vec<BTreeMap<String, String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "read by its Debug form alone")]
pub(crate) struct Addons {
    pub(crate) values: serde_json::Value,
}

/// A value with a text form that can be wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cidr(pub(crate) String);

impl FromStr for Cidr {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let prefix = text.split_once('/').and_then(|(_, prefix)| prefix.parse::<u8>().ok());
        match prefix {
            Some(0..=32) => Ok(Cidr(text.to_owned())),
            _ => Err(format!("`{text}` is not a network\nwrite an address and a prefix from 0 to 32: `10.0.0.0/24`")),
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Cidr {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A tree from text that must be right.
pub(crate) fn tree(text: &str) -> Node {
    parse(strata::source::FileId(0), text).unwrap_or_else(|finding| panic!("{finding:?}"))
}

/// The value, or the drawn findings.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let drawn = |findings: &[_]| draw::text(findings, &sources, false);
    let node = parse(file, text).map_err(|finding| drawn(&[finding]))?;
    let checked = decode::decode(&node);
    checked.value.ok_or_else(|| drawn(&checked.findings))
}

/// The first lines of the findings of a text that must be wrong, with their places: `1:4 message`.
pub(crate) fn findings<T: DeserializeOwned + fmt::Debug>(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add("a.yaml", text);
    let found = match parse(file, text) {
        Err(finding) => vec![finding],
        Ok(node) => decode::decode::<T>(&node).findings,
    };
    let shown = |finding: &strata::diagnostic::Diagnostic| {
        let (line, column) = sources.line_column(finding.labels[0].span);
        format!("{line}:{column} {}", finding.message)
    };
    found.iter().map(shown).collect()
}
