//! Every finding has a picture: `tests/diagnostics/<code>[-variant]/` is a small repository, and `expected.txt` in it is
//! what `strata check` draws of it.
//!
//! A case holds only its mistake: its environment says `extends: ../base.yaml`, and gets `tests/diagnostics/base.yaml`, a
//! complete environment without a finding, and `tests/diagnostics/lock.yaml` where it has no lock.yaml of its own. A second
//! code that cannot be avoided stands in a comment `# also: CODE`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use strata::compile;
use strata::diagnostic::{Code, Diagnostic, codes, draw};
use strata::model::{policies, site};
use strata::render::Templates;
use strata::source::Sources;
use strata::source::disk::Disk;
use strata::source::load::{self, Files, Memory};
use strata::source::values::Date;

use crate::golden;

/// Topics whose codes need no folder here, and the tests that show them instead.
const ELSEWHERE: [(&[&Code], &[&str]); 4] = [
    // No key of the language is open yet: a small struct of the test has one.
    (&[&codes::source::AMBIGUOUS_VALUE], &["source/decode.rs"]),
    // Templates of the user's own, and the disk: no part of an environment's files.
    (codes::render::ALL, &["templates.rs", "tree.rs"]),
    // What a cloud answers.
    (codes::lock::ALL, &["lock/clouds.rs", "lock/lab.rs", "lock/release.rs", "lock/charts.rs"]),
    // The case would be 40 KB of keys.
    (&[&codes::nodes::USER_DATA_TOO_LARGE, &codes::nodes::USER_DATA_LARGE], &["model.rs"]),
];

/// What is drawn, and which codes it shows.
struct Picture {
    findings: Vec<Diagnostic>,
    drawn: String,
}

fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

/// The folders of all cases, sorted.
fn cases() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(top()).unwrap().map(|entry| entry.unwrap().path());
    let cases: BTreeSet<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    cases.into_iter().collect()
}

fn name(case: &Path) -> &str {
    case.file_name().and_then(|name| name.to_str()).unwrap()
}

/// The code that a folder is named after: the longest that its name begins with.
fn code(case: &Path) -> Option<&'static Code> {
    let begins = |code: &&Code| name(case).strip_prefix(code.name).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    codes::all().filter(begins).max_by_key(|code| code.name.len())
}

fn text_files(case: &Path) -> BTreeMap<String, String> {
    let files = walkdir::WalkDir::new(case).sort_by_file_name().into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let inside = |path: &Path| path.strip_prefix(case).unwrap().to_str().unwrap().to_owned();
    files.map(|entry| (inside(entry.path()), String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned())).collect()
}

/// A case's files, on top of what it stands on. From the disk, since a case may hold a directory in place of a file.
struct Repository {
    own: Disk,
    shared: Memory,
}

impl Files for Repository {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let own = self.own.read(path)?;
        if own.is_some() { Ok(own) } else { self.shared.read(path) }
    }

    fn list(&self, dir: &str) -> Result<Vec<String>, String> {
        let names: BTreeSet<String> = self.own.list(dir)?.into_iter().chain(self.shared.list(dir)?).collect();
        Ok(names.into_iter().collect())
    }
}

fn repository(case: &Path) -> Repository {
    let files = text_files(case);
    let shared = |name: &str| std::fs::read_to_string(top().join(name)).unwrap();
    let on_base = |(path, text): (&String, &String)| {
        let folder = path.strip_suffix("/environment.yaml")?;
        text.contains("extends: ../base.yaml").then(|| format!("{folder}/lock.yaml"))
    };
    let locks: Vec<String> = files.iter().filter_map(on_base).collect();
    let base = if locks.is_empty() { Memory::default() } else { Memory::default().with("environments/base.yaml", shared("base.yaml")) };
    let shared = locks.into_iter().fold(base, |memory, lock| memory.with(lock, shared("lock.yaml")));
    Repository { own: Disk::new(case).unwrap(), shared }
}

/// What `strata check` without names says, on a day if there is one.
fn check(files: &dyn Files, today: Option<Date>) -> Picture {
    let mut sources = Sources::default();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let mut findings = Vec::new();
    let mut models = Vec::new();
    for name in load::names(files).unwrap() {
        let checked = compile::compile(files, &name, &templates, &mut sources);
        findings.extend(checked.findings);
        models.extend(checked.value.map(|compiled| compiled.model));
    }
    let environments: Vec<_> = models.iter().map(|model| &model.written).collect();
    findings.extend(environments.iter().filter_map(|one| today.map(|today| policies::past(one, today))).flatten());
    findings.extend(site::check(&environments));
    Picture { drawn: draw::text(&findings, &sources, false), findings }
}

