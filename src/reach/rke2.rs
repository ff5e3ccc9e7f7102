//! RKE2's own NetworkPolicies with profile `cis`: they are in no tree, and shut what a tree opens. As in rancher/rke2, `pkg/rke2/np.go`.

use serde_json::{Value, json};

/// Where they come from, in place of a file.
pub(super) const SOURCE: &str = "RKE2, profile cis";

/// All of them.
pub(super) fn policies() -> Vec<Value> {
    let own = json!([{"from": [{"podSelector": {}}]}]);
    let mut policies: Vec<Value> =
        ["kube-system", "kube-public", "default"].map(|namespace| policy(namespace, "default-network-policy", &json!({}), &own)).into();
    let opened = [
        ("dns", "k8s-app", "kube-dns", json!([{"protocol": "TCP", "port": 53}, {"protocol": "UDP", "port": 53}])),
        ("ingress", "app.kubernetes.io/name", "rke2-ingress-nginx", tcp(&["http", "https"])),
        ("ingress-webhook", "app.kubernetes.io/name", "rke2-ingress-nginx", tcp(&["webhook"])),
        ("snapshot-validation-webhook", "app.kubernetes.io/name", "rke2-snapshot-validation-webhook", tcp(&["https"])),
        ("metrics-server", "app", "rke2-metrics-server", tcp(&["https"])),
    ];
    for (what, key, value, ports) in opened {
        let name = format!("default-network-{what}-policy");
        policies.push(policy("kube-system", &name, &json!({"matchLabels": {key: value}}), &json!([{"ports": ports}])));
    }
    policies
}

fn tcp(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"protocol": "TCP", "port": name})).collect()
}

fn policy(namespace: &str, name: &str, pods: &Value, ingress: &Value) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"podSelector": pods, "policyTypes": ["Ingress"], "ingress": ingress},
    })
}
