//! Ingress controllers and certificates: what is generated fits the balancers, the programs that read it, and each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;
use strata::compile::{self, Compiled};
use strata::model::ingress::judge;
use strata::render::{self, Templates};
use strata::source::Sources;
use strata::source::load::Memory;

const KEYSTONE: &str = "openstack: {authUrl: https://keystone.example.org:5000/v3, region: r}\n";
const DEFAULT: &str = "
loadBalancers:
  - name: ingress
    exposure: public
    listeners:
      - {name: http, port: 80, protocol: TCP, poolProtocol: PROXYV2, members: [{agents: general, nodePort: 30080}], allowedCidrs: [0.0.0.0/0]}
      - {name: https, port: 443, protocol: TCP, poolProtocol: PROXYV2, members: [{agents: general, nodePort: 30443}], allowedCidrs: [0.0.0.0/0]}
";
const ARGO_CD: &str = "argocd: {host: argocd.example.org, repository: {url: https://git.example.org/platform.git}}\n";
const ACME: &str = "certificates: {issuer: {acme: {server: https://acme.example.org/directory, email: ops@example.org}}}\n";

fn with(more: &str, manifests: &[(&str, &str)]) -> (Compiled, String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let shared = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let files = Memory::default()
        .with("environments/base.yaml", shared("base.yaml"))
        .with("environments/x/environment.yaml", format!("name: x\nextends: ../base.yaml\n{more}"))
        .with("environments/x/lock.yaml", shared("lock.yaml"));
    let files = manifests.iter().fold(files, |files, (path, text)| files.with(*path, (*text).to_owned()));
    let mut sources = Sources::default();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let checked = compile::compile(&files, "x", &templates, &mut sources);
    let drawn = strata::diagnostic::draw::text(&checked.findings, &sources, false);
    (checked.value.unwrap_or_else(|| panic!("{drawn}")), drawn)
}

fn compiled(more: &str) -> Compiled {
    with(more, &[]).0
}

fn documents(compiled: &Compiled, path: &str) -> Vec<Value> {
    let text = compiled.tree.get(path).unwrap_or_else(|| panic!("no {path}"));
    render::read::full(text).unwrap()
}

/// A document inside of a document.
fn inner(text: &Value) -> Value {
    render::read::full(text.as_str().unwrap()).unwrap().remove(0)
}

fn of_kind<'a>(documents: &'a [Value], kind: &str) -> &'a Value {
    documents.iter().find(|document| document["kind"] == kind).unwrap_or_else(|| panic!("no {kind}"))
}

#[test]
fn the_default_ingress_listens_where_its_balancer_leads() {
    let compiled = compiled(&format!("{DEFAULT}ingress: {{default: {{balancer: ingress, proxyProtocol: true}}}}\n"));
    let config = documents(&compiled, "platform/traefik/rke2-traefik.yaml").remove(0);
    assert_eq!((&config["metadata"]["name"], &config["metadata"]["namespace"]), (&"rke2-traefik".into(), &"kube-system".into()));
    let values = inner(&config["spec"]["valuesContent"]);
    assert_eq!(values["service"]["spec"], serde_json::json!({"type": "NodePort", "externalTrafficPolicy": "Local"}));
    for (entry, port) in [("web", 30080), ("websecure", 30443)] {
        let entry = &values["ports"][entry];
        assert_eq!((&entry["nodePort"], &entry["expose"]["default"], &entry["hostPort"]), (&port.into(), &true.into(), &Value::Null));
        assert!(entry.as_object().unwrap().contains_key("hostPort"), "RKE2's chart takes ports of the node otherwise");
    }
    let behind: BTreeSet<u64> =
        compiled.model.balancers[1].pools.iter().flat_map(|pool| &pool.members).map(|one| one.port.into()).collect();
    assert_eq!(behind, BTreeSet::from([30080, 30443]));
}

/// Whoever may speak the PROXY protocol may pass for any client: no node and no pod may.
#[test]
fn nobody_but_amphorae_tells_clients_addresses() {
    let compiled = compiled(&format!("{DEFAULT}ingress: {{default: {{balancer: ingress, proxyProtocol: true}}}}\n"));
    let trusted = &compiled.model.ingress.default.as_ref().unwrap().trusted;
    let network = &compiled.model.network;
    assert!(trusted.contains(&network.dynamic) && trusted.iter().any(|net| net.contains(&compiled.model.balancers[1].vip)));
    for node in compiled.model.pools.iter().flat_map(|pool| &pool.nodes) {
        assert!(!trusted.iter().any(|net| net.contains(&node.address)), "{}", node.name);
    }
    assert!(trusted.iter().all(|net| !net.contains(&network.pods.addr()) && !network.pods.contains(net)));
    let without =
        self::compiled(&format!("{}ingress: {{default: {{balancer: ingress}}}}\n", DEFAULT.replace(" poolProtocol: PROXYV2,", "")));
    assert!(!without.tree.get("platform/traefik/rke2-traefik.yaml").unwrap().contains("proxyProtocol"));
}

