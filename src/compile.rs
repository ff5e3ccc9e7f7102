//! The whole compiler for one environment: the list of its stages. Pure: files come in through [`Files`].

mod ingresses;
mod manifests;
mod reach;

use serde_json::Value;

use self::manifests::Manifest;
use crate::backend;
use crate::diagnostic::codes::render as codes;
use crate::diagnostic::{Checked, Diagnostic};
use crate::model::objects::Object;
use crate::model::{self, Input, Model, Resolved, Text, Texts};
use crate::reach::Reach;
use crate::render::{self, Rendered, Templates};
use crate::source::decode::decode;
use crate::source::environment::Environment;
use crate::source::load::{self, Files};
use crate::source::lock::Lock;
use crate::source::merge::Rules;
use crate::source::{At, FileId, Sources, yaml};
use crate::tree::Tree;

/// Where merging through `extends` differs from the plain rules.
pub const MERGE: Rules = Rules {
    named: &[
        "agents",
        "loadBalancers",
        "loadBalancers.listeners",
        "loadBalancers.listeners.policies",
        "loadBalancers.pools",
        "network.extra",
        "access.administrators",
        "tenants",
        "tenants.namespaces",
        "tenants.applications",
        "storage.cephfs.classes",
        "storage.cinder.classes",
        "policies.exceptions",
        "platform.extra",
    ],
    open: &["platform.charts.*.values"],
};

/// An environment as written, with its pins and all that was read for it.
#[derive(Debug)]
pub struct Read {
    /// The environment.
    pub environment: Environment,
    /// Its pins.
    pub lock: Lock,
    /// The file that it is written in.
    pub source: String,
    /// What the files hold that it names.
    pub texts: Texts,
}

/// What compiling made.
#[derive(Debug)]
pub struct Compiled {
    /// What the back ends saw.
    pub model: Model,
    /// The files of `generated/NAME/`.
    pub tree: Tree,
    /// What lock.yaml shall hold.
    pub lock: Lock,
}

/// Where an environment's pins are.
#[must_use]
pub fn lock_path(name: &str) -> String {
    format!("{}/{name}/lock.yaml", load::ENVIRONMENTS)
}

/// Room 1: an environment and its pins, as written.
pub fn read(files: &dyn Files, name: &str, sources: &mut Sources) -> Checked<Read> {
    let mut findings = Vec::new();
    let seen = sources.count();
    let environment = match load::environment(files, name, &MERGE, sources) {
        Ok(node) => take(decode::<Environment>(&node), &mut findings),
        Err(found) => {
            findings.extend(found);
            None
        }
    };
    let texts = environment.as_ref().map_or_else(Texts::default, |environment| referenced(environment, files, sources, &mut findings));
    let lock = lock(files, name, sources, &mut findings);
    let certificates: Vec<FileId> = texts.certificates.iter().chain(&texts.oidc_ca).chain(&texts.issuer_ca).map(|text| text.file).collect();
    findings.extend(model::leaks::in_sources(sources, seen, &certificates));
    let source = load::environment_path(name);
    let value = environment.zip(lock).map(|(environment, lock)| Read { environment, lock, source, texts });
    Checked { value, findings }
}

/// Files of the repository that an environment names: all must be there.
fn referenced(environment: &Environment, files: &dyn Files, sources: &mut Sources, findings: &mut Vec<Diagnostic>) -> Texts {
    let mut text = |named: &At<String>| match load::text(files, named, sources) {
        Ok(file) => Some(Text { named: named.span, file: file.file, text: file.text }),
        Err(finding) => {
            findings.push(finding);
            None
        }
    };
    let oidc = environment.kubernetes.oidc.as_ref().and_then(|oidc| oidc.ca.as_ref());
    let issuer = environment.certificates.as_ref().and_then(|certificates| certificates.issuer.ca.as_ref());
    Texts {
        certificates: environment.trust.certificates.iter().filter_map(&mut text).collect(),
        oidc_ca: oidc.and_then(&mut text),
        issuer_ca: issuer.and_then(|ca| text(&ca.certificate)),
    }
}

fn lock(files: &dyn Files, name: &str, sources: &mut Sources, findings: &mut Vec<Diagnostic>) -> Option<Lock> {
    match load::optional(files, &lock_path(name), sources) {
        Ok(None) => Some(Lock::default()),
        Ok(Some((file, text))) => match yaml::parse(file, &text) {
            Ok(node) => take(decode::<Lock>(&node), findings),
            Err(finding) => {
                findings.push(finding);
                None
            }
        },
        Err(finding) => {
            findings.push(finding);
            None
        }
    }
}

fn take<T>(checked: Checked<T>, findings: &mut Vec<Diagnostic>) -> Option<T> {
    findings.extend(checked.findings);
    checked.value
}

