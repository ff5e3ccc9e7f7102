//! cloud.conf: how the programs of cloud-provider-openstack log in, and what they make. `apply` writes it as a Secret.
//!
//! They log in by an application credential that `apply` makes for each of them alone: there is no key for a user or a
//! password (trap 56), and renewing one touches nobody else (traps 58 and 59).
//!
//! Format: gcfg, <https://pkg.go.dev/gopkg.in/gcfg.v1>. Unquoted, `#` and `;` begin a comment inside a value, so that every
//! value is quoted (trap 118). Keys:
//! <https://github.com/kubernetes/cloud-provider-openstack/blob/master/docs/openstack-cloud-controller-manager/using-openstack-cloud-controller-manager.md>,
//! <https://github.com/kubernetes/cloud-provider-openstack/blob/master/docs/cinder-csi-plugin/using-cinder-csi-plugin.md>.

use std::collections::BTreeMap;

use super::Input;
use super::cluster_secrets::{ClusterSecret, Late, Part};
use super::storage::{self, CINDER_SECRET, Topology};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::cloud::{CLOUD_CONF_INCOMPLETE, CLOUD_CONTROLLER_UNDELIVERED, SERVICES_WITHOUT_CONTROLLER};
use crate::source::environment::{Cinder, CloudProvider, OpenStack, Provider, TenantNamespace};
use crate::source::{At, Span};

/// The Secret of OpenStack's cloud controller, in kube-system.
pub const CONTROLLER_SECRET: &str = "cloud-config";
/// Who the cloud controller is to Keystone.
const CONTROLLER: &str = "openstack-cloud-controller";
/// Who the driver of Cinder is.
const CINDER: &str = "cinder-csi";

/// Sections of `key="value"`.
#[derive(Default)]
struct CloudConf(Vec<Part>);

impl CloudConf {
    fn section(mut self, name: &str) -> Self {
        let gap = if self.0.is_empty() { "" } else { "\n" };
        self.push(format!("{gap}[{name}]\n"));
        self
    }

    fn text(mut self, key: &str, value: &str) -> Self {
        self.push(format!("{key}=\"{}\"\n", escaped(value)));
        self
    }

    fn late(mut self, key: &str, value: Late) -> Self {
        self.push(format!("{key}=\""));
        self.0.push(Part::Late(value));
        self.push("\"\n".to_owned());
        self
    }

    fn push(&mut self, text: String) {
        match self.0.last_mut() {
            Some(Part::Text(before)) => before.push_str(&text),
            _ => self.0.push(Part::Text(text)),
        }
    }

    /// Where Keystone is, and who asks.
    fn login(input: &Input, consumer: &'static str) -> Self {
        let openstack = &input.environment.openstack;
        let conf = CloudConf::default().section("Global");
        let conf = openstack.auth_url.iter().fold(conf, |conf, url| conf.text("auth-url", url.as_str()));
        let conf = openstack.region.iter().fold(conf, |conf, region| conf.text("region", region));
        conf.late("application-credential-id", Late::CredentialId(consumer))
            .late("application-credential-secret", Late::CredentialSecret(consumer))
    }
}

/// Inside double quotes gcfg knows `\\`, `\"`, `\n` and `\t`.
fn escaped(value: &str) -> String {
    let one = |c: char| match c {
        '\\' => "\\\\".to_owned(),
        '"' => "\\\"".to_owned(),
        '\n' => "\\n".to_owned(),
        '\t' => "\\t".to_owned(),
        other => other.to_string(),
    };
    value.chars().map(one).collect()
}

/// The Secrets of the cloud controller and of Cinder's driver.
pub(super) fn secrets(input: &Input) -> Vec<ClusterSecret> {
    let controller = wanted(input).then(|| ClusterSecret {
        namespace: "kube-system",
        name: CONTROLLER_SECRET.to_owned(),
        labels: BTreeMap::new(),
        data: files(input, controller(input)),
        purpose: "OpenStack's cloud controller: where nodes are, balancers of Services".to_owned(),
    });
    let cinder = input.environment.storage.cinder.as_ref().map(|cinder| ClusterSecret {
        namespace: CINDER,
        name: CINDER_SECRET.to_owned(),
        labels: BTreeMap::new(),
        data: files(input, self::cinder(input, cinder)),
        purpose: "the driver of Cinder: volumes and their attachment to nodes".to_owned(),
    });
    controller.into_iter().chain(cinder).collect()
}

/// cloud.conf, and beside it the certificates that the programs trust beside their image's own (`SSL_CERT_DIR`).
fn files(input: &Input, conf: CloudConf) -> Vec<(String, Vec<Part>)> {
    let trust = input.texts.certificates.iter().enumerate();
    let trust = trust.map(|(number, pem)| (format!("strata-{}.crt", number + 1), vec![Part::text(&pem.text)]));
    std::iter::once(("cloud.conf".to_owned(), conf.0)).chain(trust).collect()
}

