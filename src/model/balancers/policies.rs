//! L7 policies: what happens to requests that match.

use super::draft::{named_pool, reads_http};
use super::{Scope, a, rules, word, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{POLICY_FIELD, POLICY_PROTOCOL, POLICY_RULES, REDIRECT_CODE};
use crate::model::L7Policy;
use crate::source::environment::{self as written, L7Action, Listener};
use crate::source::values::Url;
use crate::source::{At, Span};

/// Statuses of a redirect.
const REDIRECTS: [u16; 5] = [301, 302, 303, 307, 308];
/// Octavia's limit.
const MOST_RULES: usize = 50;

pub(super) fn policies(scope: &Scope, listener: &Listener, findings: &mut Vec<Diagnostic>) -> Vec<L7Policy> {
    if let Some(first) = listener.policies.first().filter(|_| !reads_http(listener.protocol.value)) {
        findings.push(
            Diagnostic::new(&POLICY_PROTOCOL, format!("{} listener has no L7 policies", a(listener.protocol.value)))
                .at(first.name.span, "a policy")
                .at(listener.protocol.span, "no HTTP is read here")
                .help("write HTTP or TERMINATED_HTTPS, or remove the policies"),
        );
    }
    let mut policies = Vec::new();
    for (written, position) in listener.policies.iter().zip(1..) {
        policies.push(policy(scope, listener, written, position, findings));
    }
    policies
}

fn policy(scope: &Scope, listener: &Listener, written: &written::L7Policy, position: u32, findings: &mut Vec<Diagnostic>) -> L7Policy {
    fields(written, findings);
    if let Some(pool) = &written.pool {
        named_pool(scope, listener.protocol, pool, findings);
    }
    if written.rules.is_empty() || written.rules.len() > MOST_RULES {
        let message = format!("the policy `{}` has {} rules", written.name.value, written.rules.len());
        findings.push(wrong(&POLICY_RULES, message, written.name.span).help(format!("write 1 to {MOST_RULES}; all of them must match")));
    }
    for rule in &written.rules {
        rules::check(listener, rule, findings);
    }
    let redirect = matches!(written.action.value, L7Action::RedirectToUrl | L7Action::RedirectPrefix);
    L7Policy {
        name: format!("{}-{}", scope.named(&listener.name), written.name.value),
        position,
        action: written.action.value,
        pool: written.pool.as_ref().map(|pool| scope.named(pool)),
        url: written.url.as_ref().map(|url| url.as_str().to_owned()),
        prefix: written.prefix.as_ref().map(|prefix| prefix.as_str().to_owned()),
        code: redirect.then(|| written.code.map_or(302, |code| code.value)),
        rules: written.rules.clone(),
    }
}

/// Which field each action needs; any other would change the action, in silence.
fn fields(written: &written::L7Policy, findings: &mut Vec<Diagnostic>) {
    let action = written.action;
    let needed = match action.value {
        L7Action::Reject => None,
        L7Action::RedirectToPool => Some("pool"),
        L7Action::RedirectToUrl => Some("url"),
        L7Action::RedirectPrefix => Some("prefix"),
    };
    let code = written.code.filter(|_| needed.is_none_or(|key| key == "pool"));
    let fields: [(&str, Option<Span>); 4] = [
        ("pool", written.pool.as_ref().map(|at| at.span)),
        ("url", written.url.as_ref().map(|at| at.span)),
        ("prefix", written.prefix.as_ref().map(|at| at.span)),
        ("code", code.map(|at| at.span)),
    ];
    for (key, span) in fields {
        match span {
            None if needed == Some(key) => {
                findings
                    .push(wrong(&POLICY_FIELD, format!("{} needs `{key}`", word(action.value)), action.span).help(format!("add `{key}`")));
            }
            Some(span) if needed != Some(key) => {
                let finding = Diagnostic::new(&POLICY_FIELD, format!("{} has no `{key}`", word(action.value)))
                    .at(span, "")
                    .at(action.span, "this action");
                findings.push(finding.help(format!("remove `{key}`")));
            }
            _ => {}
        }
    }
    if let Some(code) = written.code.filter(|code| !REDIRECTS.contains(&code.value)) {
        findings.push(wrong(&REDIRECT_CODE, format!("{} is no redirect", code.value), code.span).help("write 301, 302, 303, 307 or 308"));
    }
    for target in [&written.url, &written.prefix].into_iter().flatten() {
        web(target, findings);
    }
}

fn web(target: &At<Url>, findings: &mut Vec<Diagnostic>) {
    if !matches!(target.scheme(), "http" | "https") {
        findings.push(wrong(&POLICY_FIELD, "a redirect leads to http or https", target.span).help("write `https://…`"));
    }
}
