//! kubelet's arguments, by the reference of the releases that strata knows. Those that are on the way out are not here.

/// What an argument takes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// true or false.
    Switch,
    /// A number, perhaps below zero.
    Number,
    /// A number of things, one at least.
    Count,
    /// 0 to 100.
    Percent,
    /// A duration as Go writes it.
    Span,
    /// `name=value,…`.
    Pairs,
    /// `name<value,…`.
    Thresholds,
    /// Anything.
    Text,
}

use Kind::{Count, Number, Pairs, Percent, Span, Switch, Text, Thresholds};

/// What may be set, sorted.
pub(super) const FLAGS: [(&str, Kind); 81] = [
    ("allowed-unsafe-sysctls", Text),
    ("anonymous-auth", Switch),
    ("authentication-token-webhook", Switch),
    ("authentication-token-webhook-cache-ttl", Span),
    ("authorization-mode", Text),
    ("authorization-webhook-cache-authorized-ttl", Span),
    ("authorization-webhook-cache-unauthorized-ttl", Span),
    ("cgroup-root", Text),
    ("cgroups-per-qos", Switch),
    ("container-log-max-files", Count),
    ("container-log-max-size", Text),
    ("contention-profiling", Switch),
    ("cpu-cfs-quota", Switch),
    ("cpu-cfs-quota-period", Span),
    ("cpu-manager-policy", Text),
    ("cpu-manager-policy-options", Pairs),
    ("cpu-manager-reconcile-period", Span),
    ("enable-controller-attach-detach", Switch),
    ("enable-debugging-handlers", Switch),
    ("enforce-node-allocatable", Text),
    ("event-burst", Number),
    ("event-qps", Number),
    ("eviction-hard", Thresholds),
    ("eviction-max-pod-grace-period", Number),
    ("eviction-minimum-reclaim", Pairs),
    ("eviction-pressure-transition-period", Span),
    ("eviction-soft", Thresholds),
    ("eviction-soft-grace-period", Pairs),
    ("fail-cgroupv1", Switch),
    ("fail-swap-on", Switch),
    ("feature-gates", Pairs),
    ("file-check-frequency", Span),
    ("hairpin-mode", Text),
    ("http-check-frequency", Span),
    ("image-gc-high-threshold", Percent),
    ("image-gc-low-threshold", Percent),
    ("kernel-memcg-notification", Switch),
    ("kube-api-burst", Number),
    ("kube-api-content-type", Text),
    ("kube-api-qps", Number),
    ("kube-reserved", Pairs),
    ("kube-reserved-cgroup", Text),
    ("local-storage-capacity-isolation", Switch),
    ("log-flush-frequency", Span),
    ("logging-format", Text),
    ("make-iptables-util-chains", Switch),
    ("max-open-files", Count),
    ("max-pods", Count),
    ("maximum-dead-containers", Number),
    ("maximum-dead-containers-per-container", Number),
    ("memory-manager-policy", Text),
    ("minimum-container-ttl-duration", Span),
    ("minimum-image-ttl-duration", Span),
    ("node-status-max-images", Number),
    ("node-status-update-frequency", Span),
    ("oom-score-adj", Number),
    ("pod-max-pids", Number),
    ("pods-per-core", Number),
    ("protect-kernel-defaults", Switch),
    ("qos-reserved", Pairs),
    ("read-only-port", Number),
    ("registry-burst", Number),
    ("registry-qps", Number),
    ("reserved-cpus", Text),
    ("reserved-memory", Text),
    ("rotate-certificates", Switch),
    ("rotate-server-certificates", Switch),
    ("runtime-request-timeout", Span),
    ("seccomp-default", Switch),
    ("serialize-image-pulls", Switch),
    ("streaming-connection-idle-timeout", Span),
    ("sync-frequency", Span),
    ("system-reserved", Pairs),
    ("system-reserved-cgroup", Text),
    ("tls-cipher-suites", Text),
    ("tls-min-version", Text),
    ("topology-manager-policy", Text),
    ("topology-manager-policy-options", Pairs),
    ("topology-manager-scope", Text),
    ("v", Number),
    ("volume-stats-agg-period", Span),
];

const BY_RKE2: &str = "RKE2 sets it to fit its own files: remove it";
const PORTS: &str = "firewall rules are derived from kubelet's usual ports: remove it";

/// What others set, and what to do about it.
pub(super) const OWNED: [(&str, &str); 46] = [
    ("address", PORTS),
    ("bootstrap-kubeconfig", BY_RKE2),
    ("cert-dir", BY_RKE2),
    ("cgroup-driver", BY_RKE2),
    ("client-ca-file", BY_RKE2),
    ("cloud-config", "write `kubernetes.cloudProvider`"),
    ("cloud-provider", "write `kubernetes.cloudProvider`"),
    ("cluster-dns", "it follows from `network.services`: remove it"),
    ("cluster-domain", "the cluster's domain is `cluster.local`: remove it"),
    ("config", BY_RKE2),
    ("config-dir", BY_RKE2),
    ("container-runtime-endpoint", BY_RKE2),
    ("enable-server", PORTS),
    ("exit-on-lock-contention", BY_RKE2),
    ("healthz-bind-address", PORTS),
    ("healthz-port", PORTS),
    ("hostname-override", "a node is called like its server: remove it"),
    ("image-credential-provider-bin-dir", BY_RKE2),
    ("image-credential-provider-config", BY_RKE2),
    ("image-service-endpoint", BY_RKE2),
    ("kubeconfig", BY_RKE2),
    ("kubelet-cgroups", BY_RKE2),
    ("lock-file", BY_RKE2),
    ("log-text-info-buffer-size", BY_RKE2),
    ("log-text-split-stream", BY_RKE2),
    ("manifest-url", "pods come through the API server alone: remove it"),
    ("manifest-url-header", "pods come through the API server alone: remove it"),
    ("node-ip", "it is the node's address in the subnet: remove it"),
    ("node-labels", "write `labels` of the pool"),
    ("pod-cidr", "it follows from `network.pods`: remove it"),
    ("pod-infra-container-image", BY_RKE2),
    ("pod-manifest-path", BY_RKE2),
    ("port", PORTS),
    ("provider-id", "OpenStack's cloud controller sets it: write `kubernetes.cloudProvider`"),
    ("register-node", BY_RKE2),
    ("register-with-taints", "write `taints` of the pool"),
    ("resolv-conf", "name servers are those of `network.dns`: remove it"),
    ("root-dir", BY_RKE2),
    ("runonce", BY_RKE2),
    ("runtime-cgroups", BY_RKE2),
    ("system-cgroups", BY_RKE2),
    ("tls-cert-file", BY_RKE2),
    ("tls-private-key-file", BY_RKE2),
    ("version", "kubelet would print it and stop: remove it"),
    ("vmodule", "write `v` for more or fewer words in the log"),
    ("volume-plugin-dir", BY_RKE2),
];

/// Suites that the CIS benchmark leaves out: without forward secrecy, or with CBC, RC4 or 3DES.
pub(super) fn is_weak(suite: &str) -> bool {
    let suite = suite.trim();
    let modern = suite.starts_with("TLS_AES_") || suite == "TLS_CHACHA20_POLY1305_SHA256";
    !(modern || suite.starts_with("TLS_ECDHE_") && (suite.contains("_GCM_") || suite.contains("CHACHA20")))
}
