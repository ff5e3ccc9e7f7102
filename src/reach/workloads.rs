//! Pods that RKE2 and the platform's charts make: their labels, service accounts and the names of their ports, since policies
//! ask for these. A pod that is not in this table is asked for by its labels.

use super::policy::Pod;

/// A workload that everybody knows.
#[derive(Debug)]
pub struct Workload {
    /// Its namespace.
    pub namespace: &'static str,
    /// What it is called here.
    pub name: &'static str,
    labels: &'static [(&'static str, &'static str)],
    account: &'static str,
    ports: &'static [(&'static str, u8, u16)],
}

const TCP: u8 = 6;
const UDP: u8 = 17;

/// All of them.
pub(super) static WORKLOADS: &[Workload] = &[
    Workload {
        namespace: "kube-system",
        name: "coredns",
        labels: &[("k8s-app", "kube-dns"), ("app.kubernetes.io/name", "rke2-coredns")],
        account: "coredns",
        ports: &[("udp-53", UDP, 53), ("tcp-53", TCP, 53), ("tcp-9153", TCP, 9153)],
    },
    Workload {
        namespace: "kube-system",
        name: "traefik",
        labels: &[("app.kubernetes.io/name", "rke2-traefik")],
        account: "rke2-traefik",
        ports: &[("web", TCP, 8000), ("websecure", TCP, 8443), ("traefik", TCP, 8080), ("metrics", TCP, 9100)],
    },
    Workload {
        namespace: "kube-system",
        name: "ingress-nginx",
        labels: &[("app.kubernetes.io/name", "rke2-ingress-nginx"), ("app.kubernetes.io/component", "controller")],
        account: "rke2-ingress-nginx",
        ports: &[("http", TCP, 80), ("https", TCP, 443), ("webhook", TCP, 8443), ("metrics", TCP, 10254)],
    },
    Workload {
        namespace: "kube-system",
        name: "metrics-server",
        labels: &[("app", "rke2-metrics-server")],
        account: "rke2-metrics-server",
        ports: &[("https", TCP, 10250)],
    },
    Workload {
        namespace: "argocd",
        name: "argocd-server",
        labels: &[("app.kubernetes.io/name", "argocd-server"), ("app.kubernetes.io/part-of", "argocd")],
        account: "argocd-server",
        ports: &[("server", TCP, 8080), ("metrics", TCP, 8083)],
    },
    Workload {
        namespace: "kyverno",
        name: "admission-controller",
        labels: &[("app.kubernetes.io/component", "admission-controller"), ("app.kubernetes.io/part-of", "kyverno")],
        account: "kyverno-admission-controller",
        ports: &[("https", TCP, 9443), ("metrics-port", TCP, 8000)],
    },
    Workload {
        namespace: "cert-manager",
        name: "webhook",
        labels: &[("app.kubernetes.io/name", "webhook"), ("app.kubernetes.io/component", "webhook")],
        account: "cert-manager-webhook",
        ports: &[("https", TCP, 10250), ("http-metrics", TCP, 9402)],
    },
    Workload {
        namespace: "monitoring",
        name: "prometheus",
        labels: &[("app.kubernetes.io/name", "prometheus")],
        account: "prometheus",
        ports: &[("http-web", TCP, 9090)],
    },
];

impl Workload {
    /// The workload of that name.
    #[must_use]
    pub fn find(namespace: &str, name: &str) -> Option<&'static Workload> {
        WORKLOADS.iter().find(|known| known.namespace == namespace && known.name == name)
    }

    /// A pod of it.
    #[must_use]
    pub fn pod(&self, reach: &super::Reach) -> Pod {
        let labels = self.labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        let ports = self.ports.iter().map(|(name, protocol, port)| ((*name).to_owned(), *protocol, *port)).collect();
        reach.pod(self.namespace, labels, self.account, ports)
    }
}
