//! One environment over another: what `extends` means.
//!
//! * Mappings are merged key by key; a key of the overriding file wins.
//! * Lists are replaced as a whole, except those whose items are known by `name`: they are merged item by item,
//!   the inherited order first, then the new ones.
//! * `null` removes an inherited key. In mappings that are passed on as they are (Helm values), it stays, since
//!   it means something to their reader.
//!
//! Every value keeps its own span, from the file it came from.

use super::yaml::{Key, Node, NodeValue};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;

/// Where merging differs from the plain rules, as paths from the top: `loadBalancers.listeners`.
///
/// A path walks through lists as if they were not there; `*` stands for any key.
#[derive(Debug, Clone, Copy, Default)]
pub struct Rules {
    /// Lists whose items are known by `name`.
    pub named: &'static [&'static str],
    /// Mappings in which `null` is a value.
    pub open: &'static [&'static str],
}

impl Rules {
    fn is_named(&self, path: &[&str]) -> bool {
        self.named.iter().any(|pattern| matches(pattern, path))
    }

    /// At an open mapping or below it.
    fn is_open(&self, path: &[&str]) -> bool {
        (1..=path.len()).any(|length| self.open.iter().any(|pattern| matches(pattern, &path[..length])))
    }
}

fn matches(pattern: &str, path: &[&str]) -> bool {
    let mut keys = path.iter();
    pattern.split('.').all(|part| keys.next().is_some_and(|key| part == "*" || part == *key)) && keys.next().is_none()
}

/// Lays `over` on `base`.
#[must_use]
pub fn merge(base: Node, over: Node, rules: &Rules) -> Node {
    merge_at(base, over, rules, &[])
}

fn merge_at(base: Node, over: Node, rules: &Rules, path: &[&str]) -> Node {
    let span = over.span;
    let value = match (base.value, over.value) {
        (NodeValue::Map(base), NodeValue::Map(over)) => NodeValue::Map(mappings(base, over, rules, path)),
        (NodeValue::List(base), NodeValue::List(over)) if rules.is_named(path) => NodeValue::List(named(base, over, rules, path)),
        (_, over) => over,
    };
    Node { span, value }
}

fn mappings(mut base: Vec<(Key, Node)>, over: Vec<(Key, Node)>, rules: &Rules, path: &[&str]) -> Vec<(Key, Node)> {
    for (key, node) in over {
        let Some(at) = base.iter().position(|(k, _)| k.text == key.text) else {
            base.push((key, node));
            continue;
        };
        let below: Vec<&str> = path.iter().copied().chain([key.text.as_str()]).collect();
        if node.value == NodeValue::Null && !rules.is_open(&below) {
            base.remove(at);
            continue;
        }
        let inherited = std::mem::replace(&mut base[at].1, Node { span: node.span, value: NodeValue::Null });
        let merged = merge_at(inherited, node, rules, &below);
        base[at] = (key, merged);
    }
    base
}

fn named(mut base: Vec<Node>, over: Vec<Node>, rules: &Rules, path: &[&str]) -> Vec<Node> {
    for item in over {
        match base.iter().position(|inherited| name(inherited).is_some() && name(inherited) == name(&item)) {
            Some(at) => {
                let inherited = std::mem::replace(&mut base[at], Node { span: item.span, value: NodeValue::Null });
                base[at] = merge_at(inherited, item, rules, path);
            }
            None => base.push(item),
        }
    }
    base
}

/// An item's name.
fn name(item: &Node) -> Option<&str> {
    item.get("name")?.text()
}

/// Items that bear one name in one list of one file.
#[must_use]
pub fn duplicate_names(node: &Node, rules: &Rules) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    visit(node, rules, &mut Vec::new(), &mut findings);
    findings
}

fn visit<'a>(node: &'a Node, rules: &Rules, path: &mut Vec<&'a str>, findings: &mut Vec<Diagnostic>) {
    match &node.value {
        NodeValue::Map(entries) => {
            for (key, node) in entries {
                path.push(&key.text);
                visit(node, rules, path, findings);
                path.pop();
            }
        }
        NodeValue::List(items) => {
            if rules.is_named(path) {
                duplicates(items, path, findings);
            }
            for item in items {
                visit(item, rules, path, findings);
            }
        }
        _ => {}
    }
}

fn duplicates(items: &[Node], path: &[&str], findings: &mut Vec<Diagnostic>) {
    let mut seen = std::collections::HashMap::new();
    for item in items {
        let Some(node) = item.get("name") else { continue };
        let Some(name) = node.text() else { continue };
        if let Some(first) = seen.insert(name, node.span) {
            findings.push(
                Diagnostic::new(&codes::DUPLICATE_NAME, format!("two items of `{}` have the name `{name}`", path.join(".")))
                    .at(node.span, "here again")
                    .at(first, "first here")
                    .help("rename one of them, or remove it"),
            );
        }
    }
}
