//! Which keys a struct must have, from the JSON Schema of the type that is decoded.

use std::collections::{HashMap, HashSet};

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

/// The required keys of each struct by its name, which serde and the schema have in common.
pub(super) struct Required(HashMap<String, HashSet<String>>);

impl Required {
    pub(super) fn of<T: JsonSchema>() -> Self {
        let mut generator = SchemaGenerator::default();
        let root = T::json_schema(&mut generator);
        let mut structs = HashMap::new();
        for (name, schema) in generator.definitions() {
            structs.insert(name.clone(), schema.as_object().map(required).unwrap_or_default());
        }
        structs.insert(T::schema_name().into_owned(), root.as_object().map(required).unwrap_or_default());
        Required(structs)
    }

    pub(super) fn has(&self, name: &str, key: &str) -> bool {
        self.0.get(name).is_some_and(|keys| keys.contains(key))
    }
}

fn required(schema: &Map<String, Value>) -> HashSet<String> {
    let keys = schema.get("required").and_then(Value::as_array);
    keys.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use schemars::{JsonSchema, SchemaGenerator};

    use crate::source::environment::{Environment, Tenant};
    use crate::source::lock::Lock;

    fn names<T: JsonSchema>() -> Vec<String> {
        let mut generator = SchemaGenerator::default();
        generator.subschema_for::<T>();
        generator.definitions().keys().cloned().collect()
    }

    /// schemars calls a second type of one name `Name2`; then the keys of the first would be asked for.
    #[test]
    fn no_two_types_have_one_name() {
        for names in [names::<Environment>(), names::<Tenant>(), names::<Lock>()] {
            assert!(names.len() > 4);
            for name in &names {
                let first = name.trim_end_matches(|c: char| c.is_ascii_digit());
                assert!(first == name || !names.iter().any(|other| other == first), "{name}: two types have the name {first}");
            }
        }
    }
}