/// Codes that a case shows beside its own, from its `# also:` comment.
fn also(case: &Path) -> BTreeSet<String> {
    let files = text_files(case);
    let listed = files.values().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("# also: "));
    listed.flat_map(|list| list.split(", ")).map(str::to_owned).collect()
}

/// The day of a case, from its `# today:` comment.
fn today(case: &Path) -> Option<Date> {
    let files = text_files(case);
    let mut listed = files.values().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("# today: "));
    listed.next().map(|day| day.parse().unwrap())
}

#[test]
fn every_picture_is_as_expected() {
    let mut wrong = Vec::new();
    for case in &cases() {
        let Some(code) = code(case) else {
            wrong.push(format!("{}: there is no such code", name(case)));
            continue;
        };
        let Picture { findings, drawn } = check(&repository(case), today(case));
        let shown: BTreeSet<String> = findings.iter().map(|finding| finding.code.name.to_owned()).collect();
        let mut meant = also(case);
        meant.insert(code.name.to_owned());
        if shown != meant {
            wrong.push(format!("{} shows {shown:?}, meant is {meant:?}\n{drawn}", name(case)));
        }
        let silent = |finding: &&Diagnostic| finding.help.is_none() || finding.labels.is_empty();
        wrong.extend(findings.iter().filter(silent).map(|finding| format!("{}: no place or no help: {}", name(case), finding.message)));
        wrong.extend(golden::compare(&case.join("expected.txt"), &drawn));
    }
    assert!(wrong.is_empty(), "{}\n{} wrong; STRATA_BLESS=1 rewrites expected.txt", wrong.join("\n"), wrong.len());
}

#[test]
fn what_the_cases_stand_on_has_no_finding() {
    let shared = |name: &str| std::fs::read_to_string(top().join(name)).unwrap();
    let files = Memory::default()
        .with("environments/base.yaml", shared("base.yaml"))
        .with("environments/x/environment.yaml", "name: x\nextends: ../base.yaml\n")
        .with("environments/x/lock.yaml", shared("lock.yaml"));
    let picture = check(&files, None);
    assert!(picture.findings.is_empty(), "{}", picture.drawn);
}

#[test]
fn every_code_is_shown() {
    let cases = cases();
    let drawn = |code: &Code| {
        let own = cases.iter().filter(|case| self::code(case).is_some_and(|found| found.name == code.name));
        let texts: Vec<String> = own.map(|case| std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default()).collect();
        texts.iter().any(|text| text.contains(&format!("[{}]", code.name)))
    };
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let mentioned = |code: &Code, file: &str| std::fs::read_to_string(tests.join(file)).is_ok_and(|text| text.contains(code.name));
    let elsewhere = |code: &Code| {
        let mut topics = ELSEWHERE.iter().filter(|(topic, _)| topic.iter().any(|known| known.name == code.name));
        topics.any(|(_, files)| files.iter().any(|file| mentioned(code, file)))
    };
    let missing: Vec<&str> = codes::all().filter(|code| !drawn(code) && !elsewhere(code)).map(|code| code.name).collect();
    assert!(missing.is_empty(), "no folder of tests/diagnostics, and no test that is listed here, shows: {}", missing.join(", "));
}

#[test]
fn every_code_explains_itself() {
    let mut names = BTreeSet::new();
    for code in codes::all() {
        assert!(names.insert(code.name), "{} is there twice", code.name);
        assert!(code.name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{}", code.name);
        assert!(!code.title.is_empty() && !code.title.ends_with('.'), "{}: title", code.name);
        let sentences = code.explanation.matches(". ").count() + usize::from(code.explanation.ends_with('.'));
        assert!(sentences >= 2, "{}: two sentences at least", code.name);
        assert!(code.explanation.ends_with('.'), "{}: the explanation ends in the middle", code.name);
        assert!(!code.upstream.is_empty(), "{}: who says so?", code.name);
    }
}

#[test]
fn every_finding_says_where_and_what_to_do() {
    for case in &cases() {
        let expected = std::fs::read_to_string(case.join("expected.txt")).unwrap_or_default();
        for finding in expected.split("\n\n").filter(|text| text.starts_with("error[") || text.starts_with("warning[")) {
            assert!(finding.contains("= help: "), "{}: a finding without help\n{finding}", name(case));
            assert!(finding.contains("--> "), "{}: a finding without a place\n{finding}", name(case));
        }
    }
}
