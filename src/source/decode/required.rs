//! Which keys a struct must have, from the JSON Schema of the type that is decoded.

use std::collections::HashMap;

use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value};

/// The required keys of each struct, by the struct's name, which serde and the schema have in common; with what
/// the language says about them.
pub(super) struct Required(HashMap<String, HashMap<String, String>>);

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

    /// What a required key is for; empty if that is not written, `None` if the key is not required.
    pub(super) fn meaning(&self, name: &str, key: &str) -> Option<&str> {
        self.0.get(name)?.get(key).map(String::as_str)
    }
}

fn required(schema: &Map<String, Value>) -> HashMap<String, String> {
    let keys = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    let meaning = |key: &str| schema.get("properties")?.get(key)?.get("description")?.as_str().map(str::to_owned);
    keys.filter_map(Value::as_str).map(|key| (key.to_owned(), meaning(key).unwrap_or_default())).collect()
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
