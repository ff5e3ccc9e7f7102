//! RKE2's flags, and the only way to write a file of its configuration: a flag knows the type of its value and who takes
//! it, so a misspelt key, a wrong type or a server's key on an agent does not compile. RKE2 itself stops at an unknown key.
//!
//! <https://docs.rke2.io/reference/server_config>, <https://docs.rke2.io/reference/linux_agent_config>, releases 1.33 to 1.36.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde_json::Value;

use crate::source::values::Duration;

/// A server's configuration.
#[derive(Debug)]
pub(super) enum Server {}
/// An agent's configuration.
#[derive(Debug)]
pub(super) enum Agent {}

/// A flag of servers alone.
#[derive(Debug)]
pub(super) enum ServerOnly {}
/// A flag of servers and agents.
#[derive(Debug)]
pub(super) enum Both {}

/// Where a flag may stand.
pub(super) trait Fits<Role> {
    /// Whether agents take it too.
    const ON_AGENTS: bool;
}

impl Fits<Server> for ServerOnly {
    const ON_AGENTS: bool = false;
}

impl Fits<Server> for Both {
    const ON_AGENTS: bool = true;
}

impl Fits<Agent> for Both {
    const ON_AGENTS: bool = true;
}

/// A type of values.
pub(super) trait Kind {
    /// Its name in the table.
    const KIND: &'static str;
    /// The value as YAML holds it.
    fn plain(self) -> Value;
}

impl Kind for bool {
    const KIND: &'static str = "bool";
    fn plain(self) -> Value {
        self.into()
    }
}

impl Kind for String {
    const KIND: &'static str = "text";
    fn plain(self) -> Value {
        self.into()
    }
}

impl Kind for Vec<String> {
    const KIND: &'static str = "list";
    fn plain(self) -> Value {
        self.into()
    }
}

impl Kind for u32 {
    const KIND: &'static str = "number";
    fn plain(self) -> Value {
        self.into()
    }
}

impl Kind for Duration {
    const KIND: &'static str = "duration";
    fn plain(self) -> Value {
        self.to_string().into()
    }
}

/// A flag: its key, the type of its value, where it may stand.
#[derive(Debug)]
pub(super) struct Flag<T, Where> {
    key: &'static str,
    kind: PhantomData<(T, Where)>,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Its key.
    pub key: &'static str,
    /// `bool`, `text`, `list`, `number` or `duration`.
    pub kind: &'static str,
    /// Whether agents take it too.
    pub on_agents: bool,
}

impl<T: Kind, Where: Fits<Server>> Flag<T, Where> {
    const fn new(key: &'static str) -> Self {
        Flag { key, kind: PhantomData }
    }

    const fn row(&self) -> Row {
        Row { key: self.key, kind: T::KIND, on_agents: Where::ON_AGENTS }
    }
}

/// One file of configuration, sorted by key.
#[derive(Debug)]
pub(super) struct Config<Role> {
    keys: BTreeMap<&'static str, Value>,
    role: PhantomData<Role>,
}

impl<Role> Config<Role> {
    pub(super) fn new() -> Self {
        Config { keys: BTreeMap::new(), role: PhantomData }
    }

    /// With that flag.
    pub(super) fn with<T: Kind, Where: Fits<Role>>(mut self, flag: &Flag<T, Where>, value: T) -> Self {
        self.keys.insert(flag.key, value.plain());
        self
    }

    /// With that flag where there is a value for it.
    pub(super) fn with_some<T: Kind, Where: Fits<Role>>(self, flag: &Flag<T, Where>, value: Option<T>) -> Self {
        match value {
            Some(value) => self.with(flag, value),
            None => self,
        }
    }

    /// What the template prints.
    pub(super) fn keys(self) -> BTreeMap<&'static str, Value> {
        self.keys
    }
}

macro_rules! flags {
    ($($role:ident: $($constant:ident: $kind:ty = $key:literal,)+;)+) => {
        $($(
            #[doc = concat!("`", $key, "`.")]
            pub(super) const $constant: Flag<$kind, $role> = Flag::new($key);
        )+)+

        /// Every flag.
        pub static FLAGS: &[Row] = &[$($($constant.row(),)+)+];
    };
}

