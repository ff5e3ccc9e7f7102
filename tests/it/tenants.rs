//! What must hold for every tenant: sums, names, and that nothing of one is in another's folder.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::OnceLock;

use serde_json::Value;
use strata::compile::{self, Compiled};
use strata::diagnostic::draw;
use strata::render::{self, Templates};
use strata::source::Sources;
use strata::source::load::Memory;

use crate::random::Random;

/// A tenant under test. Its number is in all of its names, so that it is found wherever it should not be.
#[derive(Clone)]
struct Plan {
    number: u64,
    namespaces: u64,
    applications: u64,
    cpu: u64,
    memory: u64,
    storage: u64,
    limits: bool,
    max: bool,
    baseline: bool,
}

impl Plan {
    fn random(number: u64, random: &mut Random) -> Self {
        Plan {
            number,
            namespaces: 1 + random.below(3),
            applications: random.below(3),
            cpu: 1 + random.below(30),
            memory: 1 + random.below(120),
            storage: random.below(3) * 100,
            limits: random.chance(),
            max: random.chance(),
            baseline: random.chance(),
        }
    }

    fn text(&self) -> String {
        let Plan { number, cpu, memory, storage, .. } = self;
        let mut text = format!("  - name: t{number}x\n    groups: [lab/t{number}x, lab/t{number}x-readers]\n    namespaces:\n");
        let limits = if self.limits { format!(", limits: {{cpu: {}, memory: {}Gi}}", cpu * 3, memory * 3) } else { String::new() };
        let storage = if *storage > 0 { format!(", storage: {storage}Gi") } else { String::new() };
        let security = if self.baseline { ", podSecurity: baseline" } else { "" };
        for at in 0..self.namespaces {
            writeln!(
                text,
                "      - {{name: t{number}x-{at}, quota: {{requests: {{cpu: {cpu}, memory: {memory}Gi}}{limits}{storage}}}{security}}}"
            )
            .unwrap();
        }
        if self.max {
            text.push_str("    containers: {requests: {cpu: 50m}, limits: {memory: 512Mi}, max: {cpu: 1, memory: 1Gi}}\n");
        }
        if self.applications > 0 {
            text.push_str("    applications:\n");
        }
        for at in 0..self.applications {
            let repository = format!("https://git.example.org/t{number}x/{at}.git");
            writeln!(text, "      - {{name: a{at}, repository: \"{repository}\", path: deploy, revision: main, namespace: t{number}x-0}}")
                .unwrap();
        }
        text
    }
}

const ARGOCD: &str = "argocd: {host: argocd.example.org, repository: {url: https://git.example.org/platform.git}, \
                      oidc: {issuer: https://iam.example.org/, clientId: argocd, clientSecret: {secret: argocd}}}\n\
                      secrets: {argocd: {env: ARGOCD}}\n";

fn environment(tenants: &[Plan], oidc: bool, argocd: bool) -> String {
    let base = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/base.yaml")).unwrap();
    let base = base.replace("  cloud: lab\n", "  cloud: lab\n  authUrl: https://keystone.example.org:5000/v3\n  region: one\n");
    let mut text = format!("name: x\n{base}storage: {{cinder: {{classes: [{{name: ssd, type: ssd, default: true}}]}}}}\n");
    if oidc {
        text = text.replace("kubernetes:\n", "kubernetes:\n  oidc: {issuer: https://iam.example.org/, clientId: kubernetes}\n");
    }
    if argocd {
        text.push_str(ARGOCD);
    }
    text.push_str("tenants:\n");
    text.extend(tenants.iter().map(Plan::text));
    text
}

fn templates() -> &'static Templates {
    static TEMPLATES: OnceLock<Templates> = OnceLock::new();
    TEMPLATES.get_or_init(|| Templates::load(Vec::new(), &mut Sources::default()).value.unwrap())
}

