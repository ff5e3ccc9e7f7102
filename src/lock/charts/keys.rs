//! The keys that a chart knows: those of its values.yaml, those that its templates ask for, and those of the charts in it.

use std::collections::BTreeMap;

use serde_json::Value;

use super::archive::{Part, Parts};
use crate::source::lock::Keys;

/// Values of all charts in it, which Helm hands down.
const GLOBAL: &str = "global";

/// The keys of a chart, by what its archive holds.
pub(super) fn of(parts: &Parts) -> Keys {
    of_part(parts, &[])
}

fn of_part(parts: &Parts, path: &[String]) -> Keys {
    let Some(part) = parts.get(path) else { return Keys::default() };
    let mut keys = of_values(&part.values, true);
    for asked in &part.asked {
        ask(&mut keys, asked);
    }
    for printed in &part.printed {
        open(&mut keys, printed);
    }
    for (name, inner) in inner(parts, part, path) {
        for (key, below) in &inner.0 {
            if key == GLOBAL {
                join(keys.0.entry(GLOBAL.to_owned()).or_default(), below);
            }
        }
        join(keys.0.entry(name).or_default(), &inner);
    }
    keys
}

/// The keys of a mapping, all the way down. A key with a dot or a slash is no name that a template could write behind
/// `.Values`: such a mapping is handed on as it is, and takes every key.
fn of_values(values: &Value, top: bool) -> Keys {
    let Some(map) = values.as_object() else { return Keys::default() };
    if !top && map.keys().any(|key| key.contains(['.', '/'])) {
        return Keys::default();
    }
    Keys(map.iter().map(|(key, value)| (key.clone(), of_values(value, false))).collect())
}

/// Adds what a template asks for. A mapping without keys takes every key already, and stays so.
fn ask(keys: &mut Keys, path: &[String]) {
    let mut here = keys;
    for (depth, name) in path.iter().enumerate() {
        if depth > 0 && here.0.is_empty() {
            return;
        }
        let known = here.0.contains_key(name);
        here = here.0.entry(name.clone()).or_default();
        if !known {
            return;
        }
    }
}

/// A mapping that a template prints as it is takes every key: of a pod's `resources`, a chart names the limits that it sets.
fn open(keys: &mut Keys, path: &[String]) {
    let place = path.iter().try_fold(keys, |here, name| here.0.get_mut(name));
    if let Some(keys) = place {
        keys.0.clear();
    }
}

/// Charts inside of a chart, by the name that values reach them by. Who names a condition also has its key.
fn inner(parts: &Parts, part: &Part, path: &[String]) -> BTreeMap<String, Keys> {
    let mut found = BTreeMap::new();
    let mut dependencies: Vec<(String, String)> = Vec::new();
    let listed = part.metadata.get("dependencies").and_then(Value::as_array).into_iter().flatten();
    for dependency in listed {
        let text = |key: &str| dependency.get(key).and_then(Value::as_str);
        let Some(name) = text("name") else { continue };
        dependencies.push((text("alias").unwrap_or(name).to_owned(), name.to_owned()));
    }
    let below = parts.keys().filter(|inner| inner.len() == path.len() + 1 && inner.starts_with(path)).filter_map(|inner| inner.last());
    for name in below {
        if !dependencies.iter().any(|(_, listed)| listed == name) {
            dependencies.push((name.clone(), name.clone()));
        }
    }
    for (called, name) in dependencies {
        let inner: Vec<String> = path.iter().chain([&name]).cloned().collect();
        // One that is packed apart, or fetched later, may have any.
        let keys = if parts.contains_key(&inner) { of_part(parts, &inner) } else { Keys::default() };
        found.insert(called, keys);
    }
    for condition in conditions(part) {
        if let [called, key, ..] = condition.as_slice()
            && let Some(keys) = found.get_mut(called).filter(|keys| !keys.0.is_empty())
        {
            keys.0.entry(key.clone()).or_default();
        }
    }
    found
}

/// `grafana.enabled`, which switches a chart inside on and off.
fn conditions(part: &Part) -> Vec<Vec<String>> {
    let listed = part.metadata.get("dependencies").and_then(Value::as_array).into_iter().flatten();
    let texts = listed.filter_map(|dependency| dependency.get("condition")?.as_str()).flat_map(|text| text.split(','));
    texts.map(|path| path.trim().split('.').map(str::to_owned).collect()).collect()
}

/// Both together. What takes every key goes on doing so.
fn join(keys: &mut Keys, other: &Keys) {
    if keys.0.is_empty() {
        keys.clone_from(other);
        return;
    }
    if other.0.is_empty() {
        return;
    }
    for (key, below) in &other.0 {
        match keys.0.get_mut(key) {
            Some(known) if known.0.is_empty() || below.0.is_empty() => known.0.clear(),
            Some(known) => join(known, below),
            None => {
                keys.0.insert(key.clone(), below.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{Parts, of};
    use crate::lock::charts::archive::Part;

    fn part(metadata: Value, values: Value, asked: &[&str]) -> Part {
        let asked = asked.iter().map(|path| path.split('.').map(str::to_owned).collect()).collect();
        Part { metadata, values, asked, ..Part::default() }
    }

    fn keys(parts: &Parts) -> Value {
        serde_json::to_value(of(parts)).expect("keys are text")
    }

    #[test]
    fn keys_are_those_of_the_values_and_what_templates_ask_for() {
        let values = json!({
            "image": {"repository": "x", "tag": ""}, "resources": {}, "list": [{"a": 1}], "nothing": null,
            "settings": {"policy.csv": "", "scopes": "x"}
        });
        let chart = part(json!({"name": "x"}), values, &["image.digest", "resources.limits.cpu", "hidden.switch"]);
        let expected = json!({
            "image": {"repository": {}, "tag": {}, "digest": {}}, "resources": {}, "list": {}, "nothing": {}, "settings": {}, "hidden": {}
        });
        assert_eq!(keys(&Parts::from([(vec![], chart)])), expected);
    }

    #[test]
    fn what_is_printed_takes_every_key() {
        let values = json!({"controller": {"resources": {"limits": {"memory": "1Gi"}}, "replicas": 1}});
        let mut chart = part(json!({"name": "x"}), values, &["controller.resources", "controller.replicas"]);
        chart.printed = vec![vec!["controller".to_owned(), "resources".to_owned()], vec!["absent".to_owned()]];
        assert_eq!(keys(&Parts::from([(vec![], chart)])), json!({"controller": {"resources": {}, "replicas": {}}}));
    }

    #[test]
    fn charts_inside_have_their_keys_under_their_name() {
        let dependencies = json!({"dependencies": [
            {"name": "grafana", "condition": "grafana.enabled"},
            {"name": "exporter", "alias": "nodes"},
            {"name": "absent"}
        ]});
        let parts = Parts::from([
            (vec![], part(dependencies, json!({"grafana": {"adminUser": "x"}, "own": 1}), &[])),
            (
                vec!["grafana".to_owned()],
                part(json!({}), json!({"adminUser": "y", "persistence": {"size": 1}, "global": {"registry": ""}}), &[]),
            ),
            (vec!["exporter".to_owned()], part(json!({}), json!({"port": 1}), &[])),
        ]);
        let expected = json!({
            "grafana": {"adminUser": {}, "enabled": {}, "global": {"registry": {}}, "persistence": {"size": {}}},
            "own": {}, "nodes": {"port": {}}, "absent": {}, "global": {"registry": {}}
        });
        assert_eq!(keys(&parts), expected);
    }
}
