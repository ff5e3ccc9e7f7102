//! What octavia-ingress-controller makes of an Ingress: the same rules as Kyverno's policy `carriable-ingresses`, told before
//! anything is applied. A test holds the two together.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::diagnostic::Code;
use crate::diagnostic::codes::ingress::{INGRESS_BACKEND, INGRESS_FATAL, INGRESS_IGNORED, INGRESS_REFUSED};

/// Its class, in the one annotation that it reads.
const CLASS: (&str, &str) = ("kubernetes.io/ingress.class", "openstack");
/// Before the name of each of its annotations.
const PREFIX: &str = "octavia.ingress.kubernetes.io/";
const TIMEOUTS: [&str; 4] = ["timeout-client-data", "timeout-member-connect", "timeout-member-data", "timeout-tcp-inspect"];
const OTHERS: [&str; 4] = ["internal", "keep-floatingip", "floatingip", "whitelist-source-range"];
/// Octavia's longest timeout, milliseconds.
const LONGEST: u64 = 2_073_600_000;

/// Something that is wrong with an Ingress.
#[derive(Debug, Clone)]
pub struct Wrong {
    /// The kind of finding.
    pub code: &'static Code,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub help: &'static str,
}

fn wrong(code: &'static Code, what: impl Into<String>, help: &'static str) -> Wrong {
    Wrong { code, what: what.into(), help }
}

fn annotation<'a>(ingress: &'a Value, key: &str) -> Option<&'a str> {
    ingress["metadata"]["annotations"].get(key)?.as_str()
}

fn own<'a>(ingress: &'a Value, name: &str) -> Option<&'a str> {
    annotation(ingress, &format!("{PREFIX}{name}"))
}

/// Whether an object is an Ingress that is meant for this controller.
#[must_use]
pub fn is_of_its_class(object: &Value) -> bool {
    object["kind"] == "Ingress" && (annotation(object, CLASS.0) == Some(CLASS.1) || object["spec"]["ingressClassName"] == CLASS.1)
}

/// Whether it asks for a floating address.
#[must_use]
pub fn is_public(ingress: &Value) -> bool {
    own(ingress, "internal") == Some("false")
}

/// Everything that is wrong with an Ingress of its class. `public`: Ingresses may ask for floating addresses.
#[must_use]
pub fn judge(ingress: &Value, public: bool) -> Vec<Wrong> {
    let mut found = Vec::new();
    found.extend(class(ingress));
    found.extend(fatal(ingress));
    found.extend(hosts_and_paths(ingress));
    if ingress["spec"]["tls"].as_array().is_some_and(|tls| !tls.is_empty()) {
        let help = "end TLS at `ingress.default`, or at a balancer under `loadBalancers`";
        found.push(wrong(&INGRESS_REFUSED, "it has `tls`, which the controller cannot carry to Octavia", help));
    }
    found.extend(annotations(ingress));
    found.extend(addresses(ingress, public));
    found
}

