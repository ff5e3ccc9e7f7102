//! What Harbor would refuse half way, or take in silence and do something else.

use super::{DAY, DOCKER_HUB, account, kind};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::registry as codes;
use crate::model::Input;
use crate::source::At;
use crate::source::Span;
use crate::source::environment::{Harbor, ProxyProject, RegistryType};
use crate::source::suggest::{list, nearest};

/// Harbor's most, in bytes: 1024 TiB.
const LARGEST: u64 = 1 << 50;
/// The name of an endpoint at Harbor has at most so many characters; it is the registry's.
const LONGEST_NAME: usize = 64;

pub(in crate::model) fn findings(input: &Input, findings: &mut Vec<Diagnostic>) {
    let Some(harbor) = &input.environment.registry.harbor else { return };
    for (registry, project) in &harbor.proxies {
        findings.extend(unproxied(registry, project));
        findings.extend(wrong_type(registry, project));
        findings.extend(address(project));
        findings.extend(without_account(harbor, registry, project));
        findings.extend(quota(project));
        findings.extend(retention(project));
    }
    findings.extend(shared(harbor));
    findings.extend(robot(harbor));
    for registry in harbor.upstream.keys() {
        findings.extend(account_of_nobody(harbor, registry));
    }
    if harbor.manage.value && harbor.credentials.is_none() {
        findings.push(
            Diagnostic::new(&codes::HARBOR_CREDENTIALS, "`apply` shall make proxies at Harbor, and has no account there")
                .at(harbor.manage.span.or(harbor.url.span), "apply makes what is missing")
                .help("write `credentials: {secret: NAME}`, or `manage: false` where others make it"),
        );
    }
}

/// Types that replicate alone, or are gone.
fn cannot_proxy(kind: RegistryType) -> bool {
    use RegistryType::{Dtr, Gitlab, HuaweiSwr, Quay, TencentTcr, VolcengineCr};
    matches!(kind, Quay | Gitlab | Dtr | HuaweiSwr | TencentTcr | VolcengineCr)
}

fn unproxied(registry: &At<String>, project: &ProxyProject) -> Option<Diagnostic> {
    let finding = |message: String| Diagnostic::new(&codes::REGISTRY_NOT_PROXIED, message);
    let host = registry.split(':').next().unwrap_or_default();
    if let Some(kind) = project.kind.filter(|kind| cannot_proxy(kind.value)) {
        let message = format!("Harbor has no proxy for a registry of this type, so not for `{}`", registry.value);
        let help = "write `type: docker-registry`, which speaks to every registry of images, or leave `type` out";
        return Some(finding(message).at(kind.span, "replication alone").at(registry.span, "").help(help));
    }
    if registry.value == "*" {
        let help = "give each registry a project of its own; others are asked directly with `fallback: true`";
        return Some(finding("one project cannot stand for every registry".into()).at(registry.span, "").help(help));
    }
    if host == "localhost" || host.starts_with("127.") {
        let message = format!("`{}` is another machine to Harbor than to a node", registry.value);
        return Some(finding(message).at(registry.span, "").help("write the name by which both reach it"));
    }
    (registry.len() > LONGEST_NAME).then(|| {
        finding(format!("an endpoint at Harbor has a name of at most {LONGEST_NAME} characters, not {}", registry.len()))
            .at(registry.span, "")
            .help("give the registry a shorter name in DNS")
    })
}

/// The type `docker-hub` reads no address: images of another registry would come from Docker Hub, under that one's name.
fn wrong_type(registry: &At<String>, project: &ProxyProject) -> Option<Diagnostic> {
    let hub = registry.value == DOCKER_HUB;
    let place = project.kind.filter(|kind| !hub && kind.value == RegistryType::DockerHub).map(|kind| kind.span);
    let place = place.or_else(|| project.url.as_ref().filter(|_| hub && project.kind.is_none()).map(|url| url.span))?;
    Some(
        Diagnostic::new(&codes::REGISTRY_TYPE, "the type `docker-hub` always asks Docker Hub, whatever the address")
            .at(place, "not asked")
            .at(registry.span, "the registry")
            .help("write `type: docker-registry` for a registry that is not Docker Hub, or for a mirror of it"),
    )
}

fn address(project: &ProxyProject) -> Option<Diagnostic> {
    let url = project.url.as_ref().filter(|url| url.scheme() != "https")?;
    Some(
        Diagnostic::new(&codes::HARBOR_UPSTREAM_URL, format!("Harbor would ask the registry by `{}:`", url.scheme()))
            .at(url.span, "")
            .help("write `https://HOST`, or leave `url` out: it is made from the registry's name"),
    )
}

