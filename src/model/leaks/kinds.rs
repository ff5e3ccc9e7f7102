//! What secrets look like. Only forms that nothing else has: a false alarm would stop a compiler that is right.

use std::ops::Range;

/// A kind that is known by how it begins.
struct Prefix {
    kind: &'static str,
    begins: &'static [&'static str],
    /// Characters behind the beginning, at least.
    least: usize,
    /// Whether a character belongs to it.
    inner: fn(char) -> bool,
}

fn alphanumeric(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

fn path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '/' | '@' | '.' | '?' | '=' | '&' | '%')
}

fn upper(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

const PREFIXES: [Prefix; 12] = [
    Prefix { kind: "an AWS access key", begins: &["AKIA", "ASIA"], least: 16, inner: upper },
    Prefix { kind: "a GitHub token", begins: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], least: 22, inner: word },
    Prefix { kind: "a GitLab token", begins: &["glpat-", "gldt-", "glrt-", "glcbt-", "glsoat-", "glptt-"], least: 20, inner: word },
    Prefix { kind: "a Slack token", begins: &["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"], least: 10, inner: word },
    Prefix { kind: "a Slack webhook", begins: &["hooks.slack.com/services/", "hooks.slack.com/workflows/"], least: 12, inner: path },
    Prefix { kind: "a Teams webhook", begins: &["webhook.office.com/webhookb2/"], least: 12, inner: path },
    Prefix { kind: "a Discord webhook", begins: &["discord.com/api/webhooks/"], least: 12, inner: path },
    Prefix { kind: "a watchdog's address", begins: &["hc-ping.com/"], least: 20, inner: path },
    Prefix { kind: "a Keystone token", begins: &["gAAAAA"], least: 100, inner: word },
    Prefix { kind: "an age secret key", begins: &["AGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1"], least: 40, inner: upper },
    Prefix { kind: "an RKE2 token", begins: &["K10"], least: 64, inner: |c| c.is_ascii_hexdigit() || c == ':' || word(c) },
    Prefix { kind: "a key of a registry's robot", begins: &["dckr_pat_"], least: 20, inner: word },
];

/// Keys whose value is a secret, in lower case without `-` and `_`.
const KEYS: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "ospassword",
    "clientsecret",
    "secretkey",
    "secretaccesskey",
    "awssecretaccesskey",
    "applicationcredentialsecret",
    "osapplicationcredentialsecret",
    "apikey",
    "authtoken",
];

/// Every secret of a text: its kind and where it stands, in order, none twice.
pub(super) fn search(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found: Vec<(&'static str, Range<usize>)> = Vec::new();
    found.extend(private_keys(text));
    found.extend(PREFIXES.iter().flat_map(|prefix| prefixed(text, prefix)));
    found.extend(web_tokens(text));
    found.extend(signed_links(text));
    found.extend(logins(text));
    found.extend(literals(text));
    found.sort_by_key(|(_, range)| (range.start, std::cmp::Reverse(range.end)));
    let mut end = 0;
    found.retain(|(_, range)| {
        let first = range.start >= end;
        end = end.max(range.end);
        first
    });
    found
}

/// From the line that begins one to the one that ends it.
fn private_keys(text: &str) -> Vec<(&'static str, Range<usize>)> {
    const BEGIN: &str = "-----BEGIN ";
    let block = |(at, _): (usize, &str)| {
        let line = text[at..].lines().next().unwrap_or_default();
        let label = line[BEGIN.len()..].split("-----").next().unwrap_or_default();
        if !(label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK")) {
            return None;
        }
        let body = at + line.len();
        let end = text[body..].find("-----END ").map_or(text.len(), |end| {
            let end = body + end;
            end + text[end..].lines().next().map_or(0, str::len)
        });
        Some(("a private key", at..end))
    };
    text.match_indices(BEGIN).filter_map(block).collect()
}

/// The length of what `inner` goes on with.
fn run(text: &str, inner: impl Fn(char) -> bool) -> usize {
    text.find(|c| !inner(c)).unwrap_or(text.len())
}

/// Whether a word begins there: what stands before it belongs to no word.
fn begins_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| alphanumeric(c) || c == '_')
}