#[test]
fn what_the_balancer_ends_comes_without_tls() {
    let ended = DEFAULT.replace("protocol: TCP, poolProtocol: PROXYV2, members: [{agents: general, nodePort: 30443}]", "protocol: TERMINATED_HTTPS, poolProtocol: PROXYV2, tls: {certificate: 'https://barbican.example.org/v1/containers/1'}, members: [{agents: general, nodePort: 30080}]");
    let compiled = compiled(&format!("{ended}ingress: {{default: {{balancer: ingress, proxyProtocol: true}}}}\n{ARGO_CD}"));
    let default = compiled.model.ingress.default.as_ref().unwrap();
    assert_eq!((default.web, default.websecure), (Some(30080), None));
    let ingress = documents(&compiled, "platform/certificates/argocd.yaml").remove(0);
    assert_eq!(ingress["metadata"]["annotations"]["traefik.ingress.kubernetes.io/router.entrypoints"], "web");
    assert!(ingress["spec"].get("tls").is_none());
}

#[test]
fn taints_of_nodes_behind_the_balancer_are_tolerated() {
    let taint = "agents: [{name: general, count: 2, flavor: m1.large, disk: {type: hdd, size: 100Gi}, taints: [{key: example.org/edge, value: \"true\", effect: NoSchedule}]}, {name: other, count: 1, flavor: m1.large, disk: {type: hdd, size: 100Gi}}]\n";
    for (controller, path) in [("traefik", "traefik/rke2-traefik"), ("ingress-nginx", "ingress-nginx/rke2-ingress-nginx")] {
        let compiled = compiled(&format!(
            "{DEFAULT}ingress: {{default: {{controller: {controller}, balancer: ingress, proxyProtocol: true}}}}\n{taint}"
        ));
        let values = inner(&documents(&compiled, &format!("platform/{path}.yaml"))[0]["spec"]["valuesContent"]);
        let of = if controller == "traefik" { &values } else { &values["controller"] };
        assert_eq!(of["tolerations"][0]["key"], "example.org/edge");
        assert_eq!(of["deployment"]["kind"].as_str().or(of["kind"].as_str()), Some("DaemonSet"));
    }
}

#[test]
fn the_platforms_hosts_have_certificates_from_a_declared_issuer() {
    let compiled = compiled(&format!("{DEFAULT}ingress: {{default: {{balancer: ingress, proxyProtocol: true}}}}\n{ARGO_CD}{ACME}"));
    let documents_of_host = documents(&compiled, "platform/certificates/argocd.yaml");
    let (certificate, ingress) = (of_kind(&documents_of_host, "Certificate"), of_kind(&documents_of_host, "Ingress"));
    assert_eq!(certificate["spec"]["secretName"], ingress["spec"]["tls"][0]["secretName"]);
    assert_eq!(certificate["spec"]["dnsNames"][0], ingress["spec"]["rules"][0]["host"]);
    let issuer = documents(&compiled, "platform/certificates/issuer.yaml").remove(0);
    assert_eq!(certificate["spec"]["issuerRef"]["name"], issuer["metadata"]["name"]);
    let solver = &issuer["spec"]["acme"]["solvers"][0]["http01"]["ingress"];
    assert_eq!((&solver["ingressClassName"], &solver["serviceType"]), (&ingress["spec"]["ingressClassName"], &"ClusterIP".into()));
}

