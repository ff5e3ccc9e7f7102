//! `config.yaml.d`: RKE2's settings of a pool, of a node, and where nodes join.
//!
//! Later files win, key by key: `10-pool`, `20-node`, `30-join`, `40-boot`; no key stands in two of them but `node-label+`.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::Value;

use super::arguments;
use super::flags::{self, Agent, Both, Config, Fits, Server};
use crate::model::{Kubernetes, Model, Node, Pool, Role};
use crate::source::environment::{IngressController, Profile, Taint};

/// Key and value, sorted by key.
pub(super) type Keys = std::collections::BTreeMap<&'static str, Value>;

/// Where agents and further servers find the first ones.
const SUPERVISOR: u16 = 9345;

pub(super) fn of_pool(model: &Model, pool: &Pool) -> Keys {
    match pool.role {
        Role::Agent => common(Config::<Agent>::new(), model, pool).keys(),
        Role::Server => servers(common(Config::<Server>::new(), model, pool), model).keys(),
    }
}

/// By the VIP, so that a node joins without a name server.
pub(super) fn join(model: &Model) -> Keys {
    Config::<Agent>::new().with(&flags::SERVER, format!("https://{}:{SUPERVISOR}", model.kubernetes.api_vip)).keys()
}

/// Labels and taints take effect when the node joins, and never again.
pub(super) fn of_node(pool: &Pool, node: &Node) -> Keys {
    let labels: Vec<String> = pool.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let taints: Vec<String> = pool.taints.iter().map(taint).collect();
    Config::<Agent>::new()
        .with(&flags::NODE_NAME, node.name.clone())
        .with(&flags::NODE_IP, vec![node.address.to_string()])
        .with_some(&flags::NODE_LABEL, Some(labels).filter(|labels| !labels.is_empty()))
        .with_some(&flags::NODE_TAINT, Some(taints).filter(|taints| !taints.is_empty()))
        .keys()
}

fn taint(taint: &Taint) -> String {
    let value = taint.value.as_ref().map(|value| format!("={}", value.value)).unwrap_or_default();
    format!("{}{value}:{:?}", taint.key.value, taint.effect.value)
}

/// What servers and agents have in common.
fn common<Role>(config: Config<Role>, model: &Model, pool: &Pool) -> Config<Role>
where
    Both: Fits<Role>,
{
    let kubernetes = &model.kubernetes;
    let cis = kubernetes.profile == Profile::Cis;
    let only_mirrors = kubernetes.registries.as_ref().is_some_and(|registries| !registries.fallback);
    config
        .with(&flags::TOKEN_FILE, "/etc/rancher/rke2/token".into())
        .with(&flags::SELINUX, pool.selinux)
        .with(&flags::DISABLE_DEFAULT_REGISTRY_ENDPOINT, only_mirrors)
        .with(&flags::KUBELET_ARG, arguments::kubelet(kubernetes, pool))
        .with(&flags::KUBE_PROXY_ARG, arguments::kube_proxy(kubernetes))
        .with_some(&flags::PROFILE, profile(kubernetes.profile).map(str::to_owned))
        .with_some(&flags::PROTECT_KERNEL_DEFAULTS, cis.then_some(true))
        .with_some(&flags::CLOUD_PROVIDER_NAME, kubernetes.external_cloud_provider.then(|| "external".into()))
}

fn profile(profile: Profile) -> Option<&'static str> {
    match profile {
        Profile::Cis => Some("cis"),
        Profile::Etcd => Some("etcd"),
        Profile::None => None,
    }
}

fn servers(config: Config<Server>, model: &Model) -> Config<Server> {
    let kubernetes = &model.kubernetes;
    let (from, to) = kubernetes.node_ports;
    let config = alike(config, model)
        .with(&flags::AGENT_TOKEN_FILE, "/etc/rancher/rke2/agent-token".into())
        .with(&flags::TLS_SAN, kubernetes.tls_names.clone())
        .with(&flags::SERVICE_NODE_PORT_RANGE, format!("{from}-{to}"))
        .with(&flags::CNI, vec!["calico".into()])
        .with(&flags::INGRESS_CONTROLLER, vec![ingress(kubernetes).into()])
        // It reports home. Releases that lack it do not mind.
        .with(&flags::DISABLE, vec!["rke2-security-responder".into()])
        .with(&flags::WRITE_KUBECONFIG_MODE, "0600".into())
        // Kubernetes advises against aescbc, RKE2's default.
        .with(&flags::SECRETS_ENCRYPTION_PROVIDER, "secretbox".into());
    let config = config
        .with(&flags::AUDIT_POLICY_FILE, "/etc/rancher/rke2/strata-audit-policy.yaml".into())
        .with(&flags::POD_SECURITY_ADMISSION_CONFIG_FILE, "/etc/rancher/rke2/strata-pod-security.yaml".into())
        .with(&flags::KUBE_APISERVER_ARG, arguments::api_server(kubernetes))
        .with(&flags::KUBE_CONTROLLER_MANAGER_ARG, arguments::bind_address(kubernetes))
        .with(&flags::KUBE_SCHEDULER_ARG, arguments::bind_address(kubernetes));
    let (schedule, keep) = &kubernetes.snapshots;
    config
        .with(&flags::ETCD_SNAPSHOT_SCHEDULE_CRON, schedule.clone())
        .with(&flags::ETCD_SNAPSHOT_RETENTION, *keep)
        .with(&flags::ETCD_EXPOSE_METRICS, kubernetes.scraped)
        .with(&flags::SUPERVISOR_METRICS, kubernetes.scraped)
}

/// A server whose values differ from the others' is refused by them: all of these stand there, defaults too.
fn alike(config: Config<Server>, model: &Model) -> Config<Server> {
    config
        .with(&flags::CLUSTER_CIDR, model.network.pods.to_string())
        .with(&flags::SERVICE_CIDR, model.network.services.to_string())
        .with(&flags::CLUSTER_DNS, cluster_dns(model.network.services).to_string())
        .with(&flags::CLUSTER_DOMAIN, "cluster.local".into())
        .with(&flags::EGRESS_SELECTOR_MODE, "agent".into())
        .with(&flags::DISABLE_CLOUD_CONTROLLER, model.kubernetes.external_cloud_provider)
        .with(&flags::DISABLE_KUBE_PROXY, false)
}

/// The tenth address of the Services, as RKE2's own default is.
fn cluster_dns(services: Ipv4Net) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(services.network()).saturating_add(10))
}

fn ingress(kubernetes: &Kubernetes) -> &'static str {
    match kubernetes.ingress {
        Some(IngressController::Traefik) => "traefik",
        Some(IngressController::IngressNginx) => "ingress-nginx",
        None => "none",
    }
}
