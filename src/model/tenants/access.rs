//! Who gets in, and from where software comes: groups, and the repositories of Applications.

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::tenants::{
    APPLICATION_PATH, GROUP_FORM, GROUP_NOT_GRANTED, GROUP_OF_SYSTEM, GROUP_PREFIX_DOUBLED, REPOSITORY_CREDENTIALS, REPOSITORY_SCHEME,
    TENANT_WITHOUT_GROUPS, WILDCARD,
};
use crate::model::Input;
use crate::source::At;
use crate::source::environment as written;
use crate::source::values::Url;

/// Kubernetes' own groups: `system:masters` may do everything, whatever RBAC says.
const SYSTEM: &str = "system:";

/// What Argo CD reads as a pattern in a list of repositories. It stands for more than one reviewer saw.
const PATTERN: [char; 6] = ['*', '?', '[', ']', '{', '}'];

pub(super) fn check(input: &Input, findings: &mut Vec<Diagnostic>) {
    for tenant in &input.environment.tenants {
        groups(tenant, input, findings);
        for url in tenant.applications.iter().map(|application| &application.repository).chain(&tenant.repositories) {
            repository(url, findings);
        }
        tenant.applications.iter().for_each(|application| path(&application.path, findings));
    }
}

fn groups(tenant: &written::Tenant, input: &Input, findings: &mut Vec<Diagnostic>) {
    let name = &tenant.name;
    let Some(first) = tenant.groups.first() else {
        findings.push(
            Diagnostic::new(&TENANT_WITHOUT_GROUPS, format!("nobody is a member of tenant `{}`", name.value))
                .at(name.span, "no `groups`")
                .help("name the groups of the identity provider whose members work in it"),
        );
        return;
    };
    let environment = input.environment;
    let api = environment.kubernetes.oidc.as_ref();
    let argocd = environment.argocd.as_ref().and_then(|argocd| argocd.oidc.as_ref());
    if api.is_none() && argocd.is_none() {
        findings.push(
            Diagnostic::new(&GROUP_NOT_GRANTED, format!("nobody grants the groups of tenant `{}`", name.value))
                .at(first.span, "no identity provider is declared")
                .help("declare it under `kubernetes.oidc`, `argocd.oidc` or both"),
        );
    }
    let prefix = api.map(|oidc| oidc.groups.prefix.value.as_str()).filter(|prefix| !prefix.is_empty());
    tenant.groups.iter().for_each(|group| findings.extend(wrong_group(group, prefix)));
}

fn wrong_group(group: &At<String>, prefix: Option<&str>) -> Option<Diagnostic> {
    let text = group.as_str();
    if let Some(bare) = prefix.and_then(|prefix| text.strip_prefix(prefix)) {
        let message = format!("the group `{text}` would be looked for as `{}{text}`", prefix.unwrap_or_default());
        return Some(
            Diagnostic::new(&GROUP_PREFIX_DOUBLED, message)
                .at(group.span, "strata adds the prefix of `kubernetes.oidc.groups`")
                .help(format!("write `{bare}`, as the identity provider calls it")),
        );
    }
    if text.starts_with(SYSTEM) {
        return Some(
            Diagnostic::new(&GROUP_OF_SYSTEM, format!("`{text}` is a group of Kubernetes itself"))
                .at(group.span, "")
                .help("name a group of the identity provider"),
        );
    }
    let odd = text.is_empty() || text.starts_with('/') || text.trim() != text || text.contains([',', '"', '\n', '*']);
    odd.then(|| {
        Diagnostic::new(&GROUP_FORM, format!("no identity provider grants a group called `{text}`"))
            .at(group.span, "")
            .help("write its name as it stands in the token's claim: `dare/analytics`, without a slash in front")
    })
}

fn repository(url: &At<Url>, findings: &mut Vec<Diagnostic>) {
    if url.as_str().contains(PATTERN) || url.as_str().contains('!') {
        findings.push(
            Diagnostic::new(&WILDCARD, format!("`{}` stands for more than one repository", url.value))
                .at(url.span, "a pattern to Argo CD")
                .help("name each repository: whoever can make one that fits could deploy here"),
        );
    }
    if !matches!(url.scheme(), "https" | "ssh" | "oci") {
        findings.push(
            Diagnostic::new(&REPOSITORY_SCHEME, format!("Argo CD cannot trust what it reads by {}", url.scheme()))
                .at(url.span, "")
                .help("write `https://`, `ssh://` or, for charts in a registry, `oci://`"),
        );
    } else if url.scheme() != "ssh" && url.has_user() {
        // Not quoted: there may be a token in it.
        findings.push(
            Diagnostic::new(&REPOSITORY_CREDENTIALS, "a repository with a user or token in its address")
                .at(url.span, "")
                .help("take it out, count it as known to others, and give Argo CD the credentials in a Secret of its own"),
        );
    }
}

/// Argo CD refuses a path that leaves its repository.
fn path(path: &At<String>, findings: &mut Vec<Diagnostic>) {
    if path.is_empty() || path.starts_with('/') || path.split('/').any(|part| part == "..") {
        findings.push(
            Diagnostic::new(&APPLICATION_PATH, format!("`{}` is no folder of a repository", path.value))
                .at(path.span, "")
                .help("write it from the repository's top, `.` for the top itself"),
        );
    }
}
