//! RKE2's files: every key is a flag of its role, one server is like another, nothing secret, one index for all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use serde_json::{Value, json};
use strata::backend::FLAGS;
use strata::compile::Compiled;
use strata::model::{Pool, Role, delivery};

use crate::model::{Plan, compiled, document};

/// What RKE2 documents, `both` for agents too; written from its reference and not from the table of the program.
const DOCUMENTED: [(&str, &str, &str); 10] = [
    (
        "server",
        "bool",
        "cluster-reset disable-apiserver disable-cloud-controller disable-controller-manager disable-etcd disable-kube-proxy \
         disable-scheduler embedded-registry enable-servicelb etcd-disable-snapshots etcd-expose-metrics etcd-s3 etcd-s3-insecure \
         etcd-s3-skip-ssl-verify etcd-snapshot-compress supervisor-metrics tls-san-security",
    ),
    ("server", "number", "etcd-s3-retention etcd-snapshot-retention"),
    ("server", "duration", "etcd-s3-timeout etcd-snapshot-reconcile-interval"),
    (
        "server",
        "list",
        "cni control-plane-resource-limits control-plane-resource-requests disable etcd-arg helm-controller-arg ingress-controller \
         kube-apiserver-arg kube-apiserver-extra-env kube-apiserver-extra-mount kube-cloud-controller-manager-arg \
         kube-controller-manager-arg kube-controller-manager-extra-env kube-controller-manager-extra-mount kube-proxy-extra-env \
         kube-proxy-extra-mount kube-scheduler-arg kube-scheduler-extra-env kube-scheduler-extra-mount tls-san",
    ),
    (
        "server",
        "text",
        "advertise-address agent-token agent-token-file cluster-cidr cluster-dns cluster-domain cluster-reset-restore-path datastore-cafile \
         datastore-certfile datastore-endpoint datastore-keyfile egress-selector-mode etcd-s3-access-key etcd-s3-bucket \
         etcd-s3-bucket-lookup-type etcd-s3-config-secret etcd-s3-endpoint etcd-s3-endpoint-ca etcd-s3-folder etcd-s3-proxy etcd-s3-region \
         etcd-s3-secret-key etcd-s3-session-token etcd-snapshot-dir etcd-snapshot-name etcd-snapshot-schedule-cron \
         secrets-encryption-provider service-cidr service-node-port-range servicelb-namespace system-default-registry write-kubeconfig \
         write-kubeconfig-group write-kubeconfig-mode",
    ),
    (
        "both",
        "bool",
        "disable-default-registry-endpoint node-name-from-cloud-provider-metadata nonroot-devices protect-kernel-defaults selinux with-node-id",
    ),
    ("both", "number", "lb-server-port"),
    ("both", "list", "kube-proxy-arg kubelet-arg node-external-dns node-external-ip node-internal-dns node-ip node-label node-taint"),
    ("both", "duration", ""),
    (
        "both",
        "text",
        "audit-policy-file bind-address cloud-provider-config cloud-provider-name container-runtime-endpoint data-dir default-runtime \
         image-credential-provider-bin-dir image-credential-provider-config node-name pod-security-admission-config-file \
         private-registry profile resolv-conf server snapshotter token token-file",
    ),
];

/// Keys in which servers may not differ, <https://docs.rke2.io/reference/server_config#critical-configuration-values>.
const ALIKE: [&str; 7] = [
    "cluster-cidr",
    "cluster-dns",
    "cluster-domain",
    "disable-cloud-controller",
    "disable-kube-proxy",
    "egress-selector-mode",
    "service-cidr",
];

/// The repository's own, and some made from seeds.
fn environments<'a>() -> impl Iterator<Item = &'a Compiled> {
    static RANDOM: OnceLock<Vec<Compiled>> = OnceLock::new();
    let random = RANDOM.get_or_init(|| (0..6).map(|seed| compiled(&Plan::random(seed).text(), None)).collect());
    crate::traps::environments().values().chain(random)
}

