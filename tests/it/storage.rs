//! Volumes and the cloud controller: classes that keep what they were made with, and programs that log in by themselves.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use strata::compile::Compiled;
use strata::render;

use crate::model::{compiled, document, lock_text};
use crate::traps::environments;

/// A complete environment with agents in the two zones.
fn text(zones: &str, storage: &str) -> String {
    format!(
        "apiVersion: strata/v1alpha1\nkind: Environment\nname: x\n\
         openstack: {{cloud: lab, authUrl: 'https://keystone.example.org:5000/v3', region: one, externalNetwork: public, image: almalinux-9, \
         volumeTypes: {{ssd: {{class: ssd}}}}, balancers: {{flavor: ha}}}}\n\
         network: {{cidr: 10.20.0.0/22, dns: [10.0.0.53], ntp: [10.0.0.1]}}\n\
         zones: {zones}\n\
         access: {{from: [192.0.2.0/24], administrators: [{{name: alice, keys: [\"ssh-ed25519 \
         AAAAC3NzaC1lZDI1NTE5AAAAIL5O7LqFzsLO10n6Ga/WzNfdESkL6ajGuAIB+8tf497F alice@example.org\"]}}]}}\n\
         kubernetes: {{version: v1.35.7+rke2r1, api: {{name: api.example.org}}}}\n\
         servers: {{flavor: m1.large, disk: {{type: ssd, size: 100Gi}}}}\n\
         agents: [{{name: general, count: 2, flavor: m1.large, disk: {{type: ssd, size: 100Gi}}, zones: [a, b]}}]\n\
         bastion: {{flavor: m1.small, data: {{size: 50Gi}}}}\n\
         argocd: {{host: argocd.example.org, repository: {{url: 'https://git.example.org/platform.git'}}}}\n\
         storage: {storage}\n\
         secrets: {{ceph: {{env: CEPH_KEY}}}}\n"
    )
}

const CEPHFS: &str = "{cephfs: {clusterId: fsid, monitors: ['10.1.0.1:3300'], filesystem: k8s, credentials: {userId: k8s, key: {secret: ceph}}, \
                      classes: [{name: cephfs, default: true}]}}";

fn cinder(classes: &str) -> String {
    format!("{{cinder: {{classes: {classes}}}}}")
}

fn documents(compiled: &Compiled, path: &str) -> Vec<Value> {
    render::read::full(compiled.tree.get(path).unwrap()).unwrap()
}

/// Of the tree, by namespace and name.
fn secrets(compiled: &Compiled) -> BTreeMap<(String, String), Value> {
    let all = document(compiled, "bootstrap/secrets.yaml");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    all["secrets"].as_array().unwrap().iter().map(|one| ((text(&one["namespace"]), text(&one["name"])), one["data"].clone())).collect()
}

/// Every cloud.conf, by the Secret that holds it.
fn cloud_confs(compiled: &Compiled) -> BTreeMap<String, String> {
    let all = secrets(compiled).into_iter();
    all.filter_map(|((_, name), data)| Some((name, data["cloud.conf"].as_str()?.to_owned()))).collect()
}

#[test]
fn each_program_logs_in_by_a_credential_of_its_own() {
    let confs = cloud_confs(&environments()["staging"]);
    assert_eq!(confs.keys().map(String::as_str).collect::<Vec<_>>(), ["cinder-csi-cloud-config", "cloud-config"]);
    let mut consumers = BTreeSet::new();
    for (name, conf) in &confs {
        for word in ["username", "user-id", "password", "trust", "token"] {
            assert!(!conf.contains(word), "{name}: {word}");
        }
        let line = |key: &str| conf.lines().find_map(|line| line.strip_prefix(key)).unwrap().to_owned();
        let id = line("application-credential-id=");
        assert_eq!(line("application-credential-secret="), id.replace(".id}", ".secret}"), "{name}");
        assert!(consumers.insert(id), "{name} shares its credential");
    }
}

#[test]
fn every_value_of_cloud_conf_is_quoted() {
    for (name, conf) in cloud_confs(&environments()["staging"]) {
        for line in conf.lines().filter(|line| !line.is_empty() && !line.starts_with('[')) {
            let (_, value) = line.split_once('=').unwrap();
            assert!(value.len() >= 2 && value.starts_with('"') && value.ends_with('"'), "{name}: {line}");
        }
    }
}

