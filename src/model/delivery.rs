//! What the node channel brings to each node beside its user data: which file, from where, when, whose it is, and what a
//! change of it takes. The `rke2` back end writes the files and the index, the README shows the table.
//!
//! Where RKE2 looks: <https://docs.rke2.io/install/configuration>; trust stores: update-ca-trust(8), update-ca-certificates(8).

use serde::Serialize;

use super::{Model, Pool, Role};
use crate::source::environment::{ImageFamily, Profile};
use crate::source::values::Name;

/// A file that the node channel delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    /// Which one.
    pub file: File,
    /// Where it goes.
    pub path: String,
    /// Its permissions; its owner is root.
    pub mode: &'static str,
    /// Who writes it.
    pub owner: Owner,
    /// When it is written.
    pub when: When,
    /// What it takes until a change acts.
    pub takes: Takes,
    /// The command that is run after it was written, before anything is restarted.
    pub command: Option<&'static str>,
    /// What it is.
    pub what: &'static str,
    /// The secret that it is, or that is filled into it.
    pub secret: Option<Secret>,
}

/// Which file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// One of [`super::Host::certificates`], by its place.
    Certificate(usize),
    /// Kernel settings.
    Sysctl,
    /// What NetworkManager leaves alone.
    NetworkManager,
    /// Time servers.
    Time,
    /// Environment of RKE2's unit.
    Proxy,
    /// Keys of one of [`Model::administrators`], by its place.
    Keys(usize),
    /// RKE2's settings of the pool.
    PoolConfig,
    /// RKE2's settings of the node.
    NodeConfig,
    /// Where nodes join.
    Join,
    /// Mirrors.
    Registries,
    /// What the API server logs.
    AuditPolicy,
    /// Admission.
    PodSecurity,
    /// Who users are.
    Authentication,
    /// Values of Calico's chart.
    Calico,
    /// The token of the node's own role.
    Token,
    /// The token of agents, on servers.
    AgentToken,
}

impl File {
    /// Whether each node has its own.
    #[must_use]
    pub fn is_of_node(self) -> bool {
        self == File::NodeConfig
    }

    /// Whether nothing but a secret is in it, so that the tree has no such file.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(self, File::Token | File::AgentToken)
    }
}

/// Who writes a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// `apply`.
    Strata,
    /// Puppet, where it manages nodes; `apply` writes it only before RKE2's first start.
    Puppet,
}

/// When a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// RKE2 does not start without it.
    BeforeStart,
    /// RKE2 starts without it.
    AnyTime,
}

/// What it takes until a change acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Takes {
    /// A restart of RKE2's unit.
    Restart,
    /// It is read only when the node joins; later the API or a command of RKE2 changes it.
    Registration,
    /// The command alone.
    Command,
    /// Nothing: whoever reads it sees the change.
    Nothing,
}

/// A secret of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Secret {
    /// Its name under `secrets`, or what `apply` calls the one that it makes.
    pub name: String,
    /// Whether `apply` makes it.
    pub generated: bool,
    /// The key below which it is filled in; empty: it is the whole file.
    pub fills: Vec<String>,
}

/// RKE2's folder.
const RKE2: &str = "/etc/rancher/rke2";
/// Manifests that servers apply.
const MANIFESTS: &str = "/var/lib/rancher/rke2/server/manifests";

/// The unit of a role.
#[must_use]
pub fn unit(role: Role) -> &'static str {
    match role {
        Role::Server => "rke2-server",
        Role::Agent => "rke2-agent",
    }
}

/// Where a certificate lies for the trust store, and what takes it in.
#[must_use]
pub fn trust_store(family: ImageFamily) -> (&'static str, &'static str) {
    match family {
        ImageFamily::Redhat => ("/etc/pki/ca-trust/source/anchors", "update-ca-trust extract"),
        ImageFamily::Debian => ("/usr/local/share/ca-certificates", "update-ca-certificates"),
    }
}

/// Files of a pool's nodes, in the order in which they are written: what RKE2 stands on, its own, secrets.
#[must_use]
pub fn files(model: &Model, pool: &Pool) -> Vec<Delivered> {
    let mut files = system(model, pool);
    files.extend(rke2(model));
    if pool.role == Role::Server {
        files.extend(servers());
    }
    files.extend(tokens(model, pool));
    for file in &mut files {
        // The version, secrets and the rule of joining are never Puppet's.
        let puppets = model.host.puppet && file.secret.is_none() && file.file != File::Join;
        file.owner = if puppets { Owner::Puppet } else { Owner::Strata };
    }
    files
}

fn file(file: File, path: impl Into<String>, mode: &'static str, takes: Takes, what: &'static str) -> Delivered {
    let (owner, when) = (Owner::Strata, When::BeforeStart);
    Delivered { file, path: path.into(), mode, owner, when, takes, command: None, what, secret: None }
}

impl Delivered {
    fn then(self, command: &'static str) -> Self {
        Delivered { command: Some(command), ..self }
    }

    fn any_time(self) -> Self {
        Delivered { when: When::AnyTime, ..self }
    }
}

