//! Arguments of kubelet: known, with a value that it takes, nobody else's, and none that opens the node.

mod flags;

use super::Input;
use super::pools::WrittenPool;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::host::{KUBELET_OWNED, KUBELET_UNKNOWN, KUBELET_UNSAFE, KUBELET_VALUE};
use crate::source::At;
use crate::source::environment::Profile;
use crate::source::suggest::{nearest, short};

use flags::{FLAGS, Kind, OWNED};

pub(super) fn arguments(input: &Input, pool: &WrittenPool, findings: &mut Vec<Diagnostic>) {
    let cis = input.environment.kubernetes.profile.value.known() == Profile::Cis;
    for (name, value) in pool.kubelet_arguments {
        findings
            .extend(unknown(name, value).or_else(|| owned(name)).or_else(|| wrong(name, value)).or_else(|| unsafe_value(cis, name, value)));
    }
}

fn unknown(name: &At<String>, value: &At<String>) -> Option<Diagnostic> {
    let plain = name.trim_start_matches('-');
    let known = |name: &str| FLAGS.iter().any(|(flag, _)| *flag == name) || OWNED.iter().any(|(flag, _)| *flag == name);
    if known(name) {
        return None;
    }
    let all = || FLAGS.iter().map(|(flag, _)| *flag);
    let (message, help) = if known(plain) {
        ("arguments are written without `--`".to_owned(), format!("write `{plain}`"))
    } else if let Some((before, after)) = plain.split_once('=') {
        (format!("`{}` is an argument with its value", name.value), format!("write `{before}: \"{after}={}\"`", value.value))
    } else {
        let help = match nearest(plain, all()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`kubelet --help` of this release lists them; what stands only in kubelet's configuration file cannot be set here"
                .to_owned(),
        };
        (format!("kubelet has no argument `{plain}`"), help)
    };
    Some(Diagnostic::new(&KUBELET_UNKNOWN, message).at(name.span, "").help(help))
}

fn owned(name: &At<String>) -> Option<Diagnostic> {
    let (_, help) = OWNED.iter().find(|(flag, _)| *flag == name.as_str())?;
    let owner = if help.starts_with("RKE2") { "RKE2" } else { "strata" };
    Some(Diagnostic::new(&KUBELET_OWNED, format!("`{}` of kubelet is set by {owner}", name.value)).at(name.span, "").help(*help))
}

fn wrong(name: &At<String>, value: &At<String>) -> Option<Diagnostic> {
    let (_, kind) = FLAGS.iter().find(|(flag, _)| *flag == name.as_str())?;
    let text = value.as_str();
    let (right, example) = match kind {
        Kind::Switch => (matches!(text, "true" | "false"), "true or false"),
        Kind::Number => (text.parse::<i64>().is_ok(), "a whole number, such as \"60\""),
        Kind::Count => (text.parse::<u32>().is_ok_and(|count| count > 0), "a whole number from 1 on, such as \"60\""),
        Kind::Percent => (text.parse::<u8>().is_ok_and(|percent| percent <= 100), "a whole number from 0 to 100"),
        Kind::Span => (is_span(text), "a duration with its unit, such as 10s or 2h45m"),
        Kind::Pairs => (is_pairs(text, '='), "pairs, such as cpu=200m,memory=500Mi"),
        Kind::Thresholds => (is_pairs(text, '<'), "thresholds, such as memory.available<500Mi,nodefs.available<10%"),
        Kind::Text => (!text.is_empty(), "something"),
    };
    (!right).then(|| {
        Diagnostic::new(&KUBELET_VALUE, format!("`{}` of kubelet cannot be `{}`", name.value, short(text)))
            .at(value.span, "")
            .help(format!("write {example}"))
    })
}

/// A duration as Go reads it: `1h30m`, `300ms`, `0`.
fn is_span(text: &str) -> bool {
    let mut rest = text;
    while !rest.is_empty() {
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let unit = ["ms", "us", "ns", "h", "m", "s"].into_iter().find_map(|unit| after.strip_prefix(unit));
        match unit {
            Some(next) if after.len() < rest.len() => rest = next,
            _ => return text == "0",
        }
    }
    !text.is_empty()
}

fn is_pairs(text: &str, sign: char) -> bool {
    text.split(',').all(|pair| pair.split_once(sign).is_some_and(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty()))
}

/// What opens the node whatever its profile, then what the CIS benchmark asks beyond that: item and what is right.
fn unsafe_value(cis: bool, name: &At<String>, value: &At<String>) -> Option<Diagnostic> {
    let text = value.as_str();
    let zero = || text.trim_end_matches(|c: char| c.is_ascii_alphabetic()) == "0";
    let (item, right) = match (name.as_str(), text) {
        ("anonymous-auth", "true") => ("4.2.1", "false"),
        ("authentication-token-webhook", "false") => ("4.2.1", "true"),
        ("authorization-mode", mode) if mode != "Webhook" => ("4.2.2", "Webhook"),
        ("read-only-port", port) if port != "0" => ("4.2.4", "0"),
        ("tls-min-version", "VersionTLS10" | "VersionTLS11") => ("4.2.12", "VersionTLS12"),
        ("tls-cipher-suites", suites) if suites.split(',').any(flags::is_weak) => ("4.2.12", "suites with ECDHE and GCM or CHACHA20"),
        _ if !cis => return None,
        ("streaming-connection-idle-timeout", _) if zero() => ("4.2.5", "5m"),
        ("make-iptables-util-chains", "false") => ("4.2.6", "true"),
        ("protect-kernel-defaults", "false") => ("4.2.6 of older benchmarks; RKE2 stops at it", "true"),
        ("event-qps", _) if zero() => ("4.2.8", "5"),
        ("rotate-certificates", "false") => ("4.2.10", "true"),
        ("feature-gates", gates) if gates.contains("RotateKubeletServerCertificate=false") => ("4.2.11", "true for that gate"),
        ("pod-max-pids", pids) if pids.starts_with('-') || pids == "0" => ("4.2.13", "4096"),
        ("seccomp-default", "false") => ("4.2.14", "true"),
        _ => return None,
    };
    let open = matches!(item, "4.2.1" | "4.2.2" | "4.2.4");
    let effect = if open { "opens the node to everybody" } else { "is less than the CIS benchmark asks" };
    Some(
        Diagnostic::new(&KUBELET_UNSAFE, format!("`{}: {}` {effect}", name.value, short(text)))
            .at(value.span, format!("CIS {item}"))
            .help(format!("leave it out, or write {right}")),
    )
}
