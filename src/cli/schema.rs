//! `strata schema`: the language as a JSON Schema, for editors.

use schemars::{JsonSchema, generate::SchemaSettings};

use super::output::Output;
use crate::exit::Exit;
use crate::source::environment::{Environment, Tenant};

pub(super) fn run(is_tenant: bool, output: &Output) -> Exit {
    output.data(&if is_tenant { tenant() } else { environment() });
    Exit::Fine
}

/// The schema of an environment file.
///
/// A file that is extended, or extends, may leave out what the other one has, so nothing is required at the top.
#[must_use]
pub fn environment() -> String {
    text::<Environment>("A strata environment: one highly available Kubernetes cluster on OpenStack.", true)
}

/// The schema of a file under `tenants/`.
#[must_use]
pub fn tenant() -> String {
    text::<Tenant>("A tenant of a strata environment.", false)
}

fn text<T: JsonSchema>(title: &str, partial: bool) -> String {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    if partial {
        relax(schema.as_object_mut());
    }
    format!("{:#}\n", schema.to_value())
}

/// Takes `required` away where `extends` may supply it; the compiler, which sees the merged whole, asks for it.
fn relax(schema: Option<&mut serde_json::Map<String, serde_json::Value>>) {
    let Some(schema) = schema else { return };
    schema.remove("required");
    if let Some(serde_json::Value::Object(definitions)) = schema.get_mut("definitions") {
        for (name, definition) in definitions {
            if PARTIAL.contains(&name.as_str()) {
                definition.as_object_mut().map(|definition| definition.remove("required"));
            }
        }
    }
}

/// Mappings that two files of one environment may share.
const PARTIAL: [&str; 14] = [
    "OpenStack",
    "Network",
    "Access",
    "Kubernetes",
    "Api",
    "Oidc",
    "Servers",
    "Bastion",
    "Harbor",
    "CephFs",
    "CephCredentials",
    "ArgoCd",
    "ArgoCdOidc",
    "GitRepository",
];
