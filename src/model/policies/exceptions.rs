//! Who may break which rule: declared, explained, and over some day.

use super::super::nodes::unknown;
use super::super::{Input, Namespace, NamespaceKind};
use super::{Exception, Policies, Rule};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::policies as codes;
use crate::source::environment::{Environment, PolicyException};
use crate::source::values::Date;

pub(super) fn exceptions(input: &Input, policies: &Policies, namespaces: &[Namespace], findings: &mut Vec<Diagnostic>) -> Vec<Exception> {
    let mut found = Vec::new();
    for written in &input.environment.policies.exceptions {
        unexplained(written, findings);
        let rule = rule(written, findings);
        let namespace = namespace(written, namespaces, findings);
        let (Some(rule), Some(namespace)) = (rule, namespace) else { continue };
        if let Some(finding) = unused(written, rule, namespace, policies) {
            findings.push(finding);
            continue;
        }
        opens(written, rule, namespace, findings);
        found.push(Exception {
            name: written.name.to_string(),
            rule,
            namespace: namespace.name.clone(),
            owner: written.owner.value.trim().to_owned(),
            reason: written.reason.value.trim().to_owned(),
            until: written.until.value,
        });
    }
    found
}

fn rule(written: &PolicyException, findings: &mut Vec<Diagnostic>) -> Option<Rule> {
    let known = || Rule::ALL.into_iter().filter(|rule| rule.can_be_excepted());
    let found = known().find(|rule| rule.name() == written.policy.as_str());
    if found.is_none() {
        let help = "name one that can be broken in one namespace";
        findings.push(unknown("policy with exceptions", &written.policy, known().map(Rule::name), help));
    }
    found
}

fn namespace<'a>(written: &PolicyException, namespaces: &'a [Namespace], findings: &mut Vec<Diagnostic>) -> Option<&'a Namespace> {
    let found = namespaces.iter().find(|namespace| namespace.name == written.namespace.as_str());
    if found.is_none() {
        let known = namespaces.iter().map(|namespace| namespace.name.as_str());
        let help = "declare it under `tenants` or `platform.extra`: somebody has to answer for a namespace with an exception";
        findings.push(unknown("declared namespace", &written.namespace, known, help));
    }
    found
}

/// An exception that changes nothing: somebody believes that something is allowed, or forbidden, that is not.
fn unused(written: &PolicyException, rule: Rule, namespace: &Namespace, policies: &Policies) -> Option<Diagnostic> {
    let name = rule.name();
    let (message, place, help) = if !rule.is_on(policies) {
        let message = format!("exception `{}` is from `{name}`, which this environment does not have", written.name.value);
        (message, written.policy.span, format!("remove the exception, or turn the policy on with `{}`", rule.key()))
    } else if rule.leaves_out(namespace) {
        let message = format!("exception `{}` is for `{}`, where `{name}` is never asked", written.name.value, namespace.name);
        (message, written.namespace.span, "remove the exception".to_owned())
    } else {
        return None;
    };
    Some(Diagnostic::new(&codes::EXCEPTION_UNUSED, message).at(place, "changes nothing").help(help))
}

fn unexplained(written: &PolicyException, findings: &mut Vec<Diagnostic>) {
    let name = &written.name.value;
    let fields =
        [("owner", &written.owner, "name the people who answer for it"), ("reason", &written.reason, "say why, for those who review it")];
    for (what, text, help) in fields.into_iter().filter(|(_, text, _)| text.value.trim().is_empty()) {
        let message = format!("exception `{name}` has an empty `{what}`");
        findings.push(Diagnostic::new(&codes::EXCEPTION_UNEXPLAINED, message).at(text.span, "nothing").help(help));
    }
}

/// What keeps tenants apart has a hole from now on: those who review should see it.
fn opens(written: &PolicyException, rule: Rule, namespace: &Namespace, findings: &mut Vec<Diagnostic>) {
    if let (NamespaceKind::Tenant(tenant), true) = (&namespace.kind, rule.isolates()) {
        let message =
            format!("exception `{}` lets tenant `{tenant}` break `{}`, which keeps tenants apart", written.name.value, rule.name());
        let help = format!("`{}` answers for it until {}; keep it as short as it can be", written.owner.value.trim(), written.until.value);
        findings.push(
            Diagnostic::new(&codes::EXCEPTION_OPENS, message)
                .at(written.policy.span, "the policy")
                .at(written.namespace.span, "the namespace")
                .help(help),
        );
    }
}

/// Exceptions that are over on a day. The day is the user's: compiling the same text gives the same bytes on every day.
#[must_use]
pub fn past(environment: &Environment, today: Date) -> Vec<Diagnostic> {
    let over = environment.policies.exceptions.iter().filter(|exception| exception.until.value < today);
    over.map(|exception| {
        let message = format!("exception `{}` was over on {}, and today is {today}", exception.name.value, exception.until.value);
        let help = format!("remove it, or ask `{}` for a new day and a new review", exception.owner.value.trim());
        Diagnostic::new(&codes::EXCEPTION_PAST, message).at(exception.until.span, "its last day").help(help)
    })
    .collect()
}
