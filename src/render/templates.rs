//! The templates: those of the binary, and the user's files that take their place one by one.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Kwargs, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, Template, UndefinedBehavior};

use super::bind::{self, Filled, Values};
use super::shape::Shapes;
use super::{explain, filters};
use crate::diagnostic::codes::render as codes;
use crate::diagnostic::{Checked, Diagnostic};
use crate::source::{FileId, Sources, Span, suggest};

/// The templates of the binary by name, sorted; made by `build.rs`.
pub static DEFAULTS: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/templates.rs"));

/// The variable of a template whose value is laid over the documents of [`text`].
const OVER: &str = "over";

/// Where users and findings see a template.
const FOLDER: &str = "templates/";

/// Most instructions of one rendering: hundreds of times what a large environment takes, and done in a second.
const FUEL: u64 = 20_000_000;

/// Every template by name. Each is parsed when it is first used: a start does not pay for eighty of them.
pub struct Templates {
    texts: Arc<Texts>,
    /// For pages of YAML: prints placeholders.
    bound: Environment<'static>,
    /// For all other pages: prints text.
    plain: Arc<Environment<'static>>,
    shapes: Arc<Shapes>,
}

struct Texts {
    defaults: &'static [(&'static str, &'static str)],
    overrides: BTreeMap<String, String>,
}

impl Texts {
    fn get(&self, name: &str) -> Option<&str> {
        self.overrides.get(name).map(String::as_str).or_else(|| self.default(name))
    }

    fn default(&self, name: &str) -> Option<&'static str> {
        self.defaults.iter().find(|(default, _)| *default == name).map(|(_, text)| *text)
    }
}

impl Templates {
    /// The templates of the binary, and over them the files of a `templates/` folder, named from that folder.
    pub fn load(overrides: impl IntoIterator<Item = (String, String)>, sources: &mut Sources) -> Checked<Templates> {
        Templates::over(DEFAULTS, overrides, sources)
    }

    /// As [`Templates::load`], over another set than that of the binary.
    pub fn over(
        defaults: &'static [(&'static str, &'static str)],
        overrides: impl IntoIterator<Item = (String, String)>,
        sources: &mut Sources,
    ) -> Checked<Templates> {
        let texts = Arc::new(Texts { defaults, overrides: overrides.into_iter().collect() });
        let mut plain = environment(&texts);
        plain.set_formatter(filters::print_plain);
        let plain = Arc::new(plain);
        let mut bound = environment(&texts);
        // Only with some escaping are macros told from values: what they return is marked as safe.
        bound.set_auto_escape_callback(|_| AutoEscape::Custom("bind".into()));
        bound.set_formatter(bind::print);
        let shapes = Arc::<Shapes>::default();
        let for_texts = (Arc::clone(&plain), Arc::clone(&shapes));
        bound.add_function("text", move |state: &mut State, name: &str, arguments: Kwargs| {
            text(&for_texts.0, &for_texts.1, state, name, &arguments)
        });
        let templates = Templates { texts, bound, plain, shapes };
        let findings = templates.check_overrides(sources);
        let value = (!findings.iter().any(Diagnostic::is_error)).then_some(templates);
        Checked { value, findings }
    }

