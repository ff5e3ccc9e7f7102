//! One page for each delivered file, and the values that its template prints.

use serde::Serialize;

use super::ProxyView;
use super::config::{self, Keys};
use crate::model::delivery::{self, Delivered, File};
use crate::model::{Model, Namespace, NamespaceKind, Node, Oidc, Pool, Registries};
use crate::render::Page;
use crate::source::environment::{AuditLevel, Encapsulation, ImageFamily, PodSecurity, Profile};

/// Where a pool's file lies in the tree.
pub(super) fn path_of_pool(pool: &Pool, delivered: &Delivered) -> String {
    match delivered.file {
        // Each administrator's file has the same name.
        File::Keys(_) => format!("rke2/pools/{}{}", pool.stem(), delivered.path),
        _ => format!("rke2/pools/{}/{}", pool.stem(), base_name(delivered)),
    }
}

/// Where a node's file lies in the tree.
pub(super) fn path_of_node(node: &Node, delivered: &Delivered) -> String {
    format!("rke2/nodes/{}/{}", node.name, base_name(delivered))
}

fn base_name(delivered: &Delivered) -> &str {
    delivered.path.rsplit('/').next().unwrap_or_default()
}

#[derive(Serialize)]
struct ConfigView {
    keys: Keys,
}

/// For templates that print nothing of the environment.
#[derive(Serialize)]
struct Nothing {}

#[derive(Serialize)]
struct Lines<'a> {
    lines: &'a [String],
}

#[derive(Serialize)]
struct Pem<'a> {
    pem: &'a str,
}

#[derive(Serialize)]
struct Environment<'a> {
    proxy: Option<ProxyView<'a>>,
}

#[derive(Serialize)]
struct TimeView<'a> {
    servers: &'a [String],
    drift: &'static str,
}

#[derive(Serialize)]
struct AuditView {
    level: AuditLevel,
}

#[derive(Serialize)]
struct SecurityView<'a> {
    enforced: bool,
    exempt: Vec<&'a str>,
}

pub(super) fn of_node(pool: &Pool, node: &Node, delivered: &Delivered) -> Page {
    Page::new(path_of_node(node, delivered), "rke2/config.yaml.j2", ConfigView { keys: config::of_node(pool, node) })
}

pub(super) fn of_pool(model: &Model, pool: &Pool, delivered: &Delivered) -> Page {
    let path = path_of_pool(pool, delivered);
    let kubernetes = &model.kubernetes;
    match delivered.file {
        File::Certificate(at) => Page::new(path, "rke2/certificate.crt.j2", Pem { pem: &model.host.certificates[at].pem }),
        File::Sysctl => Page::new(path, "rke2/rke2-cis-sysctl.conf.j2", Nothing {}),
        File::NetworkManager => Page::new(path, "rke2/rke2-calico-networkmanager.conf.j2", Nothing {}),
        File::Time => Page::new(path, "rke2/chrony.conf.j2", time(model, pool)),
        File::Proxy => Page::new(path, "rke2/proxy.env.j2", Environment { proxy: model.host.proxy.as_ref().map(ProxyView::from) }),
        File::Keys(at) => Page::new(path, "rke2/authorized_keys.j2", Lines { lines: &model.administrators[at].keys }),
        File::Join => Page::new(path, "rke2/config.yaml.j2", ConfigView { keys: config::join(model) }),
        File::Registries => {
            Page::new(path, "rke2/registries.yaml.j2", kubernetes.registries.as_ref().map(|of| registries(model, pool, of)))
        }
        File::AuditPolicy => Page::new(path, "rke2/audit-policy.yaml.j2", AuditView { level: kubernetes.audit }),
        File::PodSecurity => Page::new(path, "rke2/pod-security.yaml.j2", pod_security(model)),
        File::Authentication => Page::new(path, "rke2/authentication.yaml.j2", authentication(model)),
        File::Calico => Page::new(path, "rke2/rke2-calico-config.yaml.j2", calico(model)),
        // The others are of a node, or in no tree.
        File::PoolConfig | File::NodeConfig | File::Token | File::AgentToken => {
            Page::new(path, "rke2/config.yaml.j2", ConfigView { keys: config::of_pool(model, pool) })
        }
    }
}

