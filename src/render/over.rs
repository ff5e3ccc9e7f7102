//! One mapping laid over another, as Helm lays values over values: mappings key by key, everything else as a whole. `null`
//! stays, since to Helm it takes a chart's own default away.

use serde_json::Value;

pub(super) fn lay(base: &mut Value, over: &Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (key, value) in over {
                lay(base.entry(key.clone()).or_insert(Value::Null), value);
            }
        }
        (base, over) => *base = over.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::lay;

    #[test]
    fn mappings_are_merged_and_all_else_is_replaced() {
        let mut base = json!({"server": {"replicas": 2, "env": [1, 2]}, "dex": {"enabled": false}, "crds": {"keep": true}});
        lay(&mut base, &json!({"server": {"env": [3]}, "dex": null, "new": {"a": {}}, "crds": {}}));
        assert_eq!(base, json!({"server": {"replicas": 2, "env": [3]}, "dex": null, "crds": {"keep": true}, "new": {"a": {}}}));
    }
}
