//! The project's quota, service by service. What a service does not tell stays unknown, with a warning.

use serde_json::Value;

use super::Report;
use super::api::{Api, BALANCER, COMPUTE, NETWORK, Service, VOLUME};
use crate::diagnostic::{Diagnostic, codes::lock as codes};
use crate::source::environment::Quota;

/// What the project may have. Heat does not tell how many stacks.
pub(super) async fn lock(api: &Api, report: &mut Report) -> Quota {
    let neutron = format!("quotas/{}", api.project);
    let octavia = format!("lbaas/quotas/{}", api.project);
    let nova = numbers(api, &COMPUTE, "limits", &["limits", "absolute"], report).await;
    let cinder = numbers(api, &VOLUME, "limits", &["limits", "absolute"], report).await;
    let neutron = numbers(api, &NETWORK, &neutron, &["quota"], report).await;
    let octavia = numbers(api, &BALANCER, &octavia, &["quota"], report).await;
    Quota {
        instances: number(&nova, "maxTotalInstances"),
        cores: number(&nova, "maxTotalCores"),
        ram: number(&nova, "maxTotalRAMSize"),
        server_groups: number(&nova, "maxServerGroups"),
        server_group_members: number(&nova, "maxServerGroupMembers"),
        volumes: number(&cinder, "maxTotalVolumes"),
        gigabytes: number(&cinder, "maxTotalVolumeGigabytes"),
        networks: number(&neutron, "network"),
        subnets: number(&neutron, "subnet"),
        ports: number(&neutron, "port"),
        routers: number(&neutron, "router"),
        floating_ips: number(&neutron, "floatingip"),
        security_groups: number(&neutron, "security_group"),
        security_group_rules: number(&neutron, "security_group_rule"),
        load_balancers: number(&octavia, "load_balancer"),
        listeners: number(&octavia, "listener"),
        pools: number(&octavia, "pool"),
        members: number(&octavia, "member"),
        health_monitors: number(&octavia, "health_monitor"),
        l7_policies: number(&octavia, "l7policy"),
        stacks: None,
    }
}

/// The mapping of numbers at `keys` of an answer.
async fn numbers(api: &Api, service: &Service, path: &str, keys: &[&str], report: &mut Report) -> Value {
    let answer = api.get(service, path, &[]).await;
    if let Err(trouble) = &answer
        && (trouble.is_forbidden() || trouble.is_absent)
    {
        let finding = Diagnostic::new(&codes::QUOTA_UNREAD, format!("{} does not tell your project its quota", service.program));
        report.findings.push(finding.at(report.place, "").help("write what you know under `openstack.quota`"));
        return Value::Null;
    }
    keys.iter().fold(report.take(answer), |value, key| value[key].clone())
}

/// A limit; -1 is unlimited. Octavia writes null where the cloud's default counts, which it does not tell.
fn number(values: &Value, key: &str) -> Option<i64> {
    values[key].as_i64()
}
