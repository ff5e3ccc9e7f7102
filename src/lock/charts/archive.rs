//! A chart's archive: what it says about itself, and the keys of its values. It comes from outside, so it is read within
//! bounds, nothing is written to a disk, and nothing of it is carried out.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Component, Path};

use flate2::read::GzDecoder;
use serde_json::Value;

/// All that is read, unpacked. The largest chart of the platform has some 5 MiB.
const LARGEST: u64 = 256 << 20;
/// One file that is looked into.
const LARGEST_FILE: u64 = 8 << 20;
/// Files of one archive; the largest chart has some 1,500.
const MOST: usize = 20_000;
/// Charts in charts in charts: nobody goes deeper.
const DEEPEST: usize = 5;

/// A chart, or one inside of another.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// `Chart.yaml`.
    pub(super) metadata: Value,
    /// `values.yaml`.
    pub(super) values: Value,
    /// What its templates ask for: `.Values.a.b` as `a`, `b`.
    pub(super) asked: Vec<Vec<String>>,
    /// What they print as it is, whatever its keys are.
    pub(super) printed: Vec<Vec<String>>,
}

/// The chart by the empty path, those inside by theirs.
pub(super) type Parts = BTreeMap<Vec<String>, Part>;

/// Reads an archive; a sentence about what is wrong with it.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<Parts, String> {
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(LARGEST + 1));
    let mut parts = Parts::new();
    let entries = archive.entries().map_err(broken)?;
    for (number, entry) in entries.enumerate() {
        let mut entry = entry.map_err(broken)?;
        if number >= MOST || entry.raw_file_position() > LARGEST {
            return Err("it is far too large for a chart".into());
        }
        let path = entry.path().map_err(broken)?.into_owned();
        let names = inside(&path, name)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let Some((part, file)) = place(&names) else { continue };
        let mut text = String::new();
        let size = entry.by_ref().take(LARGEST_FILE + 1).read_to_string(&mut text);
        match size {
            Ok(size) if size as u64 <= LARGEST_FILE => take(parts.entry(part).or_default(), file, &text)?,
            Ok(_) => return Err(format!("`{}` in it is far too large", path.display())),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData && file.starts_with("templates/") => {}
            Err(error) => return Err(broken(error)),
        }
    }
    if parts.get(&Vec::new()).is_none_or(|chart| chart.metadata.is_null()) {
        return Err(format!("it has no `{name}/Chart.yaml`"));
    }
    Ok(parts)
}

fn broken(error: impl std::fmt::Display) -> String {
    format!("it is no archive of a chart: {error}")
}

/// The path behind the chart's own folder. Helm unpacks nothing that would lie elsewhere, and neither is it looked at here.
fn inside(path: &Path, name: &str) -> Result<Vec<String>, String> {
    let outside = || format!("`{}` lies outside of the chart's folder `{name}`", path.display());
    let plain = |part: Component| match part {
        Component::Normal(part) => part.to_str().map(str::to_owned).ok_or_else(outside),
        _ => Err(outside()),
    };
    let mut names = path.components().map(plain).collect::<Result<Vec<_>, _>>()?;
    if names.first().is_none_or(|first| first != name) {
        return Err(outside());
    }
    names.remove(0);
    Ok(names)
}

/// Which chart a file belongs to, and which of the three kinds it is.
fn place(names: &[String]) -> Option<(Vec<String>, &'static str)> {
    let mut part = Vec::new();
    let mut rest = names;
    while let [charts, name, below @ ..] = rest
        && charts == "charts"
        && !below.is_empty()
    {
        part.push(name.clone());
        rest = below;
    }
    if part.len() > DEEPEST {
        return None;
    }
    match rest {
        [file] if file == "Chart.yaml" => Some((part, "Chart.yaml")),
        [file] if file == "values.yaml" => Some((part, "values.yaml")),
        [folder, ..] if folder == "templates" => Some((part, "templates/")),
        _ => None,
    }
}

fn take(part: &mut Part, file: &'static str, text: &str) -> Result<(), String> {
    if file == "templates/" {
        part.asked.extend(asked(text));
        part.printed.extend(printed(text));
        return Ok(());
    }
    let read = super::yaml(text).map_err(|why| format!("its `{file}` is no YAML: {why}"))?;
    let slot = if file == "Chart.yaml" { &mut part.metadata } else { &mut part.values };
    if !slot.is_null() {
        return Err(format!("it has `{file}` twice"));
    }
    // An empty file is a mapping without keys.
    *slot = if read.is_null() { Value::Object(serde_json::Map::new()) } else { read };
    if slot.is_object() { Ok(()) } else { Err(format!("its `{file}` is no mapping")) }
}

/// How a template names a value.
const VALUES: &str = ".Values.";

/// Every `.Values.a.b` of a template.
fn asked(text: &str) -> Vec<Vec<String>> {
    text.split(VALUES).skip(1).map(path).filter(|path| !path.is_empty()).collect()
}

/// Those of them that go into the manifest whole: `toYaml .Values.a`, and `with .Values.a` around a `toYaml .`.
fn printed(text: &str) -> Vec<Vec<String>> {
    let whole = |at: usize| {
        let before = text[..at].trim_end_matches(['$', '(', ' ']);
        // The block's own end, or that of one inside of it, which only shortens what is looked at.
        let block = || text[at..].split_once(" end ").map_or(&text[at..], |(block, _)| block);
        before.ends_with("toYaml") || before.ends_with("with") && block().split("toYaml .").skip(1).any(|rest| !rest.starts_with(word))
    };
    let places = text.match_indices(VALUES).filter(|(at, _)| whole(*at));
    places.map(|(at, _)| path(&text[at + VALUES.len()..])).filter(|path| !path.is_empty()).collect()
}

/// The path at the beginning of a text.
fn path(text: &str) -> Vec<String> {
    let end = text.find(|c: char| !word(c) && c != '.').unwrap_or(text.len());
    text[..end].split('.').take_while(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::{asked, printed};

    #[test]
    fn templates_tell_what_they_ask_for() {
        let text = "{{ .Values.a.b_c }}{{ $.Values.d | quote }}{{ (.Values.e).f }} .Values. {{ .Values.g.h. }}";
        assert_eq!(asked(text), [vec!["a", "b_c"], vec!["d"], vec!["e"], vec!["g", "h"]]);
    }

    #[test]
    fn templates_tell_what_they_print_as_it_is() {
        let text = "{{- with .Values.a.resources }}\nresources: {{- tpl (toYaml .) $ | nindent 12 }}\n{{- end }}\n\
                    {{- with .Values.b }}{{ .c }}{{- end }}{{ with $.Values.d }}{{ toYaml .e }}{{ end }}\n\
                    {{ toYaml (.Values.f) }}{{ toYaml $.Values.g.h | indent 2 }}{{ .Values.i }}";
        assert_eq!(printed(text), [vec!["a", "resources"], vec!["f"], vec!["g", "h"]]);
    }
}
