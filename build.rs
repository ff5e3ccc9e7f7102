//! Embeds `templates/` in the binary: one table of names and texts, sorted by name.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=templates");
    let top = Path::new(&env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?).join("templates");
    let mut names = Vec::new();
    if top.is_dir() {
        collect(&top, "", &mut names)?;
    }
    names.sort();
    let mut table = String::from("&[\n");
    for name in names {
        let path = top.join(&name);
        let _ = writeln!(table, "    ({name:?}, include_str!({:?})),", path.display().to_string());
    }
    table.push_str("]\n");
    let out = Path::new(&env::var("OUT_DIR").map_err(io::Error::other)?).join("templates.rs");
    // An untouched file lets cargo see that nothing has changed.
    if fs::read_to_string(&out).is_ok_and(|before| before == table) {
        return Ok(());
    }
    fs::write(out, table)
}

/// Every `*.j2` below `folder`, by its path from the top with `/`.
fn collect(folder: &Path, prefix: &str, names: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{name}/"), names)?;
        } else if entry.path().extension().is_some_and(|extension| extension == "j2") {
            names.push(name);
        }
    }
    Ok(())
}