/// Kubernetes, registry and so on of a random environment, replaced.
fn with(changes: &[(&str, &str)]) -> Compiled {
    let text = changes.iter().fold(Plan::random(1).text(), |text, (from, to)| {
        assert!(text.contains(from), "{from}\n{text}");
        text.replacen(from, to, 1)
    });
    compiled(&text, None)
}

fn file(compiled: &Compiled, pool: &Pool, name: &str) -> Value {
    document(compiled, &format!("rke2/pools/{}/{name}", pool.stem()))
}

fn servers(compiled: &Compiled) -> &Pool {
    compiled.model.pools.iter().find(|pool| pool.role == Role::Server).unwrap()
}

/// Of all files of `config.yaml.d` of a node, and of the rule of joining.
fn settings(compiled: &Compiled, pool: &Pool, node: &str) -> Vec<(String, Value)> {
    let documents = [
        file(compiled, pool, "10-pool.yaml"),
        document(compiled, &format!("rke2/nodes/{node}/20-node.yaml")),
        file(compiled, pool, "join.yaml"),
    ];
    documents.iter().flat_map(|document| document.as_object().unwrap().clone()).collect()
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "bool" => value.is_boolean(),
        "number" => value.is_u64(),
        "list" => value.as_array().is_some_and(|items| items.iter().all(Value::is_string)),
        _ => value.is_string(),
    }
}

#[test]
fn the_table_has_every_flag() {
    let documented: BTreeSet<(&str, &str, bool)> =
        DOCUMENTED.iter().flat_map(|(role, kind, keys)| keys.split_whitespace().map(move |key| (key, *kind, *role == "both"))).collect();
    let known: BTreeSet<(&str, &str, bool)> = FLAGS.iter().map(|flag| (flag.key, flag.kind, flag.on_agents)).collect();
    assert_eq!(known, documented);
    assert_eq!(known.len(), FLAGS.len(), "each flag once");
}

#[test]
fn every_key_is_a_flag_of_its_role_and_has_its_type() {
    for compiled in environments() {
        for pool in &compiled.model.pools {
            for node in &pool.nodes {
                let settings = settings(compiled, pool, &node.name);
                let keys: BTreeSet<&String> = settings.iter().map(|(key, _)| key).collect();
                assert_eq!(keys.len(), settings.len(), "{}: a key in two files, the later one would win", node.name);
                for (key, value) in &settings {
                    let flag = FLAGS.iter().find(|flag| flag.key == key).unwrap_or_else(|| panic!("{key} is no flag"));
                    assert!(is_of(flag.kind, value), "{key}: {value} is no {}", flag.kind);
                    assert!(flag.on_agents || pool.role == Role::Server, "{key} is none of agents");
                }
            }
        }
    }
}

#[test]
fn one_server_is_like_another() {
    for compiled in environments() {
        let pool = servers(compiled);
        let shared = file(compiled, pool, "10-pool.yaml");
        assert!(ALIKE.iter().all(|key| shared.get(key).is_some()), "{shared}");
        let own: BTreeSet<String> = pool
            .nodes
            .iter()
            .map(|node| {
                let mut own = document(compiled, &format!("rke2/nodes/{}/20-node.yaml", node.name));
                assert_eq!(own["node-name"], node.name);
                assert_eq!(own["node-ip"], json!([node.address.to_string()]));
                let keys = own.as_object_mut().unwrap();
                keys.retain(|key, _| key != "node-name" && key != "node-ip");
                own.to_string()
            })
            .collect();
        assert_eq!(own.len(), 1, "servers differ in more than name and address: {own:?}");
        let joins = format!("https://{}:9345", compiled.model.kubernetes.api_vip);
        for pool in &compiled.model.pools {
            assert_eq!(file(compiled, pool, "join.yaml"), json!({ "server": joins }));
        }
    }
}

/// Trap 28: every name that somebody reaches the API by.
#[test]
fn the_certificate_names_whatever_the_api_is_reached_by() {
    for compiled in environments() {
        let names = file(compiled, servers(compiled), "10-pool.yaml")["tls-san"].clone();
        let kubernetes = &compiled.model.kubernetes;
        for name in [kubernetes.api_name.to_string(), kubernetes.api_vip.to_string()] {
            assert!(names.as_array().unwrap().iter().any(|known| *known == name), "{name} is not in {names}");
        }
    }
}