/// What octavia-ingress-controller v1.36 reads (`pkg/ingress/config`, `pkg/client`: AuthOpts): all else is ignored in silence.
const KEYS: [&str; 41] = [
    "cluster-name",
    "kubernetes.api-host",
    "kubernetes.kubeconfig",
    "octavia.provider",
    "octavia.subnet-id",
    "octavia.floating-network-id",
    "octavia.manage-security-groups",
    "octavia.flavor-id",
    "octavia.provider-requires-serial-api-calls",
    "openstack.auth-url",
    "openstack.region",
    "openstack.os-endpoint-type",
    "openstack.ca-file",
    "openstack.cert-file",
    "openstack.key-file",
    "openstack.tls-insecure",
    "openstack.user-id",
    "openstack.username",
    "openstack.password",
    "openstack.token",
    "openstack.project-id",
    "openstack.project-name",
    "openstack.trust-id",
    "openstack.trustee-id",
    "openstack.trustee-password",
    "openstack.domain-id",
    "openstack.domain-name",
    "openstack.project-domain-id",
    "openstack.project-domain-name",
    "openstack.user-domain-id",
    "openstack.user-domain-name",
    "openstack.application-credential-id",
    "openstack.application-credential-name",
    "openstack.application-credential-secret",
    "openstack.tenant-id",
    "openstack.tenant-name",
    "openstack.tenant-domain-id",
    "openstack.tenant-domain-name",
    "openstack.use-clouds",
    "openstack.clouds-file",
    "openstack.cloud",
];

fn flat(prefix: &str, value: &Value, out: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| flat(&format!("{prefix}{key}."), value, out)),
        value => drop(out.insert(prefix.trim_end_matches('.').to_owned(), value.clone())),
    }
}

#[test]
fn octavia_ingress_controller_reads_every_key_and_every_variable() {
    for internal in [true, false] {
        let more = format!("{KEYSTONE}ingress: {{octavia: {{internal: {internal}, expected: 1}}}}\n");
        let compiled = compiled(&more);
        let config = documents(&compiled, "platform/octavia-ingress/configuration.yaml").remove(0);
        let mut keys = BTreeMap::new();
        flat("", &inner(&config["data"]["config.yaml"]), &mut keys);
        for key in keys.keys() {
            assert!(KEYS.contains(&key.as_str()), "{key} is ignored in silence");
        }
        assert_eq!(keys["cluster-name"], "x");
        assert_eq!(keys["octavia.flavor-id"], "8a4f3a52-12f5-4a0d-9d2f-6f3c1f0d7e01", "an id, as lock.yaml has it");
        let placeholder = |(key, value): (&String, &Value)| (*value == format!("${{{}}}", key.to_uppercase())).then(|| key.to_uppercase());
        let late: BTreeSet<String> = keys.iter().filter_map(placeholder).collect();
        assert_eq!(late.len(), keys.values().filter(|value| value.as_str().is_some_and(|text| text.starts_with('$'))).count());
        let set = documents(&compiled, "platform/octavia-ingress/controller.yaml").remove(0);
        let pod = &set["spec"]["template"]["spec"];
        let variables = pod["containers"][0]["env"].as_array().unwrap();
        let from_secret = |one: &&Value| one["valueFrom"]["secretKeyRef"]["name"] == "octavia-ingress";
        let named: BTreeSet<String> = variables.iter().filter(from_secret).map(|one| one["name"].as_str().unwrap().to_owned()).collect();
        // A variable counts only where the file has its key, and a placeholder without one stays what it is.
        assert_eq!(named, late);
        assert_eq!(late.contains("OCTAVIA.FLOATING-NETWORK-ID"), !internal);
        assert_eq!(set["spec"]["replicas"], 1, "it elects no leader");
        assert!(pod.get("hostNetwork").is_none());
    }
}

#[test]
fn octavia_ingress_controller_may_do_what_it_does_and_no_more() {
    let compiled = compiled(&format!("{KEYSTONE}ingress: {{octavia: {{expected: 1}}}}\n"));
    let role = documents(&compiled, "platform/octavia-ingress/rbac.yaml");
    let rules = of_kind(&role, "ClusterRole")["rules"].as_array().unwrap().clone();
    let all: BTreeSet<&str> =
        rules.iter().flat_map(|rule| rule["resources"].as_array().unwrap()).map(|one| one.as_str().unwrap()).collect();
    assert_eq!(all, BTreeSet::from(["events", "ingresses", "ingresses/status", "nodes", "services"]));
}

#[test]
fn servers_are_no_members_and_agents_are_open_to_amphorae() {
    let with = compiled(&format!("{KEYSTONE}ingress: {{octavia: {{expected: 1}}}}\n"));
    let config = |compiled: &Compiled, node: &str| compiled.tree.get(&format!("rke2/nodes/{node}/20-node.yaml")).unwrap().to_owned();
    assert!(config(&with, "x-server-0").contains("node.kubernetes.io/exclude-from-external-load-balancers=true"));
    assert!(!config(&with, "x-general-0").contains("exclude-from-external-load-balancers"));
    let open = |compiled: &Compiled| {
        let from_subnet =
            |flow: &&strata::model::Flow| flow.ports == Some((30000, 32767)) && matches!(flow.remote, strata::model::Remote::Cidr(_));
        compiled.model.flows.iter().filter(from_subnet).map(|flow| flow.group.clone()).collect::<Vec<_>>()
    };
    assert_eq!(open(&with), ["general"]);
    assert!(open(&compiled("")).is_empty());
}

