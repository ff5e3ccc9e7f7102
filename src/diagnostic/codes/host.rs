//! Findings about what a node is beside its server: labels, taints, kubelet, proxy, trust, time, RKE2's files.

codes! {
    LABEL_SYNTAX = Error "label-syntax": "a label that Kubernetes does not take",
        "A label's key is a name of at most 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends; before it may stand a domain and a `/`. Its value has the same letters and may be empty. kubelet refuses to start with anything else, so the node never joins.",
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set";
    LABEL_FORBIDDEN = Error "label-forbidden": "a label that a node may not give itself",
        "A node registers itself, with its labels. So that one that was taken over cannot call itself a server or attract protected pods, kubelet stops at labels of `kubernetes.io` and `k8s.io` that are not in a short list, and the API server (NodeRestriction) refuses them too. Among them are `node-role.kubernetes.io/*` and, on purpose, `node-restriction.kubernetes.io/*`: an administrator sets these with `kubectl label` when the node is there. For labels of your own take a domain of your own.",
        "https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction, kubernetes/kubernetes staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go";
    LABEL_OWNED = Error "label-owned": "a label that somebody else sets",
        "kubelet sets host name, system and architecture itself, and strata marks nodes with `strata/…`: by `strata/boot-hash` it knows which nodes are older than what the repository says. A second value would win or lose by chance, and `drift` would lie.",
        "design.md section 4 (trap 3)";
    TAINT_SYNTAX = Error "taint-syntax": "a taint that Kubernetes does not take",
        "Key and value of a taint are written like those of a label; the effect has a key of its own. kubelet refuses to register a node with anything else.",
        "https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/";
    TAINT_TWICE = Error "taint-twice": "one taint twice",
        "A node has one taint for each key and effect. kubelet refuses two of them, also with different values, and the node never registers.",
        "kubernetes/kubernetes pkg/util/taints/taints.go";
    TAINT_RESERVED = Error "taint-reserved": "a taint that Kubernetes sets and removes itself",
        "`node.kubernetes.io/…` and `node.cloudprovider.kubernetes.io/…` say what state a node is in. Controllers take them away when the state is good, or evict everything while they stand: written here, the pool is empty, or the taint is gone a second later.",
        "https://kubernetes.io/docs/reference/labels-annotations-taints/#node-kubernetes-io-not-ready";
    TAINT_STOPS_RKE2 = Error "taint-stops-rke2": "a taint on servers that RKE2's own installation does not tolerate",
        "RKE2 installs Calico, CoreDNS and the rest by jobs that run on servers, before there is an agent. They tolerate `CriticalAddonsOnly`, `node-role.kubernetes.io/control-plane` with `NoSchedule` and `node-role.kubernetes.io/etcd` with `NoExecute`, nothing else. With another taint the jobs stay Pending, there is no network, and no node becomes Ready.",
        "k3s-io/helm-controller pkg/controllers/chart/chart.go (Bootstrap), https://docs.rke2.io/install/ha";
    TAINT_EVICTS = Warning "taint-evicts-system-pods": "a taint that drives the platform's own pods from a pool",
        "`NoExecute` evicts what does not tolerate the taint: CoreDNS and its autoscaler, metrics-server, the snapshot controller, the ingress controller's pod on that node, the node part of a storage driver whose chart tolerates nothing. calico-node and kube-proxy stay. For keeping a pool to certain pods `NoSchedule` does the same for new ones and moves nobody.",
        "rancher/rke2-charts packages/rke2-coredns, packages/rke2-metrics-server; https://docs.rke2.io/install/ha";
    KUBELET_UNKNOWN = Error "kubelet-argument-unknown": "an argument that kubelet does not have",
        "kubelet stops at an argument that it does not know, and RKE2 starts it again for ever: the node never registers. Arguments are written without `--`, as Kubernetes' reference lists them. What kubelet only takes from its configuration file cannot be written here.",
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/";
    KUBELET_OWNED = Error "kubelet-argument-owned": "an argument of kubelet that RKE2 or strata sets",
        "RKE2 starts kubelet with addresses, files and sockets that fit the rest of it; strata derives name, labels and taints of a node, and firewall rules for its ports. A second value wins over theirs, and the node registers under another name, finds no container runtime, or is not reached.",
        "k3s-io/k3s pkg/daemons/agent/agent_linux.go (kubeletArgsAndConfig)";
    KUBELET_UNSAFE = Error "kubelet-argument-unsafe": "an argument of kubelet that opens the node",
        "kubelet runs commands in every pod of its node. The CIS benchmark asks that it answers nobody without credentials, asks the API server who may do what, has no port without authentication, keeps its certificates and the kernel's settings. RKE2 has all of it right; this argument turns one off.",
        "https://docs.rke2.io/security/cis_self_assessment112 section 4.2";
    KUBELET_VALUE = Error "kubelet-argument-value": "a value that an argument of kubelet does not take",
        "kubelet reads numbers, `true` and `false`, durations with their unit, and lists of `name=value`. At anything else it stops, RKE2 starts it again for ever, and the node never registers.",
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/";
}
