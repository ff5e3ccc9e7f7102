//! What the generated policies let through: over the repository's own environments, and over small ones.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use strata::compile::{self, Asked};
use strata::reach::{Open, Policy, parse_packet, parse_side};
use strata::render::Templates;
use strata::source::Sources;
use strata::source::disk::Disk;
use strata::source::load::{self, Files, Memory};
use strata::tree::Tree;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// An environment's tree, and its policies as `strata reach` reads them back.
fn asked(files: &dyn Files, name: &str) -> (Tree, Asked) {
    let mut sources = Sources::default();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let compiled = compile::compile(files, name, &templates, &mut sources);
    let tree = compiled.value.unwrap_or_else(|| panic!("{name}: {:?}", compiled.findings)).tree;
    let asked = compile::reach(files, name, &tree, &mut sources).value.unwrap();
    assert!(asked.reach.troubles.is_empty(), "{name}: {:?}", asked.reach.troubles);
    (tree, asked)
}

fn environments() -> &'static BTreeMap<String, Asked> {
    static ASKED: OnceLock<BTreeMap<String, Asked>> = OnceLock::new();
    ASKED.get_or_init(|| {
        let files = Disk::new(root()).unwrap();
        load::names(&files).unwrap().into_iter().map(|name| (name.clone(), asked(&files, &name).1)).collect()
    })
}

/// The base of the pictures, with that on top, and tenants with one namespace of their name.
fn small(environment: &str, tenants: &[&str]) -> (Tree, Asked) {
    let shared = |name: &str| std::fs::read_to_string(root().join("tests/diagnostics").join(name)).unwrap();
    let files = Memory::default()
        .with("environments/base.yaml", shared("base.yaml"))
        .with("environments/x/environment.yaml", format!("name: x\nextends: ../base.yaml\n{environment}\n"))
        .with("environments/x/lock.yaml", shared("lock.yaml"));
    let files = tenants.iter().fold(files, |files, name| {
        let text = format!("name: {name}\nnamespaces:\n  - {{name: {name}, quota: {{requests: {{cpu: 10m, memory: 1Mi}}}}}}\n");
        files.with(format!("environments/x/tenants/{name}.yaml"), text)
    });
    asked(&files, "x")
}

/// Open ports between all places of two ends.
fn open(asked: &Asked, from: &str, to: &str) -> BTreeSet<Open> {
    let side = |text: &str| parse_side(text).unwrap();
    let (sources, places) = (asked.reach.sources(&side(from)), asked.reach.places(&side(to)).unwrap());
    assert!(!sources.is_empty() && !places.is_empty(), "{from} {to}");
    let pairs = sources.iter().flat_map(|from| places.iter().map(move |to| (from, to)));
    pairs.map(|(from, to)| asked.reach.route(from.peer(), to.peer()).open()).collect()
}

fn shut(asked: &Asked, from: &str, to: &str) -> bool {
    open(asked, from, to).iter().all(Open::is_empty)
}

fn allowed(asked: &Asked, from: &str, to: &str, packet: &str) -> bool {
    let side = |text: &str| parse_side(text).unwrap();
    let (sources, places) = (asked.reach.sources(&side(from)), asked.reach.places(&side(to)).unwrap());
    let packet = parse_packet(packet).unwrap();
    let mut pairs = sources.iter().flat_map(|from| places.iter().map(move |to| (from, to)));
    pairs.all(|(from, to)| asked.reach.route(from.peer(), to.peer()).judge(&packet).allowed())
}

#[test]
fn nobody_reaches_the_metadata_service() {
    for (name, asked) in environments() {
        for namespace in asked.model.namespaces.iter().map(|namespace| namespace.name.as_str()).chain(["nobody-declared"]) {
            assert!(shut(asked, namespace, "metadata"), "{name}: {namespace}");
            assert!(!allowed(asked, namespace, "metadata", "ICMP"), "{name}: {namespace}");
        }
    }
}

