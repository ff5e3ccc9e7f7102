//! The metrics extension: graphs beside each Application, drawn from Prometheus.
//!
//! Format: <https://github.com/argoproj-labs/argocd-extension-metrics>.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::labels;
use crate::model::Model;
use crate::render::Page;

/// The Service that prometheus-operator makes in front of every Prometheus.
const PROMETHEUS: &str = "http://prometheus-operated.monitoring.svc.cluster.local:9090";

/// Kinds that have pods.
const KINDS: [&str; 4] = ["pod", "deployment", "statefulset", "daemonset"];

#[derive(Serialize)]
struct View<'a> {
    labels: BTreeMap<&'static str, &'a str>,
    environment: &'a str,
    config: Value,
}

pub(super) fn page(model: &Model) -> Page {
    let view = View { labels: labels(model), environment: model.name.as_str(), config: config() };
    Page::new("platform/argocd/metrics.yaml", "argocd/metrics.yaml.j2", view)
}

/// CPU and memory of the pods, which cAdvisor counts for all of them.
fn config() -> Value {
    let dashboards: Vec<Value> = KINDS.iter().map(|kind| dashboard(kind)).collect();
    json!({
        "prometheus": {
            "applications": [{"name": "default", "default": true, "dashboards": dashboards}],
            "provider": {"name": "default", "default": true, "address": PROMETHEUS},
        }
    })
}

fn dashboard(kind: &str) -> Value {
    let pods = r#"namespace="{{.namespace}}", pod=~"{{.name}}", container!="", image!="""#;
    json!({
        "groupKind": kind,
        "tabs": ["Pods"],
        "rows": [{
            "name": "pod",
            "title": "Pods",
            "tab": "Pods",
            "graphs": [
                graph("cpu", "CPU", "cores", &format!("sum(rate(container_cpu_usage_seconds_total{{{pods}}}[5m])) by (pod)")),
                graph("memory", "Memory", "bytes", &format!("sum(container_memory_working_set_bytes{{{pods}}}) by (pod)")),
            ],
        }],
    })
}

fn graph(name: &str, title: &str, unit: &str, query: &str) -> Value {
    json!({
        "name": format!("pod_{name}"),
        "title": title,
        "description": "",
        "graphType": "line",
        "metricName": "pod",
        "queryExpression": query,
        "yAxisUnit": unit,
    })
}
