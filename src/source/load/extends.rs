//! `extends`: the layers under an environment, in the order in which they are merged.

use super::{Reader, beside, missing};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;
use crate::source::Span;
use crate::source::yaml::{Node, NodeValue};

/// How many files may stand on each other.
const MAX_CHAIN: usize = 16;
/// How many files one environment may be made of.
const MAX_FILES: usize = 100;

/// A file that is being read, and the value that asked for it.
struct Step {
    path: String,
    asked: Span,
}

/// All layers, the lowest first, each once; the environment itself is the last.
///
/// `name` is taken from the environment alone: acting on another one's cluster must not be a matter of a line
/// that was forgotten.
pub(super) fn layers(reader: &mut Reader<'_>, path: &str, own: Node) -> Result<Vec<Node>, Vec<Diagnostic>> {
    let mut layers = Layers { done: Vec::new(), chain: Vec::new(), nodes: Vec::new() };
    layers.add(reader, path, own, Span::default())?;
    let count = layers.nodes.len();
    for node in layers.nodes.iter_mut().take(count - 1) {
        node.remove("name");
    }
    Ok(layers.nodes)
}

struct Layers {
    done: Vec<String>,
    chain: Vec<Step>,
    nodes: Vec<Node>,
}

impl Layers {
    /// Adds what a file extends, then the file.
    fn add(&mut self, reader: &mut Reader<'_>, path: &str, mut node: Node, asked: Span) -> Result<(), Vec<Diagnostic>> {
        let extends = node.remove("extends");
        self.chain.push(Step { path: path.to_owned(), asked });
        for (written, place) in extends.map_or_else(|| Ok(Vec::new()), |node| paths(&node)).map_err(|finding| vec![finding])? {
            let below = beside(place, &written, reader.sources).map_err(|finding| vec![finding])?;
            self.check(&below, place).map_err(|finding| vec![finding])?;
            if self.done.contains(&below) {
                continue;
            }
            let node = reader.document(&below).map_err(|findings| asked_by(findings, place))?;
            let node = node.ok_or_else(|| vec![missing(&below, place)])?;
            self.add(reader, &below, node, place)?;
        }
        self.chain.pop();
        self.done.push(path.to_owned());
        self.nodes.push(node);
        Ok(())
    }

    fn check(&self, path: &str, place: Span) -> Result<(), Diagnostic> {
        if let Some(at) = self.chain.iter().position(|step| step.path == path) {
            return Err(cycle(&self.chain[at..], place));
        }
        if self.chain.len() >= MAX_CHAIN || self.done.len() >= MAX_FILES {
            let message = format!("more than {MAX_CHAIN} files on each other, or {MAX_FILES} in all");
            return Err(Diagnostic::new(&codes::TOO_LARGE, message).at(place, "one too many").help("put what they share into fewer files"));
        }
        Ok(())
    }
}

/// `extends:` takes a path or a list of paths.
fn paths(node: &Node) -> Result<Vec<(String, Span)>, Diagnostic> {
    match &node.value {
        NodeValue::Null => Ok(Vec::new()),
        NodeValue::Scalar { text, .. } => Ok(vec![(text.clone(), node.span)]),
        NodeValue::List(items) => {
            items.iter().map(|item| item.text().map(|text| (text.to_owned(), item.span)).ok_or_else(|| no_path(item.span))).collect()
        }
        _ => Err(no_path(node.span)),
    }
}

fn no_path(place: Span) -> Diagnostic {
    Diagnostic::new(&codes::WRONG_TYPE, "`extends` takes a path or a list of paths")
        .at(place, "not a path")
        .help("write `extends: ../../sites/NAME.yaml`")
}

/// A finding that has no place yet gets the value that named the file.
fn asked_by(findings: Vec<Diagnostic>, place: Span) -> Vec<Diagnostic> {
    let placed = |finding: Diagnostic| if finding.labels.is_empty() { finding.at(place, "named here") } else { finding };
    findings.into_iter().map(placed).collect()
}

fn cycle(chain: &[Step], place: Span) -> Diagnostic {
    let first = chain.first().map_or("", |step| &step.path);
    let way: Vec<String> = chain.iter().map(|step| format!("`{}`", step.path)).chain([format!("`{first}`")]).collect();
    let finding = Diagnostic::new(&codes::EXTENDS_CYCLE, format!("files that extend each other: {}", way.join(" extends ")))
        .at(place, format!("extends `{first}` again"))
        .help("move what they share into a file that extends none of them");
    let steps = chain.iter().skip(1);
    steps.fold(finding, |finding, step| finding.at(step.asked, format!("extends `{}`", step.path)))
}