#[test]
fn the_cloud_controller_touches_no_security_group_and_makes_nothing_public() {
    let confs = cloud_confs(&environments()["staging"]);
    let conf = &confs["cloud-config"];
    assert!(conf.contains("manage-security-groups=\"false\"") && conf.contains("internal-lb=\"true\""), "{conf}");
    assert!(conf.contains("subnet-id=\"${network.subnet}\"") && conf.contains("flavor-id=\"${octavia.flavor}\""), "{conf}");
}

#[test]
fn the_cloud_controller_comes_before_all_else_and_stays() {
    let chart = document(&environments()["staging"], "platform/openstack-cloud-controller/helmchart.yaml");
    assert_eq!((&chart["spec"]["bootstrap"], &chart["spec"]["failurePolicy"]), (&Value::from(true), &Value::from("abort")));
    assert_eq!(chart["metadata"]["annotations"]["argocd.argoproj.io/sync-options"], "Prune=false,Delete=false");
    let values = render::read::full(chart["spec"]["valuesContent"].as_str().unwrap()).unwrap().remove(0);
    assert_eq!(values["nodeSelector"]["node-role.kubernetes.io/control-plane"], "true", "a text, as RKE2 labels its servers");
    let keys: BTreeSet<&str> = values["tolerations"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap()).collect();
    for key in ["node.cloudprovider.kubernetes.io/uninitialized", "CriticalAddonsOnly", "node-role.kubernetes.io/etcd"] {
        assert!(keys.contains(key), "{key}");
    }
    assert!(!values["enabledControllers"].as_array().unwrap().contains(&"route".into()));
    assert!(environments()["dare-prod"].tree.get("platform/openstack-cloud-controller/helmchart.yaml").is_none());
    let index = document(&environments()["staging"], "bootstrap/index.yaml");
    let steps: Vec<&str> = index["steps"].as_array().unwrap().iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert_eq!(steps, ["namespaces", "openstack-cloud-controller", "argocd", "hand-off"], "Argo CD tolerates no taint");
}

/// What a class names is there, under the keys that the driver reads.
#[test]
fn classes_name_the_secret_that_apply_writes() {
    let dare = &environments()["dare-prod"];
    let secret = &secrets(dare)[&("ceph-csi".to_owned(), "ceph-csi-user".to_owned())];
    assert_eq!(secret, &serde_json::json!({"userID": "k8s-dare", "userKey": "${secret.ceph-csi}"}));
    for class in documents(dare, "platform/ceph-csi/storage-classes.yaml") {
        let parameters = class["parameters"].as_object().unwrap();
        for purpose in ["provisioner", "controller-expand", "controller-publish", "node-stage"] {
            assert_eq!(parameters[&format!("csi.storage.k8s.io/{purpose}-secret-name")], "ceph-csi-user", "{purpose}");
            assert_eq!(parameters[&format!("csi.storage.k8s.io/{purpose}-secret-namespace")], "ceph-csi", "{purpose}");
        }
    }
}

/// Kubernetes takes no other parameters for a class that it has: a change of these lines needs new names for everybody.
#[test]
fn what_classes_are_made_with_never_changes() {
    let class =
        documents(&compiled(&text("{a: {compute: nova}, b: {compute: nova}}", CEPHFS), None), "platform/ceph-csi/storage-classes.yaml");
    let immutable = |class: &Value| ["provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"].map(|key| class[key].clone());
    let secret = |purpose: &str| {
        [
            (format!("csi.storage.k8s.io/{purpose}-secret-name"), "ceph-csi-user"),
            (format!("csi.storage.k8s.io/{purpose}-secret-namespace"), "ceph-csi"),
        ]
    };
    let mut parameters: BTreeMap<String, &str> =
        ["provisioner", "controller-expand", "controller-publish", "node-stage"].iter().flat_map(|purpose| secret(purpose)).collect();
    parameters.extend([("clusterID".to_owned(), "fsid"), ("fsName".to_owned(), "k8s")]);
    assert_eq!(
        immutable(&class[0]),
        ["cephfs.csi.ceph.com".into(), serde_json::to_value(parameters).unwrap(), "Delete".into(), "Immediate".into()]
    );
    let cinder = compiled(
        &text("{a: {compute: nova}, b: {compute: nova}}", &cinder("[{name: ssd, type: ssd, default: true, reclaim: Retain}]")),
        None,
    );
    let class = documents(&cinder, "platform/cinder-csi/storage-classes.yaml");
    assert_eq!(
        immutable(&class[0]),
        ["cinder.csi.openstack.org".into(), serde_json::json!({"type": "ssd"}), "Retain".into(), "WaitForFirstConsumer".into()]
    );
}

