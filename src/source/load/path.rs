//! Paths that users write, to paths from the repository's top.

/// The path of `written`, as seen from the file `from`; a reason if it leaves the repository.
pub(super) fn beside(from: &str, written: &str) -> Result<String, &'static str> {
    if written.is_empty() {
        return Err("is no path");
    }
    if written.starts_with(['/', '~', '\\']) || written.as_bytes().get(1) == Some(&b':') {
        return Err("is an absolute path");
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or("leaves the repository")?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() { Err("is a directory") } else { Ok(parts.join("/")) }
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn paths_are_relative_to_the_file_and_stay_inside() {
        let from = "environments/prod/environment.yaml";
        assert_eq!(beside(from, "../../sites/cnaf.yaml").as_deref(), Ok("sites/cnaf.yaml"));
        assert_eq!(beside(from, "./files//ca.pem").as_deref(), Ok("environments/prod/files/ca.pem"));
        assert_eq!(beside("a.yaml", "b.yaml").as_deref(), Ok("b.yaml"));
        assert_eq!(beside(from, "../../../x"), Err("leaves the repository"));
        assert_eq!(beside(from, "/etc/passwd"), Err("is an absolute path"));
        assert_eq!(beside(from, "C:\\x"), Err("is an absolute path"));
        assert_eq!(beside(from, "../.."), Err("is a directory"));
        assert_eq!(beside(from, ""), Err("is no path"));
    }
}