#[test]
fn tenants_reach_dns_and_no_other_namespace_no_node_and_no_internet() {
    for (name, asked) in environments().iter().filter(|(name, _)| *name != "minimal") {
        for from in ["analytics", "nobody-declared"] {
            for to in asked.model.namespaces.iter().map(|namespace| namespace.name.as_str()).filter(|to| *to != from) {
                assert!(shut(asked, from, to), "{name}: {from} reaches {to}");
            }
            for to in ["node", "internet", "10.0.0.53"] {
                assert!(shut(asked, from, to), "{name}: {from} reaches {to}");
            }
            assert!(
                allowed(asked, from, "kube-system/coredns", "53/UDP") && allowed(asked, from, "kube-system/coredns", "53/TCP"),
                "{name}"
            );
            assert!(!allowed(asked, from, "kube-system/coredns", "9153/TCP"), "{name}");
        }
    }
}

#[test]
fn the_ingress_controller_reaches_pods_of_every_namespace() {
    let asked = &environments()["dare-prod"];
    // And what answers a challenge, in whatever namespace.
    assert!(allowed(asked, "kube-system/traefik", "analytics", "8089/TCP"));
    for to in ["analytics", "argocd/argocd-server", "monitoring", "nobody-declared"] {
        assert!(allowed(asked, "kube-system/traefik", to, "8080/TCP"), "{to}");
        assert!(!allowed(asked, "kube-system", to, "8080/TCP"), "{to}: another pod of kube-system");
    }
    assert!(allowed(asked, "node", "kube-system/traefik", "8443/TCP"), "clients come through ports of nodes");
}

/// From another node the API server's packets have the address of the tunnel's interface: in the pods' range, and no pod's.
#[test]
fn the_api_server_reaches_webhooks_through_the_tunnel() {
    let asked = &environments()["dare-prod"];
    assert!(asked.reach.sources(&parse_side("server").unwrap()).iter().any(|place| asked.model.network.pods.contains(&place.address)));
    assert!(allowed(asked, "server", "kyverno/admission-controller", "9443/TCP"));
    assert!(allowed(asked, "server", "cert-manager/webhook", "10250/TCP"));
    assert!(shut(asked, "analytics", "kyverno/admission-controller"), "a pod has an address of that range too");
    assert!(shut(asked, "node", "analytics"), "nodes reach no tenant");
}

#[test]
fn the_platform_reaches_what_it_needs() {
    let asked = &environments()["dare-prod"];
    for from in ["argocd", "kyverno", "cert-manager", "monitoring", "ceph-csi", "octavia-ingress", "system-upgrade"] {
        assert!(allowed(asked, from, "server", "6443/TCP"), "{from}");
        assert!(!allowed(asked, from, "agent", "10250/TCP"), "{from}");
    }
    for (from, to, packet) in [
        ("argocd", "internet", "443/TCP"),
        ("cert-manager", "internet", "443/TCP"),
        // A challenge, by the balancer's own address.
        ("cert-manager", "10.20.0.9", "80/TCP"),
        ("ceph-csi", "10.1.0.2", "6789/TCP"),
        ("ceph-csi", "10.1.0.77", "6800/TCP"),
        ("octavia-ingress", "internet", "9876/TCP"),
        ("monitoring", "internet", "587/TCP"),
        ("monitoring/prometheus", "node", "9100/TCP"),
        ("monitoring/prometheus", "kube-system/coredns", "9153/TCP"),
        ("monitoring/prometheus", "kube-system/traefik", "9100/TCP"),
        ("monitoring/prometheus", "cert-manager", "9402/TCP"),
        ("monitoring/prometheus", "kyverno/admission-controller", "8000/TCP"),
    ] {
        assert!(allowed(asked, from, to, packet), "{from} to {to} {packet}");
    }
    assert!(shut(asked, "kyverno", "internet") && shut(asked, "monitoring", "analytics") && shut(asked, "argocd", "analytics"));
}

