//! Findings about servers, agents, disks, images and names.

codes! {
    EVEN_SERVERS = Error "even-server-count": "an even number of servers",
        "etcd decides by majority. Of 4 members 3 must agree, so 4 survive the loss of one, as 3 do, and a split into two halves stops both. RKE2's documentation asks for an odd number, three or more.",
        "https://docs.rke2.io/install/ha, kubernetes-sigs/kubespray contrib/terraform/openstack/README.md (trap 10)";
    SINGLE_SERVER = Error "single-server": "one server alone",
        "A cluster with one etcd member is lost with its server, and cannot be updated without an outage. For a cluster that may be lost, `servers.acceptSingle: true` says so to reviewers.",
        "https://docs.rke2.io/install/ha (trap 9)";
    SERVERS_SHRINK = Error "servers-shrink": "fewer servers than there are",
        "Taking servers away is not an edit but an operation on etcd: a member that is gone without having left still counts for the majority. Going from 3 to 1 in one step has cost clusters their quorum for good. `servers.acceptShrinkFrom` with the old number says that it is meant; go one step at a time.",
        "rancher/cluster-api-provider-rke2#263, kubernetes-sigs/cluster-api#11772 (trap 9)";
    SERVERS_ONE_AT_A_TIME = Error "servers-one-at-a-time": "several servers changed at once",
        "While a server restarts, etcd works with one member less. Two of three at once stop it. Servers are changed one at a time, each after `/readyz/etcd` of all is good again.",
        "https://docs.rke2.io/upgrades/manual_upgrade (trap 22)";
    UPDATE_NOBODY = Error "update-nobody": "a pool that is never updated",
        "`update.atOnce: 0` would make every change of this pool wait for ever, and `strata apply` with it. To hold a pool back for a while, use `maintenance.windows`.",
        "design.md section 6";
    NOWHERE_TO_RUN = Error "nowhere-to-run": "no node takes pods",
        "Servers carry the taint `CriticalAddonsOnly=true:NoExecute` by default, so that only the platform's own daemons run beside etcd. Where every other pool is empty or tainted too, with `NoSchedule` or `NoExecute`, CoreDNS, Argo CD and everything after them stay Pending for ever. `PreferNoSchedule` keeps nobody away.",
        "https://docs.rke2.io/install/ha (3a. Optional: Taint Agent Nodes)";
    SERVERS_MAY_SHARE_HOST = Warning "servers-may-share-host": "servers may run on one hypervisor",
        "With `soft-anti-affinity` or none Nova may put two of three servers on one hypervisor, also when there was room elsewhere: members created at the same time do not see each other. Its loss then takes etcd's majority.",
        "kubernetes-sigs/cluster-api-provider-openstack#808, openshift/installer#4548 (trap 13)";
    ANTI_AFFINITY_HOSTS = Error "anti-affinity-hosts": "more members of a strict group than hypervisors",
        "Nova refuses the server that would be the second one on a hypervisor: `No valid host was found`, after half a pool was made. A pool over several zones counts each zone for itself.",
        "kubernetes/kops#16015 (trap 12)";
    ANTI_AFFINITY_NO_SPARE = Warning "anti-affinity-no-spare": "as many members of a strict group as hypervisors",
        "It works until one hypervisor fails or is emptied for maintenance: then nothing can take its member. A resize in place needs a free hypervisor too. strata replaces by removing first, which works, with one member less in between.",
        "kubernetes/kops#16015 (trap 12)";
    ETCD_SLOW_DISK = Error "etcd-slow-disk": "etcd on spinning disks",
        "Every write to Kubernetes waits until a majority of etcd members has synced it to disk. On spinning or overloaded disks that takes longer than the heartbeat; the leader is lost, and the cluster stands still while it looks for a new one. It is the most common cause of support cases of RKE2.",
        "k3s-io/k3s#2853, https://etcd.io/docs/latest/op-guide/hardware/#disks (trap 16)";
    ETCD_DISK_UNKNOWN = Warning "etcd-disk-unknown": "nobody says how fast the disk under etcd is",
        "strata refuses etcd on slow disks, and cannot tell what stands behind a volume type or behind the cloud's default. Declare the class of the volume type under `openstack.volumeTypes` once, for all environments of the site.",
        "https://etcd.io/docs/latest/op-guide/hardware/#disks (trap 16)";
    DISK_SIZE = Error "disk-size": "a disk without a size that Cinder can make",
        "Cinder's volumes have whole GiB. A disk on the hypervisor (`local: true`) has the size that the flavor gives.",
        "https://docs.openstack.org/api-ref/block-storage/v3/#create-a-volume";
    DISK_TOO_SMALL = Error "disk-too-small": "a boot volume smaller than its content",
        "Cinder refuses a volume smaller than the image's minimum; below 20 GiB RKE2's own images and logs fill the disk within days, kubelet then evicts pods. A boot volume grows through Cinder, never through Heat, which hangs.",
        "https://docs.rke2.io/install/requirements#disks (trap 122)";
    IMAGE_UNPINNED = Warning "image-unpinned": "an image by name only",
        "Names of images move: the site uploads a newer `almalinux-9`, and the next update of a stack would replace its server, since the image stands in the boot volume. `strata lock` pins the id; a newer image is then taken when somebody asks for it, with `strata lock --upgrade`.",
        "terraform-provider-openstack/terraform-provider-openstack#62, #397 (trap 53)";
    NOT_IN_LOCK = Warning "not-in-lock": "a name that the cloud did not have when it was locked",
        "`strata lock` recorded what the cloud has; this name is not among it. It was added since, or it is misspelt and the stack will fail.",
        "design.md section 3";
    NODE_NAME_LENGTH = Error "node-name-too-long": "a node name that does not come through whole",
        "The name of a node is its stack's, its server's, its port's and its name in Kubernetes. Heat cuts server names at 53 characters, and a cut name no longer equals `node-name`: the cloud controller would not find the server.",
        "openstack/heat heat/common/config.py (max_server_name_length)";
    NAME_COLLISION = Error "name-collision": "two things with one name in the cloud",
        "Security groups are found by name, and of two with one name OpenStack takes neither: `More than one SecurityGroup exists with the name`. Two stacks of one name cannot exist.",
        "kubify gardener-attic/kubify#16 (trap 47)";
    SITE_NAME_COLLISION = Error "site-name-collision": "two environments would make one stack",
        "Stacks are found by name in their project. Two environments that would make a stack of one name would update each other's servers.",
        "trap 47";
    ENVIRONMENT_FOLDER = Error "environment-folder": "an environment in a folder of another name",
        "The folder is the name by which people, commands and `generated/` know the environment; `name` is what the cloud shows. If they differ, somebody destroys the wrong one.",
        "design.md section 3";
    UNKNOWN_REFERENCE = Error "unknown-reference": "a name that refers to nothing",
        "One part of the file names another part, a pool, a zone, a balancer, and there is none of that name. It is misspelt, or what it names was renamed or removed, here or in a file that this one extends.",
        "design.md section 3";
    ZONE_NAME_BLANK = Error "zone-name-blank": "a zone whose name no label can hold",
        "OpenStack's cloud controller labels nodes with `topology.kubernetes.io/zone`. A label's value cannot hold a blank, so such nodes are never initialised.",
        "kubernetes/cloud-provider-openstack docs/openstack-cloud-controller-manager";
    METADATA_LENGTH = Error "metadata-length": "metadata longer than Nova takes",
        "Nova refuses a server whose metadata has a key or a value of more than 255 characters, or an empty key. The stack fails at its first node, after the network was made.",
        "https://docs.openstack.org/api-ref/compute/#create-server";
    ADDRESS_PAIR_OPEN = Error "address-pair-open": "a port that may use everybody's address",
        "An allowed address pair tells Neutron which other addresses a port may speak with. A whole range turns off its protection against spoofing: a taken-over node can answer for any other.",
        "https://docs.openstack.org/api-ref/network/v2/index.html#allowed-address-pairs (trap 46)";
    USER_DATA_TOO_LARGE = Error "user-data-too-large": "more user data than Nova takes",
        "Nova takes 65,535 bytes of user data after base64, which is 49,151 bytes before. Beyond that every server's creation fails with 400.",
        "rancher/cluster-api-provider-rke2#639, openshift/installer#3177 (trap 5)";
    USER_DATA_LARGE = Warning "user-data-large": "user data that is nearly too large",
        "More than three quarters of what Nova takes is used. A few more keys or certificates and servers can no longer be made, perhaps on the day one must be replaced.",
        "rancher/cluster-api-provider-rke2#639 (trap 5)";
}
