//! Calico's own policies and tiers,
//! <https://docs.tigera.io/calico/latest/reference/resources/globalnetworkpolicy>. Every key that a rule may have is known here.

use ipnet::IpNet;
use serde::Deserialize;
use serde_json::Value;

use super::super::policy::{Action, Entity, Icmp, Policy, Port, Rule, Subject, Tier, protocol};
use super::super::selector::Selector;
use super::{name, namespace};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TierSpec {
    order: Option<f64>,
    default_action: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    tier: Option<String>,
    order: Option<f64>,
    #[serde(default)]
    selector: String,
    #[serde(default)]
    namespace_selector: String,
    #[serde(default)]
    service_account_selector: String,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    ingress: Vec<RuleSpec>,
    #[serde(default)]
    egress: Vec<RuleSpec>,
    #[serde(default)]
    do_not_track: bool,
    #[serde(default, rename = "preDNAT")]
    pre_dnat: bool,
    #[serde(default, rename = "applyOnForward")]
    _apply_on_forward: bool,
    #[serde(default, rename = "performanceHints")]
    _performance_hints: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RuleSpec {
    action: String,
    protocol: Option<Value>,
    not_protocol: Option<Value>,
    ip_version: Option<u8>,
    icmp: Option<IcmpSpec>,
    #[serde(rename = "notICMP")]
    not_icmp: Option<IcmpSpec>,
    #[serde(default)]
    source: EntitySpec,
    #[serde(default)]
    destination: EntitySpec,
    http: Option<Value>,
    #[serde(rename = "metadata")]
    _metadata: Option<Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IcmpSpec {
    #[serde(rename = "type")]
    kind: Option<u8>,
    code: Option<u8>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct EntitySpec {
    nets: Vec<String>,
    not_nets: Vec<String>,
    selector: String,
    not_selector: String,
    namespace_selector: String,
    ports: Vec<Value>,
    not_ports: Vec<Value>,
    service_accounts: Option<AccountsSpec>,
    services: Option<ServiceSpec>,
}

#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
struct AccountsSpec {
    names: Vec<String>,
    selector: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ServiceSpec {
    name: String,
    namespace: Option<String>,
}

pub(super) fn tier(document: &Value) -> Result<Tier, String> {
    let spec = TierSpec::deserialize(&document["spec"]).map_err(|error| error.to_string())?;
    let passes = match spec.default_action.as_deref() {
        None | Some("Deny") => false,
        Some("Pass") => true,
        Some(other) => return Err(format!("defaultAction `{other}`")),
    };
    Ok(Tier { name: name(document)?, order: spec.order, passes })
}

pub(super) fn global(path: &str, document: &Value) -> Result<Policy, String> {
    policy(path, document, "GlobalNetworkPolicy", None)
}

pub(super) fn namespaced(path: &str, document: &Value) -> Result<Policy, String> {
    policy(path, document, "NetworkPolicy", Some(namespace(document)))
}

fn policy(path: &str, document: &Value, kind: &'static str, own: Option<String>) -> Result<Policy, String> {
    let spec = Spec::deserialize(&document["spec"]).map_err(|error| error.to_string())?;
    if spec.pre_dnat || spec.do_not_track {
        return Err("it acts on nodes before connections are known, which strata does not evaluate".into());
    }
    if let Some(unknown) = spec.types.iter().find(|kind| !matches!(kind.as_str(), "Ingress" | "Egress")) {
        return Err(format!("types: `{unknown}`"));
    }
    // Felix takes a policy without types for both; the defaults of v3 are filled in by an API server that is not there.
    let governs = |wanted: &str| spec.types.is_empty() || spec.types.iter().any(|kind| kind == wanted);
    let name = name(document)?;
    let rules = |specs: Vec<RuleSpec>| {
        let one = |(at, spec)| rule(at + 1, spec, own.as_deref()).map_err(|why| format!("rule {}: {why}", at + 1));
        specs.into_iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()
    };
    let (ingress, egress) = (governs("Ingress"), governs("Egress"));
    let (ingress_rules, egress_rules) = (rules(spec.ingress)?, rules(spec.egress)?);
    Ok(Policy {
        path: path.to_owned(),
        kind,
        tier: spec.tier.unwrap_or_else(|| "default".into()),
        order: spec.order,
        tie: own.as_ref().map_or_else(|| name.clone(), |namespace| format!("{namespace}/{name}")),
        subject: Subject {
            namespace: own.clone(),
            labels: optional(&spec.selector)?,
            namespaces: optional(&spec.namespace_selector)?,
            accounts: optional(&spec.service_account_selector)?,
            account_names: Vec::new(),
        },
        ingress: ingress.then_some(ingress_rules),
        egress: egress.then_some(egress_rules),
        name,
        namespace: own,
    })
}

/// A selector, where one is written.
fn optional(text: &str) -> Result<Option<Selector>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    Selector::parse(text).map(Some).map_err(|why| format!("selector `{text}`: {why}"))
}

fn rule(number: usize, spec: RuleSpec, own: Option<&str>) -> Result<Rule, String> {
    if spec.http.is_some() {
        return Err("`http` needs Calico's application layer, which this platform has not".into());
    }
    let action = match spec.action.as_str() {
        "Allow" => Action::Allow,
        "Deny" => Action::Deny,
        "Log" => Action::Log,
        "Pass" => Action::Pass,
        other => return Err(format!("action `{other}`")),
    };
    let icmp = |spec: IcmpSpec| Icmp { kind: spec.kind, code: spec.code };
    Ok(Rule {
        number,
        action,
        ip_version: spec.ip_version,
        protocol: spec.protocol.as_ref().map(number_of).transpose()?,
        not_protocol: spec.not_protocol.as_ref().map(number_of).transpose()?,
        icmp: spec.icmp.map(icmp),
        not_icmp: spec.not_icmp.map(icmp),
        source: entity(spec.source, own)?,
        destination: entity(spec.destination, own)?,
    })
}

fn number_of(value: &Value) -> Result<u8, String> {
    let number = match value {
        Value::String(name) => protocol(name),
        value => value.as_u64().and_then(|number| u8::try_from(number).ok()).filter(|number| *number > 0),
    };
    number.ok_or_else(|| format!("protocol `{value}`"))
}

fn entity(spec: EntitySpec, own: Option<&str>) -> Result<Entity, String> {
    let accounts = spec.service_accounts.unwrap_or_default();
    let not_labels = optional(&spec.not_selector)?;
    let mut subject = Subject {
        namespace: None,
        labels: optional(&spec.selector)?,
        namespaces: optional(&spec.namespace_selector)?,
        accounts: optional(&accounts.selector)?,
        account_names: accounts.names,
    };
    // A policy in a namespace means pods of that namespace as soon as it means pods at all.
    if subject.namespaces.is_none() && (!subject.is_empty() || not_labels.is_some()) {
        subject.namespace = own.map(str::to_owned);
    }
    let service = spec.services.map(|service| {
        let namespace = service.namespace.or_else(|| own.map(str::to_owned));
        namespace.map(|namespace| (namespace, service.name)).ok_or_else(|| "a Service without its namespace".to_owned())
    });
    let meant = !subject.is_empty() || subject.namespace.is_some();
    Ok(Entity {
        nets: nets(&spec.nets)?,
        not_nets: nets(&spec.not_nets)?,
        subject: meant.then_some(subject),
        not_labels,
        ports: ports(&spec.ports)?,
        not_ports: ports(&spec.not_ports)?,
        service: service.transpose()?,
    })
}

/// Networks, or addresses alone.
fn nets(texts: &[String]) -> Result<Vec<IpNet>, String> {
    let one = |text: &String| {
        let address = || text.parse::<std::net::IpAddr>().ok().map(IpNet::from);
        text.parse::<IpNet>().ok().or_else(address).ok_or_else(|| format!("`{text}` is no network"))
    };
    texts.iter().map(one).collect()
}

fn ports(values: &[Value]) -> Result<Vec<Port>, String> {
    values.iter().map(port).collect()
}

/// `80`, `"80:90"` or a name.
fn port(value: &Value) -> Result<Port, String> {
    let wrong = || format!("port `{value}`");
    let number = |text: &str| text.parse::<u16>().map_err(|_| wrong());
    match value {
        Value::String(text) => match text.split_once(':') {
            Some((first, last)) => {
                let (first, last) = (number(first)?, number(last)?);
                if last < first { Err(wrong()) } else { Ok(Port::Range(first, last)) }
            }
            None if text.bytes().all(|byte| byte.is_ascii_digit()) => number(text).map(|port| Port::Range(port, port)),
            None => Ok(Port::Named(text.clone())),
        },
        value => {
            let port = value.as_u64().and_then(|port| u16::try_from(port).ok()).ok_or_else(wrong)?;
            Ok(Port::Range(port, port))
        }
    }
}