#[test]
fn our_own_policies_are_complete_where_nothing_fills_them() {
    for (name, asked) in environments() {
        for policy in asked.reach.policies().filter(|policy| policy.kind == "GlobalNetworkPolicy") {
            assert!(policy.order.is_some(), "{name}: {}", policy.name);
            assert!(policy.subject.namespaces.is_some(), "{name}: {} would select nodes", policy.name);
            assert!(policy.tier == "default" || policy.name.starts_with(&format!("{}.", policy.tier)), "{name}: {}", policy.name);
        }
    }
}

#[test]
fn policies_do_not_grow_with_tenants() {
    let names: Vec<String> = (0..100).map(|number| format!("t{number}")).collect();
    let rules = |policy: &Policy| policy.ingress.iter().chain(&policy.egress).map(Vec::len).sum::<usize>();
    let counts = [1, 10, 100].map(|count| {
        let tenants: Vec<&str> = names[..count].iter().map(String::as_str).collect();
        let (_, asked) = small("monitoring: {prometheus: {size: 1Gi}}", &tenants);
        let ours = asked.reach.policies().filter(|policy| policy.path.starts_with("platform/calico-policies/"));
        ours.fold((0, 0), |(policies, sum), policy| (policies + 1, sum + rules(policy)))
    });
    assert!(counts[0].0 > 0 && counts.iter().all(|count| *count == counts[0]), "{counts:?}");
}

const FLOW: &str = "policies:\n  flows:\n    - {from: one, to: two, port: 5432, reason: results}\n    - {from: two, toCidr: 192.0.2.0/24, port: 53, protocol: UDP, reason: names}\n    - {from: one, toCidr: 0.0.0.0/0, port: 443, reason: mirrors}";

#[test]
fn a_flow_is_opened_at_both_ends_and_nothing_beside_it() {
    let (_, asked) = small(FLOW, &["one", "two", "three"]);
    assert_eq!(open(&asked, "one", "two"), BTreeSet::from([Open(vec![(6, 5432, 5432)])]));
    assert!(shut(&asked, "two", "one") && shut(&asked, "three", "two") && shut(&asked, "one", "three"));
    assert_eq!(open(&asked, "two", "192.0.2.0/24"), BTreeSet::from([Open(vec![(17, 53, 53)])]));
    assert!(shut(&asked, "two", "internet"));
    assert_eq!(open(&asked, "one", "internet"), BTreeSet::from([Open(vec![(6, 443, 443)])]));
    assert!(shut(&asked, "one", "node") && shut(&asked, "one", "metadata"), "everywhere means outside of the cluster");
}

/// Where nothing shuts a namespace, a policy that opens one flow would be the first to shut the rest.
#[test]
fn a_flow_to_an_open_namespace_shuts_nothing_there() {
    let flow =
        "policies: {flows: [{from: one, to: kube-system, port: 8080, reason: x}, {from: kube-system, to: one, port: 80, reason: y}]}";
    for (profile, open_before) in [("none", true), ("cis", false)] {
        let (_, asked) = small(&format!("kubernetes: {{profile: {profile}}}\n{flow}"), &["one"]);
        assert!(allowed(&asked, "one", "kube-system", "8080/TCP"), "{profile}");
        assert!(allowed(&asked, "kube-system", "one", "80/TCP"), "{profile}");
        assert!(allowed(&asked, "kube-system", "internet", "443/TCP"), "{profile}");
        assert_eq!(allowed(&asked, "calico-system", "kube-system", "9999/TCP"), open_before, "{profile}");
        assert!(allowed(&asked, "kube-system", "kube-system", "9999/TCP"), "{profile}");
    }
}

#[test]
fn without_isolation_the_tier_alone_is_left() {
    let (tree, asked) = small("policies: {isolateNamespaces: false}", &["one", "two"]);
    let paths: Vec<&str> = tree.paths().filter(|path| path.starts_with("platform/calico-policies/")).collect();
    assert_eq!(paths, ["platform/calico-policies/metadata.yaml"]);
    assert!(shut(&asked, "one", "metadata"));
    assert!(allowed(&asked, "one", "internet", "443/TCP"));
}

