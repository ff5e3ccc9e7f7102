//! User data of nodes. What the scripts in it do is shown by `tests/labs/first-boot`; here stands what they are given.

use std::collections::BTreeMap;

use serde_json::Value;
use strata::compile::{self, Compiled};
use strata::diagnostic::draw;
use strata::model::user_data::LIMIT;
use strata::render::{self, Templates};
use strata::source::Sources;
use strata::source::disk::Disk;
use strata::source::load::{self, Files, Memory};

const SUM: &str = "1e6d79908c433cfdd3f2967d6257adf881c35ce81855c642f70618cc3b23be01";

fn compiled(files: &dyn Files, name: &str) -> Compiled {
    let mut sources = Sources::default();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let checked = compile::compile(files, name, &templates, &mut sources);
    checked.value.unwrap_or_else(|| panic!("{}", draw::text(&checked.findings, &sources, false)))
}

/// The repository's own environments.
fn environments() -> BTreeMap<String, Compiled> {
    let files = Disk::new(env!("CARGO_MANIFEST_DIR").as_ref()).unwrap();
    load::names(&files).unwrap().into_iter().map(|name| (name.clone(), compiled(&files, &name))).collect()
}

/// `minimal`, edited, with a pinned release.
fn edited(edit: impl Fn(&str) -> String, pins: &[&str]) -> Compiled {
    let text = edit(include_str!("../../environments/minimal/environment.yaml"));
    let pins: String = pins.iter().map(|name| format!("    {name}: {SUM}\n")).collect();
    let lock = format!("apiVersion: strata/v1alpha1\nkind: Lock\nrke2:\n  version: v1.35.7+rke2r1\n  checksums:\n{pins}");
    let lock = if pins.is_empty() { "apiVersion: strata/v1alpha1\nkind: Lock\n".to_owned() } else { lock };
    let files = Memory::default().with("environments/minimal/environment.yaml", text).with("environments/minimal/lock.yaml", lock);
    compiled(&files, "minimal")
}

fn artifacts(yaml: &'static str) -> impl Fn(&str) -> String {
    move |text| text.replace("kubernetes: {", &format!("kubernetes: {{artifacts: {yaml}, "))
}

fn user_data<'a>(compiled: &'a Compiled, pool: &str) -> &'a str {
    compiled.tree.get(&format!("openstack/user-data/{pool}.yaml")).unwrap()
}

/// What is written to a path of the host.
fn laid_down(compiled: &Compiled, pool: &str, path: &str) -> Option<String> {
    let document: Value = render::read::full(user_data(compiled, pool)).unwrap().remove(0);
    let found = document["write_files"].as_array().unwrap().iter().find(|file| file["path"] == path)?;
    Some(found["content"].as_str().unwrap().to_owned())
}

fn prepare(compiled: &Compiled, pool: &str) -> String {
    laid_down(compiled, pool, "/usr/local/sbin/strata-prepare").unwrap()
}

const ARCHIVE: &str = "rke2.linux-amd64.tar.gz";

#[test]
fn a_pool_has_one_user_data_below_the_limit_of_nova() {
    for (name, compiled) in environments() {
        for pool in &compiled.model.pools {
            let path = format!("openstack/user-data/{}.yaml", pool.stem());
            let text = compiled.tree.get(&path).unwrap_or_else(|| panic!("{name}: no {path}"));
            assert!(text.len() < LIMIT / 2, "{name}/{path} has {} bytes", text.len());
            assert!(text.starts_with("#cloud-config\n"), "{name}/{path}");
            for node in &pool.nodes {
                assert!(!text.contains(&node.name), "{name}/{path} names {}: the nodes of a pool would differ", node.name);
            }
        }
    }
}

#[test]
fn user_data_tells_nothing_about_secrets() {
    for (name, compiled) in environments() {
        for (path, text) in compiled.tree.iter().filter(|(path, _)| path.starts_with("openstack/user-data/")) {
            for (secret, source) in &compiled.model.written.secrets {
                let source = serde_json::to_value(source).unwrap();
                let place = source.as_object().unwrap().values().next().unwrap().as_str().unwrap_or_default().to_owned();
                assert!(place.is_empty() || !text.contains(&place), "{name}/{path} names the place of secret {secret:?}: {place}");
            }
            for word in ["secret:", "password", "PRIVATE KEY"] {
                assert!(!text.contains(word), "{name}/{path} holds `{word}`");
            }
        }
    }
}

#[test]
fn what_is_pinned_is_checked_and_the_rest_by_the_list() {
    let pinned = prepare(&edited(str::to_owned, &[ARCHIVE]), "server");
    assert!(pinned.contains(&format!("obtain https://github.com/rancher/rke2/releases/download/v1.35.7%2Brke2r1/{ARCHIVE} {SUM}\n")));
    let unpinned = prepare(&edited(str::to_owned, &[]), "server");
    assert!(unpinned.contains(&format!("{ARCHIVE} ''\n")));
}