fn class(ingress: &Value) -> Option<Wrong> {
    let help = "write the annotation `kubernetes.io/ingress.class: openstack`, and no other class beside it";
    let by_name = ingress["spec"].get("ingressClassName");
    if annotation(ingress, CLASS.0) != Some(CLASS.1) {
        return Some(wrong(&INGRESS_IGNORED, "the controller reads no `ingressClassName`, and it has no annotation", help));
    }
    by_name.is_some_and(|name| *name != CLASS.1).then(|| wrong(&INGRESS_IGNORED, "it has a second class, and would be served twice", help))
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn rules(ingress: &Value) -> impl Iterator<Item = &Value> {
    list(&ingress["spec"], "rules")
}

fn host(rule: &Value) -> &str {
    rule["host"].as_str().unwrap_or_default()
}

fn paths(rule: &Value) -> impl Iterator<Item = &Value> {
    list(&rule["http"], "paths")
}

fn text(path: &Value) -> &str {
    path["path"].as_str().unwrap_or_default()
}

fn backends(ingress: &Value) -> impl Iterator<Item = &Value> {
    let default = ingress["spec"].get("defaultBackend");
    default.into_iter().chain(rules(ingress).flat_map(paths).map(|path| &path["backend"]))
}

fn fatal(ingress: &Value) -> Option<Wrong> {
    if let Some(rule) = rules(ingress).find(|rule| rule.get("http").is_none()) {
        let what = format!("its rule for `{}` has no `http`", host(rule));
        return Some(wrong(&INGRESS_FATAL, what, "give the rule its `http.paths`, or take it away"));
    }
    let resource = backends(ingress).find(|backend| backend.get("service").is_none());
    resource.map(|_| wrong(&INGRESS_FATAL, "it has a backend that is no Service", "name a Service of type NodePort"))
}

fn hosts_and_paths(ingress: &Value) -> Vec<Wrong> {
    let mut found = Vec::new();
    for rule in rules(ingress) {
        if host(rule).starts_with('*') {
            let what = format!("Octavia refuses what the controller makes of the host `{}`", host(rule));
            found.push(wrong(&INGRESS_REFUSED, what, "write a rule for each host"));
        }
        for path in paths(rule) {
            if path["pathType"] == "Exact" {
                let what = format!("the controller takes `{}` for a prefix, not for exactly that path", text(path));
                found.push(wrong(&INGRESS_IGNORED, what, "write `pathType: Prefix` if that is meant"));
            }
            if !is_path(text(path)) {
                let what = format!("Octavia refuses the path `{}`", text(path));
                found.push(wrong(&INGRESS_REFUSED, what, "write a path that begins with `/`, of at most 255 printable characters"));
            }
            // Itself is one; a rule for all hosts stands beside every other.
            let hidden = |other: &&Value| host(rule).is_empty() || host(rule) == host(other);
            let begins = rules(ingress).filter(hidden).flat_map(paths).filter(|other| text(other).starts_with(text(path))).count();
            if begins > 1 {
                let what = format!("the path `{}` hides others of `{}` that begin with it", text(path), host(rule));
                let help = "take `defaultBackend` for the rest, or an Ingress of its own";
                found.push(wrong(&INGRESS_REFUSED, what, help));
            }
        }
    }
    found
}

fn is_path(path: &str) -> bool {
    path.starts_with('/') && path.len() <= 255 && path.bytes().all(|byte| byte.is_ascii_graphic())
}

fn annotations(ingress: &Value) -> Vec<Wrong> {
    let mut found = Vec::new();
    let all = ingress["metadata"]["annotations"].as_object();
    for name in all.into_iter().flatten().filter_map(|(key, _)| key.strip_prefix(PREFIX)) {
        if !TIMEOUTS.contains(&name) && !OTHERS.contains(&name) {
            found.push(wrong(&INGRESS_IGNORED, format!("the controller knows no annotation `{PREFIX}{name}`"), "correct or remove it"));
        }
    }
    for name in TIMEOUTS {
        let Some(value) = own(ingress, name) else { continue };
        if !value.bytes().all(|byte| byte.is_ascii_digit()) || !value.parse::<u64>().is_ok_and(|number| number <= LONGEST) {
            let what = format!("`{name}: {value}` has no effect");
            found.push(wrong(&INGRESS_IGNORED, what, "write milliseconds: a whole number without a unit, at most 2073600000"));
        }
    }
    for name in ["internal", "keep-floatingip"] {
        let Some(value) = own(ingress, name) else { continue };
        if !matches!(value, "true" | "false") {
            found.push(wrong(&INGRESS_REFUSED, format!("`{name}: {value}` fails when all else is made"), "write \"true\" or \"false\""));
        }
    }
    found
}

fn addresses(ingress: &Value, public: bool) -> Vec<Wrong> {
    let mut found = Vec::new();
    if let Some(ranges) = own(ingress, "whitelist-source-range") {
        let wrong_one = ranges.split(',').find(|range| range.parse::<ipnet::Ipv4Net>().is_err());
        if let Some(range) = wrong_one {
            let what = format!("Octavia refuses `{range}` of `whitelist-source-range`");
            found.push(wrong(&INGRESS_REFUSED, what, "write IPv4 networks with commas between them and no blanks"));
        }
    }
    let floating = own(ingress, "floatingip");
    if !public && (is_public(ingress) || floating.is_some()) {
        let what = "it asks for a floating address, and `ingress.octavia.internal` is true";
        found.push(wrong(&INGRESS_IGNORED, what, "write `internal: false` under `ingress.octavia`, and how many are `public`"));
    } else if let Some(address) = floating {
        if address.parse::<std::net::Ipv4Addr>().is_err() {
            found.push(wrong(&INGRESS_REFUSED, format!("`floatingip: {address}` is no address"), "write an IPv4 address of the project"));
        } else if !is_public(ingress) {
            found.push(wrong(
                &INGRESS_IGNORED,
                "`floatingip` of an internal Ingress has no effect",
                "write `internal: \"false\"` beside it",
            ));
        }
    }
    found
}

/// Ports of nodes that a Service asks for by number.
pub fn node_ports(object: &Value) -> impl Iterator<Item = u16> + '_ {
    let is_one = object["kind"] == "Service" && matches!(object["spec"]["type"].as_str(), Some("NodePort" | "LoadBalancer"));
    let ports = is_one.then(|| list(&object["spec"], "ports")).into_iter().flatten();
    ports.filter_map(|port| u16::try_from(port["nodePort"].as_u64()?).ok())
}

/// Backends that no Service with a port of nodes among these objects stands behind.
#[must_use]
pub fn unreached<'a>(ingress: &Value, objects: &(impl Iterator<Item = &'a Value> + Clone)) -> Vec<Wrong> {
    let namespace = &ingress["metadata"]["namespace"];
    let reached = |name: &Value, port: &Value| {
        objects.clone().any(|object| {
            let is_one = object["kind"] == "Service" && matches!(object["spec"]["type"].as_str(), Some("NodePort" | "LoadBalancer"));
            let same = object["metadata"]["name"] == *name && object["metadata"]["namespace"] == *namespace;
            let has = |one: &Value| port.get("number").map_or(one["name"] == port["name"], |number| one["port"] == *number);
            is_one && same && list(&object["spec"], "ports").any(has)
        })
    };
    let services = backends(ingress).filter_map(|backend| backend.get("service"));
    let missing = services.filter(|service| !reached(&service["name"], &service["port"]));
    let names: BTreeSet<&str> = missing.filter_map(|service| service["name"].as_str()).collect();
    let tell = |name: &str| {
        let what = format!("there is no Service `{name}` of type NodePort with that port");
        wrong(&INGRESS_BACKEND, what, "make it one, in a sync wave before the Ingress")
    };
    names.into_iter().map(tell).collect()
}