fn prefixed(text: &str, prefix: &Prefix) -> Vec<(&'static str, Range<usize>)> {
    let one = |begin: &'static str| {
        text.match_indices(begin).filter_map(move |(at, _)| {
            let body = at + begin.len();
            let length = run(&text[body..], prefix.inner);
            // An access key has exactly that many characters.
            let exact = prefix.kind != "an AWS access key" || length == prefix.least;
            (length >= prefix.least && exact && begins_word(text, at)).then_some((prefix.kind, at..body + length))
        })
    };
    prefix.begins.iter().copied().flat_map(one).collect()
}

/// `eyJ….eyJ….…`: header and claims of a JSON Web Token, and its signature.
fn web_tokens(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let token = |(at, _): (usize, &str)| {
        let length = run(&text[at..], |c| word(c) || c == '.');
        let parts: Vec<&str> = text[at..at + length].split('.').collect();
        let right =
            matches!(parts.as_slice(), [head, claims, signature] if head.len() > 12 && claims.starts_with("eyJ") && signature.len() > 12);
        (right && begins_word(text, at)).then_some(("a JSON Web Token", at..at + length))
    };
    text.match_indices("eyJ").filter_map(token).collect()
}

/// Links whose signature lets everybody in: workflows of Teams, temporary addresses of object stores.
fn signed_links(text: &str) -> Vec<(&'static str, Range<usize>)> {
    const SIGNATURES: [&str; 4] = ["&sig=", "?sig=", "temp_url_sig=", "X-Amz-Signature="];
    let link = |sign: &'static str| {
        text.match_indices(sign).filter_map(move |(at, _)| {
            let body = at + sign.len();
            let length = run(&text[body..], path);
            (length >= 20).then_some(("a signed link", at..body + length))
        })
    };
    SIGNATURES.into_iter().flat_map(link).collect()
}

/// `https://user:password@host`.
fn logins(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let login = |(at, _): (usize, &str)| {
        let start = at + 3;
        let authority =
            &text[start..start + run(&text[start..], |c| !c.is_whitespace() && !matches!(c, '/' | '"' | '\'' | '`' | '<' | '>' | '?'))];
        let (user, _) = authority.rsplit_once('@')?;
        let (name, password) = user.split_once(':')?;
        let literal = !password.is_empty() && !password.starts_with(['$', '{', '<', '*', '…']);
        literal.then(|| ("a password in a URL", start + name.len() + 1..start + user.len()))
    };
    text.match_indices("://").filter_map(login).collect()
}

/// `password: something`, `OS_PASSWORD=something`: a key of [`KEYS`], and behind it neither a reference nor nothing.
fn literals(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found = Vec::new();
    for (at, sign) in text.match_indices([':', '=']) {
        let before = text[..at].trim_end_matches(['"', '\'']);
        let key = &before[before.rfind(|c: char| !word(c)).map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8))..];
        let plain: String = key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
        if !KEYS.contains(&plain.as_str()) {
            continue;
        }
        let after = &text[at + 1..];
        let blank = run(after, |c| c == ' ');
        // In YAML a key has a blank behind its colon, in a shell an assignment has none.
        if (sign == ":") != (blank > 0) {
            continue;
        }
        found.extend(literal(after, blank).map(|range| ("a password", at + 1 + range.start..at + 1 + range.end)));
    }
    found
}

/// Where a value stands behind a key, if it is one and names no other place.
fn literal(after: &str, blank: usize) -> Option<Range<usize>> {
    let value = &after[blank..];
    let (start, length) = match value.chars().next()? {
        quote @ ('"' | '\'') => (blank + 1, run(&value[1..], |c| c != quote && c != '\n')),
        _ => (blank, run(value, |c| !c.is_whitespace() && !matches!(c, ',' | '}' | ']' | ')' | ';'))),
    };
    let inner = &after[start..start + length];
    let elsewhere = inner.starts_with(['{', '[', '$', '<', '|', '>', '&', '*', '~', '#', '`', '%', '/', '…']);
    let nothing = matches!(inner, "" | "null" | "true" | "false" | "\\");
    (!elsewhere && !nothing && length >= 4).then_some(start..start + length)
}

#[cfg(test)]
mod tests;
