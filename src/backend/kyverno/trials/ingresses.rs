//! Ingresses that octavia-ingress-controller can carry, and one for each way in which it cannot.

use serde_json::{Value, json};

use super::{Row, Trial};
use crate::model::Model;

const CLASS: &str = "kubernetes.io/ingress.class";

/// What is tried: its name, and what it consists of.
struct Case {
    name: &'static str,
    annotations: Value,
    spec: Value,
}

pub(super) fn trial(model: &Model) -> Trial {
    let public = model.policies.octavia.unwrap_or_default();
    let (mut good, mut bad) = (good(), [bad_rules(), bad_annotations()].into_iter().flatten().collect::<Vec<_>>());
    let floating = annotated("floating", &[("internal", "false"), ("floatingip", "203.0.113.10")]);
    if public { &mut good } else { &mut bad }.push(floating);
    let others = vec![Case {
        name: "of-another-class",
        annotations: json!({}),
        spec: json!({ "ingressClassName": "traefik", "rules": [{ "host": "*.example.org" }] }),
    }];
    let names = |cases: &[Case]| cases.iter().map(|case| format!("team/{}", case.name)).collect::<Vec<_>>();
    let rows = vec![
        Row::new("pass", "Ingress", names(&good)),
        Row::skip("Ingress", &["team/of-another-class", "kube-system/of-the-system"]),
        Row::new("fail", "Ingress", names(&bad)),
        Row::new("fail", "Ingress", names(&bad)).on_update(),
    ];
    let view = |namespace: &str, case: &Case| json!({ "name": case.name, "namespace": namespace, "annotations": case.annotations, "spec": case.spec });
    let all = good.iter().chain(&bad).chain(&others).map(|case| view("team", case));
    let system = Case { name: "of-the-system", annotations: class(), spec: json!({ "rules": [{ "host": "a.example.org" }] }) };
    let ingresses: Vec<Value> = all.chain([view("kube-system", &system)]).collect();
    Trial {
        folder: "",
        user: None,
        resources: ("kyverno/tests/carriable-ingresses.yaml.j2", json!({ "ingresses": ingresses })),
        outcome: None,
        rows,
    }
}

fn class() -> Value {
    json!({ CLASS: "openstack" })
}

/// An Ingress that says no more than it must.
fn carried(name: &'static str, spec: Value) -> Case {
    Case { name, annotations: class(), spec }
}

fn annotated(name: &'static str, annotations: &[(&str, &str)]) -> Case {
    let mut all = class();
    for (key, value) in annotations {
        all[format!("octavia.ingress.kubernetes.io/{key}")] = json!(value);
    }
    Case { name, annotations: all, spec: rules(&[("app.example.org", &["/"])]) }
}

fn backend() -> Value {
    json!({ "service": { "name": "app", "port": { "number": 80 } } })
}

/// Rules of hosts and paths; an empty host is all of them.
fn rules(hosts: &[(&str, &[&str])]) -> Value {
    let rule = |(host, paths): &(&str, &[&str])| {
        let paths: Vec<Value> = paths.iter().map(|path| json!({ "path": path, "pathType": "Prefix", "backend": backend() })).collect();
        let http = json!({ "paths": paths });
        if host.is_empty() { json!({ "http": http }) } else { json!({ "host": host, "http": http }) }
    };
    json!({ "rules": hosts.iter().map(rule).collect::<Vec<_>>() })
}

fn one_path(host: &str, path: &Value) -> Value {
    json!({ "rules": [{ "host": host, "http": { "paths": [path] } }] })
}

fn good() -> Vec<Case> {
    let class_twice = json!({ "ingressClassName": "openstack", "rules": rules(&[("app.example.org", &["/"])])["rules"] });
    vec![
        carried("plain", rules(&[("app.example.org", &["/"])])),
        carried("class-twice", class_twice),
        carried("default-backend", json!({ "defaultBackend": backend() })),
        carried("many-paths", rules(&[("a.example.org", &["/api", "/web"]), ("b.example.org", &["/api"])])),
        carried("same-path-of-two-hosts", rules(&[("a.example.org", &["/"]), ("b.example.org", &["/"])])),
        annotated(
            "annotations",
            &[
                ("internal", "true"),
                ("keep-floatingip", "false"),
                ("whitelist-source-range", "192.0.2.0/24,198.51.100.7/32"),
                ("timeout-client-data", "60000"),
                ("timeout-member-data", "2073600000"),
            ],
        ),
    ]
}

/// What the controller dies of, and what Octavia refuses or hides.
fn bad_rules() -> Vec<Case> {
    let path = |path: &str, kind: &str| json!({ "path": path, "pathType": kind, "backend": backend() });
    let resource = json!({ "resource": { "kind": "Bucket", "name": "files" } });
    let with_tls =
        json!({ "tls": [{ "hosts": ["app.example.org"], "secretName": "app" }], "rules": rules(&[("app.example.org", &["/"])])["rules"] });
    let unlooked = json!({ "ingressClassName": "openstack", "rules": rules(&[("app.example.org", &["/"])])["rules"] });
    let second = json!([{ "host": "a.example.org", "http": { "paths": [path("/", "Prefix")] } }, { "host": "b.example.org" }]);
    vec![
        carried("rule-without-http", json!({ "rules": [{ "host": "app.example.org" }] })),
        carried("second-rule-without-http", json!({ "rules": second })),
        carried("resource", one_path("app.example.org", &json!({ "path": "/", "pathType": "Prefix", "backend": resource.clone() }))),
        carried("resource-by-default", json!({ "defaultBackend": resource })),
        carried("wildcard", rules(&[("*.example.org", &["/"])])),
        carried("exact", one_path("app.example.org", &path("/", "Exact"))),
        carried("empty-path", one_path("app.example.org", &path("", "ImplementationSpecific"))),
        carried("no-path", one_path("app.example.org", &json!({ "pathType": "ImplementationSpecific", "backend": backend() }))),
        carried("blank-in-path", one_path("app.example.org", &path("/a b", "Prefix"))),
        carried("root-beside-another-path", rules(&[("app.example.org", &["/api", "/"])])),
        carried("path-begins-another", rules(&[("app.example.org", &["/api", "/apis"])])),
        carried("same-path-twice", rules(&[("app.example.org", &["/a"]), ("app.example.org", &["/a"])])),
        carried("all-hosts-beside-one", rules(&[("", &["/"]), ("app.example.org", &["/api"])])),
        carried("tls", with_tls),
        Case { name: "class-by-name-alone", annotations: json!({}), spec: unlooked },
    ]
}

fn bad_annotations() -> Vec<Case> {
    vec![
        annotated("internal-no", &[("internal", "no")]),
        annotated("keep-upper-case", &[("keep-floatingip", "True")]),
        annotated("range-with-blank", &[("whitelist-source-range", "192.0.2.0/24, 198.51.100.0/24")]),
        annotated("range-of-six", &[("whitelist-source-range", "2001:db8::/32")]),
        annotated("range-without-length", &[("whitelist-source-range", "192.0.2.1")]),
        annotated("timeout-with-unit", &[("timeout-client-data", "60s")]),
        annotated("timeout-too-long", &[("timeout-member-data", "2073600001")]),
        annotated("timeout-negative", &[("timeout-tcp-inspect", "-1")]),
        annotated("misspelt", &[("timeout-client", "60000")]),
        annotated("address-of-an-internal-one", &[("floatingip", "203.0.113.10")]),
    ]
}
