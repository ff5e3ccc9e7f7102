//! Files to one merged tree: an environment, what it extends, and its tenants.

mod extends;
mod memory;
mod path;
mod tenants;

pub use memory::Memory;

use super::merge::Rules;
use super::yaml::{MAX_BYTES, Node, NodeValue, parse};
use super::{At, FileId, Sources, Span, merge};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::source as codes;

/// The directory of all environments.
pub const ENVIRONMENTS: &str = "environments";

/// What `source` reads from. Paths are relative to the repository's top, with `/`.
pub trait Files {
    /// A file's bytes; `None` if there is no such file; a sentence if it cannot be read.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;
    /// The names of everything in a directory, sorted; none if there is no such directory.
    fn list(&self, dir: &str) -> Result<Vec<String>, String>;
}

/// A file that an environment refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referenced {
    /// Its id among the sources.
    pub file: FileId,
    /// Path from the repository's top.
    pub path: String,
    /// What it holds.
    pub text: String,
}

/// The names of all environments, sorted.
pub fn names(files: &dyn Files) -> Result<Vec<String>, Diagnostic> {
    let mut found = Vec::new();
    for name in files.list(ENVIRONMENTS).map_err(|error| unreadable(ENVIRONMENTS, &error))? {
        let path = environment_path(&name);
        if files.read(&path).map_err(|error| unreadable(&path, &error))?.is_some() {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// Where an environment's file is.
#[must_use]
pub fn environment_path(name: &str) -> String {
    format!("{ENVIRONMENTS}/{name}/environment.yaml")
}

/// Reads an environment with all that it extends and its tenant files, merged; without `extends`.
pub fn environment(files: &dyn Files, name: &str, rules: &Rules, sources: &mut Sources) -> Result<Node, Vec<Diagnostic>> {
    let path = environment_path(name);
    let mut reader = Reader { files, rules, sources };
    let Some(own) = reader.document(&path)? else {
        let finding = Diagnostic::new(&codes::MISSING_FILE, format!("there is no `{path}`"));
        return Err(vec![finding.help("an environment is the file `environments/NAME/environment.yaml`")]);
    };
    let layers = extends::layers(&mut reader, &path, own)?;
    let mut tree = layers.into_iter().reduce(|base, over| merge::merge(base, over, rules)).unwrap_or_else(empty);
    tenants::add(&mut reader, &format!("{ENVIRONMENTS}/{name}/tenants"), &mut tree)?;
    Ok(tree)
}

/// Reads a file that a value of an environment names, beside the file in which the value stands.
pub fn text(files: &dyn Files, named: &At<String>, sources: &mut Sources) -> Result<Referenced, Diagnostic> {
    let path = beside(named.span, &named.value, sources)?;
    let bytes = files.read(&path).map_err(|error| unreadable(&path, &error).at(named.span, "named here"))?;
    let Some(bytes) = bytes else { return Err(missing(&path, named.span)) };
    let file = decoded(&path, bytes, sources)?;
    let text = sources.get(file).map(|source| source.text.clone()).unwrap_or_default();
    Ok(Referenced { file, path, text })
}

/// Reads a file that may be absent.
pub fn optional(files: &dyn Files, path: &str, sources: &mut Sources) -> Result<Option<(FileId, String)>, Diagnostic> {
    let Some(bytes) = files.read(path).map_err(|error| unreadable(path, &error))? else { return Ok(None) };
    let file = decoded(path, bytes, sources)?;
    Ok(Some((file, sources.get(file).map(|source| source.text.clone()).unwrap_or_default())))
}

fn empty() -> Node {
    Node { span: Span::default(), value: NodeValue::Map(Vec::new()) }
}

/// What reading one environment needs everywhere.
struct Reader<'a> {
    files: &'a dyn Files,
    rules: &'a Rules,
    sources: &'a mut Sources,
}

impl Reader<'_> {
    /// One file's mapping; `None` if there is no such file.
    fn document(&mut self, path: &str) -> Result<Option<Node>, Vec<Diagnostic>> {
        let bytes = self.files.read(path).map_err(|error| vec![unreadable(path, &error)])?;
        let Some(bytes) = bytes else { return Ok(None) };
        let file = decoded(path, bytes, self.sources).map_err(|finding| vec![finding])?;
        let text = self.sources.get(file).map_or("", |source| source.text.as_str());
        let node = parse(file, text).and_then(mapping).map_err(|finding| vec![finding])?;
        let findings = merge::duplicate_names(&node, self.rules);
        if findings.is_empty() { Ok(Some(node)) } else { Err(findings) }
    }
}

fn mapping(node: Node) -> Result<Node, Diagnostic> {
    match node.value {
        NodeValue::Map(_) => Ok(node),
        NodeValue::Empty | NodeValue::Null => {
            let finding = Diagnostic::new(&codes::EMPTY_FILE, "the file is empty").at(Span { end: node.span.start, ..node.span }, "");
            Err(finding.help("write what the file is for, or remove it"))
        }
        _ => Err(Diagnostic::new(&codes::NO_MAPPING, "the file is not a mapping")
            .at(node.span, "expected `key: value`")
            .help("each line of the top is `key: value`, with a space behind the colon and no dash before the key")),
    }
}

/// Bytes to text among the sources, without a byte-order mark.
fn decoded(path: &str, bytes: Vec<u8>, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    if bytes.len() > MAX_BYTES {
        let finding = Diagnostic::new(&codes::TOO_LARGE, format!("`{path}` is larger than {} MiB", MAX_BYTES >> 20));
        return Err(finding
            .at(whole(path, sources), "")
            .help("a file of an environment is text that people write; move what is not out of it"));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(path, text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))),
        Err(error) => Err(not_utf8(path, &error, sources)),
    }
}