flags! {
    ServerOnly:
        AGENT_TOKEN: String = "agent-token",
        AGENT_TOKEN_FILE: String = "agent-token-file",
        ADVERTISE_ADDRESS: String = "advertise-address",
        CLUSTER_CIDR: String = "cluster-cidr",
        CLUSTER_DNS: String = "cluster-dns",
        CLUSTER_DOMAIN: String = "cluster-domain",
        CLUSTER_RESET: bool = "cluster-reset",
        CLUSTER_RESET_RESTORE_PATH: String = "cluster-reset-restore-path",
        CNI: Vec<String> = "cni",
        CONTROL_PLANE_RESOURCE_LIMITS: Vec<String> = "control-plane-resource-limits",
        CONTROL_PLANE_RESOURCE_REQUESTS: Vec<String> = "control-plane-resource-requests",
        DATASTORE_CAFILE: String = "datastore-cafile",
        DATASTORE_CERTFILE: String = "datastore-certfile",
        DATASTORE_ENDPOINT: String = "datastore-endpoint",
        DATASTORE_KEYFILE: String = "datastore-keyfile",
        DISABLE: Vec<String> = "disable",
        DISABLE_APISERVER: bool = "disable-apiserver",
        DISABLE_CLOUD_CONTROLLER: bool = "disable-cloud-controller",
        DISABLE_CONTROLLER_MANAGER: bool = "disable-controller-manager",
        DISABLE_ETCD: bool = "disable-etcd",
        DISABLE_KUBE_PROXY: bool = "disable-kube-proxy",
        DISABLE_SCHEDULER: bool = "disable-scheduler",
        EGRESS_SELECTOR_MODE: String = "egress-selector-mode",
        EMBEDDED_REGISTRY: bool = "embedded-registry",
        ENABLE_SERVICELB: bool = "enable-servicelb",
        ETCD_ARG: Vec<String> = "etcd-arg",
        ETCD_DISABLE_SNAPSHOTS: bool = "etcd-disable-snapshots",
        ETCD_EXPOSE_METRICS: bool = "etcd-expose-metrics",
        ETCD_S3: bool = "etcd-s3",
        ETCD_S3_ACCESS_KEY: String = "etcd-s3-access-key",
        ETCD_S3_BUCKET: String = "etcd-s3-bucket",
        ETCD_S3_BUCKET_LOOKUP_TYPE: String = "etcd-s3-bucket-lookup-type",
        ETCD_S3_CONFIG_SECRET: String = "etcd-s3-config-secret",
        ETCD_S3_ENDPOINT: String = "etcd-s3-endpoint",
        ETCD_S3_ENDPOINT_CA: String = "etcd-s3-endpoint-ca",
        ETCD_S3_FOLDER: String = "etcd-s3-folder",
        ETCD_S3_INSECURE: bool = "etcd-s3-insecure",
        ETCD_S3_PROXY: String = "etcd-s3-proxy",
        ETCD_S3_REGION: String = "etcd-s3-region",
        ETCD_S3_RETENTION: u32 = "etcd-s3-retention",
        ETCD_S3_SECRET_KEY: String = "etcd-s3-secret-key",
        ETCD_S3_SESSION_TOKEN: String = "etcd-s3-session-token",
        ETCD_S3_SKIP_SSL_VERIFY: bool = "etcd-s3-skip-ssl-verify",
        ETCD_S3_TIMEOUT: Duration = "etcd-s3-timeout",
        ETCD_SNAPSHOT_COMPRESS: bool = "etcd-snapshot-compress",
        ETCD_SNAPSHOT_DIR: String = "etcd-snapshot-dir",
        ETCD_SNAPSHOT_NAME: String = "etcd-snapshot-name",
        ETCD_SNAPSHOT_RECONCILE_INTERVAL: Duration = "etcd-snapshot-reconcile-interval",
        ETCD_SNAPSHOT_RETENTION: u32 = "etcd-snapshot-retention",
        ETCD_SNAPSHOT_SCHEDULE_CRON: String = "etcd-snapshot-schedule-cron",
        HELM_CONTROLLER_ARG: Vec<String> = "helm-controller-arg",
        INGRESS_CONTROLLER: Vec<String> = "ingress-controller",
        KUBE_APISERVER_ARG: Vec<String> = "kube-apiserver-arg",
        KUBE_CLOUD_CONTROLLER_MANAGER_ARG: Vec<String> = "kube-cloud-controller-manager-arg",
        KUBE_CONTROLLER_MANAGER_ARG: Vec<String> = "kube-controller-manager-arg",
        KUBE_SCHEDULER_ARG: Vec<String> = "kube-scheduler-arg",
        KUBE_APISERVER_EXTRA_ENV: Vec<String> = "kube-apiserver-extra-env",
        KUBE_APISERVER_EXTRA_MOUNT: Vec<String> = "kube-apiserver-extra-mount",
        KUBE_CONTROLLER_MANAGER_EXTRA_ENV: Vec<String> = "kube-controller-manager-extra-env",
        KUBE_CONTROLLER_MANAGER_EXTRA_MOUNT: Vec<String> = "kube-controller-manager-extra-mount",
        KUBE_PROXY_EXTRA_ENV: Vec<String> = "kube-proxy-extra-env",
        KUBE_PROXY_EXTRA_MOUNT: Vec<String> = "kube-proxy-extra-mount",
        KUBE_SCHEDULER_EXTRA_ENV: Vec<String> = "kube-scheduler-extra-env",
        KUBE_SCHEDULER_EXTRA_MOUNT: Vec<String> = "kube-scheduler-extra-mount",
        SECRETS_ENCRYPTION_PROVIDER: String = "secrets-encryption-provider",
        SERVICE_CIDR: String = "service-cidr",
        SERVICE_NODE_PORT_RANGE: String = "service-node-port-range",
        SERVICELB_NAMESPACE: String = "servicelb-namespace",
        SUPERVISOR_METRICS: bool = "supervisor-metrics",
        SYSTEM_DEFAULT_REGISTRY: String = "system-default-registry",
        TLS_SAN: Vec<String> = "tls-san",
        TLS_SAN_SECURITY: bool = "tls-san-security",
        WRITE_KUBECONFIG: String = "write-kubeconfig",
        WRITE_KUBECONFIG_GROUP: String = "write-kubeconfig-group",
        WRITE_KUBECONFIG_MODE: String = "write-kubeconfig-mode",
    ;
    Both:
        AUDIT_POLICY_FILE: String = "audit-policy-file",
        BIND_ADDRESS: String = "bind-address",
        CLOUD_PROVIDER_CONFIG: String = "cloud-provider-config",
        CLOUD_PROVIDER_NAME: String = "cloud-provider-name",
        CONTAINER_RUNTIME_ENDPOINT: String = "container-runtime-endpoint",
        DATA_DIR: String = "data-dir",
        DEFAULT_RUNTIME: String = "default-runtime",
        DISABLE_DEFAULT_REGISTRY_ENDPOINT: bool = "disable-default-registry-endpoint",
        IMAGE_CREDENTIAL_PROVIDER_BIN_DIR: String = "image-credential-provider-bin-dir",
        IMAGE_CREDENTIAL_PROVIDER_CONFIG: String = "image-credential-provider-config",
        KUBE_PROXY_ARG: Vec<String> = "kube-proxy-arg",
        KUBELET_ARG: Vec<String> = "kubelet-arg",
        LB_SERVER_PORT: u32 = "lb-server-port",
        NODE_EXTERNAL_DNS: Vec<String> = "node-external-dns",
        NODE_EXTERNAL_IP: Vec<String> = "node-external-ip",
        NODE_INTERNAL_DNS: Vec<String> = "node-internal-dns",
        NODE_IP: Vec<String> = "node-ip",
        NODE_LABEL: Vec<String> = "node-label",
        NODE_NAME: String = "node-name",
        NODE_NAME_FROM_CLOUD_PROVIDER_METADATA: bool = "node-name-from-cloud-provider-metadata",
        NODE_TAINT: Vec<String> = "node-taint",
        NONROOT_DEVICES: bool = "nonroot-devices",
        POD_SECURITY_ADMISSION_CONFIG_FILE: String = "pod-security-admission-config-file",
        PRIVATE_REGISTRY: String = "private-registry",
        PROFILE: String = "profile",
        PROTECT_KERNEL_DEFAULTS: bool = "protect-kernel-defaults",
        RESOLV_CONF: String = "resolv-conf",
        SELINUX: bool = "selinux",
        SERVER: String = "server",
        SNAPSHOTTER: String = "snapshotter",
        TOKEN: String = "token",
        TOKEN_FILE: String = "token-file",
        WITH_NODE_ID: bool = "with-node-id",
    ;
}
