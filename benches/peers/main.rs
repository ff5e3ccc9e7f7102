//! `cargo bench --bench peers [-- N]`: the documents of a fleet, once by strata and once by each of the programs that users would
//! take instead and that are installed: a script of Jinja2 and PyYAML, helm, kustomize, jsonnet.
//!
//! Each gets templates that are made from what strata has written for one environment: its YAML, with the environment's name
//! as a variable. So each prints documents of the same size and number, and does less than strata: no model, no checks.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss, reason = "a program that measures and prints")]

#[path = "../../tests/it/measure.rs"]
mod measure;
#[path = "../fleet.rs"]
mod repository;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use measure::measured;
use serde_json::{Value, json};
use strata::render::read;

const LONGEST: Duration = Duration::from_secs(1800);
/// The name of the environment that the templates are made from.
const NAME: &str = "dare-0";

/// A program, and how it is called for a number of environments.
struct Peer {
    name: &'static str,
    command: Command,
    documents: usize,
}

fn main() {
    let count = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(50);
    let folder = tempfile::tempdir().unwrap();
    let top = folder.path();
    repository::lay_down(top, count);
    let mut strata = Command::new(env!("CARGO_BIN_EXE_strata"));
    strata.arg("-C").arg(top).arg("compile").env("XDG_CACHE_HOME", top.join("cache"));
    let run = measured(&mut strata, LONGEST);
    assert!(run.status.success(), "{}", run.text);
    let documents: Vec<Document> = documents(&top.join("generated").join(NAME));
    let all: usize = (0..count).map(|number| self::documents(&top.join(format!("generated/dare-{number}"))).len()).sum();
    println!("{count} environments; documents per second by the clock, and per second of CPU time");
    line("strata", all, run.wall, run.busy);
    let peers =
        [jinja(top, &documents, count), helm(top, &documents, count), kustomize(top, &documents, count), jsonnet(top, &documents, count)];
    for peer in peers {
        match peer {
            Ok(Peer { name, mut command, documents }) => {
                let run = measured(&mut command, LONGEST);
                if run.status.success() {
                    line(name, documents, run.wall, run.busy);
                } else {
                    println!("{name:<18} failed: {}", run.text.lines().last().unwrap_or_default());
                }
            }
            Err(missing) => println!("{missing:<18} is not installed"),
        }
    }
}

fn line(name: &str, documents: usize, wall: Duration, busy: Duration) {
    let rate = |time: Duration| documents as f64 / time.as_secs_f64().max(0.001);
    println!("{name:<18} {documents:>7} documents {:>9.0}/s {:>9.0}/s of CPU", rate(wall), rate(busy));
}

/// A document of the generated tree.
struct Document {
    file: usize,
    value: Value,
    text: String,
}

fn documents(tree: &Path) -> Vec<Document> {
    let entries = walkdir::WalkDir::new(tree).sort_by_file_name().into_iter().map(Result::unwrap);
    let yaml = entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "yaml"));
    let read = |(file, path): (usize, PathBuf)| {
        let values = read::read(&fs::read_to_string(path).unwrap()).unwrap();
        values.into_iter().map(move |value| Document { file, text: strata::render::write(&value), value })
    };
    yaml.map(walkdir::DirEntry::into_path).enumerate().flat_map(read).collect()
}