fn compiled(text: &str) -> Compiled {
    let files = Memory::default().with("environments/x/environment.yaml", text);
    let mut sources = Sources::default();
    let checked = compile::compile(&files, "x", templates(), &mut sources);
    checked.value.unwrap_or_else(|| panic!("{text}\n{}", draw::text(&checked.findings, &sources, false)))
}

fn plans(seed: u64) -> Vec<Plan> {
    let mut random = Random(seed);
    // 1 and 11 begin alike, so do their names: hence the x behind each.
    let count = 2 + random.below(12);
    (1..=count).map(|number| Plan::random(number, &mut random)).collect()
}

/// Everything under `platform/`.
fn platform(compiled: &Compiled) -> BTreeMap<String, String> {
    compiled.tree.iter().filter(|(path, _)| path.starts_with("platform/")).map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// Every object of `platform/` with its path, those of other back ends too.
fn every_object(compiled: &Compiled) -> Vec<(String, Value)> {
    let read = |(path, text): (String, String)| render::read::full(&text).unwrap().into_iter().map(move |object| (path.clone(), object));
    platform(compiled).into_iter().flat_map(read).collect()
}

/// Those of namespaces and tenants.
fn objects(compiled: &Compiled) -> Vec<(String, Value)> {
    let own = |path: &str| path.starts_with("platform/namespaces/") || path.starts_with("platform/tenant-");
    every_object(compiled).into_iter().filter(|(path, _)| own(path)).collect()
}

fn of_kind<'a>(objects: &'a [(String, Value)], kind: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().map(|(_, object)| object).filter(move |object| object["kind"] == kind)
}

/// Kubernetes' quantities as this back end writes them.
fn amount(text: &str) -> u64 {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let number: u64 = text[..digits].parse().unwrap();
    match &text[digits..] {
        "" => number * 1000,
        "m" => number,
        unit => (number * 1000) << (10 * (1 + ["Ki", "Mi", "Gi", "Ti"].iter().position(|known| *known == unit).unwrap())),
    }
}

#[test]
fn quotas_are_what_was_written_and_limits_lie_within() {
    for seed in 0..6 {
        let plans = plans(seed);
        let objects = objects(&compiled(&environment(&plans, true, true)));
        let hard: Vec<&Value> = of_kind(&objects, "ResourceQuota").map(|quota| &quota["spec"]["hard"]).collect();
        let sum = |line: &str| -> u64 { hard.iter().filter_map(|hard| hard.get(line)).map(|text| amount(text.as_str().unwrap())).sum() };
        let meant = |part: fn(&Plan) -> u64| -> u64 { plans.iter().map(|plan| plan.namespaces * part(plan)).sum() };
        assert_eq!(sum("requests.cpu"), meant(|plan| plan.cpu * 1000));
        assert_eq!(sum("requests.memory"), meant(|plan| (plan.memory * 1000) << 30));
        assert_eq!(sum("limits.cpu"), meant(|plan| plan.cpu * 1000 * if plan.limits { 3 } else { 2 }));
        assert_eq!(sum("requests.storage"), meant(|plan| (plan.storage * 1000) << 30));
        assert_eq!(sum("services.loadbalancers") + sum("services.nodeports"), 0);
        for quota in of_kind(&objects, "ResourceQuota").filter(|quota| quota["metadata"]["name"] == "quota") {
            let limits = of_kind(&objects, "LimitRange")
                .find(|limits| limits["metadata"]["namespace"] == quota["metadata"]["namespace"])
                .expect("each namespace has limits");
            let container = &limits["spec"]["limits"][0];
            for resource in ["cpu", "memory", "ephemeral-storage"] {
                let of = |part: &str| amount(container[part][resource].as_str().unwrap());
                let whole = |part: &str| amount(quota["spec"]["hard"][format!("{part}.{resource}")].as_str().unwrap());
                assert!(of("defaultRequest") > 0 && of("defaultRequest") <= of("default") && of("default") <= of("max"), "{container}");
                assert!(of("defaultRequest") <= whole("requests") && of("max") <= whole("limits"), "{container}\n{quota}");
            }
        }
    }
}

