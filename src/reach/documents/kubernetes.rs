//! `networking.k8s.io/v1` NetworkPolicy: it only allows, so its rules need no order. Calico gives it order 1000 of tier `default`.

use std::collections::BTreeMap;

use ipnet::IpNet;
use serde::Deserialize;
use serde_json::Value;

use super::super::policy::{Action, Entity, Policy, Port, Rule, Subject, protocol};
use super::super::selector::Selector;
use super::{name, namespace};

/// Where Kubernetes' own policies stand in tier `default`.
const ORDER: f64 = 1000.0;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Spec {
    #[serde(default)]
    pod_selector: Labels,
    policy_types: Option<Vec<String>>,
    ingress: Option<Vec<Ingress>>,
    egress: Option<Vec<Egress>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Labels {
    #[serde(default)]
    match_labels: BTreeMap<String, String>,
    #[serde(default)]
    match_expressions: Vec<Expression>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expression {
    key: String,
    operator: String,
    #[serde(default)]
    values: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ingress {
    from: Option<Vec<PeerSpec>>,
    ports: Option<Vec<PortSpec>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Egress {
    to: Option<Vec<PeerSpec>>,
    ports: Option<Vec<PortSpec>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PeerSpec {
    pod_selector: Option<Labels>,
    namespace_selector: Option<Labels>,
    ip_block: Option<Block>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Block {
    cidr: String,
    except: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PortSpec {
    protocol: Option<String>,
    port: Option<Value>,
    end_port: Option<u16>,
}

pub(super) fn policy(path: &str, document: &Value) -> Result<Policy, String> {
    let spec = Spec::deserialize(&document["spec"]).map_err(|error| error.to_string())?;
    let (name, namespace) = (name(document)?, namespace(document));
    // As the API server fills it: ingress always, egress where there are rules for it.
    let types = spec.policy_types.unwrap_or_else(|| {
        let egress = spec.egress.as_ref().is_some_and(|rules| !rules.is_empty());
        if egress { vec!["Ingress".into(), "Egress".into()] } else { vec!["Ingress".into()] }
    });
    if let Some(unknown) = types.iter().find(|kind| !matches!(kind.as_str(), "Ingress" | "Egress")) {
        return Err(format!("policyTypes: `{unknown}`"));
    }
    let mut ingress = Vec::new();
    for (at, rule) in spec.ingress.into_iter().flatten().enumerate() {
        ingress.extend(rules(at + 1, rule.from, rule.ports, &namespace, true)?);
    }
    let mut egress = Vec::new();
    for (at, rule) in spec.egress.into_iter().flatten().enumerate() {
        egress.extend(rules(at + 1, rule.to, rule.ports, &namespace, false)?);
    }
    Ok(Policy {
        path: path.to_owned(),
        kind: "NetworkPolicy",
        tier: "default".into(),
        order: Some(ORDER),
        tie: format!("{namespace}/knp.default.{name}"),
        subject: Subject { namespace: Some(namespace.clone()), labels: Some(selector(spec.pod_selector)?), ..Subject::default() },
        ingress: types.iter().any(|kind| kind == "Ingress").then_some(ingress),
        egress: types.iter().any(|kind| kind == "Egress").then_some(egress),
        name,
        namespace: Some(namespace),
    })
}

/// A rule of the document is one for each pair of a peer and a port.
fn rules(
    number: usize,
    peers: Option<Vec<PeerSpec>>,
    ports: Option<Vec<PortSpec>>,
    namespace: &str,
    ingress: bool,
) -> Result<Vec<Rule>, String> {
    let peers = peers.into_iter().flatten().map(|peer| entity(peer, namespace)).collect::<Result<Vec<_>, _>>()?;
    let ports = ports.into_iter().flatten().map(port).collect::<Result<Vec<_>, _>>()?;
    // None named means all.
    let peers = if peers.is_empty() { vec![Entity::default()] } else { peers };
    let ports = if ports.is_empty() { vec![(None, Vec::new())] } else { ports };
    let mut rules = Vec::new();
    for peer in &peers {
        for (protocol, ports) in &ports {
            let here = Entity { ports: ports.clone(), ..Entity::default() };
            let (source, destination) =
                if ingress { (peer.clone(), here) } else { (Entity::default(), Entity { ports: ports.clone(), ..peer.clone() }) };
            let (ip_version, not_protocol, icmp, not_icmp) = (None, None, None, None);
            let protocol = *protocol;
            rules.push(Rule { number, action: Action::Allow, ip_version, protocol, not_protocol, icmp, not_icmp, source, destination });
        }
    }
    Ok(rules)
}

fn entity(peer: PeerSpec, namespace: &str) -> Result<Entity, String> {
    if let Some(block) = peer.ip_block {
        if peer.pod_selector.is_some() || peer.namespace_selector.is_some() {
            return Err("ipBlock stands alone".into());
        }
        let net = |text: &String| text.parse::<IpNet>().map_err(|_| format!("`{text}` is no network"));
        let not_nets = block.except.iter().flatten().map(net).collect::<Result<_, _>>()?;
        return Ok(Entity { nets: vec![net(&block.cidr)?], not_nets, ..Entity::default() });
    }
    if peer.pod_selector.is_none() && peer.namespace_selector.is_none() {
        return Err("a peer that names nobody".into());
    }
    let own = peer.namespace_selector.is_none().then(|| namespace.to_owned());
    let labels = selector(peer.pod_selector.unwrap_or_default())?;
    let namespaces = peer.namespace_selector.map(selector).transpose()?;
    let subject = Subject { namespace: own, labels: Some(labels), namespaces, ..Subject::default() };
    Ok(Entity { subject: Some(subject), ..Entity::default() })
}

fn selector(labels: Labels) -> Result<Selector, String> {
    let equal = labels.match_labels.into_iter().map(|(key, value)| Selector::Equal(key, value));
    let mut all: Vec<Selector> = equal.collect();
    for Expression { key, operator, values } in labels.match_expressions {
        all.push(match operator.as_str() {
            "In" => Selector::In(key, values),
            "NotIn" => Selector::Not(Box::new(Selector::In(key, values))),
            "Exists" => Selector::Has(key),
            "DoesNotExist" => Selector::Not(Box::new(Selector::Has(key))),
            unknown => return Err(format!("operator `{unknown}`")),
        });
    }
    Ok(all.into_iter().fold(Selector::All, Selector::and))
}

fn port(spec: PortSpec) -> Result<(Option<u8>, Vec<Port>), String> {
    let name = spec.protocol.unwrap_or_else(|| "TCP".into());
    let number = protocol(&name).filter(|_| matches!(name.as_str(), "TCP" | "UDP" | "SCTP"));
    let number = number.ok_or_else(|| format!("protocol `{name}`"))?;
    let ports = match (&spec.port, spec.end_port) {
        (None, None) => Vec::new(),
        (None, Some(_)) => return Err("endPort without port".into()),
        (Some(Value::String(name)), None) => vec![Port::Named(name.clone())],
        (Some(value), end) => {
            let first = value.as_u64().and_then(|port| u16::try_from(port).ok()).ok_or_else(|| format!("port `{value}`"))?;
            let last = end.unwrap_or(first);
            if first == 0 || last < first {
                return Err(format!("ports {first} to {last}"));
            }
            vec![Port::Range(first, last)]
        }
    };
    Ok((Some(number), ports))
}