fn put(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The first of these programs that answers, by name or where the tests have it built.
fn program(name: &'static str) -> Result<PathBuf, &'static str> {
    let home = std::env::var("HOME").unwrap_or_default();
    let built = [".cache/strata-judges/bin", ".cache/strata-argocd-lab/bin", "go/bin"];
    let places: Vec<PathBuf> =
        std::iter::once(PathBuf::from(name)).chain(built.map(|folder| Path::new(&home).join(folder).join(name))).collect();
    let answers = |path: &PathBuf| {
        Command::new(path).arg(if name == "helm" || name == "kustomize" { "version" } else { "--version" }).output().is_ok()
    };
    places.into_iter().find(answers).ok_or(name)
}

/// A text as a template of Jinja2 or Go: what looks like one is kept as it is.
fn template(text: &str, variable: &str) -> String {
    let kept = text.replace("{{", "\u{1}").replace("}}", "\u{2}").replace("{%", "\u{3}");
    let kept = kept.replace('\u{1}', "{{ \"{{\" }}").replace('\u{2}', "{{ \"}}\" }}").replace('\u{3}', "{{ \"{%\" }}");
    kept.replace(NAME, variable)
}

const SCRIPT: &str = r#"
import os, sys
import jinja2, yaml
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
environment = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"), undefined=jinja2.StrictUndefined)
names = sorted(os.listdir("templates"))
for number in range(int(sys.argv[1])):
    os.makedirs(f"out/{number}")
    for name in names:
        text = environment.get_template(name).render(name=f"dare-{number}")
        documents = list(yaml.load_all(text, Loader))
        with open(f"out/{number}/{name}", "w") as file:
            yaml.dump_all(documents, file, Dumper, sort_keys=False)
"#;

fn jinja(top: &Path, documents: &[Document], count: usize) -> Result<Peer, &'static str> {
    const NAME: &str = "Jinja2 and PyYAML";
    let home = std::env::var("HOME").unwrap_or_default();
    let places = ["python3".into(), Path::new(&home).join(".cache/strata-judges/python/bin/python"), "/usr/bin/python3".into()];
    let able = |path: &PathBuf| Command::new(path).args(["-c", "import jinja2, yaml"]).output().is_ok_and(|done| done.status.success());
    let python = places.into_iter().find(able).ok_or(NAME)?;
    let folder = top.join("jinja");
    for (number, document) in documents.iter().enumerate() {
        put(&folder.join(format!("templates/{number}.yaml")), &template(&document.text, "{{ name }}"));
    }
    put(&folder.join("render.py"), SCRIPT);
    let mut command = Command::new(python);
    command.arg("render.py").arg(count.to_string()).current_dir(folder);
    Ok(Peer { name: NAME, command, documents: documents.len() * count })
}

/// Kubernetes' own objects: the only ones that helm and kustomize take. Names are made different, since the tests of policies hold
/// objects of one name.
fn objects(documents: &[Document]) -> Vec<Document> {
    let whole = |document: &&Document| document.value["kind"].is_string() && document.value["metadata"]["name"].is_string();
    let apart = |(number, document): (usize, &Document)| {
        let mut value = document.value.clone();
        value["metadata"]["name"] = format!("{}-{number}", value["metadata"]["name"].as_str().unwrap()).into();
        Document { file: document.file, text: strata::render::write(&value), value }
    };
    documents.iter().filter(whole).enumerate().map(apart).collect()
}

fn helm(top: &Path, documents: &[Document], count: usize) -> Result<Peer, &'static str> {
    let helm = program("helm")?;
    let (chart, objects) = (top.join("chart"), objects(documents));
    put(&chart.join("Chart.yaml"), "apiVersion: v2\nname: fleet\nversion: 0.1.0\n");
    for (number, document) in objects.iter().enumerate() {
        put(&chart.join(format!("templates/{number}.yaml")), &template(&document.text, "{{ .Values.name }}"));
    }
    let each = format!(
        "for n in $(seq 0 {}); do \"$0\" template x chart --set name=dare-$n --output-dir out/$n >/dev/null || exit; done",
        count - 1
    );
    let mut command = Command::new("sh");
    command.args(["-c", &each]).arg(helm).current_dir(top);
    Ok(Peer { name: "helm template", command, documents: objects.len() * count })
}

fn kustomize(top: &Path, documents: &[Document], count: usize) -> Result<Peer, &'static str> {
    let kustomize = program("kustomize")?;
    let (base, objects) = (top.join("base"), objects(documents));
    let files: Vec<String> = (0..objects.len()).map(|number| format!("{number}.yaml")).collect();
    for (file, document) in files.iter().zip(&objects) {
        put(&base.join(file), &document.text);
    }
    put(&base.join("kustomization.yaml"), &strata::render::write(&json!({ "resources": files })));
    for number in 0..count {
        let overlay = json!({ "resources": ["../../base"], "namePrefix": format!("dare-{number}-") });
        put(&top.join(format!("overlays/{number}/kustomization.yaml")), &strata::render::write(&overlay));
    }
    let each =
        format!("mkdir -p built; for n in $(seq 0 {}); do mkdir built/$n; \"$0\" build overlays/$n -o built/$n || exit; done", count - 1);
    let mut command = Command::new("sh");
    command.args(["-c", &each]).arg(kustomize).current_dir(top);
    Ok(Peer { name: "kustomize build", command, documents: objects.len() * count })
}

fn jsonnet(top: &Path, documents: &[Document], count: usize) -> Result<Peer, &'static str> {
    let jsonnet = program("jsonnet")?;
    // A file for each document, in which the name is put together from a variable.
    let text = |document: &Document| {
        let json = serde_json::to_string_pretty(&document.value).unwrap().replace('%', "%%").replace(NAME, "%(name)s");
        let lines =
            json.lines().map(|line| if line.contains("%(name)s") || line.contains("%%") { formatted(line) } else { line.to_owned() });
        lines.collect::<Vec<_>>().join("\n")
    };
    let all: Vec<String> =
        documents.iter().enumerate().map(|(number, document)| format!("\"{number}.json\": {}", text(document))).collect();
    put(&top.join("fleet.jsonnet"), &format!("local environment = {{name: std.extVar('name')}};\n{{{}}}", all.join(",\n")));
    let each = format!("for n in $(seq 0 {}); do \"$0\" -V name=dare-$n -c -m json/$n fleet.jsonnet >/dev/null || exit; done", count - 1);
    let mut command = Command::new("sh");
    command.args(["-c", &each]).arg(jsonnet).current_dir(top);
    Ok(Peer { name: "jsonnet", command, documents: documents.len() * count })
}

/// A line of JSON whose texts are formatted with the environment.
fn formatted(line: &str) -> String {
    let (mut out, mut rest) = (String::new(), line);
    while let Some(start) = rest.find('"') {
        out.push_str(&rest[..start]);
        let mut end = start + 1;
        while rest.as_bytes()[end] != b'"' {
            end += if rest.as_bytes()[end] == b'\\' { 2 } else { 1 };
        }
        let text = &rest[start..=end];
        let is_key = rest[end + 1..].starts_with(": ");
        match (text.contains('%'), is_key) {
            (true, true) => out.extend(["[", text, " % environment]"]),
            (true, false) => out.extend([text, " % environment"]),
            (false, _) => out.push_str(text),
        }
        rest = &rest[end + 1..];
    }
    out + rest
}