/// What Kubernetes lets change is no new class, and what goes keeps its name.
#[test]
fn a_class_is_recorded_once_and_its_name_stays_taken() {
    let zones = "{a: {compute: nova}, b: {compute: nova}}";
    let both = cinder("[{name: fast, type: ssd, default: true}, {name: slow, type: hdd}]");
    let lock = lock_text(&compiled(&text(zones, &both), None));
    let other = cinder("[{name: fast, type: ssd}, {name: slow, type: hdd, default: true}]");
    assert_eq!(lock_text(&compiled(&text(zones, &other), Some(&lock))), lock);
    let less = cinder("[{name: fast, type: ssd, default: true}]");
    assert_eq!(lock_text(&compiled(&text(zones, &less), Some(&lock))), lock, "`slow` may still be in the cluster");
}

/// A zone of the text, how its volumes are made, and what the driver is told.
#[test]
fn volumes_are_made_where_their_pods_are() {
    let one = |zones: &str, classes: &str| {
        let made = compiled(&text(zones, &cinder(classes)), None);
        let classes = documents(&made, "platform/cinder-csi/storage-classes.yaml");
        let view = |class: &Value| {
            let zone = class.pointer("/allowedTopologies/0/matchLabelExpressions/0/values/0").cloned().unwrap_or_default();
            (class["parameters"]["availability"].clone(), zone)
        };
        let values = document(&made, "values/cinder-csi.yaml");
        let off = values["csi"]["plugin"]["extraArgs"] == "- --with-topology=false";
        let ignored = cloud_confs(&made)["cinder-csi-cloud-config"].contains("ignore-volume-az=\"true\"");
        (classes.iter().map(view).collect::<Vec<_>>(), off, ignored)
    };
    let ssd = "[{name: ssd, type: ssd, default: true}]";
    let none = (Value::Null, Value::Null);
    // One volume zone for all: pods may be anywhere.
    assert_eq!(one("{a: {compute: x, volume: v}, b: {compute: y, volume: v}}", ssd), (vec![("v".into(), Value::Null)], true, false));
    assert_eq!(one("{a: {compute: x}, b: {compute: y}}", ssd), (vec![none.clone()], true, false));
    // The same names: a volume follows its pod.
    assert_eq!(one("{a: {compute: x, volume: x}, b: {compute: y, volume: y}}", ssd), (vec![none], false, false));
    // Other names: each class says both.
    let each = "[{name: ssd-a, type: ssd, zone: a, default: true}, {name: ssd-b, type: ssd, zone: b}]";
    assert_eq!(
        one("{a: {compute: x, volume: v}, b: {compute: y, volume: w}}", each),
        (vec![("v".into(), "x".into()), ("w".into(), "y".into())], false, true)
    );
}

/// Neither the classes nor the Secret come with a chart, whose new version could change them.
#[test]
fn charts_bring_drivers_alone() {
    let ceph = document(&environments()["dare-prod"], "values/ceph-csi.yaml");
    for part in ["storageClass", "volumeSnapshotClass", "volumeGroupSnapshotClass", "secret"] {
        assert_eq!(ceph[part]["create"], false, "{part}");
    }
    let cinder = document(&environments()["staging"], "values/cinder-csi.yaml");
    assert_eq!((&cinder["storageClass"]["enabled"], &cinder["secret"]["create"]), (&Value::from(false), &Value::from(false)));
    assert_eq!(cinder["csi"]["plugin"]["volumes"], serde_json::json!([]), "nothing of the node's own");
}
