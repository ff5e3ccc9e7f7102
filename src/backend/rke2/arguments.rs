//! Arguments of Kubernetes' own programs: what the CIS benchmark asks to set by hand, and where Prometheus reaches them.

use std::collections::BTreeMap;

use crate::model::{Kubernetes, Pool};
use crate::source::environment::Profile;

/// RKE2's own choice for the API server, and what benchmark 4.2.12 accepts for kubelet.
const CIPHERS: &str = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,\
    TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,\
    TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305";

/// Benchmark 4.2.12, 4.2.13 and 4.2.14. A fork bomb ends in its pod; no ordinary program has so many threads.
const KUBELET: [(&str, &str); 3] = [("pod-max-pids", "4096"), ("seccomp-default", "true"), ("tls-cipher-suites", CIPHERS)];

/// Benchmark 1.2.3, 1.2.9, 1.2.17 to 1.2.19 and 1.2.30; the first of the plugins is RKE2's own, which ours would replace.
const API_SERVER: [(&str, &str); 2] = [
    ("enable-admission-plugins", "NodeRestriction,DenyServiceExternalIPs,EventRateLimit"),
    ("service-account-extend-token-expiration", "false"),
];

/// What RKE2 sets under the CIS profile, said for both.
const AUDIT_LOG: [(&str, &str); 4] = [
    ("audit-log-maxage", "30"),
    ("audit-log-maxbackup", "10"),
    ("audit-log-maxsize", "100"),
    ("audit-log-path", "/var/lib/rancher/rke2/server/logs/audit.log"),
];

/// Those of strata, then those of the pool; the model refuses what must not change.
pub(super) fn kubelet(kubernetes: &Kubernetes, pool: &Pool) -> Vec<String> {
    let own = if kubernetes.profile == Profile::Cis { KUBELET.as_slice() } else { &[] };
    let mut arguments: BTreeMap<&str, &str> = own.iter().copied().collect();
    arguments.extend(pool.kubelet_arguments.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    list(arguments)
}

/// With an authentication configuration RKE2 leaves `--anonymous-auth` out, rancher/rke2#8137.
pub(super) fn api_server(kubernetes: &Kubernetes) -> Vec<String> {
    let mut arguments = BTreeMap::from([("authentication-config", "/etc/rancher/rke2/strata-authentication.yaml")]);
    arguments.extend(AUDIT_LOG);
    if kubernetes.profile == Profile::Cis {
        arguments.extend(API_SERVER);
    }
    list(arguments)
}

/// Of kube-controller-manager and kube-scheduler: loopback, and all addresses where Prometheus reads them.
pub(super) fn bind_address(kubernetes: &Kubernetes) -> Vec<String> {
    vec![format!("bind-address={}", if kubernetes.scraped { "0.0.0.0" } else { "127.0.0.1" })]
}

pub(super) fn kube_proxy(kubernetes: &Kubernetes) -> Vec<String> {
    vec![format!("metrics-bind-address={}:10249", if kubernetes.scraped { "0.0.0.0" } else { "127.0.0.1" })]
}

/// As RKE2 takes them: `name=value`, sorted.
fn list(arguments: BTreeMap<&str, &str>) -> Vec<String> {
    arguments.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
}
