//! Findings about volumes: storage classes, CephFS, Cinder.

codes! {
    DEFAULTS = Error "storage-defaults": "several default storage classes",
        "A claim that names no class gets the default one. With several the API server takes the one that was made last, so that the same claim gets SSD on one cluster and CephFS on the next, and an unrelated edit moves new volumes elsewhere. Classes of CephFS and of Cinder count together.",
        "https://kubernetes.io/docs/concepts/storage/storage-classes/#default-storageclass";
    NO_DEFAULT = Warning "storage-without-default": "storage classes, and none for claims that name none",
        "Most charts write claims without a class. Without a default they stay Pending, without an event that tells why. If every claim shall name its class, all is well and nobody but you can know it.",
        "https://kubernetes.io/docs/concepts/storage/persistent-volumes/#class-1";
    CLASS_TAKEN = Error "storage-class-taken": "two storage classes with one name",
        "A storage class is an object of the whole cluster. The second one of a name is another version of the first, with a provisioner that Kubernetes does not let change: the sync fails, or claims get what their author did not mean.",
        "https://kubernetes.io/docs/concepts/storage/storage-classes/";
    CLASS_CHANGED = Error "storage-class-changed": "a storage class with other parameters than it was made with",
        "Kubernetes refuses to change what volumes of a class are: provisioner, parameters, reclaim policy, zones. Argo CD would fail at this object at every sync. To delete it and make it again would give one name two meanings: volumes that are there keep the old ones, a restore from Git gets the new ones. So a class has a version in its name: `cephfs`, then `cephfs-2`. lock.yaml records what each was made with, when it is first compiled; `default` and all that Kubernetes lets change is not recorded. Volumes live on when their class goes, but they can no longer grow.",
        "https://kubernetes.io/docs/concepts/storage/storage-classes/, ceph/ceph-csi#5767, facts/ceph-csi.md section 5 (trap 74)";
    CEPH_CLUSTER_CHANGED = Error "ceph-cluster-changed": "volumes in a Ceph cluster or group that is no longer named",
        "Each volume names the cluster that it is in, and the driver looks it up in its configuration; subvolumes are looked for in the one group. With another cluster or group the volumes that are there can be neither mounted after a restart of their pods, nor grown, nor deleted. Monitors may change at any time: they are no part of a volume.",
        "facts/ceph-csi.md section 3, ceph/ceph-csi docs/deploy-cephfs.md";
    CEPH_CLUSTER_ID = Error "ceph-cluster-id": "an id that does not fit into a volume's handle",
        "The driver writes the cluster's id into the handle of each volume, where it has room for 36 bytes: an fsid. A longer one is refused when the first volume is made.",
        "ceph/ceph-csi charts/ceph-csi-cephfs/values.yaml (clusterID)";
    CEPH_MONITOR = Error "ceph-monitor": "a monitor that cannot be asked",
        "A monitor is an IPv4 address and a port: 6789 for the first messenger, 3300 for the second. The port tells how nodes mount (`ms_mode`), and a mount speaks one messenger to all monitors. A name instead of an address cannot stand in a network policy, and the kernel does not look names up.",
        "https://docs.ceph.com/en/latest/rados/configuration/msgr2/, mount.ceph(8)";
    CEPH_USER = Error "ceph-user": "a user that Ceph does not know under this name",
        "The driver puts `client.` before the id itself. `client.k8s` would become `client.client.k8s`, which has no key, and every mount is denied with no more than `permission denied`.",
        "ceph/ceph-csi charts/ceph-csi-cephfs/values.yaml (userID), facts/ceph-csi.md section 4";
    CEPH_NAME = Error "ceph-name": "a name that Ceph refuses",
        "File systems and groups of subvolumes have names of letters, digits, `-`, `_` and `.`. The group is one name under `/volumes`, no path. The names also stand in the user's capabilities, where a blank or a comma would end them.",
        "https://docs.ceph.com/en/latest/cephfs/fs-volumes/";
    CEPH_NETWORK = Warning "ceph-network": "nodes or monitors that are not on Ceph's network",
        "The driver's node part runs on every node, servers too: a pod with a volume may be placed on any of them, and the mount hangs where monitors, OSDs and metadata servers are not reached. If these are routed, all is well and nobody but you can know it.",
        "facts/ceph-csi.md section 4";
    VOLUME_TYPE_UNDECLARED = Warning "volume-type-undeclared": "a volume type that nobody declared",
        "`openstack.volumeTypes` lists the cloud's volume types, and this one is not among them. If it is misspelt every claim of the class stays Pending, and the reason stands in the driver's log alone.",
        "https://docs.openstack.org/api-ref/block-storage/v3/#volume-types-types";
    VOLUME_ZONES = Error "volume-zones": "volumes in other zones than their pods",
        "A volume is made in the zone of its pod: in Cinder's zone that is called like Nova's. Where Cinder calls it otherwise no volume can be made, or one in a zone whose nodes Kubernetes does not find, and the pod stays Pending. A class for each zone says both names: volumes are made in Cinder's, pods are placed in Nova's.",
        "kubernetes/cloud-provider-openstack docs/cinder-csi-plugin/using-cinder-csi-plugin.md (ignore-volume-az), openstack-helm and magnum-cluster-api#908 (trap 54)";
    VOLUMES_PER_NODE = Error "volumes-per-node": "a number of volumes that no node can hold",
        "Kubernetes places pods by this number. If it is more than Nova attaches, pods are placed where their volumes never arrive; 0 means no pod with a volume anywhere.",
        "kubernetes/cloud-provider-openstack docs/cinder-csi-plugin/using-cinder-csi-plugin.md (node-volume-attach-limit)";
}
