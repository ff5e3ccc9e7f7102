//! Harbor as `apply` makes or checks it: a registry endpoint and a proxy-cache project for each registry, and the robot that
//! nodes pull with. Harbor takes almost anything without a word, so what it would take wrongly is a finding here.

mod findings;

pub(super) use findings::findings;

use super::Input;
use crate::source::environment::{Harbor as Written, ProxyProject, RegistryType};
use crate::source::values::Name;

/// Harbor, resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Harbor {
    /// Its address, without a path.
    pub url: String,
    /// Whether `apply` makes what is missing there.
    pub manage: bool,
    /// Name of the secret that `apply` logs in with.
    pub credentials: Option<Name>,
    /// Its proxies, by registry.
    pub proxies: Vec<Proxy>,
    /// The robot that nodes pull with.
    pub robot: Option<Robot>,
}

/// A registry, and the project that stands for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// As it stands in names of images.
    pub registry: String,
    /// The project.
    pub project: String,
    /// How Harbor speaks to the registry.
    pub kind: RegistryType,
    /// Where Harbor reaches it.
    pub url: String,
    /// Name of the secret of the account there.
    pub account: Option<Name>,
    /// Whether only the robot may pull.
    pub private: bool,
    /// The most that it stores, bytes.
    pub quota: Option<u64>,
    /// What nobody pulled for so many days goes.
    pub retention_days: u64,
}

/// The robot that nodes pull with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Robot {
    /// Its name, without the prefix that Harbor gives it.
    pub name: String,
    /// Name of the secret that holds its name and secret.
    pub secret: Name,
    /// Private projects: only there it needs a right.
    pub projects: Vec<String>,
}

const DAY: u64 = 86_400_000;

pub(super) fn harbor(input: &Input) -> Option<Harbor> {
    let written = input.environment.registry.harbor.as_ref()?;
    let proxies: Vec<Proxy> = written.proxies.iter().map(|(registry, project)| proxy(written, registry, project)).collect();
    let private = proxies.iter().filter(|proxy| proxy.private).map(|proxy| proxy.project.clone()).collect();
    Some(Harbor {
        url: written.url.value.as_str().trim_end_matches('/').to_owned(),
        manage: written.manage.value,
        credentials: written.credentials.as_ref().map(|reference| reference.secret.value.clone()),
        robot: written.robot.as_ref().map(|reference| Robot {
            name: format!("strata-{}", input.environment.name.value),
            secret: reference.secret.value.clone(),
            projects: private,
        }),
        proxies,
    })
}

fn proxy(harbor: &Written, registry: &str, project: &ProxyProject) -> Proxy {
    Proxy {
        registry: registry.to_owned(),
        project: project.project.value.clone(),
        kind: kind(registry, project),
        url: project.url.as_ref().map_or_else(|| address(registry), |url| url.value.as_str().trim_end_matches('/').to_owned()),
        account: account(harbor, registry),
        private: project.private.value,
        quota: project.quota.map(|quota| quota.bytes()),
        retention_days: project.retention.milliseconds() / DAY,
    }
}

fn account(harbor: &Written, registry: &str) -> Option<Name> {
    harbor.upstream.iter().find(|(name, _)| name.value == registry).map(|(_, account)| account.secret.value.clone())
}

/// Harbor's own address of Docker Hub; it pulls from another one, whatever stands here.
fn address(registry: &str) -> String {
    if registry == DOCKER_HUB { "https://hub.docker.com".to_owned() } else { format!("https://{registry}") }
}

/// The registry of images whose name has none.
const DOCKER_HUB: &str = "docker.io";

/// What is written, else by the registry's name. quay.io and anonymous gcr.io are `docker-registry`: their own types can no
/// longer stand behind a proxy, or want an account (trap 119).
fn kind(registry: &str, project: &ProxyProject) -> RegistryType {
    project.kind.map_or_else(|| kind_of(registry), |kind| kind.value)
}

fn kind_of(registry: &str) -> RegistryType {
    match registry {
        DOCKER_HUB => RegistryType::DockerHub,
        "ghcr.io" => RegistryType::GithubGhcr,
        _ if registry.ends_with(".azurecr.io") => RegistryType::AzureAcr,
        // Their tokens live for hours: only Harbor's own type renews them.
        _ if registry.ends_with(".amazonaws.com") && registry.contains(".dkr.ecr.") => RegistryType::AwsEcr,
        _ => RegistryType::DockerRegistry,
    }
}

#[cfg(test)]
mod tests {
    use super::{RegistryType, kind_of};

    #[test]
    fn a_registry_is_spoken_to_as_harbor_can() {
        for (registry, kind) in [
            ("docker.io", RegistryType::DockerHub),
            ("ghcr.io", RegistryType::GithubGhcr),
            ("quay.io", RegistryType::DockerRegistry),
            ("gcr.io", RegistryType::DockerRegistry),
            ("registry.k8s.io", RegistryType::DockerRegistry),
            ("registry.example.org:5000", RegistryType::DockerRegistry),
            ("example.azurecr.io", RegistryType::AzureAcr),
            ("123456789012.dkr.ecr.eu-south-1.amazonaws.com", RegistryType::AwsEcr),
        ] {
            assert_eq!(kind_of(registry), kind, "{registry}");
        }
    }
}
