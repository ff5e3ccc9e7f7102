//! `tests/TRAPS.md`: each trap that others fell into has a finding, or a reason why it cannot happen here, and a test that
//! shows it. The reasons that lie in generated files are tests of this file, over the repository's own environments.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use strata::compile::{self, Compiled};
use strata::diagnostic::codes;
use strata::render::{self, Templates};
use strata::source::disk::Disk;
use strata::source::load::Memory;
use strata::source::{Sources, load};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The traps about OpenStack: servers, balancers, network, volumes, credentials, quota; about RKE2, and about registries.
fn numbers() -> BTreeSet<u32> {
    [1..=72, 74..=75, 78..=79, 81..=82, 84..=91, 94..=96, 118..=123, 140..=144, 150..=152].into_iter().flatten().collect()
}

/// The cells of the table's rows.
fn rows() -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(root().join("tests/TRAPS.md")).unwrap();
    let lines = text.lines().filter(|line| line.starts_with("| ") && line[2..].starts_with(|c: char| c.is_ascii_digit()));
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What stands in back-ticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// A case of tests/diagnostics, or `file::test` of tests/it.
fn exists(test: &str) -> bool {
    if let Some(case) = test.strip_prefix("diagnostics/") {
        return root().join("tests/diagnostics").join(case).join("expected.txt").is_file();
    }
    let Some((file, function)) = test.split_once("::") else { return false };
    let text = std::fs::read_to_string(root().join("tests/it").join(format!("{file}.rs"))).unwrap_or_default();
    text.contains(&format!("fn {function}("))
}

