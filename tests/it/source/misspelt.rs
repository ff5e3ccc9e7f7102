//! Whatever key of the reference environments is misspelt, whatever value is of another type: the finding is at its line.

use rayon::prelude::*;
use strata::compile;
use strata::source::load::Memory;
use strata::source::yaml::{Node, NodeValue, parse};
use strata::source::{FileId, Sources, Span};

const ENVIRONMENTS: [&str; 3] = ["dare-prod", "staging", "minimal"];

/// Mappings whose keys are the user's own: any spelling is one.
const FREE: [&str; 7] = ["labels", "metadata", "kubeletArguments", "proxies", "volumeTypes", "secrets", "zones"];

/// One change of one file.
struct Change {
    environment: &'static str,
    file: String,
    what: String,
    line: usize,
    text: String,
}

fn on_disk(path: &str) -> String {
    std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// All files under `environments/` but the schemas, which nobody reads here.
fn repository() -> Memory {
    let top = format!("{}/", env!("CARGO_MANIFEST_DIR"));
    let entries = walkdir::WalkDir::new(format!("{top}environments")).into_iter().map(Result::unwrap);
    let read = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "yaml" || ending == "pem"));
    let paths = read.map(|entry| entry.path().to_str().unwrap().to_owned());
    paths.fold(Memory::default(), |files, path| files.with(path.strip_prefix(&top).unwrap(), std::fs::read(&path).unwrap()))
}

/// The files that are changed, each with an environment that is made of it.
fn changed() -> Vec<(&'static str, String)> {
    let own = ENVIRONMENTS.map(|name| (name, format!("environments/{name}/environment.yaml")));
    let tenants = ENVIRONMENTS.into_iter().flat_map(|name| {
        let entries = std::fs::read_dir(format!("{}/environments/{name}/tenants", env!("CARGO_MANIFEST_DIR"))).into_iter().flatten();
        entries.map(move |entry| (name, format!("environments/{name}/tenants/{}", entry.unwrap().file_name().into_string().unwrap())))
    });
    own.into_iter().chain(tenants).chain([("dare-prod", "environments/sites/cnaf.yaml".to_owned())]).collect()
}

fn tree(path: &str) -> Node {
    parse(FileId(0), &on_disk(path)).unwrap()
}

/// Walks one file and collects its changes.
struct Walk<'a> {
    environment: &'static str,
    file: &'a str,
    text: String,
    /// What the environment itself says, if the file is another one: what is overridden has no effect.
    over: Option<Node>,
    changes: Vec<Change>,
}

impl Walk<'_> {
    fn change(&mut self, what: String, at: usize, cut: std::ops::Range<usize>, put: &str) {
        let line = self.text[..at].matches('\n').count() + 1;
        let text = format!("{}{put}{}", &self.text[..cut.start], &self.text[cut.end..]);
        self.changes.push(Change { environment: self.environment, file: self.file.to_owned(), what, line, text });
    }

    fn node(&mut self, node: &Node, path: &[&str]) {
        match &node.value {
            NodeValue::Map(entries) => {
                for (key, value) in entries {
                    let below: Vec<&str> = path.iter().copied().chain([key.text.as_str()]).collect();
                    let end = key.span.end as usize;
                    if !path.last().is_some_and(|last| FREE.contains(last)) {
                        self.change(format!("{} misspelt", below.join(".")), key.span.start as usize, end..end, "x");
                    }
                    self.value(value, key.span, &below);
                    self.node(value, &below);
                }
            }
            NodeValue::List(items) => {
                for item in items {
                    self.value(item, item.span, path);
                    self.node(item, path);
                }
            }
            _ => {}
        }
    }

    /// A value of another type in place of this one, whose key (or first key) stands at `place`.
    fn value(&mut self, node: &Node, place: Span, path: &[&str]) {
        if self.is_overridden(path) {
            return;
        }
        let what = format!("{} of another type", path.join("."));
        let (start, end) = (node.span.start as usize, end(node));
        match &node.value {
            NodeValue::Scalar { .. } => self.change(what, start, start..end, "{}"),
            // A block has the span of its key, or of its own first key where it is an item.
            _ if node.span == place && !self.text[start..].starts_with(['[', '{']) => {
                let key = self.text[start..].starts_with(path[path.len() - 1]) && self.text[place.end as usize..].starts_with(":\n");
                let cut = if key { place.end as usize..end } else { start..end };
                self.change(what, start, cut, if key { ": 7" } else { "7" });
            }
            _ => self.change(what, start, start..end, "7"),
        }
    }

    fn is_overridden(&self, path: &[&str]) -> bool {
        self.over.as_ref().is_some_and(|over| path.iter().try_fold(over, |node, key| node.get(key)).is_some())
    }
}

/// Where a value ends, all that it holds included.
fn end(node: &Node) -> usize {
    let own = node.span.end as usize;
    match &node.value {
        NodeValue::Map(entries) => entries.iter().map(|(_, node)| end(node)).fold(own, usize::max),
        NodeValue::List(items) => items.iter().map(end).fold(own, usize::max),
        _ => own,
    }
}

fn changes() -> Vec<Change> {
    let mut changes = Vec::new();
    for (environment, file) in changed() {
        let own = format!("environments/{environment}/environment.yaml");
        let over = file.contains("/sites/").then(|| tree(&own));
        let mut walk = Walk { environment, file: &file, text: on_disk(&file), over, changes: Vec::new() };
        walk.node(&tree(&file), &[]);
        changes.append(&mut walk.changes);
    }
    changes
}

/// What is wrong with the compiler, if it is silent about a change or speaks of another place.
fn judge(files: &Memory, change: &Change) -> Option<String> {
    let files = files.clone().with(&change.file, change.text.as_str());
    let mut sources = Sources::default();
    let findings = compile::check(&files, change.environment, &mut sources).findings;
    let is_yaml = findings.iter().all(|finding| !finding.code.name.starts_with("yaml-"));
    assert!(is_yaml, "{}: {}: the change itself is no YAML:\n{}", change.file, change.what, change.text);
    let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error()).collect();
    let there =
        |span: Span| sources.get(span.file).is_some_and(|source| source.name == change.file && sources.line_column(span).0 == change.line);
    if errors.iter().any(|finding| finding.labels.first().is_some_and(|label| there(label.span))) {
        return None;
    }
    let messages: Vec<&str> = errors.iter().map(|finding| finding.message.as_str()).collect();
    Some(format!("{}:{}: {}: {messages:?}", change.file, change.line, change.what))
}

#[test]
fn every_key_misspelt_and_every_value_of_another_type_is_found_at_its_line() {
    let (files, changes) = (repository(), changes());
    assert!(changes.len() > 700, "{}", changes.len());
    let wrong: Vec<String> = changes.par_iter().filter_map(|change| judge(&files, change)).collect();
    assert!(wrong.is_empty(), "{} of {} changes:\n{}", wrong.len(), changes.len(), wrong.join("\n"));
}
