//! Findings about Kubernetes releases, the bastion and administrators.

codes! {
    RELEASE_UNSUPPORTED = Error "release-unsupported": "a release of RKE2 that strata does not know",
        "RKE2, Calico and the CIS profile come together: from 1.33 on `profile: cis` means benchmark 1.12; before 1.30 it had other names, and a wrong one keeps RKE2 from starting. Ports, flags and chart values are written for the releases that strata knows. Never skip a minor version of Kubernetes when upgrading.",
        "https://docs.rke2.io/security/hardening_guide, facts/rke2.md section 3 (traps 20 and 22)";
    KNOWN_BAD_RELEASE = Error "known-bad-release": "a release of RKE2 that hurt others",
        "Some patch releases had defects that block the replacement of servers or lose data. strata keeps a short list of them.",
        "rancher/rke2#7213 (trap 7)";
    RELEASE_NOT_LOCKED = Warning "release-not-locked": "checksums of another release",
        "lock.yaml holds the SHA-256 of each file of the release, and nodes refuse what differs. They are those of another release.",
        "https://docs.rke2.io/install/airgap (trap 23)";
    CNI_UNSUPPORTED = Error "cni-unsupported": "a network plugin other than Calico",
        "Security-group rules, MTU, network policies and the isolation of tenants are derived for Calico. The plugin of a living cluster cannot be changed.",
        "https://docs.rke2.io/install/requirements#networking (trap 29)";
    INGRESS_NGINX_GONE = Error "ingress-nginx-gone": "ingress-nginx on a release without it",
        "The project ingress-nginx has ended; RKE2 brings Traefik by default from 1.36 on, and the ingress-nginx chart disappears with 1.37.",
        "https://docs.rke2.io/networking/networking_services (facts/rke2.md section 10)";
    BASTION_DATA_MISSING = Warning "bastion-data-missing": "backups lie on a disk that goes with the host",
        "The bastion keeps the encrypted snapshots of etcd and the server token that restores them. Without a volume of its own they are lost with the host, and so with the whole environment.",
        "rancher/rke2#2410 (trap 17)";
    NOBODY_CAN_LOG_IN = Error "nobody-can-log-in": "no administrator can reach the nodes",
        "The API is private and nodes are reached through the bastion. Without a network, an administrator or a key, nobody can, and neither can `strata apply`.",
        "kubernetes-sigs/cluster-api-provider-openstack v1beta2 types (trap 91)";
}
