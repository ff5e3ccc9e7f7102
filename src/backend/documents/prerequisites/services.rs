//! For the teams of Ceph, Harbor, Git, monitoring, backup, Puppet and certificates.

use serde::Serialize;

use crate::backend::documents::words::{address_or_new, list, one_line, public_address};
use crate::model::Model;
use crate::model::tenants::bytes;
use crate::source::environment::{RegistryType, SecretRef};

/// A file system of Ceph, and the user that the cluster is to it.
#[derive(Serialize)]
pub(super) struct Ceph {
    cluster: String,
    monitors: String,
    network: Option<String>,
    filesystem: String,
    group: String,
    user: String,
    secret: String,
    /// Capabilities of the user, in the order of the command.
    osd: String,
    mds: String,
    mon: String,
}

pub(super) fn ceph(model: &Model) -> Option<Ceph> {
    let cephfs = model.written.storage.cephfs.as_ref()?;
    let (filesystem, group) = (one_line(cephfs.filesystem.as_str()), one_line(cephfs.subvolume_group.as_str()));
    let network = cephfs.network.as_ref().and_then(|name| model.network.extra.iter().find(|extra| extra.name == name.value));
    Some(Ceph {
        cluster: cephfs.cluster_id.value.clone(),
        monitors: list(cephfs.monitors.iter().map(|monitor| monitor.value.clone())),
        network: network.map(|extra| format!("{}{}", extra.network, extra.cidr.map(|net| format!(", {net}")).unwrap_or_default())),
        osd: format!("allow rw tag cephfs metadata={filesystem}, allow rw tag cephfs data={filesystem}"),
        mds: format!("allow r fsname={filesystem} path=/volumes, allow rws fsname={filesystem} path=/volumes/{group}"),
        mon: format!("allow r fsname={filesystem}"),
        filesystem,
        group,
        user: one_line(cephfs.credentials.user_id.as_str()),
        secret: cephfs.credentials.key.secret.to_string(),
    })
}

/// Harbor, and the projects that stand for registries.
#[derive(Serialize)]
pub(super) struct Harbor {
    url: String,
    manage: bool,
    credentials: Option<String>,
    robot: Option<RobotRow>,
    proxies: Vec<ProxyProject>,
}

#[derive(Serialize)]
struct ProxyProject {
    registry: String,
    project: String,
    kind: RegistryType,
    url: String,
    account: Option<String>,
    private: bool,
    quota: Option<String>,
    days: u64,
}

#[derive(Serialize)]
struct RobotRow {
    name: String,
    secret: String,
    projects: String,
}

pub(super) fn harbor(model: &Model) -> Option<Harbor> {
    let harbor = model.harbor.as_ref()?;
    let proxies = harbor.proxies.iter().map(|proxy| ProxyProject {
        registry: proxy.registry.clone(),
        project: proxy.project.clone(),
        kind: proxy.kind,
        url: proxy.url.clone(),
        account: proxy.account.as_ref().map(ToString::to_string),
        private: proxy.private,
        quota: proxy.quota.map(bytes),
        days: proxy.retention_days,
    });
    let proxies = proxies.collect();
    Some(Harbor {
        url: harbor.url.to_string(),
        manage: harbor.manage,
        credentials: harbor.credentials.as_ref().map(ToString::to_string),
        robot: harbor.robot.as_ref().map(|robot| RobotRow {
            name: robot.name.clone(),
            secret: robot.secret.to_string(),
            projects: list(robot.projects.iter().cloned()),
        }),
        proxies,
    })
}

fn secret(reference: &SecretRef) -> String {
    reference.secret.to_string()
}

/// A repository that Argo CD reads.
#[derive(Serialize, PartialEq)]
pub(super) struct Repository {
    url: String,
    what: String,
    credentials: Option<String>,
}

pub(super) fn repositories(model: &Model) -> Vec<Repository> {
    let mut all: Vec<Repository> = Vec::new();
    if let Some(argocd) = &model.written.argocd {
        let repository = &argocd.repository;
        let credentials = repository.credentials.as_ref().map(secret);
        all.push(Repository {
            url: repository.url.to_string(),
            what: format!("the platform, revision {}", repository.revision.value),
            credentials,
        });
    }
    for tenant in &model.written.tenants {
        let applications = tenant.applications.iter().map(|application| application.repository.to_string());
        for url in applications.chain(tenant.repositories.iter().map(|url| url.value.to_string())) {
            let row = Repository { url, what: format!("tenant {}", tenant.name.value), credentials: None };
            if !all.contains(&row) {
                all.push(row);
            }
        }
    }
    all
}

/// A service that takes metrics, logs or alerts.
#[derive(Serialize)]
pub(super) struct Service {
    name: &'static str,
    place: String,
    provide: String,
    secret: Option<String>,
}

