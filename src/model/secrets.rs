//! Secrets by name: each is declared, has one source, and the two tokens of RKE2 are two.

use super::Input;
use super::nodes::unknown;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::platform::{SECRET_SOURCE, SECRET_UNUSED, TOKENS_EQUAL};
use crate::source::At;
use crate::source::environment::{Environment, SecretRef, SecretSource};
use crate::source::values::Name;

pub(super) fn secrets(input: &Input, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    let used = references(environment);
    let unknown_ones = used.iter().filter(|reference| !environment.secrets.contains_key(&reference.secret.value));
    let unknown_ones: Vec<Diagnostic> = unknown_ones
        .map(|reference| {
            let known = environment.secrets.keys().map(Name::as_str);
            let help = "declare it under `secrets`: `NAME: {env: VARIABLE}`, `{file: PATH}` or `{barbican: NAME}`";
            unknown("secret", &reference.secret, known, help)
        })
        .collect();
    for (name, source) in &environment.secrets {
        let wrong = one_source(name, source);
        // A misspelt reference leaves the right name without one: that is told once.
        if wrong.is_none() && unknown_ones.is_empty() && !used.iter().any(|reference| reference.secret.value == *name) {
            findings.push(
                Diagnostic::new(&SECRET_UNUSED, format!("nobody uses the secret `{name}`"))
                    .at(source.span, "")
                    .help("remove it, or write `{secret: NAME}` where it belongs"),
            );
        }
        findings.extend(wrong);
    }
    findings.extend(unknown_ones);
    findings.extend(tokens(environment));
}

/// Every place of the language that names a secret.
fn references(environment: &Environment) -> Vec<&SecretRef> {
    let kubernetes = &environment.kubernetes;
    let issuer = environment.certificates.as_ref().and_then(|certificates| certificates.issuer.ca.as_ref()).map(|ca| &ca.key);
    let cephfs = environment.storage.cephfs.as_ref().map(|cephfs| &cephfs.credentials.key);
    let mut found: Vec<&SecretRef> = kubernetes.token.iter().chain(&kubernetes.agent_token).chain(issuer).chain(cephfs).collect();
    if let Some(harbor) = &environment.registry.harbor {
        found.extend(harbor.credentials.iter().chain(&harbor.robot).chain(harbor.upstream.values()));
    }
    if let Some(argocd) = &environment.argocd {
        found.extend(&argocd.repository.credentials);
        found.extend(argocd.credentials.iter().map(|further| &further.credentials));
        found.extend(argocd.oidc.as_ref().map(|oidc| &oidc.client_secret));
    }
    if let Some(monitoring) = &environment.monitoring {
        let alerts = &monitoring.alerts;
        found.extend(alerts.slack.as_ref().map(|slack| &slack.webhook));
        found.extend(alerts.teams.as_ref().map(|teams| &teams.webhook));
        found.extend(alerts.email.as_ref().and_then(|email| email.password.as_ref()));
        found.extend(alerts.watchdog.as_ref().map(|watchdog| &watchdog.url));
        found.extend(monitoring.nodes.sensu.as_ref().map(|sensu| &sensu.password));
        found.extend(monitoring.nodes.influxdb.as_ref().map(|influx| &influx.token));
        found.extend(monitoring.logs.as_ref().map(|logs| &logs.opensearch.credentials));
    }
    found
}

fn one_source(name: &Name, source: &At<SecretSource>) -> Option<Diagnostic> {
    let named: Vec<&At<String>> = source.env.iter().chain(&source.file).chain(&source.barbican).collect();
    let finding = match named.as_slice() {
        [_] => return None,
        [] => Diagnostic::new(&SECRET_SOURCE, format!("the secret `{name}` is read from nowhere")).at(source.span, ""),
        [first, others @ ..] => others.iter().fold(
            Diagnostic::new(&SECRET_SOURCE, format!("the secret `{name}` is read from {} places", named.len())).at(first.span, "here"),
            |finding, other| finding.at(other.span, "and here"),
        ),
    };
    Some(finding.help("write one of `env: VARIABLE`, `file: PATH` and `barbican: NAME`"))
}

fn tokens(environment: &Environment) -> Option<Diagnostic> {
    let kubernetes = &environment.kubernetes;
    let (server, agent) = (&kubernetes.token.as_ref()?.secret, &kubernetes.agent_token.as_ref()?.secret);
    let source = |name: &Name| environment.secrets.get(name).map(|source| (&source.env, &source.file, &source.barbican));
    let same_source = source(&server.value).is_some() && source(&server.value) == source(&agent.value);
    let message = match () {
        () if server.value == agent.value => "agents join with the servers' secret",
        () if same_source => "agents and servers join with two names of one secret",
        () => return None,
    };
    Some(
        Diagnostic::new(&TOKENS_EQUAL, message)
            .at(agent.span, "agents")
            .at(server.span, "servers")
            .help("name two secrets, or leave both out: `apply` then makes them"),
    )
}
