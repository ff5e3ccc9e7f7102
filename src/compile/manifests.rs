//! The user's own manifests (`platform.extra`): Argo CD applies them beside ours, so their policies count.

use serde_json::Value;

use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::flows::MANIFESTS_NOT_EVALUATED;
use crate::render::read;
use crate::source::environment::{Environment, ExtraManifests};
use crate::source::load::Files;

/// Nobody nests manifests deeper, and links may go in circles.
const DEEPEST: usize = 8;

/// A file of manifests.
#[derive(Debug)]
pub(super) struct Manifest<'a> {
    /// Its path in the repository.
    pub(super) path: String,
    /// What it holds.
    pub(super) text: String,
    /// Its documents as they are written.
    pub(super) written: Vec<Value>,
    /// Its documents, each with the namespace that Argo CD gives to what names none.
    pub(super) documents: Vec<Value>,
    /// What it belongs to.
    pub(super) extra: &'a ExtraManifests,
}

/// Every file of every folder of `platform.extra`.
pub(super) fn manifests<'a>(environment: &'a Environment, files: &dyn Files, findings: &mut Vec<Diagnostic>) -> Vec<Manifest<'a>> {
    let mut found = Vec::new();
    for extra in &environment.platform.extra {
        let folder = extra.path.value.trim_end_matches('/').to_owned();
        walk(files, &folder, 0, extra, &mut found, findings);
    }
    found
}

fn walk<'a>(
    files: &dyn Files,
    folder: &str,
    depth: usize,
    extra: &'a ExtraManifests,
    found: &mut Vec<Manifest<'a>>,
    findings: &mut Vec<Diagnostic>,
) {
    let Ok(names) = files.list(folder) else { return };
    if let Some(made) = names.iter().find(|name| matches!(name.as_str(), "Chart.yaml" | "kustomization.yaml" | "kustomization.yml")) {
        findings.push(not_evaluated(extra, &format!("`{folder}/{made}` makes its manifests when Argo CD syncs them")));
        return;
    }
    for name in names {
        let path = format!("{folder}/{name}");
        let is_yaml = name.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "yaml" | "yml"));
        match files.read(&path) {
            Ok(Some(bytes)) if is_yaml => {
                match String::from_utf8(bytes).map_err(|error| error.to_string()).and_then(|text| manifest(&path, text, extra)) {
                    Ok(manifest) => found.push(manifest),
                    Err(why) => findings.push(not_evaluated(extra, &format!("`{path}` is no YAML: {why}"))),
                }
            }
            // A directory cannot be read as a file.
            Err(_) if depth < DEEPEST => walk(files, &path, depth + 1, extra, found, findings),
            _ => {}
        }
    }
}

fn manifest<'a>(path: &str, text: String, extra: &'a ExtraManifests) -> Result<Manifest<'a>, String> {
    let written = read::read(&text).map_err(|error| error.message)?;
    let mut documents = written.clone();
    for document in &mut documents {
        if let Some(metadata) = document.get_mut("metadata").and_then(Value::as_object_mut) {
            metadata.entry("namespace").or_insert_with(|| Value::String(extra.namespace.to_string()));
        }
    }
    Ok(Manifest { path: path.to_owned(), text, written, documents, extra })
}

fn not_evaluated(extra: &ExtraManifests, why: &str) -> Diagnostic {
    Diagnostic::new(&MANIFESTS_NOT_EVALUATED, format!("{why}, so its network policies are not evaluated"))
        .at(extra.path.span, "these manifests")
        .help("review its policies by hand, or keep them in plain YAML in a folder of their own")
}
