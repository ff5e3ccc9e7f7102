//! Secrets of the cluster: what `apply` writes before Argo CD comes, each key made of text, of named secrets, and of what is
//! known only when the network stands. Never a value: a reviewer sees which secret goes where.

use std::collections::BTreeMap;

use super::{Input, argocd, cloud_conf, storage};
use crate::source::values::Name;

/// A Secret of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClusterSecret {
    /// Its namespace.
    pub namespace: &'static str,
    /// Its name.
    pub name: String,
    /// Labels that its reader looks for.
    pub labels: BTreeMap<&'static str, &'static str>,
    /// Its keys, in order, and what each holds.
    pub data: Vec<(String, Vec<Part>)>,
    /// Who reads it, and what for.
    pub purpose: String,
}

/// A part of what a key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text that everybody may read.
    Text(String),
    /// The value of a key of `secrets`.
    Secret(Name),
    /// What is known later.
    Late(Late),
}

/// What `apply` learns from the cloud, or makes there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Late {
    /// Id of the cluster's subnet.
    Subnet,
    /// Id of the cluster's network.
    Network,
    /// Id of the network that floating addresses come from.
    ExternalNetwork,
    /// Id of the flavor of Octavia that the environment names.
    BalancerFlavor,
    /// Id of the project.
    Project,
    /// Id of the application credential that `apply` makes for this consumer alone.
    CredentialId(&'static str),
    /// Its secret.
    CredentialSecret(&'static str),
}

impl Part {
    /// Text.
    pub fn text(text: impl Into<String>) -> Part {
        Part::Text(text.into())
    }
}

impl std::fmt::Display for Late {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Late::Subnet => f.write_str("network.subnet"),
            Late::Network => f.write_str("network.id"),
            Late::ExternalNetwork => f.write_str("network.external"),
            Late::BalancerFlavor => f.write_str("octavia.flavor"),
            Late::Project => f.write_str("project.id"),
            Late::CredentialId(consumer) => write!(f, "credential.{consumer}.id"),
            Late::CredentialSecret(consumer) => write!(f, "credential.{consumer}.secret"),
        }
    }
}

impl ClusterSecret {
    /// What a key holds as one text: `${secret.NAME}` and `${network.subnet}` stand for what is not known here, `$$` for `$`.
    #[must_use]
    pub fn shown(parts: &[Part]) -> String {
        let one = |part: &Part| match part {
            Part::Text(text) => text.replace('$', "$$"),
            Part::Secret(name) => format!("${{secret.{name}}}"),
            Part::Late(late) => format!("${{{late}}}"),
        };
        parts.iter().map(one).collect()
    }
}

/// All Secrets of an environment, by the topics that need them.
pub(super) fn cluster_secrets(input: &Input) -> Vec<ClusterSecret> {
    let topics: [fn(&Input) -> Vec<ClusterSecret>; 3] = [argocd::secrets, storage::secrets, cloud_conf::secrets];
    topics.iter().flat_map(|topic| topic(input)).collect()
}
