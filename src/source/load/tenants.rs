//! `tenants/*.yaml`: one file a tenant, so that a team owns its file.

use super::{Reader, unreadable, whole};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
use crate::source::merge::duplicate_names;
use crate::source::yaml::{Key, Node, NodeValue};
use crate::source::{Sources, Span};

const KEY: &str = "tenants";

/// Appends the tenant files of an environment to its `tenants`, in the order of their names.
pub(super) fn add(reader: &mut Reader<'_>, dir: &str, tree: &mut Node) -> Result<(), Vec<Diagnostic>> {
    let mut findings = Vec::new();
    let mut tenants = Vec::new();
    let mut names = reader.files.list(dir).map_err(|error| vec![unreadable(dir, &error)])?;
    names.sort();
    for name in names.iter().filter(|name| !name.starts_with('.')) {
        let path = format!("{dir}/{name}");
        if !has_ending(name) {
            findings.push(ending(&path, reader.sources));
            continue;
        }
        match reader.document(&path) {
            Ok(node) => tenants.extend(node),
            Err(more) => findings.extend(more),
        }
    }
    if findings.is_empty() {
        append(tree, tenants);
        findings = duplicate_names(tree, reader.rules);
    }
    if findings.is_empty() { Ok(()) } else { Err(findings) }
}

fn has_ending(name: &str) -> bool {
    std::path::Path::new(name).extension().is_some_and(|ending| ending == "yaml")
}

fn ending(path: &str, sources: &mut Sources) -> Diagnostic {
    Diagnostic::new(&codes::TENANT_FILE_NAME, format!("`{path}` is not read"))
        .at(whole(path, sources), "")
        .help("a tenant's file ends in `.yaml`")
}

/// A `tenants` that is no list stays as it is: decoding says so.
fn append(tree: &mut Node, tenants: Vec<Node>) {
    let Some(first) = tenants.first().map(|tenant| tenant.span) else { return };
    let NodeValue::Map(entries) = &mut tree.value else { return };
    let at = entries.iter().position(|(key, _)| key.text == KEY).unwrap_or_else(|| {
        entries.push(entry(first));
        entries.len() - 1
    });
    if entries[at].1.value == NodeValue::Null {
        entries[at] = entry(first);
    }
    if let NodeValue::List(list) = &mut entries[at].1.value {
        list.extend(tenants);
    }
}

fn entry(span: Span) -> (Key, Node) {
    (Key { text: KEY.to_owned(), span }, Node { span, value: NodeValue::List(Vec::new()) })
}