#[test]
fn every_trap_has_an_answer_that_a_test_shows() {
    let rows = rows();
    let mut wrong = Vec::new();
    let found: BTreeSet<u32> = rows.iter().map(|row| row[0].parse().unwrap()).collect();
    assert_eq!(found, numbers(), "each number once");
    assert_eq!(found.len(), rows.len(), "each number once");
    for row in &rows {
        let [number, _, findings, reason, shown] = row.as_slice() else { panic!("five cells: {row:?}") };
        let unknown = quoted(findings).into_iter().filter(|code| codes::find(code).is_none());
        wrong.extend(unknown.map(|code| format!("{number}: there is no finding `{code}`")));
        wrong.extend(quoted(shown).into_iter().filter(|test| !exists(test)).map(|test| format!("{number}: there is no `{test}`")));
        let later = reason.contains("Later:");
        if !later && (quoted(shown).is_empty() || quoted(findings).is_empty() && reason.is_empty()) {
            wrong.push(format!("{number}: neither shown, nor said to come later"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The repository's own environments, compiled once.
pub(crate) fn environments() -> &'static BTreeMap<String, Compiled> {
    static COMPILED: OnceLock<BTreeMap<String, Compiled>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let files = Disk::new(root()).unwrap();
        let one = |name: String| {
            let mut sources = Sources::default();
            let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
            let compiled = compile::compile(&files, &name, &templates, &mut sources).value.unwrap();
            (name, compiled)
        };
        load::names(&files).unwrap().into_iter().map(one).collect()
    })
}

fn document(compiled: &Compiled, path: &str) -> Value {
    render::read::full(compiled.tree.get(path).unwrap_or_else(|| panic!("no {path}"))).unwrap().remove(0)
}

/// Every resource of every Heat template: where, its name, itself.
fn resources() -> Vec<(String, String, Value)> {
    let mut found = Vec::new();
    for (environment, compiled) in environments() {
        for (path, text) in compiled.tree.iter().filter(|(_, text)| text.contains("heat_template_version")) {
            let template = render::read::full(text).unwrap().remove(0);
            let all = template["resources"].as_object().unwrap().clone();
            found.extend(all.into_iter().map(|(name, resource)| (format!("{environment}/{path}"), name, resource)));
        }
    }
    found
}

fn of_type(wanted: &str) -> Vec<(String, String, Value)> {
    let found: Vec<_> = resources().into_iter().filter(|(_, _, resource)| resource["type"] == wanted).collect();
    assert!(!found.is_empty(), "{wanted}");
    found
}

/// Bodies of Octavia.
fn balancers() -> Vec<(&'static Compiled, String, Value)> {
    let mut found = Vec::new();
    for compiled in environments().values() {
        let paths = compiled.tree.iter().map(|(path, _)| path.to_owned()).filter(|path| path.starts_with("octavia/"));
        found.extend(paths.map(|path| (compiled, path.clone(), document(compiled, &path)["loadbalancer"].clone())));
    }
    assert!(!found.is_empty());
    found
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

#[test]
fn no_edit_of_user_data_replaces_a_server() {
    for (at, _, server) in of_type("OS::Nova::Server") {
        let properties = &server["properties"];
        assert_eq!(properties["user_data_update_policy"], "IGNORE", "{at}");
        assert_eq!(properties["flavor_update_policy"], "RESIZE", "{at}");
        assert!(properties.get("key_name").is_none(), "{at}: a keypair belongs to a user");
    }
    for (environment, compiled) in environments() {
        let index = document(compiled, "openstack/index.yaml");
        for stack in list(&index, "stages").iter().flat_map(|stage| list(stage, "stacks")) {
            let path = stack["environment"].as_str().unwrap();
            let guard = &document(compiled, path)["resource_registry"]["resources"]["*"]["restricted_actions"];
            assert_eq!(guard, "replace", "{environment}/{path} guards nothing");
        }
    }
}

#[test]
fn volumes_are_never_left_to_a_default() {
    for (at, _, server) in of_type("OS::Nova::Server") {
        for mapping in list(&server["properties"], "block_device_mapping_v2") {
            assert_eq!(mapping["delete_on_termination"], false, "{at}: the volume is Heat's");
            assert!(mapping["volume_id"]["get_resource"].is_string(), "{at}");
        }
    }
    let kept = |name: &str| name == "data_volume";
    for (at, name, volume) in of_type("OS::Cinder::Volume") {
        assert_eq!(volume.get("deletion_policy").is_some_and(|policy| policy == "retain"), kept(&name), "{at} {name}");
    }
}

#[test]
fn members_of_a_group_are_made_one_after_another() {
    for (environment, compiled) in environments() {
        let index = document(compiled, "openstack/index.yaml");
        for stage in list(&index, "stages").iter().filter(|stage| stage["name"] == "servers" || stage["name"] == "agents") {
            let grouped = list(stage, "stacks").iter().any(|stack| stack["inputs"].get("server_group").is_some());
            assert!(!grouped || stage["parallel"] == false, "{environment}: {}", stage["name"]);
        }
    }
}

/// Removal goes the other way, so a balancer is gone before its port, and a server before its network.
#[test]
fn balancers_stand_on_the_network_stack() {
    for (environment, compiled) in environments() {
        let index = document(compiled, "openstack/index.yaml");
        let order: Vec<&str> = list(&index, "stages").iter().map(|stage| stage["name"].as_str().unwrap()).collect();
        assert_eq!(order, ["network", "bastion", "balancers", "servers", "agents"], "{environment}");
    }
}

#[test]
fn floating_addresses_wait_for_the_router() {
    for (at, name, address) in of_type("OS::Neutron::FloatingIP") {
        let makes_interface = resources().iter().any(|(place, name, _)| *place == at && name == "router_interface");
        assert_eq!(address.get("depends_on").is_some_and(|after| after == "router_interface"), makes_interface, "{at} {name}");
    }
}

/// `staging` has one that exists: it is attached by its id, never made and never deleted.
#[test]
fn an_existing_floating_address_is_only_attached() {
    let staging = &environments()["staging"];
    let network = staging.tree.get("openstack/network.yaml").unwrap();
    assert!(!network.contains("public_bastion"), "{network}");
    let index = document(staging, "openstack/index.yaml");
    let bastion =
        list(&index, "stages").iter().flat_map(|stage| list(stage, "stacks")).find(|stack| stack["name"] == "staging-bastion").unwrap();
    assert_eq!(bastion["inputs"]["floatingip"]["floatingIp"], "203.0.113.10", "{bastion}");
    let kept = edited("minimal", &[("bastion: {", "bastion: {publicAddress: {onDestroy: keep}, ")], None);
    let resource = &document(&kept, "openstack/network.yaml")["resources"]["public_bastion"];
    assert_eq!(resource["deletion_policy"], "retain");
}

#[test]
fn names_in_the_cloud_are_unique() {
    let mut names = BTreeSet::new();
    for (at, _, resource) in resources() {
        if let Some(name) = resource["properties"]["name"].as_str() {
            let project = at.split('/').next().unwrap();
            assert!(names.insert((project.to_owned(), resource["type"].to_string(), name.to_owned())), "{at}: two {name}");
        }
    }
    for (environment, compiled) in environments() {
        let index = document(compiled, "openstack/index.yaml");
        let stacks: Vec<&str> =
            list(&index, "stages").iter().flat_map(|stage| list(stage, "stacks")).map(|stack| stack["name"].as_str().unwrap()).collect();
        let distinct: BTreeSet<&&str> = stacks.iter().collect();
        assert_eq!(distinct.len(), stacks.len(), "{environment}");
    }
}

/// Secrets are names; their values never enter. What looks like one would be a defect.
#[test]
fn no_generated_file_holds_a_secret() {
    let words = ["PRIVATE KEY", "password:", "token:", "secret_key", "access_key", "application_credential_secret"];
    for (environment, compiled) in environments() {
        for (path, text) in compiled.tree.iter() {
            // What stands for a secret is `${secret.NAME}` and the like.
            let holds = |line: &&str| words.iter().any(|word| line.contains(word)) && !line.contains("${");
            assert_eq!(text.lines().find(holds), None, "{environment}/{path}");
        }
    }
}

#[test]
fn the_api_answers_on_both_ports_of_one_address() {
    for (_, path, balancer) in balancers().into_iter().filter(|(_, path, _)| path == "octavia/api.yaml") {
        let ports: Vec<u64> = list(&balancer, "listeners").iter().map(|listener| listener["protocol_port"].as_u64().unwrap()).collect();
        assert_eq!(ports, [6443, 9345], "{path}");
        for member in list(&balancer, "pools").iter().flat_map(|pool| list(pool, "members")) {
            let probed = member.get("monitor_port").unwrap_or(&member["protocol_port"]);
            assert_eq!(probed, 6443, "9345 answers before the node is ready");
        }
    }
}

/// Nodes and bastion are in the subnet; who comes from elsewhere is named.
#[test]
fn the_api_knows_the_cluster_among_its_clients() {
    for (compiled, _, balancer) in balancers().into_iter().filter(|(_, path, _)| path == "octavia/api.yaml") {
        let subnet = compiled.model.network.cidr.to_string();
        for listener in list(&balancer, "listeners") {
            let clients = list(listener, "allowed_cidrs");
            assert!(clients.iter().any(|client| *client == subnet), "{listener}");
            assert!(clients.iter().all(|client| client != "0.0.0.0/0"), "{listener}");
        }
    }
}

#[test]
fn every_setting_of_octavia_is_written_out() {
    let settings = [
        "allowed_cidrs",
        "connection_limit",
        "timeout_client_data",
        "timeout_member_connect",
        "timeout_member_data",
        "timeout_tcp_inspect",
        "insert_headers",
    ];
    for (_, path, balancer) in balancers() {
        for listener in list(&balancer, "listeners") {
            assert!(settings.iter().all(|key| listener.get(key).is_some()), "{path}: {listener}");
        }
        for monitor in list(&balancer, "pools").iter().map(|pool| &pool["healthmonitor"]) {
            assert!(
                ["delay", "timeout", "max_retries", "max_retries_down"].iter().all(|key| monitor.get(key).is_some()),
                "{path}: {monitor}"
            );
        }
    }
    assert!(
        resources().iter().all(|(_, _, resource)| !resource["type"].as_str().unwrap().starts_with("OS::Octavia")),
        "Heat has no timeouts"
    );
}

/// Amphorae come from the subnet, to the members' ports and to the ports that monitors probe.
#[test]
fn members_are_open_to_their_balancer() {
    for (compiled, path, balancer) in balancers() {
        let subnet = compiled.model.network.cidr.to_string();
        let flows = document(compiled, "openstack/flows.yaml");
        for member in
            list(&balancer, "pools").iter().flat_map(|pool| list(pool, "members")).filter(|member| member.get("subnet_id").is_some())
        {
            for port in [Some(&member["protocol_port"]), member.get("monitor_port")].into_iter().flatten() {
                let open = |flow: &&Value| flow["from_port"] == *port && flow["remote"] == subnet && flow["direction"] == "ingress";
                assert!(list(&flows, "flows").iter().any(|flow| open(&flow)), "{path}: {port} is closed");
            }
        }
    }
}

#[test]
fn compute_and_volume_zones_are_two_things() {
    let zones: BTreeSet<(String, String)> = environments()["dare-prod"]
        .model
        .pools
        .iter()
        .flat_map(|pool| &pool.nodes)
        .map(|node| (node.compute_zone.clone().unwrap(), node.volume_zone.clone().unwrap()))
        .collect();
    assert_eq!(zones, BTreeSet::from([("nova-a".into(), "cinder-a".into()), ("nova-b".into(), "cinder-b".into())]));
}

/// One of the repository's environments, its text changed, perhaps with another lock.yaml.
fn edited(name: &str, changes: &[(&str, &str)], lock: Option<&str>) -> Compiled {
    let path = format!("environments/{name}/environment.yaml");
    let before = std::fs::read_to_string(root().join(&path)).unwrap();
    let text = changes.iter().fold(before, |text, (from, to)| {
        assert!(text.contains(from), "{from}\n{text}");
        text.replacen(from, to, 1)
    });
    let files = Memory::default().with(path, text);
    let files = lock.map_or_else(|| files.clone(), |lock| files.clone().with(compile::lock_path(name), lock));
    let mut sources = Sources::default();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let checked = compile::compile(&files, name, &templates, &mut sources);
    checked.value.unwrap_or_else(|| panic!("{:?}", checked.findings))
}

#[test]
fn a_pinned_image_is_what_heat_is_given() {
    let lock = "apiVersion: strata/v1alpha1\nkind: Lock\ncloud: {images: {almalinux-9: {id: 0d1c9e0f-6a2c-4c39-9b1c-0c7f6f7f3a11}}}\n";
    let compiled = edited("minimal", &[], Some(lock));
    let server = document(&compiled, "openstack/nodes/server.yaml");
    assert_eq!(server["resources"]["boot_volume"]["properties"]["image"], "0d1c9e0f-6a2c-4c39-9b1c-0c7f6f7f3a11");
}

#[test]
fn allowed_address_pairs_are_on_every_port_of_the_pool() {
    let compiled = edited("minimal", &[("{name: general,", "{name: general, allowedAddressPairs: [10.20.0.200/32],")], None);
    let port = |pool: &str| document(&compiled, &format!("openstack/nodes/{pool}.yaml"))["resources"]["port"]["properties"].clone();
    assert_eq!(port("general")["allowed_address_pairs"][0]["ip_address"], "10.20.0.200/32");
    assert!(port("server").get("allowed_address_pairs").is_none());
}

#[test]
fn pods_get_what_the_overlay_leaves_of_the_mtu() {
    let mtu = |encapsulation: &str| {
        let change = format!("kubernetes: {{encapsulation: {encapsulation}, ");
        edited("minimal", &[("kubernetes: {", change.as_str())], None).model.network.pod_mtu
    };
    assert_eq!((mtu("VXLAN"), mtu("IPIP")), (1400, 1430));
}
