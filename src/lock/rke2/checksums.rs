//! The text of a `sha256sum` list to names and checksums. Nothing is skipped: a line that is not understood may
//! be the one that matters.

use std::collections::BTreeMap;

/// Reads a list; a sentence about the first line that is not part of one.
pub(super) fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut found = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let (name, checksum) = entry(line).ok_or_else(|| format!("line {} is {}", number + 1, shown(line)))?;
        let before = found.insert(name.to_owned(), checksum.clone());
        if before.is_some_and(|before| before != checksum) {
            return Err(format!("line {} names `{name}` a second time, with another checksum", number + 1));
        }
    }
    if found.is_empty() { Err("it is empty".into()) } else { Ok(found) }
}

/// `64 hexadecimal digits`, a blank, a blank or `*`, and a file name without a path.
fn entry(line: &str) -> Option<(&str, String)> {
    let (checksum, rest) = line.split_at_checked(64)?;
    let name = rest.strip_prefix("  ").or_else(|| rest.strip_prefix(" *"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+');
    let is_name = !name.is_empty() && !name.starts_with('.') && name.chars().all(plain);
    let is_checksum = checksum.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_name && is_checksum).then(|| (name, checksum.to_ascii_lowercase()))
}

/// The start of a line that somebody else wrote, safe to show.
fn shown(line: &str) -> String {
    const LONGEST: usize = 50;
    let text: String = line.chars().take(LONGEST).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
    let more = if line.chars().count() > LONGEST { "…" } else { "" };
    format!("`{text}{more}`")
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn sum(digit: char) -> String {
        digit.to_string().repeat(64)
    }

    #[test]
    fn both_modes_of_sha256sum_are_read() {
        let text = format!("{}  rke2.linux-amd64.tar.gz\n{} *rke2-images.linux-amd64.tar.zst\n", sum('a'), sum('B'));
        let list = parse(&text).expect("a list");
        assert_eq!(list["rke2.linux-amd64.tar.gz"], sum('a'));
        assert_eq!(list["rke2-images.linux-amd64.tar.zst"], sum('b'));
    }

    #[test]
    fn what_is_no_list_is_refused_with_its_line() {
        let good = format!("{}  a.tar.gz\n", sum('a'));
        for (text, why) in [
            (String::new(), "it is empty"),
            ("<!DOCTYPE html>\n".into(), "line 1 is `<!DOCTYPE html>`"),
            (format!("{good}\n"), "line 2 is ``"),
            (format!("{good}{}  a.tar.gz\n", sum('b')), "line 2 names `a.tar.gz` a second time, with another checksum"),
            (format!("{}  a.tar.gz\n", sum('g')), "line 1 is `gggggggggggggggggggggggggggggggggggggggggggggggggg…`"),
            (format!("{} a.tar.gz\n", sum('a')), "line 1 is"),
            (format!("{}  ../a.tar.gz\n", sum('a')), "line 1 is"),
            (format!("{}  .a\n", sum('a')), "line 1 is"),
            (format!("{}  a.tar.gz\u{1b}[2J\n", sum('a')), "line 1 is"),
            (format!("{}ä  a.tar.gz\n", "a".repeat(63)), "line 1 is"),
            ("a".repeat(63), "line 1 is"),
        ] {
            let found = parse(&text).expect_err(why);
            assert!(found.starts_with(why), "{found} is not {why}");
            assert!(!found.contains('\u{1b}'), "an escape sequence reaches the terminal");
        }
    }
}
