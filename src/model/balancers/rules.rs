//! L7 rules: what Octavia's `l7rule_data` takes. A regular expression is Octavia's to judge: it compiles it itself.

use super::{tls, word, wrong};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::balancers::{RULE_FIELD, RULE_VALUE};
use crate::source::environment::{L7Compare, L7Rule, L7RuleType, Listener};

pub(super) fn check(listener: &Listener, rule: &L7Rule, findings: &mut Vec<Diagnostic>) {
    key(rule, findings);
    compare(rule, findings);
    value(rule, findings);
    if is_ssl(rule.kind.value) && !tls::asks_clients(listener) {
        findings.push(
            Diagnostic::new(&RULE_FIELD, format!("{} needs a listener that asks for client certificates", word(rule.kind.value)))
                .at(rule.kind.span, "")
                .at(listener.name.span, "this one does not")
                .help("set `tls.clientAuthentication` and `tls.clientCa`"),
        );
    }
}

fn is_ssl(kind: L7RuleType) -> bool {
    matches!(kind, L7RuleType::SslConnHasCert | L7RuleType::SslVerifyResult | L7RuleType::SslDnField)
}

fn key(rule: &L7Rule, findings: &mut Vec<Diagnostic>) {
    let named = matches!(rule.kind.value, L7RuleType::Header | L7RuleType::Cookie | L7RuleType::SslDnField);
    match &rule.key {
        None if named => {
            let message = format!("{} needs a `key`: which one is looked at", word(rule.kind.value));
            findings.push(wrong(&RULE_FIELD, message, rule.kind.span).help("add `key`"));
        }
        Some(key) if !named => {
            let finding = Diagnostic::new(&RULE_FIELD, format!("{} has no `key`", word(rule.kind.value)))
                .at(key.span, "")
                .at(rule.kind.span, "this type");
            findings.push(finding.help("remove `key`"));
        }
        Some(key) if !is_token(key) => {
            findings.push(
                wrong(&RULE_VALUE, format!("`{}` cannot be a name in HTTP", key.value), key.span)
                    .help("letters, digits and `-`, without blanks"),
            );
        }
        _ => {}
    }
}

fn compare(rule: &L7Rule, findings: &mut Vec<Diagnostic>) {
    let allowed: &[L7Compare] = match rule.kind.value {
        L7RuleType::FileType => &[L7Compare::EqualTo, L7Compare::Regex],
        L7RuleType::SslConnHasCert | L7RuleType::SslVerifyResult => &[L7Compare::EqualTo],
        _ => return,
    };
    if !allowed.contains(&rule.compare.value) {
        let words: Vec<String> = allowed.iter().map(word).collect();
        let message = format!("{} does not compare by {}", word(rule.kind.value), word(rule.compare.value));
        let finding = Diagnostic::new(&RULE_FIELD, message).at(rule.compare.span, "").at(rule.kind.span, "this type");
        findings.push(finding.help(format!("write {}", words.join(" or "))));
    }
}

fn value(rule: &L7Rule, findings: &mut Vec<Diagnostic>) {
    let value = &rule.value;
    let fits = match rule.kind.value {
        L7RuleType::SslConnHasCert => value.eq_ignore_ascii_case("true"),
        L7RuleType::SslVerifyResult => !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()),
        _ if rule.compare.value == L7Compare::Regex => !value.contains(['\r', '\n']),
        L7RuleType::Cookie => value.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b',' | b';' | b'\\')),
        _ => is_plain(value) || is_quoted(value),
    };
    if !fits || !(1..=255).contains(&value.chars().count()) {
        let help = match rule.kind.value {
            L7RuleType::SslConnHasCert => "write `\"true\"`, and `invert: true` for the opposite",
            L7RuleType::SslVerifyResult => "write the number of a result, 0 for success",
            _ => "1 to 255 printable characters without blanks, or in double quotes within the value",
        };
        findings.push(
            wrong(&RULE_VALUE, format!("{} cannot be compared with `{}`", word(rule.kind.value), value.value), value.span).help(help),
        );
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_quoted(text: &str) -> bool {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.is_some_and(|inner| inner.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ' || byte == b'\t'))
}

/// A name as HTTP has it.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= 255 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_headers_are_tokens() {
        assert!(is_token("X-Forwarded-For"));
        for bad in ["", "X Forwarded", "X:Y", "Ä"] {
            assert!(!is_token(bad), "{bad}");
        }
    }

    #[test]
    fn blanks_need_quotes() {
        assert!(is_plain("/api") && is_quoted("\"a b\""));
        assert!(!is_plain("a b") && !is_quoted("\"a"));
    }
}
