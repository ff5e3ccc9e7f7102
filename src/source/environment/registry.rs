//! The registry that images come through: Harbor, and the registries behind it.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::SecretRef;
use crate::source::decode::SHORT;
use crate::source::values::{Duration, Size, Url};
use crate::span::At;

/// The registry that images come through.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Registry {
    /// Harbor with proxy-cache projects.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub harbor: Option<Harbor>,
    /// Registries that pods may name, as they stand in the names of images. Default: those that have a proxy, and Harbor itself.
    #[serde(default)]
    pub allowed: Vec<At<String>>,
}

/// Harbor with proxy-cache projects.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Harbor {
    /// Its address.
    pub url: At<Url>,
    /// `true`: `apply` makes its registries, projects and robots; `false`: it only checks that they are there.
    #[serde(default = "yes")]
    pub manage: At<bool>,
    /// Registry to project: `docker.io: dockerhub`, or `docker.io: {project: dockerhub, quota: 500Gi}`.
    pub proxies: BTreeMap<At<String>, ProxyProject>,
    /// `true`: nodes ask the registry itself when Harbor is down.
    #[serde(default = "yes")]
    pub fallback: At<bool>,
    /// `true`: it runs in this cluster, so that nodes must be able to start without it.
    #[serde(default)]
    pub in_cluster: At<bool>,
    /// Its administrator, or a robot that may make projects: `NAME:PASSWORD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<SecretRef>,
    /// The robot that nodes pull with, where projects are private: `NAME:SECRET`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robot: Option<SecretRef>,
    /// Accounts at the registries behind the proxies, `NAME:TOKEN`: Docker Hub limits pulls without one.
    #[serde(default)]
    pub upstream: BTreeMap<At<String>, SecretRef>,
}

fn yes() -> At<bool> {
    At::unwritten(true)
}

/// The proxy-cache project of a registry. Its name alone is enough.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct ProxyProject(pub ProxySettings);

impl std::ops::Deref for ProxyProject {
    type Target = ProxySettings;
    fn deref(&self) -> &ProxySettings {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ProxyProject {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = ProxyProject;
            fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
                formatter.write_str("the name of a project, or a mapping with `project`")
            }
            fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ProxyProject, D::Error> {
                At::deserialize(deserializer).map(|name| ProxyProject(ProxySettings::named(name)))
            }
            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<ProxyProject, D::Error> {
                ProxySettings::deserialize(deserializer).map(ProxyProject)
            }
        }
        deserializer.deserialize_newtype_struct(SHORT, Visitor)
    }
}

impl JsonSchema for ProxyProject {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProxyProject".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The proxy-cache project of a registry: its name, or its name and more.",
            "oneOf": [{ "type": "string" }, generator.subschema_for::<ProxySettings>()]
        })
    }
}

/// A proxy-cache project with what it is told.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProxySettings {
    /// Its name.
    pub project: At<String>,
    /// How Harbor speaks to the registry. Default: by the registry's name.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<At<RegistryType>>,
    /// Where Harbor reaches the registry. Default: by its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<At<Url>>,
    /// `true`: nodes pull with the robot; nobody else sees the project.
    #[serde(default)]
    pub private: At<bool>,
    /// The most that it stores; beyond that pulls go on, uncached. Default: no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<At<Size>>,
    /// What nobody pulled for so many days goes.
    #[serde(default = "thirty_days")]
    pub retention: At<Duration>,
}

fn thirty_days() -> At<Duration> {
    At::unwritten(Duration::seconds(30 * 86_400))
}

impl ProxySettings {
    /// A project of which only the name is written.
    #[must_use]
    pub fn named(project: At<String>) -> Self {
        ProxySettings { project, kind: None, url: None, private: At::default(), quota: None, retention: thirty_days() }
    }
}

/// How Harbor speaks to a registry: its own words. Not all of them can stand behind a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RegistryType {
    /// Docker Hub.
    DockerHub,
    /// Any registry that speaks the distribution API: quay.io, registry.k8s.io, anonymous gcr.io.
    DockerRegistry,
    /// GitHub's ghcr.io.
    GithubGhcr,
    /// Another Harbor.
    Harbor,
    /// Artifactory.
    JfrogArtifactory,
    /// Amazon's.
    AwsEcr,
    /// Azure's.
    AzureAcr,
    /// Google's, with an account.
    GoogleGcr,
    /// Alibaba's.
    AliAcr,
    /// Quay; no proxy since Harbor 2.14.
    Quay,
    /// GitLab; no proxy.
    Gitlab,
    /// Docker Trusted Registry; no proxy.
    Dtr,
    /// Huawei's; no proxy.
    #[serde(rename = "huawei-SWR")]
    HuaweiSwr,
    /// Tencent's; no proxy.
    TencentTcr,
    /// Volcengine's; no proxy.
    VolcengineCr,
}
