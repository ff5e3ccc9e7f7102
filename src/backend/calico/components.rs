//! Policies in the platform's own namespaces: to itself, and each component's real flows.

use std::collections::BTreeSet;

use super::view::{NetworkPolicy, Peer, Policies, Port, PortSpec, tcp};
use super::{FOLDER, has, platform};
use crate::model::storage::{CEPH_METRICS, CINDER_METRICS};
use crate::model::{Model, NamespaceKind};
use crate::render::Page;
use crate::source::values::Url;

/// kube-apiserver on its servers: behind the Service `kubernetes`, whose address policies never see.
const API_SERVER: u16 = 6443;

/// A page for each namespace.
pub(super) fn pages(model: &Model) -> Vec<Page> {
    let page = |name: &str, component: &str| {
        let mut policies = vec![NetworkPolicy::same_namespace(name)];
        policies.extend(flows(model, component));
        let view = Policies { environment: model.name.as_str(), policies };
        Page::new(format!("{FOLDER}/{name}.yaml"), "calico/network-policies.yaml.j2", view)
    };
    let pages = platform(model).map(|namespace| match &namespace.kind {
        NamespaceKind::Platform(component) => page(&namespace.name, component),
        _ => page(&namespace.name, ""),
    });
    pages.collect()
}

/// What a component needs beside its own namespace and DNS.
fn flows(model: &Model, component: &str) -> Vec<NetworkPolicy> {
    let outside = |name: &str, purpose: &str, ports: BTreeSet<u16>| {
        NetworkPolicy::out(component, name, purpose, vec![Peer::outside(model)], ports.into_iter().map(tcp).collect())
    };
    let mut policies = if component.is_empty() { Vec::new() } else { vec![api_server(model, component)] };
    match component {
        "argocd" => policies.push(outside("to-sources", "Git, Helm and OCI repositories, and the OIDC issuer", sources(model))),
        "cert-manager" => {
            let acme = acme(model);
            if !acme.is_empty() {
                policies.push(outside("to-acme", "the ACME service, and its challenges as the service will see them", acme));
            }
        }
        "monitoring" => policies.extend(monitoring(model)),
        "ceph-csi" => policies.extend(ceph(model)),
        "cinder-csi" => policies.push(outside("to-openstack", "Keystone, Cinder, Nova", openstack(model, &[8774, 8776]))),
        "octavia-ingress" => {
            policies.push(outside("to-openstack", "Keystone, Octavia, Neutron, Barbican", openstack(model, &[9311, 9696, 9876])));
        }
        _ => {}
    }
    policies.extend(graphs(model, component));
    policies.extend(scraped(model, component));
    policies
}

fn api_server(model: &Model, namespace: &str) -> NetworkPolicy {
    NetworkPolicy::out(namespace, "to-api-server", "the Kubernetes API", vec![Peer::servers(model)], vec![tcp(API_SERVER)])
}

/// The port of an address: the one written, or its scheme's.
fn port(url: &Url) -> u16 {
    let of_scheme = match url.scheme() {
        "http" => 80,
        "ssh" | "git+ssh" => 22,
        _ => 443,
    };
    url.port().unwrap_or(of_scheme)
}

/// The proxy's port, where there is one: programs that use it go nowhere else.
fn proxy(model: &Model) -> Option<u16> {
    let proxy = model.written.network.proxy.as_ref()?;
    Some(proxy.https.port().unwrap_or(3128))
}

/// Where Argo CD's manifests and logins come from.
fn sources(model: &Model) -> BTreeSet<u16> {
    let written = &model.written;
    let argocd = written.argocd.as_ref();
    let git = argocd.map(|argocd| port(&argocd.repository.url));
    let issuer = argocd.and_then(|argocd| argocd.oidc.as_ref()).map(|oidc| port(&oidc.issuer));
    let tenants = written.tenants.iter().flat_map(|tenant| {
        let applications = tenant.applications.iter().map(|application| port(&application.repository));
        applications.chain(tenant.repositories.iter().map(|url| port(url)))
    });
    // Charts of the platform come over HTTPS, wherever they are.
    [Some(443), git, issuer, proxy(model)].into_iter().flatten().chain(tenants).collect()
}

/// The ACME service's port, and 80: cert-manager looks at a challenge itself before the service does.
fn acme(model: &Model) -> BTreeSet<u16> {
    let acme = model.written.certificates.as_ref().and_then(|certificates| certificates.issuer.acme.as_ref());
    acme.map(|acme| [Some(port(&acme.server)), Some(80), proxy(model)].into_iter().flatten().collect()).unwrap_or_default()
}

/// Keystone's port, HTTPS, and the services' usual ports: which one a cloud has, its catalog says at run time.
fn openstack(model: &Model, services: &[u16]) -> BTreeSet<u16> {
    let keystone = model.written.openstack.auth_url.as_ref().map_or(5000, |url| port(url));
    services.iter().copied().chain([443, keystone]).collect()
}

/// Exporters of nodes and of the control plane; the table of security groups has the same ports.
const EXPORTERS: [u16; 7] = [2381, 9091, 9100, 10249, 10250, 10257, 10259];