fn not_utf8(path: &str, error: &std::string::FromUtf8Error, sources: &mut Sources) -> Diagnostic {
    let bytes = error.as_bytes();
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Diagnostic::new(&codes::NOT_UTF8, format!("`{path}` is UTF-16")).at(whole(path, sources), "").help("save it as UTF-8");
    }
    let at = error.utf8_error().valid_up_to();
    let file = sources.add(path, String::from_utf8_lossy(bytes));
    let start = u32::try_from(at).unwrap_or(u32::MAX);
    // The replacement character that stands for the byte in the text that is shown.
    let end = start.saturating_add(3);
    Diagnostic::new(&codes::NOT_UTF8, "the file is not UTF-8")
        .at(Span { file, start, end }, format!("the byte 0x{:02X} is no character", bytes.get(at).copied().unwrap_or(0)))
        .help("save it as UTF-8")
}

/// The place of a file of which no text can be shown.
fn whole(path: &str, sources: &mut Sources) -> Span {
    Span { file: sources.add(path, ""), start: 0, end: 0 }
}

/// A path that a value names, relative to the file in which the value stands.
fn beside(place: Span, written: &str, sources: &Sources) -> Result<String, Diagnostic> {
    let from = sources.get(place.file).map_or("", |source| source.name.as_str());
    path::beside(from, written).map_err(|reason| {
        Diagnostic::new(&codes::OUTSIDE_REPOSITORY, format!("`{written}` {reason}"))
            .at(place, "")
            .help("write a path relative to this file, to a file of this repository")
    })
}

fn unreadable(path: &str, error: &str) -> Diagnostic {
    let finding = Diagnostic::new(&codes::UNREADABLE_FILE, format!("`{path}` cannot be read: {error}"));
    finding.help("correct the path, or what stands there and who may read it")
}

fn missing(path: &str, place: Span) -> Diagnostic {
    Diagnostic::new(&codes::MISSING_FILE, format!("there is no `{path}`"))
        .at(place, "named here")
        .help("paths are relative to the file in which they are written")
}