/// Rooms 1 and 2: an environment, checked and resolved.
pub fn check(files: &dyn Files, name: &str, sources: &mut Sources) -> Checked<(Read, Resolved)> {
    let Checked { value, mut findings } = read(files, name, sources);
    let Some(read) = value else { return Checked { value: None, findings } };
    let unread = findings.iter().any(Diagnostic::is_error);
    let input = Input { environment: &read.environment, lock: &read.lock, source: &read.source, texts: &read.texts };
    let resolved = take(model::resolve(&input), &mut findings);
    Checked { value: resolved.filter(|_| !unread).map(|resolved| (read, resolved)), findings }
}

/// All rooms: an environment as a tree of files.
pub fn compile(files: &dyn Files, name: &str, templates: &Templates, sources: &mut Sources) -> Checked<Compiled> {
    let Checked { value, mut findings } = check(files, name, sources);
    let Some((read, Resolved { model, lock })) = value else { return Checked { value: None, findings } };
    match render(files, &read, &model, templates, sources, &mut findings) {
        Ok(tree) => {
            let user_data = tree.iter().filter(|(path, _)| path.starts_with(backend::USER_DATA));
            findings.extend(model::user_data::size(&read.environment, user_data));
            findings.extend(model::leaks::in_tree(&read.environment, tree.iter()));
            let failed = findings.iter().any(Diagnostic::is_error);
            Checked { value: (!failed).then_some(Compiled { model, tree, lock }), findings }
        }
        Err(found) => {
            findings.extend(found);
            Checked { value: None, findings }
        }
    }
}

/// Rooms 3 and 4: what the back ends make; then who reaches whom by it; then the README, which tells that.
fn render(
    files: &dyn Files,
    read: &Read,
    model: &Model,
    templates: &Templates,
    sources: &mut Sources,
    findings: &mut Vec<Diagnostic>,
) -> Result<Tree, Vec<Diagnostic>> {
    // Policies of Kyverno are about objects, not about packets.
    let packets = |path: &str| path.starts_with(backend::PLATFORM) && !path.starts_with(backend::KYVERNO_POLICIES);
    let Rendered { mut tree, documents } = render::render_keeping(backend::pages(model), templates, sources, &read.source, packets)?;
    let manifests = manifests::manifests(&read.environment, files, findings);
    // Neither needs the other, and an editor waits.
    let (found, reach) = rayon::join(|| objects(read, model, &documents, &manifests), || reach::of(model, &documents, &manifests));
    findings.extend(found);
    findings.extend(reach::findings(model, &reach));
    findings.extend(ingresses::findings(model, &manifests));
    let matrix = reach.matrix(model.namespaces.iter().map(|namespace| namespace.name.as_str()));
    let readme = render::render(vec![backend::readme(model, &matrix)], templates, sources, &read.source)?;
    for (path, text) in readme.iter() {
        tree.insert(path, text);
    }
    Ok(tree)
}

/// The rules about what Argo CD applies: the tree's objects and the user's own.
fn objects(read: &Read, model: &Model, documents: &[(String, Vec<Value>)], manifests: &[Manifest]) -> Vec<Diagnostic> {
    let ours = documents.iter().flat_map(|(path, values)| values.iter().map(move |value| Object { path, value, extra: None }));
    let own = manifests.iter().flat_map(|manifest| {
        let object = |value| Object { path: &manifest.path, value, extra: Some(manifest.extra) };
        manifest.written.iter().map(object)
    });
    let objects: Vec<Object> = ours.chain(own).collect();
    let mut findings = model::objects::check(&read.environment, &objects);
    findings.extend(model::objects::images(model, &objects));
    findings.extend(model::objects::secrets(manifests.iter().map(|file| (file.path.as_str(), file.text.as_str(), file.extra))));
    findings
}

/// An environment, and the policies of its tree.
#[derive(Debug)]
pub struct Asked {
    /// The environment.
    pub model: Model,
    /// The policies.
    pub reach: Reach,
}

/// Who reaches whom by a tree that is on disk: what Argo CD would apply, with the user's own manifests.
pub fn reach(files: &dyn Files, name: &str, tree: &Tree, sources: &mut Sources) -> Checked<Asked> {
    let Checked { value, mut findings } = check(files, name, sources);
    let Some((read, Resolved { model, .. })) = value else { return Checked { value: None, findings } };
    let manifests = manifests::manifests(&read.environment, files, &mut findings);
    let mut documents = Vec::new();
    for (path, text) in tree.iter().filter(|(path, _)| path.starts_with(backend::PLATFORM)) {
        match render::read::read(text) {
            Ok(found) => documents.push((path.to_owned(), found)),
            Err(error) => {
                findings.push(Diagnostic::new(&codes::TREE_READ, format!("`{path}` is no YAML: {}", error.message)).help("compile again"));
            }
        }
    }
    let reach = reach::of(&model, &documents, &manifests);
    Checked { value: Some(Asked { model, reach }), findings }
}