fn monitoring(model: &Model) -> Vec<NetworkPolicy> {
    let namespace = "monitoring";
    let label = ("app.kubernetes.io/name", "prometheus");
    let nodes = vec![Peer::block(model.network.cidr)];
    let ceph = model.storage.cephfs.as_ref().map(|_| CEPH_METRICS);
    let exporters: BTreeSet<u16> = EXPORTERS.into_iter().chain(ceph).collect();
    let exporters = exporters.into_iter().map(tcp).collect();
    let mut policies = vec![
        NetworkPolicy::out(namespace, "to-exporters", "metrics of nodes and of the control plane", nodes, exporters).of(label.0, label.1),
        // Which port of a pod answers, the pod's own side decides.
        NetworkPolicy::out(
            namespace,
            "to-pods",
            "metrics of pods",
            vec![Peer::Namespace { namespace_selector: super::view::Labels::all() }],
            Vec::new(),
        )
        .of(label.0, label.1),
    ];
    let ports = told(model);
    if !ports.is_empty() {
        let ports = ports.into_iter().map(tcp).collect();
        policies.push(NetworkPolicy::out(namespace, "to-receivers", "whom alerts and logs go to", vec![Peer::outside(model)], ports));
    }
    policies
}

/// Ports of those who are told: chat, mail, watchdog, logs.
fn told(model: &Model) -> BTreeSet<u16> {
    let Some(monitoring) = &model.written.monitoring else { return BTreeSet::new() };
    let alerts = &monitoring.alerts;
    let https = alerts.slack.is_some() || alerts.teams.is_some() || alerts.watchdog.is_some();
    let web = https.then_some([Some(443), proxy(model)]).into_iter().flatten().flatten();
    let mail = alerts.email.as_ref().map(|email| email.smarthost.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap_or(25));
    let logs = monitoring.logs.as_ref().map(|logs| port(&logs.opensearch.url));
    web.chain(mail).chain(logs).collect()
}

/// Monitors by their addresses; managers and OSDs, which hand out their own ports, on the storage network where it is known.
fn ceph(model: &Model) -> Vec<NetworkPolicy> {
    let Some(cephfs) = &model.storage.cephfs else { return Vec::new() };
    let monitors: BTreeSet<String> = cephfs.monitors.iter().map(|monitor| format!("{}/32", monitor.ip())).collect();
    let daemons = cephfs.network.map_or_else(|| Peer::outside(model), Peer::block);
    let range = PortSpec::Range { protocol: "TCP", port: 6800, end_port: 7568 };
    vec![
        NetworkPolicy::out(
            "ceph-csi",
            "to-monitors",
            "Ceph's monitors",
            monitors.iter().map(Peer::block).collect(),
            // Asked at one port, a monitor tells the client of the other.
            [3300, 6789].map(tcp).into(),
        ),
        NetworkPolicy::out("ceph-csi", "to-daemons", "Ceph's managers, metadata servers and OSDs", vec![daemons], vec![range]),
    ]
}

/// Argo CD's metrics extension asks Prometheus: both ends.
fn graphs(model: &Model, component: &str) -> Option<NetworkPolicy> {
    let wanted = model.written.argocd.as_ref().is_some_and(|argocd| argocd.metrics.value) && has(model, "monitoring");
    let pods = |namespace: &str, name: &str| Peer::Pods {
        namespace_selector: super::view::Labels::namespace(namespace),
        pod_selector: super::view::Labels::of("app.kubernetes.io/name", name),
    };
    let (extension, prometheus) = ("argocd-metrics-server", "prometheus");
    let purpose = "graphs beside Applications";
    let policy = match component {
        "argocd" => NetworkPolicy::out("argocd", "to-prometheus", purpose, vec![pods("monitoring", prometheus)], vec![tcp(9090)])
            .of("app.kubernetes.io/name", extension),
        "monitoring" => NetworkPolicy::into("monitoring", "from-argocd", purpose, vec![pods("argocd", extension)], vec![tcp(9090)])
            .of("app.kubernetes.io/name", prometheus),
        _ => return None,
    };
    wanted.then_some(policy)
}

/// Ports at which Prometheus reads a component.
fn scraped(model: &Model, component: &str) -> Option<NetworkPolicy> {
    let ports: &[u16] = match component {
        "argocd" => &[8080, 8082, 8083, 8084, 9001],
        "kyverno" => &[8000],
        "cert-manager" => &[9402],
        "ceph-csi" => &[CEPH_METRICS],
        "cinder-csi" => &[CINDER_METRICS],
        _ => return None,
    };
    let prometheus = Peer::Pods {
        namespace_selector: super::view::Labels::namespace("monitoring"),
        pod_selector: super::view::Labels::of("app.kubernetes.io/name", "prometheus"),
    };
    let ports = ports.iter().map(|port| PortSpec::One { protocol: "TCP", port: Port::Number(*port) }).collect();
    has(model, "monitoring").then(|| NetworkPolicy::into(component, "from-prometheus", "metrics", vec![prometheus], ports))
}
