//! Kyverno's policies as documents: explicit, blind for what must live without Kyverno, and few. What they refuse is shown by
//! Kyverno itself: `tests/kyverno-objects`, and the tests that are generated beside each policy.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use strata::backend::BACKENDS;
use strata::compile::{self, Compiled};
use strata::model::namespaces::SYSTEM;
use strata::model::policies::Rule;
use strata::render::{self, Templates};
use strata::source::Sources;
use strata::source::load::Memory;
use strata::source::values::Date;

const FOLDER: &str = "platform/kyverno-policies/";

/// What every part of the platform is there with, so that every policy is.
const WHOLE: &str = "
registry: {harbor: {manage: false, url: https://harbor.example.org, proxies: {docker.io: dockerhub, quay.io: quay}}}
policies:
  containers: {max: {cpu: 8, memory: 32Gi}}
  exceptions:
    - {name: node-logs, policy: refuse-host-path, namespace: logs, owner: ops@example.org, reason: 'reads logs: of nodes', until: 2027-03-31}
platform: {extra: [{name: logs, path: logs, namespace: logs}]}
argocd: {host: argocd.example.org, repository: {url: https://git.example.org/platform.git}}
";

fn files(more: &str) -> Memory {
    let base = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics/base.yaml")).unwrap();
    Memory::default()
        .with("environments/base.yaml", base)
        .with("environments/x/environment.yaml", format!("name: x\nextends: ../base.yaml\n{more}"))
}

fn compiled(more: &str) -> Compiled {
    let files = files(more);
    let mut sources = Sources::default();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let checked = compile::compile(&files, "x", &templates, &mut sources);
    checked.value.unwrap_or_else(|| panic!("{}", strata::diagnostic::draw::text(&checked.findings, &sources, false)))
}

/// The files of the folder alone, without all the others of the environment.
fn texts(more: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let (_, resolved) = compile::check(&files(more), "x", &mut sources).value.unwrap();
    let templates = Templates::load(Vec::new(), &mut sources).value.unwrap();
    let back_end = BACKENDS.iter().find(|back_end| back_end.name == "kyverno").unwrap();
    let pages = (back_end.pages)(&resolved.model).into_iter().filter(|page| page.path.starts_with(FOLDER)).collect();
    let tree = render::render(pages, &templates, &mut sources, "x").unwrap();
    tree.iter().map(|(_, text)| text.to_owned()).collect()
}

/// Every document of the folder, with its path.
fn documents(compiled: &Compiled) -> Vec<(String, Value)> {
    let files = compiled.tree.iter().filter(|(path, _)| path.starts_with(FOLDER));
    files.flat_map(|(path, text)| render::read::full(text).unwrap().into_iter().map(move |document| (path.to_owned(), document))).collect()
}

fn policies(compiled: &Compiled) -> Vec<Value> {
    let found: Vec<Value> = documents(compiled).into_iter().map(|(_, document)| document).collect();
    found.into_iter().filter(|document| document["kind"].as_str().unwrap().ends_with("Policy")).collect()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

fn name(document: &Value) -> &str {
    document["metadata"]["name"].as_str().unwrap()
}

#[test]
fn every_rule_is_a_policy_of_its_name_and_kind() {
    let all = policies(&compiled(WHOLE));
    let mut found: Vec<(&str, &str)> = all.iter().map(|policy| (name(policy), policy["kind"].as_str().unwrap())).collect();
    let mut meant: Vec<(&str, &str)> = Rule::ALL.iter().map(|rule| (rule.name(), rule.kind())).collect();
    found.sort_unstable();
    meant.sort_unstable();
    assert_eq!(found, meant);
    for (path, document) in documents(&compiled(WHOLE)) {
        assert!(document["apiVersion"] == "policies.kyverno.io/v1" || document["kind"] == "ClusterRole", "{path}");
        let wave = &document["metadata"]["annotations"]["argocd.argoproj.io/sync-wave"];
        assert_eq!(wave, if document["kind"] == "ClusterRole" { "-5" } else { "0" }, "{path}: rights come first");
        assert_eq!(document["metadata"]["labels"]["app.kubernetes.io/managed-by"], "strata", "{path}");
    }
}

/// What Kyverno 1.19 or the API server would fill in, by kind.
const DEFAULTS: [(&str, &[&str]); 3] = [
    (
        "ValidatingPolicy",
        &[
            "/spec/failurePolicy",
            "/spec/validationActions",
            "/spec/evaluation/mode",
            "/spec/evaluation/admission/enabled",
            "/spec/evaluation/background/enabled",
            "/spec/autogen/podControllers/controllers",
            "/spec/autogen/validatingAdmissionPolicy/enabled",
        ],
    ),
    (
        "MutatingPolicy",
        &[
            "/spec/failurePolicy",
            "/spec/reinvocationPolicy",
            "/spec/evaluation/mode",
            "/spec/evaluation/admission/enabled",
            "/spec/evaluation/background/enabled",
            "/spec/evaluation/mutateExisting/enabled",
            "/spec/evaluation/skipBackgroundRequests",
            "/spec/evaluation/useServerSideApply",
            "/spec/autogen/podControllers/controllers",
            "/spec/autogen/mutatingAdmissionPolicy/enabled",
        ],
    ),
    (
        "GeneratingPolicy",
        &[
            "/spec/useServerSideApply",
            "/spec/evaluation/admission/enabled",
            "/spec/evaluation/generateExisting/enabled",
            "/spec/evaluation/orphanDownstreamOnPolicyDelete/enabled",
            "/spec/evaluation/skipBackgroundRequests",
            "/spec/evaluation/synchronize/enabled",
            "/spec/generate/0/template/interpolate",
        ],
    ),
];

#[test]
fn nothing_is_left_for_kyverno_to_fill_in() {
    for policy in policies(&compiled(WHOLE)) {
        let (_, paths) = DEFAULTS.iter().find(|(kind, _)| policy["kind"] == *kind).unwrap();
        let common =
            ["/spec/webhookConfiguration/timeoutSeconds", "/spec/matchConstraints/matchPolicy", "/spec/matchConstraints/objectSelector"];
        for path in paths.iter().chain(&common) {
            assert!(policy.pointer(path).is_some(), "{}: {path}", name(&policy));
        }
        assert_eq!(policy.pointer("/spec/autogen/podControllers/controllers").map_or(0, |list| list.as_array().unwrap().len()), 0);
        for rule in list(&policy["spec"]["matchConstraints"], "resourceRules") {
            assert!(matches!(rule["scope"].as_str(), Some("Namespaced" | "Cluster")), "{}", name(&policy));
            for operation in list(rule, "operations") {
                assert!(operation == "CREATE" || operation == "UPDATE", "{}: {operation}", name(&policy));
            }
        }
    }
}

#[test]
fn a_cold_start_without_kyverno_is_refused_nothing() {
    let compiled = compiled(WHOLE);
    let never: BTreeSet<&str> = compiled.model.policies.never_asked.iter().map(String::as_str).collect();
    assert!(SYSTEM.iter().all(|(name, _)| never.contains(name)) && never.contains("kyverno") && never.contains("argocd"));
    assert!(!never.contains("logs"), "the user's own manifests are looked at");
    for policy in policies(&compiled) {
        let rules = list(&policy["spec"]["matchConstraints"], "resourceRules");
        let namespaces = rules.iter().any(|rule| rule["resources"] == serde_json::json!(["namespaces"]));
        if namespaces || rules.iter().all(|rule| rule["scope"] == "Namespaced") {
            let selector = list(&policy["spec"]["matchConstraints"]["namespaceSelector"], "matchExpressions");
            let by_name = selector.iter().find(|part| part["key"] == "kubernetes.io/metadata.name" && part["operator"] == "NotIn").unwrap();
            let left_out: BTreeSet<&str> = list(by_name, "values").iter().map(|name| name.as_str().unwrap()).collect();
            assert!(left_out.is_superset(&never), "{}: {left_out:?}", name(&policy));
        } else {
            // An object of the whole cluster cannot be told from the API server's own.
            assert_eq!(policy["spec"]["failurePolicy"], "Ignore", "{}", name(&policy));
        }
    }
}

/// Asked about a pod or what makes pods, a policy lets go what is deleted, and what the system finishes.
#[test]
fn policies_let_go_what_is_deleted() {
    for policy in policies(&compiled(WHOLE)) {
        let text = policy.to_string();
        assert!(!text.contains("finalizers"), "{}", name(&policy));
        let new = policy["kind"] != "ValidatingPolicy";
        let conditions: Vec<&str> = list(&policy["spec"], "matchConditions").iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert!(new || conditions.contains(&"not-deleted"), "{}: {conditions:?}", name(&policy));
        assert!(new || name(&policy) == "protect-namespaces" || conditions.contains(&"not-by-the-system"), "{}", name(&policy));
    }
}

#[test]
fn debuggers_and_resizes_are_looked_at() {
    for wanted in ["declared-registries", "refuse-host-path", "limit-containers", "refuse-default-token"] {
        let policies = policies(&compiled(WHOLE));
        let policy = policies.iter().find(|policy| name(policy) == wanted).unwrap();
        let resources = list(&policy["spec"]["matchConstraints"]["resourceRules"][0], "resources");
        for resource in ["pods", "pods/ephemeralcontainers", "pods/resize"] {
            assert!(resources.iter().any(|one| one == resource), "{wanted}: {resource}");
        }
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the numbers are what somebody wants to see")]
fn policies_do_not_grow_with_tenants() {
    let of = |count: usize| {
        let tenant = |n: usize| {
            format!(
                "  - {{name: t{n}, namespaces: [{{name: t{n}, quota: {{requests: {{cpu: 100m, memory: 64Mi}}}}}}, {{name: t{n}-dev, quota: {{requests: {{cpu: 100m, memory: 64Mi}}}}}}]}}\n"
            )
        };
        texts(&format!("{WHOLE}tenants:\n{}", (0..count).map(tenant).collect::<String>()))
    };
    let sizes: Vec<(usize, usize, usize)> = [1, 10, 100]
        .map(|count| {
            let texts = of(count);
            let parts = ["validations", "mutations", "generate"];
            let documents: Vec<Value> = texts.iter().flat_map(|text| render::read::full(text).unwrap()).collect();
            let policies: Vec<&Value> = documents.iter().filter(|one| one["kind"].as_str().unwrap().ends_with("Policy")).collect();
            let rules = policies.iter().map(|policy| parts.iter().map(|part| list(&policy["spec"], part).len()).sum::<usize>()).sum();
            let bytes = texts.iter().map(String::len).sum();
            let size = (policies.len(), rules, bytes);
            println!("{count} tenants: {} policies, {} rules, {} bytes", size.0, size.1, size.2);
            size
        })
        .to_vec();
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
}

#[test]
fn every_policy_has_a_test_that_it_cannot_pass_by_matching_nothing() {
    let compiled = compiled(WHOLE);
    let mut tested = BTreeSet::new();
    for (path, text) in compiled.tree.iter().filter(|(path, _)| path.ends_with("/kyverno-test.yaml")) {
        let test = render::read::full(text).unwrap().remove(0);
        let folder = Path::new(path).parent().unwrap();
        for file in list(&test, "policies").iter().chain(list(&test, "resources")) {
            let mut parts: Vec<&str> = folder.iter().map(|part| part.to_str().unwrap()).collect();
            for part in file.as_str().unwrap().split('/') {
                if part == ".." { parts.truncate(parts.len() - 1) } else { parts.push(part) }
            }
            assert!(compiled.tree.get(&parts.join("/")).is_some(), "{path}: {file}");
        }
        let results = list(&test, "results");
        let decisive =
            |row: &Value| row["result"] == "fail" || row.get("patchedResources").is_some() || row.get("generatedResource").is_some();
        if results.iter().any(decisive) {
            tested.extend(results.iter().map(|row| row["policy"].as_str().unwrap().to_owned()));
        }
    }
    let all: BTreeSet<String> = Rule::ALL.iter().map(|rule| rule.name().to_owned()).collect();
    assert_eq!(tested, all);
}

#[test]
fn a_key_turns_its_policies_off() {
    let rules = |more: &str| -> BTreeSet<String> { policies(&compiled(more)).iter().map(|policy| name(policy).to_owned()).collect() };
    let all = rules(WHOLE);
    let minimal = rules("");
    let off: Vec<&str> = all.difference(&minimal).map(String::as_str).collect();
    assert_eq!(off, ["declared-registries", "limit-containers"], "without registries and a maximum");
    for (key, gone) in [
        ("hostPath: allow", "refuse-host-path"),
        ("defaultServiceAccount: open", "lock-default-service-account"),
        ("requireLimits: false", "require-limits"),
    ] {
        let left = rules(&format!("kubernetes: {{profile: none}}\npolicies: {{{key}}}\n"));
        assert!(!left.contains(gone) && left.is_subset(&minimal) && left.len() < minimal.len(), "{key}: {left:?}");
    }
    let any = rules("registry: {allowed: ['*']}\n");
    assert!(!any.contains("declared-registries"));
}

#[test]
fn registries_have_the_names_that_nodes_see() {
    let compiled = compiled(&format!("{WHOLE}\n").replace("harbor.example.org", "harbor.example.org:8443"));
    assert_eq!(compiled.model.policies.registries, ["docker.io", "harbor.example.org:8443", "quay.io"]);
    let written = self::compiled("registry: {allowed: [index.docker.io, 'registry.example.org:5000']}\n");
    assert_eq!(written.model.policies.registries, ["docker.io", "registry.example.org:5000"]);
}

#[test]
fn new_namespaces_have_a_quota_even_if_nobody_wrote_one() {
    let generated = |more: &str| {
        let policies = policies(&compiled(more));
        let policy = policies.iter().find(|policy| name(policy) == "new-namespaces").unwrap();
        render::read::full(policy["spec"]["generate"][0]["template"]["value"].as_str().unwrap()).unwrap()
    };
    let kinds = |documents: &[Value]| -> Vec<String> { documents.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect() };
    let small = generated("");
    assert_eq!(kinds(&small), ["ResourceQuota", "ResourceQuota", "LimitRange", "NetworkPolicy", "NetworkPolicy"]);
    assert_eq!(small[0]["spec"]["hard"]["requests.storage"], "0");
    assert_eq!(small[0]["spec"]["hard"]["services.loadbalancers"], "0");
    let open = generated(
        "policies: {isolateNamespaces: false, newNamespaces: {quota: {requests: {cpu: 4, memory: 8Gi}, ephemeralStorage: 10Gi, storage: 1Ti}}}\nstorage: {cinder: {classes: [{name: ssd, type: ssd, default: true}]}}\nopenstack: {authUrl: 'https://keystone.example.org:5000/v3', region: one}\n",
    );
    assert_eq!(kinds(&open), ["ResourceQuota", "ResourceQuota", "LimitRange"]);
    let hard = &open[0]["spec"]["hard"];
    assert_eq!((&hard["limits.cpu"], &hard["limits.memory"]), (&"8".into(), &"16Gi".into()));
    assert_eq!(hard["requests.storage"], "1Ti");
    assert_eq!(hard["limits.ephemeral-storage"], "10Gi");
}

#[test]
fn an_exception_tells_who_why_and_until_when() {
    let found = documents(&compiled(WHOLE));
    let (_, exception) = found.iter().find(|(_, document)| document["kind"] == "PolicyException").unwrap();
    let notes = &exception["metadata"]["annotations"];
    assert_eq!((&notes["strata/owner"], &notes["strata/until"]), (&"ops@example.org".into(), &"2027-03-31".into()));
    assert_eq!(notes["strata/reason"], "reads logs: of nodes");
    assert_eq!(exception["metadata"]["namespace"], "kyverno");
    assert_eq!(exception["spec"]["expiresAt"], "2027-03-31T23:59:59Z");
    assert_eq!(exception["spec"]["matchConditions"][1]["expression"], "time.now() <= timestamp('2027-03-31T23:59:59Z')");
    assert_eq!(exception["spec"]["matchConditions"][0]["expression"], "request.namespace == 'logs'");
}

#[test]
fn a_day_is_one_of_the_calendar() {
    for (text, good) in [
        ("2026-11-25", true),
        ("2028-02-29", true),
        ("2000-02-29", true),
        ("2026-02-29", false),
        ("2100-02-29", false),
        ("2026-13-01", false),
        ("2026-00-10", false),
        ("2026-04-31", false),
        ("2026-1-1", false),
        ("+2026-01-01", false),
        ("2026-01-01T00:00", false),
        ("", false),
    ] {
        assert_eq!(text.parse::<Date>().is_ok(), good, "{text}");
    }
    assert!("2026-11-25".parse::<Date>().unwrap() < "2027-01-01".parse::<Date>().unwrap());
}
