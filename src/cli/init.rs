//! `strata init`: an environment to start from, and the schemas that editors need.

use std::path::Path;

use super::output::Output;
use super::schema;
use crate::exit::Exit;
use crate::source::load;
use crate::source::values::Name;
use crate::tree::write_file;

/// What `strata init NAME` writes.
#[must_use]
pub fn environment(name: &Name) -> String {
    include_str!("init.yaml").replace("NAME", name.as_str())
}

pub(super) fn run(directory: &Path, name: &str, output: &Output) -> Exit {
    let name: Name = match name.parse() {
        Ok(name) => name,
        Err(message) => return output.failure(&message.replace('\n', "; ")),
    };
    let path = load::environment_path(name.as_str());
    if directory.join(&path).exists() {
        return output.failure(&format!("`{path}` exists already; it is left as it is"));
    }
    let files = [
        (path.clone(), environment(&name)),
        (format!("{}/environment.schema.json", load::ENVIRONMENTS), schema::environment()),
        (format!("{}/tenant.schema.json", load::ENVIRONMENTS), schema::tenant()),
    ];
    for (path, text) in files {
        let target = directory.join(&path);
        let folder = target.parent().unwrap_or(directory);
        if let Err(error) = std::fs::create_dir_all(folder) {
            return output.failure(&format!("`{}` cannot be made: {error}", folder.display()));
        }
        if let Err(finding) = write_file(&target, &text) {
            return output.failure(&finding.message);
        }
    }
    output.say(&format!(
        "wrote {path}: put in your networks, your key and your flavors, then run `strata check {name}` and `strata compile {name}`"
    ));
    Exit::Fine
}