pub(super) fn monitoring(model: &Model) -> Vec<Service> {
    let Some(monitoring) = &model.written.monitoring else { return Vec::new() };
    let (alerts, nodes) = (&monitoring.alerts, &monitoring.nodes);
    let service = |name, place: String, provide: String, secret| Service { name, place, provide, secret };
    let sensu = nodes.sensu.as_ref().map(|sensu| {
        let user = sensu.user.as_ref().map_or("agent", |user| user.as_str());
        service(
            "Sensu",
            list(sensu.backends.iter().map(|url| url.value.to_string())),
            format!("account {user} for agents"),
            Some(secret(&sensu.password)),
        )
    });
    let influx = nodes.influxdb.as_ref().map(|influx| {
        let provide = format!("organization {}, bucket {}, a token that may write to it", influx.organization.value, influx.bucket.value);
        service("InfluxDB", influx.url.to_string(), provide, Some(secret(&influx.token)))
    });
    let logs = monitoring.logs.as_ref().map(|logs| {
        let provide = "a user that may make and write indices".to_owned();
        service("OpenSearch", logs.opensearch.url.to_string(), provide, Some(secret(&logs.opensearch.credentials)))
    });
    let slack = alerts
        .slack
        .as_ref()
        .map(|slack| service("Slack", slack.channel.value.clone(), "an incoming webhook".to_owned(), Some(secret(&slack.webhook))));
    let teams = alerts.teams.as_ref().map(|teams| {
        service("Teams", "a channel".to_owned(), "a workflow that posts what it is sent".to_owned(), Some(secret(&teams.webhook)))
    });
    let email = alerts.email.as_ref().map(|email| {
        let to = list(email.to.iter().map(|to| to.value.clone()));
        let account = email.username.as_ref().unwrap_or(&email.from);
        let provide = format!("account {}, may send as {} to {to}", account.value, email.from.value);
        service("SMTP", email.smarthost.value.clone(), provide, email.password.as_ref().map(secret))
    });
    let watchdog = alerts.watchdog.as_ref().map(|watchdog| {
        service(
            "Watchdog",
            "its address is the secret".to_owned(),
            "an alarm when nothing was heard for some minutes".to_owned(),
            Some(secret(&watchdog.url)),
        )
    });
    [sensu, influx, logs, slack, teams, email, watchdog].into_iter().flatten().collect()
}

/// `BackupPC` and encryption.
#[derive(Serialize)]
pub(super) struct Backup {
    server: Option<String>,
    from: Option<String>,
    bastion: String,
    recipients: Vec<String>,
    schedule: String,
    keep: u32,
}

pub(super) fn backup(model: &Model) -> Option<Backup> {
    let backup = &model.written.backup;
    let recipients: Vec<String> =
        backup.encryption.iter().flat_map(|encryption| &encryption.recipients).map(|at| at.value.clone()).collect();
    if backup.backuppc.is_none() && recipients.is_empty() {
        return None;
    }
    let public = public_address(model, "bastion").map(|address| format!(" (public: {})", address_or_new(address))).unwrap_or_default();
    Some(Backup {
        server: backup.backuppc.as_ref().map(|backuppc| backuppc.server.to_string()),
        from: backup.backuppc.as_ref().map(|backuppc| backuppc.from.to_string()),
        bastion: format!("{}, {}{public}", model.bastion.name, model.bastion.address),
        recipients,
        schedule: backup.etcd.schedule.value.clone(),
        keep: backup.etcd.keep.value,
    })
}

/// Puppet.
#[derive(Serialize)]
pub(super) struct Puppet {
    server: String,
    environment: String,
    nodes: Vec<String>,
}

pub(super) fn puppet(model: &Model) -> Option<Puppet> {
    let puppet = model.written.configuration.puppet.as_ref()?;
    let pattern = |pool: &crate::model::Pool| {
        pool.nodes.first().map(|node| node.name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned() + "*")
    };
    let nodes = std::iter::once(model.bastion.name.clone()).chain(model.pools.iter().filter_map(pattern)).collect();
    Some(Puppet { server: puppet.server.to_string(), environment: puppet.environment.value.clone(), nodes })
}

/// Who signs, and certificates that Octavia reads from Barbican.
#[derive(Serialize)]
pub(super) struct Certificates {
    acme: Option<String>,
    email: Option<String>,
    ca: Option<String>,
    trust: Vec<String>,
    /// Listener and Barbican reference.
    barbican: Vec<Reference>,
}

#[derive(Serialize)]
struct Reference {
    listener: String,
    url: String,
    what: &'static str,
}

pub(super) fn certificates(model: &Model) -> Option<Certificates> {
    let written = &model.written;
    let issuer = written.certificates.as_ref().map(|certificates| &certificates.issuer);
    let acme = issuer.and_then(|issuer| issuer.acme.as_ref());
    let view = Certificates {
        acme: acme.map(|acme| acme.server.to_string()),
        email: acme.map(|acme| acme.email.value.clone()),
        ca: issuer
            .and_then(|issuer| issuer.ca.as_ref())
            .map(|ca| format!("{}, key in secret {}", ca.certificate.value, ca.key.secret.value)),
        trust: written.trust.certificates.iter().map(|file| file.value.clone()).collect(),
        barbican: barbican(model),
    };
    let nothing = view.acme.is_none() && view.ca.is_none() && view.trust.is_empty() && view.barbican.is_empty();
    (!nothing).then_some(view)
}

fn barbican(model: &Model) -> Vec<Reference> {
    let listeners = model.balancers.iter().flat_map(|balancer| &balancer.listeners);
    let of_listener = |listener: &crate::model::Listener| {
        let reference = |url: &crate::source::values::Url, what| Reference { listener: listener.name.clone(), url: url.to_string(), what };
        let of_tls = |tls: &crate::source::environment::Tls| {
            let mut all = vec![reference(&tls.certificate, "certificate with key")];
            all.extend(tls.sni.iter().map(|url| reference(url, "certificate with key, by SNI")));
            all.extend(tls.client_ca.iter().map(|url| reference(url, "CA of clients")));
            all.extend(tls.client_crl.iter().map(|url| reference(url, "revocation list of clients")));
            all
        };
        listener.tls.iter().flat_map(of_tls).collect::<Vec<_>>()
    };
    listeners.flat_map(of_listener).collect()
}