#[test]
fn an_air_gap_brings_images_and_a_mirror_does_not() {
    let images = ["rke2-images-core.linux-amd64.tar.zst", "rke2-images-calico.linux-amd64.tar.zst"];
    let pins = [&[ARCHIVE][..], &images].concat();
    let airgap = prepare(&edited(artifacts("{source: airgap, url: \"file:///srv/rke2\"}"), &pins), "general");
    let mirror = prepare(&edited(artifacts("{source: mirror, url: \"https://mirror.example.org/rke2\"}"), &pins), "general");
    for name in images {
        assert!(airgap.contains(&format!("{SUM} file:///srv/rke2/{name}\n")), "{name}");
        assert!(!mirror.contains(name), "{name}");
    }
    assert!(mirror.contains(&format!("obtain https://mirror.example.org/rke2/{ARCHIVE} {SUM}\n")));
}

#[test]
fn the_policy_comes_from_where_the_archive_does() {
    let policy = "rke2-selinux-0.20-1.el9.noarch.rpm";
    let release = prepare(&edited(str::to_owned, &[ARCHIVE]), "server");
    assert!(release.contains("repo_gpgcheck=1"), "signed, and so is its list");
    let mirror = artifacts("{source: mirror, url: \"https://mirror.example.org/rke2\"}");
    assert!(prepare(&edited(&mirror, &[ARCHIVE, policy]), "server").contains(&format!("mirror.example.org/rke2/{policy} {SUM}\n")));
    assert!(prepare(&edited(&mirror, &[ARCHIVE]), "server").contains("put rke2-selinux-VERSION.noarch.rpm beside the archive"));
    let debian = |text: &str| text.replace("almalinux-9", "debian-12");
    assert!(!prepare(&edited(debian, &[ARCHIVE]), "server").contains("rke2-selinux"), "Debian has AppArmor");
}

#[test]
fn an_image_that_has_rke2_downloads_nothing() {
    let script = prepare(&edited(artifacts("{source: image}"), &[]), "server");
    assert!(!script.contains("curl") && !script.contains("dnf"));
}

#[test]
fn the_proxy_is_for_downloads_and_for_rke2() {
    let proxied = |text: &str| text.replace("network: {", "network: {proxy: {https: \"http://proxy.example.org:3128\"}, ");
    let compiled = edited(proxied, &[ARCHIVE]);
    assert!(prepare(&compiled, "server").contains("export https_proxy=http://proxy.example.org:3128"));
    for (pool, unit) in [("server", "rke2-server"), ("general", "rke2-agent")] {
        let environment = laid_down(&compiled, pool, &format!("/etc/default/{unit}")).unwrap();
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "CONTAINERD_HTTP_PROXY", "CONTAINERD_HTTPS_PROXY"] {
            assert!(environment.contains(&format!("\n{name}=http://proxy.example.org:3128\n")), "{name}");
        }
        assert!(environment.contains("\nNO_PROXY=localhost,127.0.0.0/8,"), "{environment}");
    }
    assert!(laid_down(&edited(str::to_owned, &[]), "server", "/etc/default/rke2-server").is_none());
}

#[test]
fn what_hardening_asks_for_is_where_it_is_asked() {
    let hardened = edited(str::to_owned, &[]);
    let sysctl = "/etc/sysctl.d/60-rke2-cis.conf";
    assert!(prepare(&hardened, "server").contains("useradd -r -c 'etcd user' -s /sbin/nologin -M -g etcd etcd"));
    assert!(!prepare(&hardened, "general").contains("useradd"), "agents have no etcd");
    assert!(laid_down(&hardened, "general", sysctl).is_some());
    let plain = edited(|text| text.replace("kubernetes: {", "kubernetes: {profile: none, "), &[]);
    assert!(!prepare(&plain, "server").contains("useradd") && laid_down(&plain, "server", sysctl).is_none());
}

#[test]
fn etcd_never_begins_anew_beside_its_volume() {
    let volume = edited(|text| text.replace("servers: {", "servers: {etcdDisk: {type: ssd, size: 10Gi}, "), &[]);
    let unit = laid_down(&volume, "server", "/etc/systemd/system/rke2-server.service.d/20-strata.conf").unwrap();
    assert!(unit.contains("RequiresMountsFor=/var/lib/rancher/rke2/server/db\n"));
    let join = laid_down(&volume, "server", "/usr/local/sbin/strata-join").unwrap();
    assert!(join.contains("mountpoint -q"));
    assert!(prepare(&volume, "server").contains("LABEL=strata-etcd"));
    assert!(!prepare(&volume, "general").contains("strata-etcd"), "agents have no etcd");
}

/// Only a server can begin a cluster.
#[test]
fn agents_know_no_order() {
    let compiled = edited(str::to_owned, &[]);
    let join = |pool| laid_down(&compiled, pool, "/usr/local/sbin/strata-join").unwrap();
    assert!(join("server").contains("/run/strata/initialise") && !join("general").contains("initialise"));
}