/// The index and the tree are one: each file is delivered, each source exists, a secret has no file.
#[test]
fn the_index_knows_every_file() {
    for compiled in environments() {
        let index = document(compiled, "rke2/delivery.yaml");
        let mut delivered = BTreeSet::from(["rke2/delivery.yaml".to_owned()]);
        let list = |value: &Value, key: &str| value[key].as_array().unwrap().clone();
        for pool in list(&index, "pools") {
            let of_nodes = list(&pool, "nodes").into_iter().flat_map(|node| list(&node, "files"));
            for entry in list(&pool, "files").into_iter().chain(of_nodes) {
                let path = entry["path"].as_str().unwrap();
                let Some(source) = entry.get("source").and_then(Value::as_str) else {
                    assert_eq!((&entry["secret"]["name"].is_string(), &entry["owner"]), (&true, &json!("strata")), "{entry}");
                    continue;
                };
                assert_eq!(source.rsplit('/').next(), path.rsplit('/').next(), "{entry}");
                assert!(compiled.tree.get(source).is_some(), "{source} is not in the tree");
                assert_eq!(entry["takes"] == "command", entry.get("command").is_some() && entry["takes"] != "restart", "{entry}");
                delivered.insert(source.to_owned());
            }
        }
        let made: BTreeSet<String> =
            compiled.tree.iter().map(|(path, _)| path.to_owned()).filter(|path| path.starts_with("rke2/")).collect();
        assert_eq!(made, delivered);
        assert_eq!(index["initialise"]["node"], servers(compiled).nodes[0].name.as_str());
    }
}

/// Trap 18: with S3 in the configuration a restore would look there.
#[test]
fn no_key_of_s3_is_written() {
    for compiled in environments() {
        let settings = file(compiled, servers(compiled), "10-pool.yaml");
        assert!(settings.as_object().unwrap().keys().all(|key| !key.starts_with("etcd-s3")), "{settings}");
    }
}

/// Trap 20: RKE2 exits without these.
#[test]
fn what_rke2_needs_is_there_before_it_starts() {
    for compiled in environments() {
        for pool in &compiled.model.pools {
            let files = delivery::files(&compiled.model, pool);
            for path in ["/etc/sysctl.d/60-rke2-cis.conf", "/etc/rancher/rke2/token", "/etc/rancher/rke2/config.yaml.d/10-pool.yaml"] {
                let delivered = files.iter().find(|delivered| delivered.path == path).unwrap_or_else(|| panic!("no {path}"));
                assert_eq!(delivered.when, delivery::When::BeforeStart, "{path}");
            }
        }
        let arguments = file(compiled, servers(compiled), "10-pool.yaml").to_string();
        let named = arguments.split(['"', '=']).filter(|word| word.starts_with("/etc/")).map(str::to_owned);
        let files = delivery::files(&compiled.model, servers(compiled));
        for path in named {
            assert!(files.iter().any(|delivered| delivered.path == path), "{path} is named, and nobody delivers it");
        }
    }
}

/// Puppet is one word in the index, and never has a secret, the version or the rule of joining.
#[test]
fn puppet_changes_who_writes_and_nothing_else() {
    let without = with(&[]);
    let puppet = compiled(&format!("{}configuration: {{puppet: {{server: puppet.example.org}}}}\n", Plan::random(1).text()), None);
    let files = |compiled: &Compiled| -> BTreeMap<String, String> {
        compiled.tree.iter().filter(|(path, _)| path.starts_with("rke2/")).map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
    };
    let (mut before, mut after) = (files(&without), files(&puppet));
    let index = after.remove("rke2/delivery.yaml").unwrap();
    assert_eq!(index.replace("owner: puppet", "owner: strata"), before.remove("rke2/delivery.yaml").unwrap());
    assert_eq!(before, after);
    for pool in &puppet.model.pools {
        for delivered in delivery::files(&puppet.model, pool) {
            let strata = delivered.secret.is_some() || delivered.file == delivery::File::Join;
            assert_eq!(delivered.owner == delivery::Owner::Strata, strata, "{delivered:?}");
        }
    }
}

