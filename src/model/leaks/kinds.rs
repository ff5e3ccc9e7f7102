//! What secrets look like. Only forms that nothing else has: a false alarm would stop a compiler that is right.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// A kind of secret, and where one stands.
type Found = (&'static str, Range<usize>);

/// What makes a secret of a text that begins like one.
enum Form {
    /// At least so many characters behind the beginning, that each belong to it.
    Run(&'static str, usize, fn(char) -> bool),
    /// Whatever this finds in a text whose beginning stands there and ends there.
    Shape(fn(&str, usize, usize) -> Option<Found>),
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

/// Each with its beginnings; no beginning of one is a part of another's.
static FORMS: [(&[&str], Form); 16] = [
    (&["-----BEGIN "], Form::Shape(private_key)),
    (&["eyJ"], Form::Shape(web_token)),
    (&["&sig=", "?sig=", "temp_url_sig=", "X-Amz-Signature="], Form::Shape(signed_link)),
    (&["://"], Form::Shape(login)),
    (&["AKIA", "ASIA"], Form::Shape(access_key)),
    (&["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"], Form::Run("a GitHub token", 22, word)),
    (&["glpat-", "gldt-", "glrt-", "glcbt-", "glsoat-", "glptt-"], Form::Run("a GitLab token", 20, word)),
    (&["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-"], Form::Run("a Slack token", 10, word)),
    (&["hooks.slack.com/services/", "hooks.slack.com/workflows/"], Form::Run("a Slack webhook", 12, path)),
    (&["webhook.office.com/webhookb2/"], Form::Run("a Teams webhook", 12, path)),
    (&["discord.com/api/webhooks/"], Form::Run("a Discord webhook", 12, path)),
    (&["hc-ping.com/"], Form::Run("a watchdog's address", 20, path)),
    (&["gAAAAA"], Form::Run("a Keystone token", 100, word)),
    (&["AGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1"], Form::Run("an age secret key", 40, upper)),
    (&["K10"], Form::Run("an RKE2 token", 64, |c| c == ':' || word(c))),
    (&["dckr_pat_"], Form::Run("a key of a registry's robot", 20, word)),
];

/// Finds all beginnings in one pass: every generated file is searched. The form of each of its patterns.
static BEGINNINGS: LazyLock<(AhoCorasick, Vec<&'static Form>)> = LazyLock::new(|| {
    let patterns = FORMS.iter().flat_map(|(begins, _)| begins.iter());
    let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(patterns).expect("a hundred bytes of patterns");
    (finder, FORMS.iter().flat_map(|(begins, form)| begins.iter().map(move |_| form)).collect())
});

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

/// How [`KEYS`] end.
const ENDS: [&[u8]; 6] = [b"word", b"swd", b"phrase", b"cret", b"key", b"token"];

/// Every secret of a text: its kind and where it stands, in order, none twice.
pub(super) fn search(text: &str) -> Vec<Found> {
    let (beginnings, forms) = &*BEGINNINGS;
    let one = |begin: aho_corasick::Match| match forms[begin.pattern().as_usize()] {
        Form::Run(kind, least, inner) => {
            let length = run(&text[begin.end()..], inner);
            (length >= *least && begins_word(text, begin.start())).then(|| (*kind, begin.start()..begin.end() + length))
        }
        Form::Shape(shape) => shape(text, begin.start(), begin.end()),
    };
    let mut found: Vec<Found> = beginnings.find_iter(text).filter_map(one).collect();
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
fn private_key(text: &str, at: usize, label: usize) -> Option<Found> {
    let line = text[at..].lines().next().unwrap_or_default();
    let label = text[label..at + line.len()].split("-----").next().unwrap_or_default();
    if !(label.ends_with("PRIVATE KEY") || label.ends_with("PRIVATE KEY BLOCK")) {
        return None;
    }
    let body = at + line.len();
    let end = text[body..].find("-----END ").map_or(text.len(), |end| {
        let end = body + end;
        end + text[end..].lines().next().map_or(0, str::len)
    });
    Some(("a private key", at..end))
}

/// The length of what `inner` goes on with.
fn run(text: &str, inner: impl Fn(char) -> bool) -> usize {
    text.find(|c| !inner(c)).unwrap_or(text.len())
}

/// Whether a word begins there: what stands before it belongs to no word.
fn begins_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| alphanumeric(c) || c == '_')
}

/// It has exactly that many characters.
fn access_key(text: &str, at: usize, body: usize) -> Option<Found> {
    let length = run(&text[body..], upper);
    (length == 16 && begins_word(text, at)).then(|| ("an AWS access key", at..body + length))
}

/// `eyJ….eyJ….…`: header and claims of a JSON Web Token, and its signature.
fn web_token(text: &str, at: usize, _: usize) -> Option<Found> {
    if !begins_word(text, at) {
        return None;
    }
    let length = run(&text[at..], |c| word(c) || c == '.');
    let parts: Vec<&str> = text[at..at + length].split('.').collect();
    let right =
        matches!(parts.as_slice(), [head, claims, signature] if head.len() > 12 && claims.starts_with("eyJ") && signature.len() > 12);
    right.then(|| ("a JSON Web Token", at..at + length))
}

/// Links whose signature lets everybody in: workflows of Teams, temporary addresses of object stores.
fn signed_link(text: &str, at: usize, body: usize) -> Option<Found> {
    let length = run(&text[body..], path);
    (length >= 20).then(|| ("a signed link", at..body + length))
}

/// `https://user:password@host`.
fn login(text: &str, _: usize, start: usize) -> Option<Found> {
    let end = run(&text[start..], |c| !c.is_whitespace() && !matches!(c, '/' | '"' | '\'' | '`' | '<' | '>' | '?'));
    let (user, _) = text[start..start + end].rsplit_once('@')?;
    let (name, password) = user.split_once(':')?;
    let literal = !password.is_empty() && !password.starts_with(['$', '{', '<', '*', '…']);
    literal.then(|| ("a password in a URL", start + name.len() + 1..start + user.len()))
}

/// `password: something`, `OS_PASSWORD=something`: a key of [`KEYS`], and behind it neither a reference nor nothing.
fn literals(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for at in memchr::memchr2_iter(b':', b'=', text.as_bytes()) {
        let sign = &text[at..=at];
        let before = text[..at].trim_end_matches(['"', '\'']);
        // Most keys of a document are none of these, which the last letters tell.
        if !ENDS.iter().any(|end| before.len() >= end.len() && before.as_bytes()[before.len() - end.len()..].eq_ignore_ascii_case(end)) {
            continue;
        }
        let key = &before[before.rfind(|c: char| !word(c)).map_or(0, |end| end + before[end..].chars().next().map_or(1, char::len_utf8))..];
        let letters = || key.bytes().filter(|byte| !matches!(byte, b'_' | b'-')).map(|byte| byte.to_ascii_lowercase());
        if !KEYS.iter().any(|known| letters().eq(known.bytes())) {
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