/// Whether a file is a tenant's: in its folder, or the Application that brings it.
fn is_of(path: &str, number: u64) -> bool {
    path.starts_with(&format!("platform/tenant-t{number}x/")) || path == format!("platform/applications/tenant-t{number}x.yaml")
}

/// Every object once, and each in the folder of its tenant.
#[test]
fn no_object_is_there_twice_and_nothing_mentions_another_tenant() {
    for seed in 0..6 {
        let plans = plans(seed);
        let compiled = compiled(&environment(&plans, seed % 2 == 0, seed % 3 > 0));
        let mut names = BTreeSet::new();
        for (path, object) in every_object(&compiled) {
            let name = [&object["apiVersion"], &object["kind"], &object["metadata"]["namespace"], &object["metadata"]["name"]];
            assert!(names.insert(name.map(ToString::to_string)), "{path}: {name:?} is there twice");
        }
        for (path, text) in platform(&compiled) {
            for plan in &plans {
                let own = is_of(&path, plan.number);
                assert_eq!(text.contains(&format!("t{}x", plan.number)), own, "{path}\n{text}");
            }
        }
    }
}

/// Invariant 9.
#[test]
fn an_edit_of_one_tenant_moves_its_folder_alone() {
    for seed in 0..3 {
        let plans = plans(seed);
        let before = platform(&compiled(&environment(&plans, true, true)));
        let at = usize::try_from(Random(seed).below(plans.len() as u64)).unwrap();
        let number = plans[at].number;
        let mut larger = plans.clone();
        larger[at].cpu += 1;
        larger[at].namespaces += 1;
        larger[at].applications += 1;
        let mut gone = plans.clone();
        gone.remove(at);
        for edited in [larger, gone] {
            let after = platform(&compiled(&environment(&edited, true, true)));
            let others = |files: &BTreeMap<String, String>| {
                files.iter().filter(|(path, _)| !is_of(path, number)).map(|(path, text)| (path.clone(), text.clone())).collect::<Vec<_>>()
            };
            assert_eq!(others(&before), others(&after));
            assert_ne!(before, after);
        }
    }
}

#[test]
fn members_come_in_by_the_api_or_through_argo_cd() {
    let plans = plans(3);
    for (oidc, argocd) in [(true, true), (true, false), (false, true), (false, false)] {
        let objects = objects(&compiled(&environment(&plans, oidc, argocd)));
        let bound: BTreeSet<&str> =
            of_kind(&objects, "RoleBinding").map(|binding| binding["subjects"][0]["kind"].as_str().unwrap()).collect();
        let meant = [("Group", oidc), ("ServiceAccount", argocd)];
        assert_eq!(bound, meant.into_iter().filter(|(_, there)| *there).map(|(kind, _)| kind).collect());
        for binding in of_kind(&objects, "RoleBinding") {
            assert_eq!(binding["roleRef"]["name"], "strata-tenant");
            for subject in binding["subjects"].as_array().unwrap() {
                let group = subject["kind"] == "Group";
                assert_eq!(group, subject["name"].as_str().unwrap().starts_with("iam:lab/t"), "{subject}");
                // Its own account would be within reach of the tenant's pods.
                assert!(group || subject["namespace"] == "argocd", "{subject}");
            }
        }
        assert_eq!(of_kind(&objects, "AppProject").count(), if argocd { plans.len() } else { 0 });
        assert_eq!(of_kind(&objects, "Application").count() > 0, argocd);
    }
}

