//! Room 4: pages become files. Four steps, each exchangeable: fill the template, read its text back as YAML, put the values
//! in, write the documents canonically. Pure; once there is a model nothing here fails for a reason that the user caused,
//! except in a template of the user's own.

mod bind;
mod explain;
mod filters;
mod over;
pub mod read;
mod scalar;
mod shape;
mod templates;
mod write;

pub use templates::{DEFAULTS, Templates};
pub use write::write;

use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;

use self::bind::{BindError, Filled};
use self::explain::Failure;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::render as codes;
use crate::source::Sources;
use crate::tree::{self, Tree};

/// One file to make: where it goes, its template, and what the template may print.
#[derive(Debug, Clone)]
pub struct Page {
    /// Path in the tree, with `/`.
    pub path: String,
    /// Name of the template; `*.yaml.j2` makes YAML, everything else plain text.
    pub template: &'static str,
    /// The values, a map.
    pub values: minijinja::Value,
    /// What is laid over the document that comes out, key by key: the user's own values of a chart.
    pub over: Option<Value>,
}

impl Page {
    /// A page from a view: a struct whose fields are the template's variables.
    pub fn new(path: impl Into<String>, template: &'static str, view: impl Serialize) -> Self {
        Page { path: path.into(), template, values: minijinja::Value::from(minijinja::value::Serde(view)), over: None }
    }

    /// The same page with a mapping laid over its document.
    #[must_use]
    pub fn over(self, values: Value) -> Self {
        Page { over: Some(values), ..self }
    }
}

/// Files, and the documents of some of them, for who reads on.
#[derive(Debug, Default)]
pub struct Rendered {
    /// The files.
    pub tree: Tree,
    /// Path and documents of each file that was to be kept.
    pub documents: Vec<(String, Vec<Value>)>,
}

/// Every page as a file. `source_name` is what the headers say that the files come from.
pub fn render(pages: Vec<Page>, templates: &Templates, sources: &mut Sources, source_name: &str) -> Result<Tree, Vec<Diagnostic>> {
    render_keeping(pages, templates, sources, source_name, |_| false).map(|rendered| rendered.tree)
}

/// As [`render`]; it hands over the documents of the paths that `keep` names, so that nobody reads their text again.
pub fn render_keeping(
    pages: Vec<Page>,
    templates: &Templates,
    sources: &mut Sources,
    source_name: &str,
    keep: fn(&str) -> bool,
) -> Result<Rendered, Vec<Diagnostic>> {
    // One environment has many pages, and an editor waits for its check.
    let texts: Vec<_> = pages.par_iter().map(|page| text(page, keep(&page.path), templates)).collect();
    let mut made = Rendered::default();
    let mut findings = Vec::new();
    for (page, text) in pages.into_iter().zip(texts) {
        let text = text.map_err(|trouble| Box::new(trouble.finding(templates, sources, &page)));
        match check_path(&page, &made.tree).and(text) {
            Ok((text, documents)) => {
                if !documents.is_empty() {
                    made.documents.push((page.path.clone(), documents));
                }
                let text = tree::add_header(&page.path, source_name, &text);
                made.tree.insert(page.path, text);
            }
            Err(finding) => findings.push(*finding),
        }
    }
    if findings.is_empty() { Ok(made) } else { Err(findings) }
}

fn check_path(page: &Page, made: &Tree) -> Result<(), Box<Diagnostic>> {
    let why = if !tree::is_inside(&page.path) {
        "is no path inside of its folder"
    } else if made.get(&page.path).is_some() {
        "is written twice"
    } else {
        return Ok(());
    };
    let message = format!("the output path `{}` of `templates/{}` {why}", page.path, page.template);
    Err(Box::new(Diagnostic::new(&codes::OUTPUT_PATH, message).help("this is a defect of strata; please report it")))
}

/// Why a page could not be made.
enum Trouble {
    /// The template cannot be filled.
    Template(Box<minijinja::Error>),
    /// What it printed is no YAML, or the values do not fit it.
    Document(Box<Failure>),
}

impl Trouble {
    fn finding(&self, templates: &Templates, sources: &mut Sources, page: &Page) -> Diagnostic {
        match self {
            Trouble::Template(error) => explain::template_error(templates, sources, page.template, error),
            Trouble::Document(failure) => explain::failure(templates, sources, page, failure),
        }
    }
}

/// One page's text, without its header, and its documents where they are to be kept.
fn text(page: &Page, keep: bool, templates: &Templates) -> Result<(String, Vec<Value>), Trouble> {
    let of_template = |error| Trouble::Template(Box::new(error));
    let template = templates.get(page.template).map_err(of_template)?;
    let values = page.values.clone();
    if !templates::is_yaml(page.template) {
        return template.render(values).map(|plain| (plain, Vec::new())).map_err(of_template);
    }
    let filled = templates::fill(&template, values).map_err(of_template)?;
    // Shapes are about what the template alone has written.
    let made = match (&page.over, keep) {
        (None, false) => templates.shapes().text(&filled).map(|text| (text, Vec::new())),
        (over, _) => long_way(&filled, over.as_ref()),
    };
    let (text, documents) = made.map_err(|failure| Trouble::Document(Box::new(failure)))?;
    Ok((text, if keep { documents } else { Vec::new() }))
}

/// The text of a filled template and its documents: read, bound, with what is laid over the first, written.
fn long_way(filled: &Filled, over: Option<&Value>) -> Result<(String, Vec<Value>), Failure> {
    let mut documents = documents(filled)?;
    if let (Some(over), Some(document)) = (over, documents.first_mut()) {
        over::lay(document, over);
    }
    Ok((first_line(&filled.text) + &join(&documents), documents))
}

/// The documents of a filled template, with their values.
fn documents(filled: &Filled) -> Result<Vec<Value>, Failure> {
    let mut documents = read::read(&filled.text).map_err(Failure::Read)?;
    filled.bind(&mut documents).map_err(|error| {
        let (BindError::Inside(number) | BindError::Key(number) | BindError::Twice(number, _)) = &error;
        let offset = filled.offset_of(*number);
        Failure::Bind(error, offset)
    })?;
    Ok(documents)
}

/// The first line where a program wants to see it, `#cloud-config`; to YAML it is a comment and gets lost.
fn first_line(text: &str) -> String {
    if tree::keeps_first_line(text) { text.split_inclusive('\n').next().unwrap_or_default().to_owned() } else { String::new() }
}

/// Documents as one text.
fn join(documents: &[Value]) -> String {
    let texts: Vec<String> = documents.iter().map(write).collect();
    texts.join("---\n")
}