/// What the host itself reads.
fn system(model: &Model, pool: &Pool) -> Vec<Delivered> {
    let (folder, take_in) = trust_store(pool.family);
    let certificate = |(at, certificate): (usize, &super::Certificate)| {
        let what = "a certificate that the node trusts: registries, the OIDC issuer, the proxy";
        file(File::Certificate(at), format!("{folder}/{}", certificate.file), "0644", Takes::Restart, what).then(take_in)
    };
    let mut files: Vec<Delivered> = model.host.certificates.iter().enumerate().map(certificate).collect();
    if model.kubernetes.profile == Profile::Cis {
        let path = "/etc/sysctl.d/60-rke2-cis.conf";
        let what = "kernel settings without which RKE2 refuses to start under the CIS profile";
        // Not all of sysctl.d: on a running node that would undo what Calico has set.
        files.push(file(File::Sysctl, path, "0644", Takes::Command, what).then("sysctl -p /etc/sysctl.d/60-rke2-cis.conf"));
    }
    let what = "Calico's interfaces are none of NetworkManager's";
    let network_manager = file(File::NetworkManager, "/etc/NetworkManager/conf.d/rke2-calico.conf", "0644", Takes::Nothing, what);
    files.push(match pool.family {
        ImageFamily::Redhat => Delivered { takes: Takes::Command, ..network_manager.then("systemctl reload NetworkManager") },
        // There NetworkManager is a guest, and reads it when it comes.
        ImageFamily::Debian => network_manager,
    });
    if !model.network.ntp.is_empty() {
        files.push(time(pool.family));
    }
    if model.host.proxy.is_some() {
        let what = "the proxy, for RKE2, containerd and the control plane";
        files.push(file(File::Proxy, format!("/etc/default/{}", unit(pool.role)), "0600", Takes::Restart, what));
    }
    let keys = |(at, person): (usize, &super::Administrator)| {
        let path = format!("/home/{}/.ssh/authorized_keys", person.name);
        // sshd reads it as that person.
        file(File::Keys(at), path, "0644", Takes::Nothing, "an administrator's keys, as they are today").any_time()
    };
    files.extend(model.administrators.iter().enumerate().map(keys));
    files
}

fn time(family: ImageFamily) -> Delivered {
    let (path, restart) = match family {
        ImageFamily::Redhat => ("/etc/chrony.conf", "systemctl restart chronyd"),
        ImageFamily::Debian => ("/etc/chrony/chrony.conf", "systemctl restart chrony"),
    };
    file(File::Time, path, "0644", Takes::Command, "time servers: etcd and certificates need one time").then(restart)
}

/// What RKE2 reads on every node.
fn rke2(model: &Model) -> Vec<Delivered> {
    let own = |which, name: &str, takes, what| file(which, format!("{RKE2}/{name}"), "0600", takes, what);
    let mut files = vec![
        own(File::PoolConfig, "config.yaml.d/10-pool.yaml", Takes::Restart, "RKE2's settings, alike on all nodes of the pool"),
        own(File::NodeConfig, "config.yaml.d/20-node.yaml", Takes::Registration, "the node's name, address, labels and taints"),
        file(
            File::Join,
            "/etc/strata/join.yaml",
            "0600",
            Takes::Restart,
            "where the node joins: all but the first start of the first server",
        ),
    ];
    if let Some(registries) = &model.kubernetes.registries {
        let registry = own(File::Registries, "registries.yaml", Takes::Restart, "images come through Harbor's proxy projects");
        let place = || ["configs", registries.host(), "auth"].map(str::to_owned).to_vec();
        let secret = registries.robot.as_ref().map(|name| Secret { name: name.to_string(), generated: false, fills: place() });
        files.push(Delivered { secret, ..registry });
    }
    files
}

/// What RKE2 reads on servers. Names of our own: it rewrites files of the names that it makes itself.
fn servers() -> [Delivered; 4] {
    let own = |which, name: &str, what| file(which, format!("{RKE2}/{name}"), "0600", Takes::Restart, what);
    [
        own(File::AuditPolicy, "strata-audit-policy.yaml", "what the API server writes down"),
        own(File::PodSecurity, "strata-pod-security.yaml", "Pod Security Standards, and how many events a namespace may write"),
        own(File::Authentication, "strata-authentication.yaml", "who users are; without credentials only health is answered"),
        file(
            File::Calico,
            format!("{MANIFESTS}/rke2-calico-config.yaml"),
            "0600",
            Takes::Nothing,
            "values of Calico's chart: MTU, pods' addresses, the nodes' own address",
        ),
    ]
}

/// Never in the tree.
fn tokens(model: &Model, pool: &Pool) -> Vec<Delivered> {
    let token = |which, name: &str, secret: Secret, what| Delivered {
        secret: Some(secret),
        ..file(which, format!("{RKE2}/{name}"), "0600", Takes::Registration, what)
    };
    let secret = |named: Option<&Name>, own: &str| Secret {
        name: named.map_or_else(|| own.to_owned(), ToString::to_string),
        generated: named.is_none(),
        fills: Vec::new(),
    };
    let agents = || secret(model.kubernetes.agent_token.as_ref(), "agent-token");
    match pool.role {
        Role::Agent => vec![token(File::Token, "token", agents(), "what the node joins with: the token of agents")],
        Role::Server => vec![
            token(File::Token, "token", secret(model.kubernetes.token.as_ref(), "token"), "what servers join with; snapshots need it too"),
            token(File::AgentToken, "agent-token", agents(), "what agents join with: no agent can become a server"),
        ],
    }
}
