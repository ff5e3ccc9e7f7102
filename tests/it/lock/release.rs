//! The checksum file of a release, from servers and folders, good and bad.

use std::io::Write;
use std::time::{Duration, Instant};

use strata::lock::write;
use strata::source::lock::{Lock, Rke2};

use super::server::{Answer, send, sleep, start};
use super::{locked, release_only, text};

const PLAIN: &str = "http://127.0.0.1:1/rke2/";
const ARCHIVE: &str = "rke2.linux-amd64.tar.gz";

/// Checksum files that end in this digit.
fn list(digit: char) -> String {
    let names = [
        ARCHIVE,
        "rke2-images.linux-amd64.tar.zst",
        "rke2-images-core.linux-amd64.tar.zst",
        "rke2-images-calico.linux-amd64.tar.zst",
        "rke2-windows-ltsc2022-amd64-images.tar.gz",
    ];
    names.map(|name| format!("{}  {name}\n", digit.to_string().repeat(64))).concat()
}

/// Codes and texts of the findings when a server answers so.
fn findings(answer: Answer) -> (Vec<&'static str>, String) {
    let options = strata::lock::Options { timeout: Duration::from_secs(2), ..release_only() };
    let (locked, codes) = locked(&[(PLAIN, &start(answer))], &Lock::default(), &options);
    assert_eq!(locked.lock, Lock::default(), "a failure changes nothing");
    (codes, locked.findings.iter().map(text).collect())
}

fn good(_: &str, stream: &mut std::net::TcpStream) {
    send(stream, "200 OK", "", &list('a'));
}

fn good_with_another_sum(_: &str, stream: &mut std::net::TcpStream) {
    send(stream, "200 OK", "", &list('b'));
}

fn pinned(server: Answer) -> Lock {
    let (locked, codes) = locked(&[(PLAIN, &start(server))], &Lock::default(), &release_only());
    assert!(codes.is_empty(), "{:?}", locked.findings);
    locked.lock
}

#[test]
fn the_files_that_nodes_need_are_pinned_and_no_others() {
    let Some(Rke2 { version, checksums }) = pinned(good).rke2 else { panic!("nothing is pinned") };
    assert_eq!(version, "v1.35.7+rke2r1");
    assert_eq!(checksums.len(), 4);
    assert_eq!(checksums[ARCHIVE], "a".repeat(64));
}

#[test]
fn locking_again_changes_nothing() {
    let first = pinned(good);
    let (second, codes) = locked(&[(PLAIN, &start(good))], &first, &release_only());
    assert!(codes.is_empty() && second.is_complete());
    assert_eq!(write(&second.lock, "lab"), write(&first, "lab"));
}

#[test]
fn another_checksum_of_the_same_version_is_never_taken() {
    let first = pinned(good);
    for upgrade in [false, true] {
        let options = strata::lock::Options { upgrade, ..release_only() };
        let (second, codes) = locked(&[(PLAIN, &start(good_with_another_sum))], &first, &options);
        assert_eq!(codes, ["release-changed"; 4]);
        assert_eq!(second.lock, first);
        assert!(text(&second.findings[0]).contains("pinned aaaaaaaaaaaa…, now bbbbbbbbbbbb…"), "{}", text(&second.findings[0]));
    }
}

#[test]
fn another_version_has_its_own_checksums() {
    let first = pinned(good);
    let edits = [(PLAIN, start(good_with_another_sum)), ("v1.35.7", "v1.35.8".into())];
    let (second, codes) = locked(&edits.each_ref().map(|(from, to)| (*from, to.as_str())), &first, &release_only());
    assert!(codes.is_empty());
    let Some(Rke2 { version, checksums }) = second.lock.rke2 else { panic!("nothing is pinned") };
    assert_eq!((version.as_str(), checksums[ARCHIVE].as_str()), ("v1.35.8+rke2r1", "b".repeat(64).as_str()));
}

#[test]
fn an_image_that_brings_rke2_needs_no_checksums() {
    let (second, codes) = locked(&[("source: mirror", "source: image")], &pinned(good), &release_only());
    assert!(codes.is_empty());
    assert_eq!(second.lock.rke2, None);
}

#[test]
fn a_missing_file_is_named() {
    let (codes, said) = findings(|_, stream| send(stream, "200 OK", "", &format!("{}  other.tar.gz\n", "a".repeat(64))));
    assert_eq!(codes, ["release-file-missing"]);
    assert!(said.contains(ARCHIVE), "{said}");
}