fn without_account(harbor: &Harbor, registry: &At<String>, project: &ProxyProject) -> Option<Diagnostic> {
    if account(harbor, registry).is_some() || !harbor.manage.value {
        return None;
    }
    let help = format!("write `upstream: {{{}: {{secret: NAME}}}}`, a secret that holds `ACCOUNT:TOKEN`", registry.value);
    match kind(registry, project) {
        RegistryType::DockerHub if registry.value == DOCKER_HUB => Some(
            Diagnostic::new(&codes::DOCKER_HUB_ANONYMOUS, "Harbor asks Docker Hub without an account")
                .at(registry.span, "all nodes share the limit of one address")
                .help(help),
        ),
        RegistryType::GoogleGcr | RegistryType::AwsEcr => {
            let place = project.kind.map_or(registry.span, |kind| kind.span);
            Some(
                Diagnostic::new(&codes::HARBOR_ACCOUNT_MISSING, format!("Harbor cannot ask `{}` without an account", registry.value))
                    .at(place, "always wants one")
                    .help(help + "; for public images write `type: docker-registry`"),
            )
        }
        _ => None,
    }
}

fn quota(project: &ProxyProject) -> Option<Diagnostic> {
    let quota = project.quota.filter(|quota| quota.bytes() == 0 || quota.bytes() > LARGEST)?;
    let message = match quota.bytes() {
        0 => "a quota of nothing is Harbor's own default quota".to_owned(),
        _ => format!("a quota of {} is more than Harbor takes", quota.value),
    };
    Some(
        Diagnostic::new(&codes::HARBOR_QUOTA, message)
            .at(quota.span, "")
            .help("write a size up to `1024Ti`, or leave `quota` out: then there is no limit"),
    )
}

fn retention(project: &ProxyProject) -> Option<Diagnostic> {
    let retention = project.retention;
    let whole = retention.milliseconds() > 0 && retention.milliseconds().is_multiple_of(DAY);
    (!whole).then(|| {
        Diagnostic::new(&codes::HARBOR_RETENTION, format!("images are kept for days, and {} are none", retention.value))
            .at(retention.span, "")
            .help("write whole days, such as `30d`")
    })
}

/// A project has the one registry that it was made with.
fn shared(harbor: &Harbor) -> Vec<Diagnostic> {
    let all: Vec<_> = harbor.proxies.iter().collect();
    let twice = all.iter().enumerate().filter_map(|(at, (registry, project))| {
        let (first, _) = all[..at].iter().find(|(_, other)| other.project == project.project)?;
        let message = format!("the project `{}` cannot stand for two registries", project.project.value);
        Some(
            Diagnostic::new(&codes::HARBOR_PROJECT_SHARED, message)
                .at(registry.span, "")
                .at(first.span, "its registry")
                .help("give each registry a project of its own"),
        )
    });
    twice.collect()
}

fn robot(harbor: &Harbor) -> Option<Diagnostic> {
    let private = harbor.proxies.values().find(|project| project.private.value);
    match (private, &harbor.robot) {
        (Some(project), None) => Some(
            Diagnostic::new(
                &codes::HARBOR_ROBOT_MISSING,
                format!("nodes cannot pull from the private project `{}`", project.project.value),
            )
            .at(project.private.span, "private")
            .help("write `robot: {secret: NAME}` beside `proxies`, a secret that holds `NAME:SECRET`"),
        ),
        (None, Some(robot)) if harbor.manage.value => Some(
            Diagnostic::new(&codes::HARBOR_ROBOT_UNNEEDED, "a robot that may pull nothing which others may not")
                .at(robot.secret.span, "no project is private")
                .help("write `private: true` in the projects that it is for, or remove `robot`"),
        ),
        _ => None,
    }
}

fn account_of_nobody(harbor: &Harbor, registry: &At<String>) -> Option<Diagnostic> {
    let known = || harbor.proxies.keys().map(|name| name.as_str());
    if known().any(|name| name == registry.value) {
        return None;
    }
    let help = nearest(registry, known()).map_or_else(
        || format!("proxies are {}: write one of them, or remove the account", list(known())),
        |near| format!("did you mean `{near}`?"),
    );
    Some(
        Diagnostic::new(&codes::UPSTREAM_UNUSED, format!("an account at `{}`, which has no proxy", registry.value))
            .at(registry.span, "nobody uses it")
            .at(place(harbor), "Harbor")
            .help(help),
    )
}

fn place(harbor: &Harbor) -> Span {
    harbor.url.span
}
