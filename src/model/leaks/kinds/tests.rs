//! Made of parts, so that no scanner of anybody's finds a secret in this file.

use super::{ENDS, KEYS, search};

fn kinds(text: &str) -> Vec<&'static str> {
    search(text).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn secrets_are_found_by_their_form() {
    let letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCD".to_owned();
    let begin = "-----BEGIN ";
    for (text, kind) in [
        (format!("x\n{begin}OPENSSH PRIVATE KEY-----\nb3Blbn\n-----END OPENSSH PRIVATE KEY-----\ny"), "a private key"),
        (format!("  {begin}PRIVATE KEY-----\n  never ends"), "a private key"),
        (format!("key: AK{}", "IAIOSFODNN7EXAMPLE"), "an AWS access key"),
        (format!("gh{}{letters}", "p_"), "a GitHub token"),
        (format!("(glp{}{letters})", "at-"), "a GitLab token"),
        (format!("xo{}12345678901-{letters}", "xb-"), "a Slack token"),
        (format!("https://hooks.slack{}T000/B000/{letters}", ".com/services/"), "a Slack webhook"),
        (format!("https://x.logic.azure.com/workflows/1/triggers/run?sv=1.0&s{}{letters}", "ig="), "a signed link"),
        (format!("gAA{}{}", "AAA", letters.repeat(3)), "a Keystone token"),
        (format!("AGE-SECRET{}{}", "-KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LQPZRY9X8GF2TVDW0S3JN54KHCE6"), "an age secret key"),
        (format!("ey{}.ey{}.{letters}", "JhbGciOiJSUzI1NiJ9", "JzdWIiOiJ4In0"), "a JSON Web Token"),
        (format!("https://user:{}@git.example.org/x.git", "hunter22"), "a password in a URL"),
        (format!("password: {}", "hunter22"), "a password"),
        (format!("{{user: x, \"password\": \"{}\"}}", "two words"), "a password"),
        (format!("export OS_PASS{}hunter22", "WORD="), "a password"),
        (format!("client_secret: '{}'", "hunter22"), "a password"),
    ] {
        assert_eq!(kinds(&text), [kind], "{text}");
    }
}

#[test]
fn what_only_looks_like_one_is_none() {
    for text in [
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL5O7LqFzsLO10n6Ga/WzNfdESkL6ajGuAIB+8tf497F alice@example.org",
        "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p",
        "sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "password: {secret: smtp}",
        "password:\n  secret: smtp",
        "password: \"$PASSWORD\"",
        "password=\"$(cat /etc/x)\"",
        "password: null",
        "passwordFile: /etc/x",
        "lock_passwd: true",
        "password: <yours>",
        "harbor: {env: HARBOR_PASSWORD}",
        "https://git.example.org:8443/user@host",
        "git@git.example.org:dare/platform.git",
        "a paragraph about hooks.slack.com and tokens such as ghp_",
    ] {
        assert!(kinds(text).is_empty(), "{text}: {:?}", kinds(text));
    }
}

#[test]
fn the_place_is_the_secret_itself() {
    let text = format!("a: 1\npassword: \"{}\" # x\n", "hunter22");
    let found = search(&text);
    assert_eq!(&text[found[0].1.clone()], "hunter22");
}

#[test]
fn every_key_has_its_end() {
    let without = KEYS.iter().find(|key| !ENDS.iter().any(|end| key.as_bytes().ends_with(end)));
    assert_eq!(without, None);
}