#[test]
fn no_file_has_a_place_for_a_secret() {
    fn keys(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| {
                found.insert(key.clone());
                keys(value, found);
            }),
            Value::Array(items) => items.iter().for_each(|item| keys(item, found)),
            _ => {}
        }
    }
    let private = with(&[(
        "bastion: {",
        "registry: {harbor: {manage: false, url: https://harbor.example.org, proxies: {docker.io: hub}, robot: {secret: robot}}}\n\
         secrets: {robot: {env: ROBOT}}\nbastion: {",
    )]);
    for compiled in environments().chain([&private]) {
        for (path, _) in compiled.tree.iter().filter(|(path, _)| path.starts_with("rke2/") && path.ends_with(".yaml")) {
            let mut found = BTreeSet::new();
            keys(&document(compiled, path), &mut found);
            for word in ["token", "agent-token", "auth", "password", "username", "etcd-s3-secret-key"] {
                // In the index and in claims these are words of another meaning.
                let other = path.ends_with("strata-authentication.yaml") && word == "username";
                assert!(other || !found.contains(word), "{path}: {word}");
            }
        }
    }
    let delivered = delivery::files(&private.model, servers(&private));
    let registries = delivered.iter().find(|delivered| delivered.file == delivery::File::Registries).unwrap();
    assert_eq!(registries.secret.as_ref().unwrap().fills, ["configs", "harbor.example.org", "auth"]);
}

/// Where a node asks for an image, by the file alone: names from Docker Hub come with their `library/`.
fn asked(registries: &Value, registry: &str, name: &str) -> (String, String) {
    let mirror = &registries["mirrors"][registry];
    let rewrite = mirror["rewrite"].as_object().unwrap();
    assert_eq!(rewrite.keys().collect::<Vec<_>>(), ["^(.*)$"]);
    (mirror["endpoint"][0].as_str().unwrap().to_owned(), rewrite["^(.*)$"].as_str().unwrap().replace("$1", name))
}

#[test]
fn images_come_through_their_project_and_keep_their_names() {
    let harbor = |more: &str| {
        let harbor = format!(
            "registry: {{harbor: {{manage: false, url: \"https://harbor.example.org:8443/\", proxies: {{docker.io: hub, quay.io: quay, registry.k8s.io: k8s}}{more}}}}}\nbastion: {{"
        );
        with(&[("bastion: {", &harbor)])
    };
    let open = harbor("");
    for pool in &open.model.pools {
        let registries = file(&open, pool, "registries.yaml");
        for (registry, name, path) in [
            ("docker.io", "library/nginx", "hub/library/nginx"),
            ("docker.io", "rancher/rke2-runtime", "hub/rancher/rke2-runtime"),
            ("quay.io", "a/b/c", "quay/a/b/c"),
        ] {
            assert_eq!(asked(&registries, registry, name), ("https://harbor.example.org:8443".to_owned(), path.to_owned()));
        }
        assert!(!registries["mirrors"].as_object().unwrap().contains_key("*"), "{registries}");
        assert_eq!(file(&open, pool, "10-pool.yaml")["disable-default-registry-endpoint"], false);
    }
    let closed = harbor(", fallback: false");
    for pool in &closed.model.pools {
        assert_eq!(file(&closed, pool, "10-pool.yaml")["disable-default-registry-endpoint"], true);
        assert!(file(&closed, pool, "10-pool.yaml").get("system-default-registry").is_none(), "names stay the original ones");
    }
}