fn time<'a>(model: &'a Model, pool: &Pool) -> TimeView<'a> {
    let drift = match pool.family {
        ImageFamily::Redhat => "/var/lib/chrony/drift",
        ImageFamily::Debian => "/var/lib/chrony/chrony.drift",
    };
    TimeView { servers: &model.network.ntp, drift }
}

/// Under `cis` everything is restricted but the system's own; else RKE2's own default: nothing is.
fn pod_security(model: &Model) -> SecurityView<'_> {
    let exempt = |namespace: &&Namespace| namespace.kind == NamespaceKind::System && namespace.pod_security == PodSecurity::Privileged;
    SecurityView {
        enforced: model.kubernetes.profile == Profile::Cis,
        exempt: model.namespaces.iter().filter(exempt).map(|namespace| namespace.name.as_str()).collect(),
    }
}

#[derive(Serialize)]
struct RegistriesView<'a> {
    endpoint: &'a str,
    host: &'a str,
    proxies: &'a [(String, String)],
    ca_file: Option<String>,
}

/// With several certificates nobody knows which is Harbor's: the trust store has all of them.
fn registries<'a>(model: &'a Model, pool: &Pool, registries: &'a Registries) -> RegistriesView<'a> {
    let ca_file = match model.host.certificates.as_slice() {
        [only] => Some(format!("{}/{}", delivery::trust_store(pool.family).0, only.file)),
        _ => None,
    };
    RegistriesView { endpoint: &registries.url, host: registries.host(), proxies: &registries.proxies, ca_file }
}

#[derive(Serialize)]
struct AuthenticationView<'a> {
    version: &'static str,
    oidc: Option<OidcView<'a>>,
}

#[derive(Serialize)]
struct OidcView<'a> {
    issuer: &'a str,
    client: &'a str,
    ca: Option<&'a str>,
    username: Claim<'a>,
    groups: Claim<'a>,
}

#[derive(Serialize)]
struct Claim<'a> {
    claim: &'a str,
    prefix: &'a str,
}

/// The format is stable from Kubernetes 1.34 on.
fn authentication(model: &Model) -> AuthenticationView<'_> {
    AuthenticationView {
        version: if model.kubernetes.version.minor >= 34 { "apiserver.config.k8s.io/v1" } else { "apiserver.config.k8s.io/v1beta1" },
        oidc: model.kubernetes.oidc.as_ref().map(oidc),
    }
}

fn oidc(oidc: &Oidc) -> OidcView<'_> {
    OidcView {
        issuer: &oidc.issuer,
        client: &oidc.client_id,
        ca: oidc.ca.as_deref(),
        username: claim(&oidc.username),
        groups: claim(&oidc.groups),
    }
}

fn claim((claim, prefix): &(String, String)) -> Claim<'_> {
    Claim { claim, prefix }
}

#[derive(Serialize)]
struct CalicoView {
    bgp: &'static str,
    encapsulation: Encapsulation,
    mtu: u32,
    pods: String,
    subnet: String,
    metrics: bool,
}

/// IP in IP carries packets where BGP has said; VXLAN needs no routes.
fn calico(model: &Model) -> CalicoView {
    CalicoView {
        bgp: if model.kubernetes.encapsulation == Encapsulation::IpIp { "Enabled" } else { "Disabled" },
        encapsulation: model.kubernetes.encapsulation,
        mtu: model.network.pod_mtu,
        pods: model.network.pods.to_string(),
        subnet: model.network.cidr.to_string(),
        metrics: model.kubernetes.scraped,
    }
}
