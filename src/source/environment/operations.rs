//! What keeps the cluster running: monitoring, backup, maintenance, configuration management.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::SecretRef;
use crate::source::values::{Cidr, Duration, HostName, Size, Url};
use crate::span::At;

/// Metrics, alerts and logs.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Monitoring {
    /// Metrics of the cluster.
    #[serde(default)]
    pub prometheus: Prometheus,
    /// Dashboards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grafana: Option<Grafana>,
    /// Who is told.
    #[serde(default)]
    pub alerts: Alerts,
    /// Agents on the nodes themselves.
    #[serde(default)]
    pub nodes: NodeMonitoring,
    /// Where logs go.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logs: Option<Logs>,
}

/// Metrics of the cluster.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Prometheus {
    /// How long they are kept.
    #[serde(default = "thirty_days")]
    pub retention: At<Duration>,
    /// The volume they are kept on.
    #[serde(default = "metrics_size")]
    pub size: At<Size>,
}

fn thirty_days() -> At<Duration> {
    At::unwritten(Duration::seconds(30 * 86_400))
}

fn metrics_size() -> At<Size> {
    At::unwritten(Size::gib(100))
}

impl Default for Prometheus {
    fn default() -> Self {
        Prometheus { retention: thirty_days(), size: metrics_size() }
    }
}

/// Dashboards.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Grafana {
    /// Their host name.
    pub host: At<HostName>,
}

/// Who is told.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Alerts {
    /// A channel of Slack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slack: Option<Slack>,
    /// A workflow of Microsoft Teams.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub teams: Option<Teams>,
    /// Mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// A service that raises the alarm when nothing is heard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub watchdog: Option<Watchdog>,
}

/// A channel of Slack.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Slack {
    /// With its `#`, in quotes.
    pub channel: At<String>,
    /// Its address.
    pub webhook: SecretRef,
}

/// A workflow of Microsoft Teams.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Teams {
    /// Its address.
    pub webhook: SecretRef,
}

/// Mail.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Email {
    /// Who gets it.
    pub to: Vec<At<String>>,
    /// Who sends it.
    pub from: At<String>,
    /// Server and port.
    pub smarthost: At<String>,
    /// Account. Default: `from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<At<String>>,
    /// Its password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<SecretRef>,
}

/// A service that raises the alarm when nothing is heard.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Watchdog {
    /// Its address.
    pub url: SecretRef,
}

/// Agents on the nodes themselves.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct NodeMonitoring {
    /// Sensu.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensu: Option<Sensu>,
    /// Telegraf, which writes to InfluxDB.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub influxdb: Option<InfluxDb>,
}

/// Sensu.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sensu {
    /// Its back ends, `wss://HOST:8081`.
    pub backends: Vec<At<Url>>,
    /// Account. Default: `agent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<At<String>>,
    /// Its password.
    pub password: SecretRef,
}

/// InfluxDB, version 2.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InfluxDb {
    /// Its address.
    pub url: At<Url>,
    /// Its organization.
    pub organization: At<String>,
    /// Its bucket.
    pub bucket: At<String>,
    /// Its token.
    pub token: SecretRef,
}

/// Where logs go.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Logs {
    /// OpenSearch.
    pub opensearch: OpenSearch,
}

/// OpenSearch.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OpenSearch {
    /// Its address.
    pub url: At<Url>,
    /// How to log in.
    pub credentials: SecretRef,
}

/// Backup of etcd and of the nodes.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Backup {
    /// Snapshots of etcd.
    #[serde(default)]
    pub etcd: EtcdBackup,
    /// Who can read what is stored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// BackupPC, which fetches from the bastion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub backuppc: Option<BackupPc>,
}

/// Snapshots of etcd.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EtcdBackup {
    /// When: minute, hour, day of month, month, day of week.
    #[serde(default = "every_six_hours")]
    pub schedule: At<String>,
    /// How many on each server.
    #[serde(default = "five")]
    pub keep: At<u32>,
}

fn every_six_hours() -> At<String> {
    At::unwritten("0 */6 * * *".into())
}

fn five() -> At<u32> {
    At::unwritten(5)
}

impl Default for EtcdBackup {
    fn default() -> Self {
        EtcdBackup { schedule: every_six_hours(), keep: five() }
    }
}

/// Who can read what is stored.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Encryption {
    /// age recipients, `age1…`.
    pub recipients: Vec<At<String>>,
}

/// BackupPC.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackupPc {
    /// Its host.
    pub server: At<HostName>,
    /// The address that it comes from.
    pub from: At<Cidr>,
}

/// Configuration management beside strata.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Configuration {
    /// Puppet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub puppet: Option<Puppet>,
}

/// Puppet.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Puppet {
    /// Its server.
    pub server: At<HostName>,
    /// Its environment.
    #[serde(default = "production")]
    pub environment: At<String>,
}

fn production() -> At<String> {
    At::unwritten("production".into())
}

/// When disruptive changes may happen.
#[derive(Debug, Clone, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Maintenance {
    /// Windows. None: at any time, by hand.
    pub windows: Vec<Window>,
}

/// A time in which disruptive changes may happen.
#[derive(Debug, Clone, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Window {
    /// Days on which it starts.
    pub days: Vec<At<Day>>,
    /// When, `HH:MM`.
    pub start: At<TimeOfDay>,
    /// How long.
    pub duration: At<Duration>,
    /// An IANA time zone: `Europe/Rome`.
    pub time_zone: At<String>,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Day {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// A time of day, `HH:MM`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeOfDay(u16);

impl std::fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl std::str::FromStr for TimeOfDay {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let two = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() == 2);
        let time = text.split_once(':').and_then(|(hours, minutes)| Some((two(hours)?, two(minutes)?)));
        time.filter(|(hours, minutes)| *hours < 24 && *minutes < 60)
            .map(|(hours, minutes)| TimeOfDay(hours * 60 + minutes))
            .ok_or_else(|| crate::source::values::wrong(text, "a time of day", "write hours and minutes, such as `\"02:00\"`"))
    }
}
crate::source::values::text_value!(TimeOfDay, "TimeOfDay", "A time of day in quotes: `\"02:00\"`.", { "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$" });