#[test]
fn only_health_is_answered_without_credentials() {
    for (release, version) in [("v1.33.2+rke2r1", "v1beta1"), ("v1.34.1+rke2r1", "v1"), ("v1.36.3+rke2r1", "v1")] {
        let compiled = with(&[("v1.35.7+rke2r1", release)]);
        let authentication = file(&compiled, servers(&compiled), "strata-authentication.yaml");
        assert_eq!(authentication["apiVersion"], format!("apiserver.config.k8s.io/{version}"));
        assert_eq!(authentication["anonymous"], json!({ "enabled": true, "conditions": [{ "path": "/livez" }, { "path": "/readyz" }] }));
        assert!(authentication.get("jwt").is_none());
    }
    let oidc = with(&[("kubernetes: {", "kubernetes: {oidc: {issuer: https://iam.example.org/, clientId: k8s}, ")]);
    let jwt = &file(&oidc, servers(&oidc), "strata-authentication.yaml")["jwt"][0];
    assert_eq!(jwt["issuer"], json!({ "url": "https://iam.example.org/", "audiences": ["k8s"] }));
    assert_eq!(jwt["claimMappings"]["groups"], json!({ "claim": "groups", "prefix": "iam:" }));
}

#[test]
fn no_body_of_a_secret_is_logged_at_any_level() {
    for level in ["None", "Metadata", "Request", "RequestResponse"] {
        let compiled = with(&[("kubernetes: {", &format!("kubernetes: {{audit: {level}, "))]);
        let policy = file(&compiled, servers(&compiled), "strata-audit-policy.yaml");
        let rules = policy["rules"].as_array().unwrap();
        assert_eq!(rules.last().unwrap(), &json!({ "level": level }), "everything else is logged so");
        // The first rule that fits holds, whoever asks and for what.
        let first = |group: &str, resource: &str| {
            let fits = |rule: &&Value| {
                let all = rule.as_object().unwrap().len() == 1;
                let named = rule["resources"].as_array().is_some_and(|kinds| {
                    kinds
                        .iter()
                        .any(|kind| kind["group"] == group && kind["resources"].as_array().unwrap().iter().any(|name| name == resource))
                });
                all || named && rule.get("verbs").is_none() && rule.get("users").is_none()
            };
            rules.iter().find(fits).unwrap()["level"].clone()
        };
        let most = if level == "None" { "None" } else { "Metadata" };
        for (group, resource) in
            [("", "secrets"), ("", "configmaps"), ("", "serviceaccounts/token"), ("authentication.k8s.io", "tokenreviews")]
        {
            assert_eq!(first(group, resource), most, "{level} {resource}");
        }
        assert_eq!(first("", "pods/exec"), level);
        assert_eq!(first("coordination.k8s.io", "leases"), "None");
    }
}

#[test]
fn the_profile_decides_what_pods_may_do() {
    let (cis, none) = (with(&[]), with(&[("kubernetes: {", "kubernetes: {profile: none, ")]));
    let configuration = |compiled: &Compiled| {
        let file = file(compiled, servers(compiled), "strata-pod-security.yaml");
        file["plugins"].as_array().unwrap().iter().find(|plugin| plugin["name"] == "PodSecurity").unwrap()["configuration"].clone()
    };
    let (restricted, privileged) = (configuration(&cis), configuration(&none));
    assert_eq!(restricted["defaults"]["enforce"], "restricted");
    assert_eq!(restricted["exemptions"]["namespaces"], json!(["kube-system", "calico-system", "tigera-operator"]));
    assert_eq!(privileged["defaults"]["enforce"], "privileged");
    for pool in &none.model.pools {
        let settings = file(&none, pool, "10-pool.yaml");
        assert!(settings.get("profile").is_none() && settings.get("protect-kernel-defaults").is_none(), "{settings}");
        assert!(none.tree.get(&format!("rke2/pools/{}/60-rke2-cis.conf", pool.stem())).is_none());
    }
}

/// Of the profile `etcd` only that etcd has a user of its own.
#[test]
fn the_profile_etcd_is_no_cis() {
    let etcd = with(&[("kubernetes: {", "kubernetes: {profile: etcd, ")]);
    for pool in &etcd.model.pools {
        let settings = file(&etcd, pool, "10-pool.yaml");
        assert_eq!(settings["profile"], "etcd");
        assert!(settings.get("protect-kernel-defaults").is_none() && settings["kubelet-arg"] == json!([]), "{settings}");
    }
}

