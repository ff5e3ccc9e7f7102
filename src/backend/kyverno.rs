//! Kyverno: one file for each policy, exceptions, what generating needs, and beside each policy its test.
//!
//! Few policies with selectors, whatever the number of tenants (trap 84). Each leaves out the namespaces that must live while
//! Kyverno is down (trap 21), as its webhooks do. The API is that of Kyverno 1.18 and newer, `policies.kyverno.io/v1`:
//! <https://kyverno.io/docs/policy-types/>.

mod chart;
mod expressions;
mod policies;
mod trials;

use serde::Serialize;

use super::Backend;
use crate::model::Model;
use crate::model::policies::Rule;
use crate::render::Page;

/// Policies for what runs in the cluster.
pub(super) const BACKEND: Backend =
    Backend { name: "kyverno", summary: "Kyverno policies and exceptions, and a test of each for its own command line", pages };

/// Where policies stand in the tree: one Application of Argo CD.
const FOLDER: &str = "platform/kyverno-policies";

fn pages(model: &Model) -> Vec<Page> {
    let mut pages = vec![rbac(model)];
    pages.extend(chart::page(model));
    if !model.policies.exceptions.is_empty() {
        pages.push(exceptions(model));
    }
    for policy in policies::all().filter(|policy| policy.rule.is_on(&model.policies)) {
        let path = format!("{FOLDER}/{}.yaml", policy.rule.name());
        pages.push(Page::new(path, policy.template, policies::View::new(model, policy)));
        pages.extend(trials::pages(model, policy));
    }
    pages
}

/// What a controller of Kyverno's may do beside what its chart gives it.
#[derive(Debug, Serialize)]
struct Role {
    controller: &'static str,
    rules: Vec<Access>,
}

#[derive(Debug, Serialize)]
struct Access {
    group: &'static str,
    resources: &'static [&'static str],
    verbs: &'static [&'static str],
}

const READ: &[&str] = &["get", "list", "watch"];
const WRITE: &[&str] = &["get", "list", "watch", "create", "update", "patch", "delete"];

fn rbac(model: &Model) -> Page {
    #[derive(Serialize)]
    struct View<'a> {
        environment: &'a str,
        roles: [Role; 2],
    }
    // The background controller generates, and changes what is there already.
    let background = vec![
        Access { group: "", resources: &["namespaces"], verbs: READ },
        Access { group: "", resources: &["resourcequotas", "limitranges"], verbs: WRITE },
        Access { group: "networking.k8s.io", resources: &["networkpolicies"], verbs: WRITE },
        Access { group: "", resources: &["serviceaccounts"], verbs: &["get", "list", "watch", "update", "patch"] },
    ];
    // The reports controller looks at what was there before the policy.
    let reports = vec![
        Access { group: "", resources: &["persistentvolumes", "namespaces"], verbs: READ },
        Access { group: "rbac.authorization.k8s.io", resources: &["rolebindings", "clusterrolebindings"], verbs: READ },
    ];
    let roles =
        [Role { controller: "background-controller", rules: background }, Role { controller: "reports-controller", rules: reports }];
    Page::new(format!("{FOLDER}/rbac.yaml"), "kyverno/rbac.yaml.j2", View { environment: model.name.as_str(), roles })
}

#[derive(Debug, Serialize)]
struct ExceptionView<'a> {
    name: &'a str,
    kind: &'static str,
    policy: &'static str,
    namespace: &'a str,
    owner: &'a str,
    reason: &'a str,
    until: String,
}

fn exceptions(model: &Model) -> Page {
    #[derive(Serialize)]
    struct View<'a> {
        environment: &'a str,
        exceptions: Vec<ExceptionView<'a>>,
    }
    let exceptions = model.policies.exceptions.iter().map(|exception| ExceptionView {
        name: &exception.name,
        kind: exception.rule.kind(),
        policy: exception.rule.name(),
        namespace: &exception.namespace,
        owner: &exception.owner,
        reason: &exception.reason,
        until: exception.until.to_string(),
    });
    let view = View { environment: model.name.as_str(), exceptions: exceptions.collect() };
    Page::new(format!("{FOLDER}/exceptions.yaml"), "kyverno/exceptions.yaml.j2", view)
}

/// Namespaces that a rule is never asked about.
fn excluded(model: &Model, rule: Rule) -> Vec<&str> {
    model.namespaces.iter().filter(|namespace| rule.leaves_out(namespace)).map(|namespace| namespace.name.as_str()).collect()
}