/// Balancers of Services stand in the cluster's subnet. They get a floating address only where a Service asks for it:
/// `service.beta.kubernetes.io/openstack-internal-load-balancer: "false"`.
fn controller(input: &Input) -> CloudConf {
    let balancers = &input.environment.openstack.balancers;
    let (provider, method) = match balancers.provider.value {
        Provider::Amphora => ("amphora", "ROUND_ROBIN"),
        Provider::Ovn => ("ovn", "SOURCE_IP_PORT"),
    };
    let conf = CloudConf::login(input, CONTROLLER)
        .section("LoadBalancer")
        .late("subnet-id", Late::Subnet)
        .late("floating-network-id", Late::ExternalNetwork)
        .text("internal-lb", "true")
        .text("lb-provider", provider)
        .text("lb-method", method);
    let conf = if balancers.flavor.is_some() { conf.late("flavor-id", Late::BalancerFlavor) } else { conf };
    let zone = balancers.availability_zone.iter();
    let conf = zone.fold(conf, |conf, zone| conf.text("availability-zone", zone));
    // Rules come from the flows of this environment; the controller once wiped those of others (trap 37).
    conf.text("manage-security-groups", "false")
        .text("create-monitor", "true")
        .text("monitor-delay", "5s")
        .text("monitor-timeout", "3s")
        .text("monitor-max-retries", "2")
        .text("monitor-max-retries-down", "3")
}

fn cinder(input: &Input, cinder: &Cinder) -> CloudConf {
    let conf = CloudConf::login(input, CINDER)
        .section("BlockStorage")
        .text("node-volume-attach-limit", &cinder.volumes_per_node.value.to_string())
        // Else a node does not see that a volume has grown.
        .text("rescan-on-resize", "true");
    if storage::topology(input) == Topology::OfClass { conf.text("ignore-volume-az", "true") } else { conf }
}

/// What the programs cannot do without.
pub(super) fn check(input: &Input, findings: &mut Vec<Diagnostic>) {
    let environment = input.environment;
    let provider = environment.kubernetes.cloud_provider;
    let cinder = environment.storage.cinder.as_ref().and_then(|cinder| cinder.classes.first());
    let place = if wanted(input) { Some(provider.span) } else { cinder.map(|class| class.name.span) };
    findings.extend(place.and_then(|place| incomplete(&environment.openstack, place)));
    if wanted(input) && environment.argocd.is_none() {
        findings.push(
            Diagnostic::new(&CLOUD_CONTROLLER_UNDELIVERED, "nodes wait for a cloud controller that nobody brings")
                .at(provider.span, "")
                .help("add `argocd`, with which the platform is delivered, or write `cloudProvider: none`"),
        );
    }
    if !wanted(input) {
        findings.extend(environment.tenants.iter().flat_map(|tenant| &tenant.namespaces).filter_map(|one| unanswered(one, provider)));
    }
}

fn incomplete(openstack: &OpenStack, place: Span) -> Option<Diagnostic> {
    let (key, help) = match (&openstack.auth_url, &openstack.region) {
        (None, _) => ("authUrl", "write it: Keystone's address as pods see it, such as `https://keystone.example.org:5000/v3`"),
        (_, None) => ("region", "write it: the region of this cloud, as `openstack region list` tells it"),
        _ => return None,
    };
    Some(
        Diagnostic::new(
            &CLOUD_CONF_INCOMPLETE,
            format!("a program in the cluster logs in to the cloud, and `openstack.{key}` is not written"),
        )
        .at(openstack.cloud.span, "this cloud")
        .at(place, "what makes it necessary")
        .help(help),
    )
}

fn unanswered(namespace: &TenantNamespace, provider: At<CloudProvider>) -> Option<Diagnostic> {
    let balancers = namespace.quota.services.load_balancers;
    (balancers.value > 0).then(|| {
        let message = format!("nobody makes balancers for Services of namespace `{}`", namespace.name.value);
        let finding = Diagnostic::new(&SERVICES_WITHOUT_CONTROLLER, message).at(balancers.span, "so many are allowed");
        let finding = if provider.span == Span::NOWHERE { finding } else { finding.at(provider.span, "no cloud controller") };
        finding.help("leave `loadBalancers` out, and lead clients in by `loadBalancers` of the environment or by Ingresses")
    })
}

fn wanted(input: &Input) -> bool {
    input.environment.kubernetes.cloud_provider.value == CloudProvider::Openstack
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_is_quoted_so_that_none_becomes_a_comment() {
        let conf = CloudConf::default().section("Global").text("region", "a#b;c \"d\" \\e").late("subnet-id", Late::Subnet);
        let shown = ClusterSecret::shown(&conf.0);
        assert_eq!(shown, "[Global]\nregion=\"a#b;c \\\"d\\\" \\\\e\"\nsubnet-id=\"${network.subnet}\"\n");
    }
}