/// Traps 29 and 30, and a second network: Calico takes the address in the cluster's subnet.
#[test]
fn calico_is_told_what_the_network_is() {
    for compiled in environments() {
        let (model, config) = (&compiled.model, file(compiled, servers(compiled), "rke2-calico-config.yaml"));
        let values = strata::render::read::full(config["spec"]["valuesContent"].as_str().unwrap()).unwrap().remove(0);
        let network = &values["installation"]["calicoNetwork"];
        assert_eq!(network["mtu"], model.network.pod_mtu);
        assert_eq!(network["nodeAddressAutodetectionV4"], json!({ "cidrs": [model.network.cidr.to_string()] }));
        assert_eq!(network["ipPools"][0]["cidr"], model.network.pods.to_string());
        let by_routes = network["ipPools"][0]["encapsulation"] == "IPIP";
        assert_eq!(network["bgp"], if by_routes { "Enabled" } else { "Disabled" });
        assert_eq!(by_routes, model.flows.iter().any(|flow| flow.ports == Some((179, 179))), "BGP and its rule go together");
        assert_eq!(values["installation"].get("nodeMetricsPort").is_some(), model.kubernetes.scraped);
    }
}

#[test]
fn arguments_of_kubelet_are_those_of_the_pool_and_of_the_benchmark() {
    let staging = &crate::traps::environments()["staging"];
    let scratch = staging.model.pools.iter().find(|pool| pool.key == "scratch").unwrap();
    let arguments = file(staging, scratch, "10-pool.yaml")["kubelet-arg"].clone();
    let arguments: Vec<&str> = arguments.as_array().unwrap().iter().map(|argument| argument.as_str().unwrap()).collect();
    let names: Vec<&str> = arguments.iter().map(|argument| argument.split('=').next().unwrap()).collect();
    assert_eq!(names, ["max-pods", "pod-max-pids", "seccomp-default", "tls-cipher-suites"]);
    assert!(arguments.contains(&"max-pods=60"));
    let node = document(staging, "rke2/nodes/staging-scratch-0/20-node.yaml");
    assert_eq!(node["node-label"], json!(["strata.example.org/disk=local"]));
    assert_eq!(node["node-taint"], json!(["strata.example.org/scratch=true:NoSchedule"]));
}

/// The README's table of what hardening asks to do by hand: each named line exists and has the key, each other row a reason.
#[test]
fn what_hardening_asks_by_hand_is_done_where_the_readme_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let section = readme.split("## Hardening by hand").nth(1).unwrap().split("\n## ").next().unwrap();
    let (mut blessed, mut rows) = (readme.clone(), 0);
    for row in section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| item") && !line.starts_with("| ---")) {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [item, place, key] = cells.as_slice() else { panic!("three cells: {row}") };
        rows += 1;
        assert!(!item.is_empty() && !key.is_empty(), "{row}");
        if *place == "–" {
            assert!(key.len() > 20, "no reason: {row}");
            continue;
        }
        let (path, line) = place.trim_matches('`').rsplit_once(':').unwrap_or_else(|| panic!("no line: {row}"));
        let text = std::fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
        let key = key.split('`').nth(1).unwrap_or_else(|| panic!("no key: {row}"));
        if std::env::var_os("STRATA_BLESS").is_some() {
            let at = text.lines().position(|line| line.contains(key)).unwrap_or_else(|| panic!("{path} has no {key}")) + 1;
            blessed = blessed.replace(row, &row.replace(place, &format!("`{path}:{at}`")));
        } else {
            let found = text.lines().nth(line.parse::<usize>().unwrap() - 1).unwrap_or_default();
            assert!(found.contains(key), "{place} is `{found}`, not `{key}`");
        }
    }
    assert!(rows > 20, "{rows}");
    if blessed != readme {
        std::fs::write(root.join("README.md"), blessed).unwrap();
    }
}