#[test]
fn the_readme_has_the_table() {
    let (tree, _) = small(FLOW, &["one", "two"]);
    let readme = tree.get("README.md").unwrap();
    let section = readme.split("## Who reaches whom").nth(1).unwrap_or_else(|| panic!("no table:\n{readme}"));
    let row = section.lines().find(|line| line.starts_with("| one |")).unwrap_or_else(|| panic!("no row of `one`:\n{section}"));
    assert!(row.contains("| 5432/TCP |") && row.contains("| 443/TCP |") && row.contains("| 53/TCP, 53/UDP |"), "{row}");
}

/// `strata reach` over a repository on disk.
fn command(arguments: &[&str]) -> (String, String, i32) {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_strata"));
    let output = command.arg("-C").arg(root()).arg("reach").args(arguments).env("NO_COLOR", "1").output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code().unwrap())
}

#[test]
fn the_command_says_who_decides_at_each_end() {
    let (out, _, code) = command(&["dare-prod", "--from", "analytics", "--to", "kube-system/coredns:53/UDP"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("analytics -> kube-system/coredns 53/UDP: allowed\n"), "{out}");
    assert!(out.contains("egress   allowed by egress rule 1 of GlobalNetworkPolicy isolate-namespaces in tier default, platform/calico-policies/isolation.yaml"), "{out}");
    assert!(out.contains("RKE2, profile cis"), "{out}");
    let (out, _, code) = command(&["dare-prod", "--from", "analytics", "--to", "monitoring:9090/TCP", "--exit-code"]);
    assert_eq!(code, 3, "{out}");
    assert!(out.contains("denied at the end of tier default"), "{out}");
}

#[test]
fn the_command_speaks_to_machines() {
    let (out, _, code) = command(&["dare-prod", "--from", "analytics", "--to", "metadata:80/TCP", "--format", "json"]);
    assert_eq!(code, 0, "answered, whatever the answer is");
    let answer: serde_json::Value = serde_json::from_str(out.lines().next().unwrap()).unwrap();
    assert_eq!(answer["allowed"], false);
    assert_eq!(answer["egress"]["policy"], "strata-platform.deny-metadata");
    assert_eq!(answer["egress"]["rule"], 1);
    assert_eq!(answer["egress"]["file"], "platform/calico-policies/metadata.yaml");
    assert_eq!(answer["ingress"]["by"], "no-endpoint");
}

#[test]
fn the_command_tells_what_cannot_be_asked() {
    for (to, told) in [
        ("monitoring", "names no port"),
        ("10.43.0.1:443/TCP", "kube-proxy"),
        ("kube-system/nobody:80", "is no workload"),
        ("argocd:0/TCP", "is no port"),
    ] {
        let (_, error, code) = command(&["dare-prod", "--from", "analytics", "--to", to]);
        assert!(code == 1 && error.contains(told), "{to}: {error}");
    }
    let (_, error, code) = command(&["dare-prod", "--from", "internet", "--to", "argocd:443"]);
    assert!(code == 1 && error.contains("through nodes"), "{error}");
    let (out, ..) = command(&["dare-prod", "--from", "analitics", "--to", "argocd:443"]);
    assert!(out.contains("note: nobody declares the namespace `analitics`"), "{out}");
}

/// A quota for ports of nodes opens the namespace to balancers, and no other.
#[test]
fn ports_of_nodes_are_open_where_the_quota_has_some() {
    let own = "tenants:\n  - name: edge\n    groups: [x]\n    namespaces:\n      - {name: edge, quota: {requests: {cpu: 10m, memory: 1Mi}, services: {nodePorts: 1}}}";
    let (_, asked) = small(own, &["one"]);
    assert!(allowed(&asked, "node", "edge", "8080/TCP"));
    assert!(!allowed(&asked, "node", "one", "8080/TCP"));
}
