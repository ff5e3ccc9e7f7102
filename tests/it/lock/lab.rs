//! Against the lab's real cloud. `tests/run` starts it, sets `STRATA_LAB_CLOUDS` and runs these by name.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use strata::lock::{Options, write};
use strata::source::lock::{Cloud, Lock};

use super::{cloud_only, locked, text};

fn clouds() -> PathBuf {
    std::env::var_os("STRATA_LAB_CLOUDS").expect("STRATA_LAB_CLOUDS names the lab's clouds.yaml").into()
}

fn options() -> Options {
    Options { clouds: Some(clouds()), ..cloud_only() }
}

/// What the `openstack` command prints.
fn openstack(cloud: &str, arguments: &[&str]) -> Value {
    serde_json::from_slice(&run(cloud, &[arguments, &["-f", "json"]].concat())).expect("JSON")
}

fn run(cloud: &str, arguments: &[&str]) -> Vec<u8> {
    let mut command = Command::new("/usr/bin/openstack");
    command.env_clear().env("PATH", "/usr/bin:/bin").env("HOME", "/root").env("OS_CLIENT_CONFIG_FILE", clouds());
    let output = command.args(["--os-cloud", cloud]).args(arguments).output().expect("the openstack command");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn cloud(edits: &[(&str, &str)]) -> (Lock, Cloud) {
    let (found, codes) = locked(edits, &Lock::default(), &options());
    assert!(codes.is_empty(), "{:?}", found.findings.iter().map(text).collect::<Vec<_>>());
    let cloud = found.lock.cloud.clone().expect("the cloud's part");
    (found.lock, cloud)
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_says_what_the_openstack_command_says() {
    let (lock, cloud) = cloud(&[]);
    let image = openstack("lab", &["image", "show", "debian-12"]);
    assert_eq!(cloud.images["debian-12"].id, image["id"]);
    assert_eq!(cloud.images.len(), 1, "only what is named");
    let flavor = openstack("lab", &["flavor", "show", "m1.large"]);
    assert_eq!(cloud.flavors["m1.large"].id, flavor["id"]);
    assert_eq!(cloud.flavors["m1.large"].ram, flavor["ram"].as_u64().expect("a number"));
    assert_eq!(cloud.flavors.keys().collect::<Vec<_>>(), ["m1.large", "m1.small"]);
    let network = openstack("lab", &["network", "show", "ceph-public"]);
    assert_eq!(cloud.networks["ceph-public"].id, network["id"]);
    assert_eq!(cloud.networks["ceph-public"].subnets[0].pools, ["10.1.0.20-10.1.0.250"]);
    assert!(cloud.networks["public"].external && !cloud.networks["ceph-public"].external);
    assert_eq!(cloud.volume_types, ["__DEFAULT__", "hdd", "ssd"]);
    assert_eq!(cloud.compute_zones, ["nova-a", "nova-b"]);
    assert_eq!(cloud.volume_zones, ["cinder-a", "cinder-b"]);
    assert!(cloud.octavia.providers.contains(&"amphora".into()));
    assert_eq!(cloud.octavia.flavors["ha"].topology, None, "only an administrator sees it");
    let wanted = [
        ("compute", "2.93"),
        ("heat_template_version", "2021-04-16"),
        ("identity", "3.14"),
        ("image", "2.15"),
        ("load-balancer", "2.26"),
        ("orchestration", "1.0"),
        ("volume", "3.70"),
    ];
    assert_eq!(cloud.apis.iter().map(|(name, version)| (name.as_str(), version.as_str())).collect::<Vec<_>>(), wanted);
    let text = write(&lock, "lab");
    assert!(!text.contains("password") && !text.contains("gAAAA"), "{text}");
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_quota_and_heat_table_are_the_cloud_s_own() {
    let (_, cloud) = cloud(&[]);
    let limits = openstack("lab", &["limits", "show", "--absolute"]);
    let limit =
        |name: &str| limits.as_array().and_then(|all| all.iter().find(|one| one["Name"] == name)).and_then(|one| one["Value"].as_i64());
    assert_eq!(cloud.quota.instances, limit("maxTotalInstances"));
    assert_eq!(cloud.quota.server_group_members, limit("maxServerGroupMembers"));
    assert_eq!(cloud.quota.gigabytes, limit("maxTotalVolumeGigabytes"));
    let quota = openstack("lab", &["quota", "show"]);
    // Older commands print a mapping, newer ones a table.
    let number = |key: &str| quota[key].as_i64().or_else(|| quota.as_array()?.iter().find(|one| one["Resource"] == key)?["Limit"].as_i64());
    assert_eq!(cloud.quota.ports, number("ports"));
    assert!(cloud.quota.ports.is_some());
    assert!(cloud.quota.floating_ips.is_some() && cloud.quota.load_balancers.is_some());
    assert_eq!(cloud.updatable.len(), 13);
    let server = openstack("lab", &["orchestration", "resource", "type", "show", "OS::Nova::Server"]);
    let properties = server["properties"].as_object().expect("properties").iter();
    let mut names: Vec<&String> = properties.filter(|(_, property)| property["update_allowed"] == true).map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(cloud.updatable["OS::Nova::Server"].iter().collect::<Vec<_>>(), names);
    assert!(names.iter().any(|name| *name == "image") && cloud.updatable["OS::Nova::ServerGroup"].is_empty());
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_locked_again_is_byte_identical_and_survives_its_own_reader() {
    let (first, _) = cloud(&[]);
    let (second, codes) = locked(&[], &first, &options());
    assert!(codes.is_empty());
    let text = write(&first, "lab");
    assert_eq!(write(&second.lock, "lab"), text);
    let mut sources = strata::source::Sources::default();
    let file = sources.add("environments/lab/lock.yaml", text.clone());
    let node = strata::source::yaml::parse(file, &text).expect("YAML");
    assert_eq!(strata::source::decode::decode::<Lock>(&node).value, Some(first));
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_administrators_see_topologies_and_users_keep_them() {
    let (lock, cloud) = cloud(&[("cloud: lab", "cloud: lab-admin")]);
    assert_eq!(cloud.octavia.flavors["ha"].topology.as_deref(), Some("ACTIVE_STANDBY"));
    let (found, _) = locked(&[], &lock, &options());
    let octavia = found.lock.cloud.expect("the cloud's part").octavia;
    assert_eq!(octavia.flavors["ha"].topology.as_deref(), Some("ACTIVE_STANDBY"));
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_lacks_are_told_all_at_once_with_the_nearest_name() {
    let edits = [
        ("image: debian-12", "image: debian-13"),
        ("m1.small", "m1.smal"),
        ("type: hdd", "type: hd"),
        ("externalNetwork: public", "externalNetwork: ceph-public"),
        ("network: ceph-public", "network: ceph-publik"),
        ("nova-a", "nova-c"),
        ("cinder-a", "cindera"),
        ("flavor: ha", "flavor: haa"),
        ("provider: amphora", "provider: ovn"),
    ];
    let (found, mut codes) = locked(&edits, &Lock::default(), &options());
    assert_eq!(found.lock, Lock::default());
    codes.sort_unstable();
    let wanted = [
        "balancer-flavor-not-in-cloud",
        "flavor-not-in-cloud",
        "image-not-in-cloud",
        "network-not-in-cloud",
        "network-not-in-cloud",
        "provider-not-in-cloud",
        "volume-type-not-in-cloud",
        "zone-not-in-cloud",
        "zone-not-in-cloud",
    ];
    assert_eq!(codes, wanted, "{:#?}", found.findings.iter().map(text).collect::<Vec<_>>());
    assert!(found.findings.iter().all(|finding| !finding.labels.is_empty()), "each has its place");
    let said: String = found.findings.iter().map(text).collect();
    for near in ["debian-12", "m1.small", "hdd", "ceph-public", "nova-a", "cinder-a", "ha"] {
        assert!(said.contains(&format!("did you mean `{near}`?")), "{near} in {said}");
    }
    assert!(said.contains("no external network `ceph-public`") && said.contains("there is `public`"), "{said}");
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_keeps_a_pinned_image_until_it_is_asked() {
    let (mut lock, plain) = cloud(&[]);
    let other = openstack("lab", &["image", "show", "rocky-9"])["id"].as_str().expect("an id").to_owned();
    let pin = |lock: &mut Lock, id: &str| {
        if let Some(cloud) = &mut lock.cloud {
            cloud.images.get_mut("debian-12").expect("the pin").id = id.to_owned();
        }
    };
    pin(&mut lock, &other);
    let (kept, codes) = locked(&[], &lock, &options());
    assert_eq!((codes.as_slice(), &kept.lock), (&["newer-image"][..], &lock));
    pin(&mut lock, "00000000-0000-0000-0000-000000000000");
    let (kept, codes) = locked(&[], &lock, &options());
    assert_eq!((codes.as_slice(), &kept.lock), (&["pinned-image-gone"][..], &lock));
    assert!(text(&kept.findings[0]).contains(&plain.images["debian-12"].id), "{}", text(&kept.findings[0]));
    let (new, codes) = locked(&[], &lock, &Options { upgrade: true, ..options() });
    assert!(codes.is_empty());
    assert_eq!(new.lock.cloud, Some(plain));
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_refuses_what_is_wrong_in_clouds_yaml() {
    let file = std::fs::read_to_string(clouds()).expect("the lab's clouds.yaml");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clouds.yaml");
    for (from, to, code, said) in [
        ("password: lab", "password: sesame-open", "cloud-login", "refuses the credentials of `lab`"),
        ("project_name: lab", "project_name: nowhere", "cloud-login", "refuses"),
        ("region_name: RegionOne", "region_name: RegionTwo", "unknown-region", "did you mean `RegionOne`?"),
        ("interface: public", "interface: inside", "clouds-file", "clouds.lab.interface"),
        ("http://127.0.0.1:5000/v3", "http://127.0.0.1:5001/v3", "cloud-unreachable", "Connection refused"),
        (
            "region_name: RegionOne",
            "region_name: RegionOne\n    orchestration_endpoint_override: http://127.0.0.1:5001/v1/x",
            "cloud-unreachable",
            "Heat at",
        ),
    ] {
        std::fs::write(&path, file.replace(from, to)).expect("a file");
        let (found, codes) = locked(&[], &Lock::default(), &Options { clouds: Some(path.clone()), ..cloud_only() });
        let texts: String = found.findings.iter().map(text).collect();
        assert_eq!(codes, [code], "{texts}");
        assert!(texts.contains(said) && !texts.contains("sesame"), "{texts}");
    }
    let (found, codes) = locked(&[("cloud: lab", "cloud: labb")], &Lock::default(), &options());
    assert_eq!(codes, ["unknown-cloud"], "{}", text(&found.findings[0]));
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_networks_that_exist_are_found_by_name_and_by_id() {
    let id = openstack("lab", &["network", "show", "ceph-public"])["id"].as_str().expect("an id").to_owned();
    let by_id = format!("  existing: {{network: {id}, subnet: ceph-public-v4}}\n  extra:");
    let (_, cloud) = cloud(&[("  extra:", &by_id)]);
    assert_eq!(cloud.networks[&id].id, id);
    let wrong = [("  extra:", "  existing: {network: ceph-public, subnet: ceph-public-v6, router: r}\n  extra:")];
    let (found, codes) = locked(&wrong, &Lock::default(), &options());
    assert_eq!(codes, ["network-not-in-cloud"; 2], "{}", text(&found.findings[0]));
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_application_credentials_sign_in_too() {
    let name = format!("strata-lock-{}", std::process::id());
    let made = openstack("lab", &["application", "credential", "create", &name]);
    let text_of = |key: &str| made[key].as_str().expect(key).to_owned();
    let (id, secret) = (text_of("id"), text_of("secret"));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clouds.yaml");
    let entry = |secret: &str| {
        format!(
            "clouds: {{lab: {{auth_type: v3applicationcredential, auth: {{auth_url: 'http://127.0.0.1:5000', \
             application_credential_id: '{id}', application_credential_secret: '{secret}'}}}}}}"
        )
    };
    let options = Options { clouds: Some(path.clone()), ..cloud_only() };
    std::fs::write(&path, entry(&secret)).expect("a file");
    let (found, codes) = locked(&[], &Lock::default(), &options);
    std::fs::write(&path, entry("sesame-open")).expect("a file");
    let (refused, refusals) = locked(&[], &Lock::default(), &options);
    run("lab", &["application", "credential", "delete", &id]);
    assert!(codes.is_empty(), "{:?}", found.findings.iter().map(text).collect::<Vec<_>>());
    assert!(found.lock.cloud.is_some());
    assert_eq!(refusals, ["cloud-login"]);
    assert!(!text(&refused.findings[0]).contains("sesame"), "{}", text(&refused.findings[0]));
}

#[test]
#[ignore = "needs the OpenStack lab"]
fn lab_names_that_stand_for_two_things_and_addresses_of_others_are_told() {
    let twin = |ids: &mut Vec<String>| {
        let made = openstack(
            "lab",
            &["image", "create", "--container-format", "bare", "--disk-format", "raw", "--file", "/etc/hostname", "strata-twin"],
        );
        ids.push(made["id"].as_str().expect("an id").to_owned());
    };
    let mut ids = Vec::new();
    twin(&mut ids);
    twin(&mut ids);
    let edits = [
        ("image: debian-12", "image: strata-twin"),
        ("bastion: {flavor: m1.small}", "bastion: {flavor: m1.small, publicAddress: {ip: 203.0.113.254}}"),
    ];
    let (found, mut codes) = locked(&edits, &Lock::default(), &options());
    for id in &ids {
        run("lab", &["image", "delete", id]);
    }
    codes.sort_unstable();
    let said: Vec<String> = found.findings.iter().map(text).collect();
    assert_eq!(codes, ["address-not-in-cloud", "ambiguous-name"], "{said:?}");
    assert!(said.iter().any(|said| ids.iter().all(|id| said.contains(id))), "{said:?}");
    assert!(said.iter().any(|said| said.contains("203.0.113.254")), "{said:?}");
}