/// What a tenant may make by kubectl and what Argo CD may bring for it are one list, without what isolates it.
#[test]
fn both_ways_in_are_equally_wide() {
    let objects = objects(&compiled(&environment(&plans(3), true, true)));
    let role = of_kind(&objects, "ClusterRole").next().unwrap();
    let texts = |value: &Value| value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let mut written = 0;
    for rule in role["rules"].as_array().unwrap() {
        let (resources, verbs) = (texts(&rule["resources"]), texts(&rule["verbs"]));
        assert!(
            !verbs.iter().chain(&resources).any(|text| text == "*" || text == "impersonate" || text == "bind" || text == "escalate"),
            "{rule}"
        );
        if verbs.iter().any(|verb| verb == "create") && resources.iter().all(|resource| !resource.contains('/')) {
            written += resources.len();
            let bounds =
                ["networkpolicies", "resourcequotas", "limitranges", "roles", "rolebindings", "endpoints", "endpointslices", "namespaces"];
            assert!(resources.iter().all(|resource| !bounds.contains(&resource.as_str())), "{rule}");
        }
        assert!(!resources.contains(&"serviceaccounts/token".to_owned()), "{rule}");
    }
    for project in of_kind(&objects, "AppProject") {
        assert_eq!(project["spec"]["namespaceResourceWhitelist"].as_array().unwrap().len(), written);
        assert_eq!(project["spec"]["clusterResourceWhitelist"], serde_json::json!([]));
        assert!(texts(&project["spec"]["sourceRepos"]).iter().all(|repository| !repository.contains('*')));
        for destination in project["spec"]["destinations"].as_array().unwrap() {
            assert!(!destination["namespace"].as_str().unwrap().contains('*'));
        }
    }
}

/// The Namespace is there before anything in it, bounds before workloads, the project before its Applications.
#[test]
fn waves_go_from_the_namespace_to_the_applications() {
    let objects = objects(&compiled(&environment(&plans(5), true, true)));
    for (path, object) in &objects {
        let wave = object["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"].as_str().unwrap_or("0");
        let meant = match object["kind"].as_str().unwrap() {
            "Namespace" => "-10",
            "NetworkPolicy" | "AppProject" => "0",
            "Application" => "10",
            _ => "-5",
        };
        assert_eq!(wave, meant, "{path}: {}", object["kind"]);
    }
    for kind in ["Namespace", "Application"] {
        for object in of_kind(&objects, kind) {
            assert_eq!(object["metadata"]["annotations"]["argocd.argoproj.io/sync-options"], "Prune=confirm,Delete=confirm", "{object}");
        }
    }
}

/// An open default account and no isolation are the user's decision: then strata leaves both alone.
#[test]
fn what_is_switched_off_is_not_written() {
    let text = format!("{}policies: {{isolateNamespaces: false, defaultServiceAccount: open}}\n", environment(&plans(2), true, false));
    let objects = objects(&compiled(&text));
    assert_eq!(of_kind(&objects, "NetworkPolicy").count() + of_kind(&objects, "ServiceAccount").count(), 0);
}

/// Traps 71, 72 and 82: what a tenant syncs is not ours to annotate, so its whole Application is applied by the server, and
/// never replaced; what we sync ourselves are plain objects, so the repo server has nothing to run.
#[test]
fn applications_are_applied_by_the_server_and_folders_hold_plain_objects() {
    let objects = objects(&compiled(&environment(&plans(5), true, true)));
    for application in of_kind(&objects, "Application") {
        let options = application["spec"]["syncPolicy"]["syncOptions"].to_string();
        assert!(
            options.contains("ServerSideApply=true") && !options.contains("Replace=true") && !options.contains("Force=true"),
            "{options}"
        );
        assert!(options.contains("CreateNamespace=false"), "a namespace without quota and isolation: {options}");
    }
    for (path, object) in &objects {
        assert!(path.matches('/').count() == 2 && path.ends_with(".yaml"), "{path}");
        assert!(object["apiVersion"].is_string() && object["kind"].is_string() && object["metadata"]["name"].is_string(), "{path}");
        assert!(!path.ends_with("kustomization.yaml") && !path.ends_with("Chart.yaml"), "{path}");
    }
}