/// Kyverno's policy is for the cluster, the findings are for the repository: they refuse the same.
#[test]
fn the_policy_and_the_findings_agree() {
    for public in [true, false] {
        let compiled = compiled(&format!("{KEYSTONE}ingress: {{octavia: {{internal: {}, expected: 1}}}}\n", !public));
        let folder = "tests/kyverno/carriable-ingresses";
        let test = documents(&compiled, &format!("{folder}/kyverno-test.yaml")).remove(0);
        let expected = |name: &str| {
            let rows = test["results"].as_array().unwrap();
            let row = rows.iter().find(|row| row["resources"].as_array().unwrap().iter().any(|one| *one == format!("team/{name}")));
            row.map(|row| row["result"].as_str().unwrap().to_owned())
        };
        let mut seen = 0;
        for ingress in documents(&compiled, &format!("{folder}/resources.yaml")).iter().filter(|one| one["metadata"]["namespace"] == "team")
        {
            let name = ingress["metadata"]["name"].as_str().unwrap();
            let wrong = judge::judge(ingress, public);
            let found = match (judge::is_of_its_class(ingress), wrong.is_empty()) {
                (false, _) => "skip",
                (true, true) => "pass",
                (true, false) => "fail",
            };
            assert_eq!(expected(name).as_deref(), Some(found), "{name}: {wrong:?}");
            seen += 1;
        }
        assert!(seen > 30, "{seen}");
    }
}

#[test]
fn a_node_port_of_an_own_service_is_served() {
    let balancer = "loadBalancers: [{name: tcp, listeners: [{name: tcp, port: 5432, protocol: TCP, members: [{agents: general, nodePort: 31000}]}]}]\n";
    let extra = "platform: {extra: [{name: db, path: db, namespace: db}]}\n";
    let service = |port: u16| {
        format!(
            "apiVersion: v1\nkind: Service\nmetadata: {{name: db}}\nspec: {{type: NodePort, ports: [{{port: 5432, nodePort: {port}}}]}}\n"
        )
    };
    let unserved = |port: u16| with(&format!("{balancer}{extra}"), &[("db/service.yaml", &service(port))]).1.contains("node-port-unserved");
    assert!(!unserved(31000));
    assert!(unserved(31001));
}

#[test]
fn what_the_controller_is_told_late_is_in_a_secret_that_apply_writes() {
    let compiled = compiled(&format!(
        "{KEYSTONE}{DEFAULT}ingress: {{default: {{balancer: ingress, proxyProtocol: true}}, octavia: {{internal: false, expected: 1}}}}\n{ARGO_CD}{ACME}"
    ));
    let all = documents(&compiled, "bootstrap/secrets.yaml").remove(0);
    let secret = all["secrets"].as_array().unwrap().iter().find(|one| one["name"] == "octavia-ingress").unwrap();
    assert_eq!(secret["namespace"], "octavia-ingress");
    let set = documents(&compiled, "platform/octavia-ingress/controller.yaml").remove(0);
    let variables = set["spec"]["template"]["spec"]["containers"][0]["env"].as_array().unwrap();
    for key in variables.iter().filter_map(|one| one["valueFrom"]["secretKeyRef"]["key"].as_str()) {
        assert!(secret["data"][key].as_str().is_some_and(|value| value.starts_with("${")), "{key}");
    }
}

#[test]
fn cert_manager_goes_out_through_the_proxy_where_it_goes_out_at_all() {
    let values = |issuer: &str| {
        let proxy = "network: {proxy: {https: 'http://proxy.example.org:3128'}}\n";
        let compiled =
            compiled(&format!("{DEFAULT}ingress: {{default: {{balancer: ingress, proxyProtocol: true}}}}\n{ARGO_CD}{proxy}{issuer}"));
        documents(&compiled, "values/cert-manager.yaml").remove(0)
    };
    let acme = values(ACME);
    assert_eq!(acme["https_proxy"], "http://proxy.example.org:3128");
    assert!(acme["no_proxy"].as_str().unwrap().contains("10.43.0.0/16"));
    assert_eq!((&acme["crds"]["keep"], &acme["global"]["leaderElection"]["namespace"]), (&true.into(), &"cert-manager".into()));
}
