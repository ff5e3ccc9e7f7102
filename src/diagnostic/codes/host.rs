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
    KUBELET_UNSAFE = Error "kubelet-argument-unsafe": "an argument of kubelet that makes the node less safe",
        "kubelet runs commands in every pod of its node. The CIS benchmark asks that it answers nobody without credentials, asks the API server who may do what, has no port without authentication, keeps its certificates and the kernel's settings. RKE2 has all of it right; this argument turns one off.",
        "https://docs.rke2.io/security/cis_self_assessment112 section 4.2";
    KUBELET_VALUE = Error "kubelet-argument-value": "a value that an argument of kubelet does not take",
        "kubelet reads numbers, `true` and `false`, durations with their unit, and lists of `name=value`. At anything else it stops, RKE2 starts it again for ever, and the node never registers.",
        "https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/";
    PROFILE_NUMBERED = Error "profile-numbered": "a CIS profile with the number of a benchmark",
        "Up to RKE2 1.29 a profile could be named after a benchmark: `cis-1.6`, `cis-1.23`. From 1.30 on RKE2 stops at such a name. `cis` is the benchmark that belongs to the release, from 1.33 on number 1.12, and stays right after an upgrade.",
        "https://docs.rke2.io/security/hardening_guide, rancher/rke2 pkg/cli/cmds/profile_linux.go";
    PROFILE_RELEASE = Error "profile-release": "a profile that this release of RKE2 lacks",
        "RKE2 stops at a profile that it does not know. `etcd` came with the releases of June 2025, which is v1.33.2+rke2r1 among those that strata knows: etcd runs as a user of its own, and nothing else is hardened.",
        "rancher/rke2#8127, https://docs.rke2.io/release-notes/v1.33.X";
    AUDIT_OFF = Warning "audit-off": "a hardened cluster without an audit log",
        "The CIS benchmark asks for an audit policy (3.2.1, and 3.2.2 that it covers key concerns). Without one nobody can say afterwards who read a Secret or changed a role. `Metadata` writes who did what to which object, and never what a Secret holds.",
        "https://docs.rke2.io/security/cis_self_assessment112 sections 3.2.1 and 3.2.2";
    PROXY_SCHEME = Error "proxy-scheme": "a proxy that is not reached by HTTP",
        "containerd, RKE2 and curl speak to a proxy by HTTP, or by HTTPS where the proxy has a certificate. `https:` in front of `https` names the requests that go through it, not how the proxy is reached: most proxies are `http://HOST:3128` for both.",
        "https://docs.rke2.io/advanced#configuring-an-http-proxy, golang.org/x/net/http/httpproxy";
    PROXY_EXCEPTION = Error "proxy-exception": "an exception that programs do not understand",
        "`NO_PROXY` is one list that many programs read in their own way. All of them take a name (`harbor.example.org`), a domain (`.example.org`) and an address; those in Go, which is all of Kubernetes, take networks in CIDR notation. None takes `*.example.org`, `10.20.*`, a URL or a range of ports: such an entry has no effect, and what should have stayed inside goes out through the proxy. `*` alone would turn the proxy off.",
        "golang.org/x/net/http/httpproxy (Config.NoProxy), https://curl.se/docs/manpage.html#--noproxy";
    PROXY_EXTRA_NETWORK = Warning "proxy-extra-network": "a further network that may be asked for through the proxy",
        "strata excepts the ranges of the cluster from the proxy: subnet, pods, Services, and each further network whose `cidr` is written. Of this one it knows no addresses, so requests by HTTP to it, an object store for example, go to the proxy, which does not know it.",
        "https://docs.rke2.io/advanced#configuring-an-http-proxy";
    PROXY_INSIDE = Warning "proxy-inside": "an address of the site that is asked for through the proxy",
        "The address is a private one, and no exception covers it: requests of the nodes go out to the proxy, which perhaps cannot come back to it, and which sees what it should not. Time, name service and Ceph do not speak HTTP and never use the proxy.",
        "https://docs.rke2.io/advanced#configuring-an-http-proxy";
    ARTIFACTS_URL = Error "artifacts-url": "a source of RKE2 and an address that do not fit",
        "`mirror` and `airgap` need `url`, the folder with the files of this one release. `image` fetches nothing, so that an address would be read by nobody. Nodes fetch by `https:` or `http:`; `file:` is a folder on the node itself, which only an air gap has.",
        "https://docs.rke2.io/install/airgap";
    AIRGAP_UNPINNED = Error "airgap-unpinned": "files of an air gap without a checksum",
        "Behind an air gap nobody upstream vouches for a file: it came on a disk, or through a copy of a copy, and runs as root on every node. lock.yaml holds the SHA-256 of each file; without them strata does not even know which image bundles there are.",
        "https://docs.rke2.io/install/airgap (trap 23)";
    RELEASE_UNPINNED = Warning "release-unpinned": "files of RKE2 without a checksum",
        "lock.yaml has no SHA-256 of this release. Nodes then check what they download against the list that lies beside it, which catches a broken download and no changed one: who can change one file can change the other.",
        "https://docs.rke2.io/install/airgap, rancher/rke2 install.sh (trap 23)";
    CERTIFICATE_UNREADABLE = Error "not-a-certificate": "a file that holds no certificate",
        "Certificates are read from PEM files: one or more blocks between `-----BEGIN CERTIFICATE-----` and `-----END CERTIFICATE-----`. A request (CSR) is not signed yet, a public key is only a part of one, DER is the same in binary (`openssl x509 -inform der -in FILE -out FILE.pem`). On a node a broken file stops nothing and is not trusted: what needs it fails much later, with `certificate signed by unknown authority`.",
        "RFC 7468, https://www.rfc-editor.org/rfc/rfc7468";
    PRIVATE_KEY = Error "private-key-in-certificate": "a private key where a certificate belongs",
        "The file holds a private key, and it lies in a repository. Everybody who can read that, now or in an old commit, can sign with it: make a new key and a new certificate, take the old one back, and remove the file from the history. strata has copied it nowhere.",
        "RFC 7468, https://www.rfc-editor.org/rfc/rfc7468 (trap 61)";
    NOT_A_CA = Warning "certificate-not-ca": "a certificate that signs no others",
        "To trust an issuer, nodes need its CA certificate: one with `CA:TRUE` in its basic constraints. This is the certificate of a server: it is trusted for that server alone, by some programs, until it is renewed. Ask for the CA's certificate; `openssl x509 -in FILE -noout -issuer` names it.",
        "RFC 5280 section 4.2.1.9, https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.9";
    FAMILY_UNKNOWN = Error "image-family-unknown": "an image of which nobody knows the system",
        "The paths of certificates and time servers, the firewall, SELinux and the user's login differ between the Red Hat family and Debian or Ubuntu. strata takes the family from Glance's `os_distro` in lock.yaml, else from the image's name; neither says it here. `openstack.images.NAME.family` does.",
        "https://docs.rke2.io/install/requirements#operating-systems";
    IMAGE_UNFIT = Error "image-unfit": "an image that RKE2's packages do not fit",
        "RKE2 runs on Linux with systemd and glibc. strata prepares hosts of the Red Hat family, versions 8, 9 and 10, for which rke2-selinux has packages, and Debian and Ubuntu. Other systems have another package manager, another place for certificates or no writable /usr, and are not prepared.",
        "https://docs.rke2.io/install/requirements#operating-systems, rancher/rke2-selinux";
    SELINUX_UNFIT = Error "selinux-unfit": "SELinux on a system without it",
        "Debian and Ubuntu have AppArmor in its place, and rke2-selinux has no package for them. With `selinux: true` RKE2 would start containers under a policy that is not there, and none would start.",
        "https://docs.rke2.io/security/selinux, rancher/rke2-selinux";
    NO_TIME = Warning "no-time-servers": "a site without time servers",
        "Certificates, tokens of OIDC, etcd's leases and Kerberos fail when clocks differ; logs of several nodes cannot be laid side by side. Without `network.ntp` nodes ask what their image names, a pool on the Internet. That often works, so it is no error; behind a proxy, which carries no NTP, or an air gap it does not.",
        "https://etcd.io/docs/latest/op-guide/clustering/, https://chrony-project.org/documentation.html";
    TIME_SERVER = Error "time-server": "something that is no time server",
        "A time server is a host name or an address, nothing else: NTP has one port and no URL. chrony refuses a configuration with anything else in it, and with that all of its servers.",
        "https://chrony-project.org/doc/4.6/chrony.conf.html#server";
}
