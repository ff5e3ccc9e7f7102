//! Findings about Kubernetes releases, the bastion and administrators.

codes! {
    RELEASE_UNSUPPORTED = Error "release-unsupported": "a release of RKE2 that strata does not know",
        "RKE2, Calico and the CIS profile come together: from 1.33 on `profile: cis` means benchmark 1.12; before 1.30 it had other names, and a wrong one keeps RKE2 from starting. Ports, flags and chart values are written for the releases that strata knows. v1.33.0 and v1.33.1 pass `--anonymous-auth` to an API server that reads the same from its authentication configuration, which Kubernetes refuses, so it never starts. Never skip a minor version of Kubernetes when upgrading.",
        "https://docs.rke2.io/security/hardening_guide, rancher/rke2#8137, facts/rke2.md section 3 (traps 20 and 22)";
    KNOWN_BAD_RELEASE = Warning "known-bad-release": "a release of RKE2 that hurt others",
        "The releases of RKE2 of February 2026 copy etcd's files when `rke2-server` starts and read them while they change. On a busy server that crashes or hangs, and a server that hangs must be started again by hand: in the middle of a rolling change, with one member of etcd missing. The releases of 5 March 2026 ask etcd itself. It is a warning, so that a living cluster on such a release can still be changed; upgrade it next. Older defects of that kind, such as etcd databases too large to replace a server (rancher/rke2#7213, mended in 1.31.3), lie before the releases that strata supports.",
        "rancher/rke2#9785, rancher/rke2#9793, https://docs.rke2.io/release-notes/v1.35.X (trap 7)";
    RELEASE_NOT_LOCKED = Warning "release-not-locked": "checksums of another release",
        "lock.yaml holds the SHA-256 of each file of the release, and nodes refuse what differs. They are those of another release.",
        "https://docs.rke2.io/install/airgap (trap 23)";
    CNI_UNSUPPORTED = Error "cni-unsupported": "a network plugin other than Calico",
        "Security-group rules, MTU, network policies and the isolation of tenants are derived for Calico. The plugin of a living cluster cannot be changed.",
        "https://docs.rke2.io/install/requirements#networking (trap 29)";
    INGRESS_NGINX_GONE = Error "ingress-nginx-gone": "ingress-nginx on a release without it",
        "The project ingress-nginx has ended. RKE2 brings Traefik by default from 1.36 on, and the ingress-nginx chart disappears with 1.37: a cluster that still names it would come back from its upgrade without an ingress.",
        "https://docs.rke2.io/networking/networking_services (facts/rke2.md section 10)";
    BASTION_DATA_MISSING = Warning "bastion-data-missing": "backups lie on a disk that goes with the host",
        "The bastion keeps the encrypted snapshots of etcd and the server token that restores them. Without a volume of its own they are lost with the host, and so with the whole environment.",
        "rancher/rke2#2410 (trap 17)";
    NOBODY_CAN_LOG_IN = Error "nobody-can-log-in": "no administrator can reach the nodes",
        "The API is private and nodes are reached through the bastion. Without a network, an administrator or a key, nobody can, and neither can `strata apply`.",
        "kubernetes-sigs/cluster-api-provider-openstack v1beta2 types (trap 91)";
}