#[test]
fn an_air_gapped_site_needs_the_images_too() {
    let server = start(|_, stream| send(stream, "200 OK", "", &format!("{}  {ARCHIVE}\n", "a".repeat(64))));
    let (_, codes) = locked(&[(PLAIN, &server), ("source: mirror", "source: airgap")], &Lock::default(), &release_only());
    assert_eq!(codes, ["release-file-missing"; 2]);
}

#[test]
fn a_page_in_place_of_a_list_is_refused() {
    let (codes, said) = findings(|_, stream| send(stream, "200 OK", "", "<html><body>Log in, please</body></html>"));
    assert_eq!(codes, ["checksum-file"]);
    assert!(said.contains("line 1 is `<html><body>Log in, please"), "{said}");
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let (codes, _) = findings(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n\xff\xfe");
    });
    assert_eq!(codes, ["checksum-file"]);
}

#[test]
fn a_version_that_is_not_there_is_told_apart_from_a_server_that_fails() {
    let (codes, said) = findings(|_, stream| send(stream, "404 Not Found", "", ""));
    assert_eq!(codes, ["release-not-found"]);
    assert!(said.contains("v1.35.7+rke2r1"), "{said}");
    let (codes, said) = findings(|_, stream| send(stream, "403 Forbidden", "", ""));
    assert_eq!(codes, ["release-unreachable"]);
    assert!(said.contains("403"), "{said}");
}

#[test]
fn a_server_that_never_answers_costs_one_timeout() {
    let before = Instant::now();
    let (codes, said) = findings(|_, _| sleep());
    assert_eq!(codes, ["release-unreachable"]);
    assert!(said.contains("no answer in time"), "{said}");
    assert!(before.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_body_that_does_not_end_is_cut_off() {
    let (codes, said) = findings(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        while stream.write_all(&[b'a'; 8192]).is_ok() {}
    });
    assert_eq!(codes, ["checksum-file"]);
    assert!(said.contains("larger than 1 MiB"), "{said}");
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let around: Answer = |path, stream| match path {
        "/sha256sum-amd64.txt" => send(stream, "302 Found", "Location: /elsewhere/list\r\n", ""),
        _ => good(path, stream),
    };
    assert!(pinned(around).rke2.is_some());
    let (codes, said) = findings(|_, stream| send(stream, "302 Found", "Location: /sha256sum-amd64.txt\r\n", ""));
    assert_eq!(codes, ["release-unreachable"]);
    assert!(said.contains("too many redirects"), "{said}");
}

#[test]
fn a_closed_port_says_so() {
    let (locked, codes) = locked(&[], &Lock::default(), &release_only());
    assert_eq!(codes, ["release-unreachable"]);
    assert!(text(&locked.findings[0]).contains("Connection refused"), "{}", text(&locked.findings[0]));
}

#[test]
fn a_folder_serves_as_a_mirror() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("file://{}", folder.path().display());
    let (_, codes) = locked(&[(PLAIN, &url)], &Lock::default(), &release_only());
    assert_eq!(codes, ["release-not-found"]);
    std::fs::write(folder.path().join("sha256sum-amd64.txt"), list('c')).expect("a file");
    let (found, codes) = locked(&[(PLAIN, &url)], &Lock::default(), &release_only());
    assert!(codes.is_empty(), "{:?}", found.findings);
    assert!(found.lock.rke2.is_some());
}

#[test]
fn addresses_of_what_the_environment_no_longer_has_are_forgotten() {
    let mut old = pinned(good);
    for (name, block) in [("servers", "10.20.0.64/26"), ("general", "10.20.1.0/26"), ("gone", "10.20.2.0/26")] {
        old.addresses.pools.insert(name.into(), block.parse().expect("a block"));
    }
    for (name, address) in [("api", "10.20.0.10"), ("gone", "10.20.0.11")] {
        old.addresses.balancers.insert(name.into(), address.parse().expect("an address"));
    }
    let options = strata::lock::Options { rke2: false, ..release_only() };
    let (found, _) = locked(&[], &old, &options);
    assert_eq!(found.lock.addresses.pools.keys().collect::<Vec<_>>(), ["general", "servers"]);
    assert_eq!(found.lock.addresses.balancers.keys().collect::<Vec<_>>(), ["api"]);
    assert_eq!(found.lock.rke2, old.rke2, "a part that is not asked for keeps its values");
}