    /// The user's own files are parsed at once: a mistake in one should not wait for the page that uses it.
    fn check_overrides(&self, sources: &mut Sources) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for name in self.texts.overrides.keys() {
            if let Err(error) = self.parse(name) {
                findings.push(explain::template_error(self, sources, name, &error));
            }
            if self.texts.default(name).is_none() {
                let place = Span { file: self.file(sources, name), start: 0, end: 0 };
                let message = format!("`{FOLDER}{name}` overrides no template of strata");
                let finding = Diagnostic::new(&codes::UNKNOWN_TEMPLATE, message).at(place, "");
                findings.push(match nearest(name, self) {
                    Some(near) => finding.help(format!("did you mean `{FOLDER}{near}`?")),
                    None => finding,
                });
            }
        }
        findings
    }

    /// Parses one template, as its first use would.
    pub fn parse(&self, name: &str) -> Result<(), Error> {
        self.get(name).map(|_| ())
    }

    /// The names of the templates of the binary.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.texts.defaults.iter().map(|(name, _)| *name)
    }

    /// The template in force under a name.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.texts.get(name)
    }

    /// The user's own files, name and text.
    #[must_use]
    pub fn overrides(&self) -> &BTreeMap<String, String> {
        &self.texts.overrides
    }

    /// Whether a user's file stands in for the template of the binary.
    #[must_use]
    pub fn is_overridden(&self, name: &str) -> bool {
        self.texts.overrides.contains_key(name)
    }

    pub(super) fn get(&self, name: &str) -> Result<Template<'_, '_>, Error> {
        if is_yaml(name) { self.bound.get_template(name) } else { self.plain.get_template(name) }
    }

    pub(super) fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    /// The template as a file that findings point into; it is added when it is first pointed at.
    pub(super) fn file(&self, sources: &mut Sources, name: &str) -> FileId {
        let path = format!("{FOLDER}{name}");
        let known = (0..).map_while(|id| sources.get(FileId(id)).map(|source| (id, source)));
        let found = known.filter(|(_, source)| source.name == path).map(|(id, _)| FileId(id)).next();
        found.unwrap_or_else(|| sources.add(path, self.text(name).unwrap_or_default()))
    }
}

/// Whether a template makes YAML, which is read back and written canonically; all others make plain text.
pub(super) fn is_yaml(template: &str) -> bool {
    template.ends_with(".yaml.j2")
}

/// What both environments have in common.
fn environment(texts: &Arc<Texts>) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build();
    environment.set_syntax(syntax.unwrap_or_default());
    // Findings want the range of the expression.
    environment.set_debug(true);
    filters::add(&mut environment);
    let texts = Arc::clone(texts);
    environment.set_fuel(Some(FUEL));
    environment.set_loader(move |name| Ok(texts.get(name).map(str::to_owned)));
    environment
}

/// Fills a template of YAML.
pub(super) fn fill(template: &Template, values: Value) -> Result<Filled, Error> {
    let mut captured = template.render_captured(values)?;
    let values = captured.with_state_mut(|state| std::mem::take(state.get_or_insert_extension_with(Values::default)));
    let mut text = captured.into_output();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    Ok(Filled { text, values })
}

/// `text('nodes/prepare.sh.j2', node=node)` in YAML: another template, filled with all that is known here and with the
/// arguments, as one string. This is how a script or a cloud-config stands inside a document. What is known as `over` is
/// laid over the document that comes out.
fn text(plain: &Environment, shapes: &Shapes, state: &mut State, name: &str, arguments: &Kwargs) -> Result<String, Error> {
    let mut known: Vec<(String, Value)> = Vec::new();
    for variable in state.known_variables() {
        if let Some(value) = state.lookup(&variable) {
            known.push((variable.into_owned(), value));
        }
    }
    for argument in arguments.args() {
        known.push((argument.to_owned(), arguments.get(argument)?));
    }
    let over = known.iter().rfind(|(name, _)| name == OVER).map(|(_, value)| value.clone());
    let context = Value::from_pairs(known);
    if !is_yaml(name) {
        return plain.get_template(name)?.render(context);
    }
    let filled = fill(&state.env().get_template(name)?, context)?;
    let broken = |why: String| Error::new(ErrorKind::InvalidOperation, format!("`{FOLDER}{name}`: {why}"));
    let over = over.map(serde_json::to_value).transpose().map_err(|error| broken(error.to_string()))?;
    let text = match over {
        None => shapes.text(&filled),
        Some(over) => super::long_way(&filled, Some(&over)).map(|(text, _)| text),
    };
    text.map_err(|failure| broken(failure.message()))
}

/// The template that an override most likely means: the same file in another folder, or a name that is near.
fn nearest(name: &str, templates: &Templates) -> Option<&'static str> {
    let file = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    templates.names().find(|known| file(known) == file(name)).or_else(|| suggest::nearest(name, templates.names()))
}
