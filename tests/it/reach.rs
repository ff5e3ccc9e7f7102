//! What policies let through, in small sentences: each row of Calico's rules of precedence, and the language of selectors.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde_json::Value;
use strata::reach::{By, Cluster, Packet, Peer, Pod, Reach, Selector, Verdict, parse_packet, parse_side};
use strata::render;

/// A small cluster: pods in 10.42.0.0/16, a server, an agent.
fn cluster() -> Cluster {
    let node = |name: &str, last| vec![(name.to_owned(), Ipv4Addr::new(10, 20, 0, last))];
    let api = vec![(Ipv4Addr::new(10, 20, 0, 64), 6, 6443)];
    Cluster {
        pods: "10.42.0.0/16".parse().unwrap(),
        services: "10.43.0.0/16".parse().unwrap(),
        subnet: "10.20.0.0/22".parse().unwrap(),
        servers: node("server-0", 64),
        agents: node("general-0", 128),
        behind: BTreeMap::from([(("default".into(), "kubernetes".into()), api)]),
        cis: false,
        controller: Some("traefik"),
    }
}

fn documents(yaml: &str) -> Vec<Value> {
    render::read::full(yaml).unwrap()
}

fn reach_with_troubles(yaml: &str) -> Reach {
    Reach::new(cluster(), [("test.yaml", documents(yaml).as_slice())])
}

fn reach(yaml: &str) -> Reach {
    let reach = reach_with_troubles(yaml);
    assert!(reach.troubles.is_empty(), "{:?}", reach.troubles);
    reach
}

fn pod(reach: &Reach, text: &str) -> Pod {
    let side = parse_side(text).unwrap();
    reach.places(&side).unwrap().remove(0).pod.unwrap()
}

/// What becomes of a flow between the first places of both ends, in words: at its source, at its destination.
fn asked(reach: &Reach, from: &str, to: &str, packet: &str) -> (String, String) {
    let place = |text: &str| reach.places(&parse_side(text).unwrap()).unwrap().remove(0);
    let (from, to) = (place(from), place(to));
    let judged = reach.route(from.peer(), to.peer()).judge(&parse_packet(packet).unwrap());
    (words(&judged.egress), words(&judged.ingress))
}

fn words(verdict: &Verdict) -> String {
    let verb = if verdict.allowed { "allowed" } else { "denied" };
    let by = match verdict.by {
        By::Rule(policy, number) => format!("{} {number}", policy.name),
        By::EndOfTier(tier, _) => format!("end of {}", tier.name),
        By::NoPolicy => "no policy".into(),
        By::NoEndpoint => "no endpoint".into(),
    };
    format!("{verb}: {by}")
}

fn egress(reach: &Reach, from: &str, to: &str, packet: &str) -> String {
    asked(reach, from, to, packet).0
}

fn ingress(reach: &Reach, from: &str, to: &str, packet: &str) -> String {
    asked(reach, from, to, packet).1
}

/// A GlobalNetworkPolicy on pods of `a`.
fn global(name: &str, tier: &str, order: &str, rest: &str) -> String {
    format!(
        "apiVersion: crd.projectcalico.org/v1\nkind: GlobalNetworkPolicy\nmetadata: {{name: {name}}}\n\
         spec:\n  tier: {tier}\n  {order}\n  namespaceSelector: kubernetes.io/metadata.name == 'a'\n{rest}\n---\n"
    )
}

/// A NetworkPolicy of Kubernetes in `a`.
fn kubernetes(name: &str, spec: &str) -> String {
    format!("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}, namespace: a}}\nspec:\n{spec}\n---\n")
}

fn tier(name: &str, order: &str, action: &str) -> String {
    format!("apiVersion: crd.projectcalico.org/v1\nkind: Tier\nmetadata: {{name: {name}}}\nspec: {{{order}defaultAction: {action}}}\n---\n")
}

const DENY_ALL: &str = "  podSelector: {}\n  policyTypes: [Ingress, Egress]";
const EGRESS_DENY: &str = "  types: [Egress]\n  egress: [{action: Deny}]";
const EGRESS_ALLOW: &str = "  types: [Egress]\n  egress: [{action: Allow}]";

#[test]
fn without_a_policy_the_namespace_allows() {
    let reach = reach("");
    assert_eq!(asked(&reach, "a", "b", "80"), ("allowed: no policy".into(), "allowed: no policy".into()));
}

#[test]
fn nodes_and_the_outside_have_no_policy_of_their_own() {
    let reach = reach(&kubernetes("deny", DENY_ALL));
    assert_eq!(asked(&reach, "server", "a", "80"), ("allowed: no endpoint".into(), "denied: end of default".into()));
    assert_eq!(asked(&reach, "a", "internet", "80"), ("denied: end of default".into(), "allowed: no endpoint".into()));
}

#[test]
fn tiers_are_asked_by_order() {
    let deny = global("late.deny", "late", "order: 1", EGRESS_DENY);
    let allow = global("early.allow", "early", "order: 9", EGRESS_ALLOW);
    let tiers = |early, late| tier("early", &format!("order: {early}, "), "Deny") + &tier("late", &format!("order: {late}, "), "Deny");
    assert_eq!(egress(&reach(&(tiers(1, 2) + &deny + &allow)), "a", "b", "80"), "allowed: early.allow 1");
    assert_eq!(egress(&reach(&(tiers(2, 1) + &deny + &allow)), "a", "b", "80"), "denied: late.deny 1");
}

#[test]
fn a_tier_without_an_order_comes_last() {
    let tiers = tier("x", "", "Deny") + &kubernetes("deny", DENY_ALL) + &global("x.allow", "x", "order: 1", EGRESS_ALLOW);
    assert_eq!(egress(&reach(&tiers), "a", "b", "80"), "denied: end of default");
}

#[test]
fn kubernetes_policies_have_order_1000_of_tier_default() {
    let deny = |order| kubernetes("deny", DENY_ALL) + &global("allow", "default", order, EGRESS_ALLOW);
    // Both before and after: a Kubernetes policy has no Deny of its own, so what it does not allow falls through.
    assert_eq!(egress(&reach(&deny("order: 999")), "a", "b", "80"), "allowed: allow 1");
    assert_eq!(egress(&reach(&deny("order: 1001")), "a", "b", "80"), "allowed: allow 1");
    let open = kubernetes("open", "  podSelector: {}\n  policyTypes: [Egress]\n  egress: [{}]");
    let shut = |order| open.clone() + &global("shut", "default", order, EGRESS_DENY);
    assert_eq!(egress(&reach(&shut("order: 999")), "a", "b", "80"), "denied: shut 1");
    assert_eq!(egress(&reach(&shut("order: 1001")), "a", "b", "80"), "allowed: open 1");
    assert_eq!(egress(&reach(&shut("")), "a", "b", "80"), "allowed: open 1");
}

#[test]
fn equal_orders_go_by_name() {
    let pair =
        |one: &str, other: &str| global(one, "default", "order: 5", EGRESS_DENY) + &global(other, "default", "order: 5", EGRESS_ALLOW);
    assert_eq!(egress(&reach(&pair("x", "y")), "a", "b", "80"), "denied: x 1");
    assert_eq!(egress(&reach(&pair("y", "x")), "a", "b", "80"), "allowed: x 1");
}

#[test]
fn the_end_of_a_tier_denies_only_pods_that_one_of_its_policies_selects_in_that_direction() {
    let reach = reach(&global("in", "default", "order: 1", "  types: [Ingress]\n  ingress: [{action: Deny, protocol: UDP}]"));
    assert_eq!(ingress(&reach, "b", "a", "80"), "denied: end of default");
    assert_eq!(egress(&reach, "a", "b", "80"), "allowed: no policy");
    assert_eq!(ingress(&reach, "a", "b", "80"), "allowed: no policy");
}

#[test]
fn a_policy_of_denies_alone_still_shuts_what_it_does_not_name() {
    let reach = reach(&global(
        "metadata",
        "default",
        "order: 1",
        "  types: [Egress]\n  egress: [{action: Deny, destination: {nets: [169.254.169.254/32]}}]",
    ));
    assert_eq!(egress(&reach, "a", "metadata", "80"), "denied: metadata 1");
    assert_eq!(egress(&reach, "a", "internet", "443"), "denied: end of default");
}

#[test]
fn a_tier_that_passes_leaves_the_rest_to_the_next() {
    let own = tier("platform", "order: 500000, ", "Pass")
        + &global(
            "platform.metadata",
            "platform",
            "order: 1",
            "  types: [Egress]\n  egress: [{action: Deny, destination: {nets: [169.254.169.254/32]}}]",
        );
    assert_eq!(egress(&reach(&own), "a", "metadata", "80"), "denied: platform.metadata 1");
    assert_eq!(egress(&reach(&own), "a", "internet", "443"), "allowed: no policy");
    assert_eq!(egress(&reach(&(own + &kubernetes("deny", DENY_ALL))), "a", "internet", "443"), "denied: end of default");
}

#[test]
fn pass_skips_the_rest_of_its_tier_and_log_does_not() {
    let pass = global("pass", "default", "order: 1", "  types: [Egress]\n  egress: [{action: Pass}]")
        + &global("deny", "default", "order: 2", EGRESS_DENY);
    assert_eq!(egress(&reach(&pass), "a", "b", "80"), "allowed: no policy");
    let log = global("log", "default", "order: 1", "  types: [Egress]\n  egress: [{action: Log}]")
        + &global("deny", "default", "order: 2", EGRESS_DENY);
    assert_eq!(egress(&reach(&log), "a", "b", "80"), "denied: deny 1");
}

#[test]
fn the_first_rule_of_a_policy_that_matches_decides() {
    let rules = "  types: [Egress]\n  egress: [{action: Log}, {action: Allow, protocol: TCP, destination: {ports: [80]}}, {action: Deny}]";
    let reach = reach(&global("p", "default", "order: 1", rules));
    assert_eq!(egress(&reach, "a", "b", "80"), "allowed: p 2");
    assert_eq!(egress(&reach, "a", "b", "81"), "denied: p 3");
}

#[test]
fn a_listed_type_without_rules_denies() {
    assert_eq!(egress(&reach(&global("p", "default", "order: 1", "  types: [Egress]")), "a", "b", "80"), "denied: end of default");
}

#[test]
fn a_stored_policy_without_types_acts_in_both_directions() {
    let reach = reach(&global("p", "default", "order: 1", "  ingress: [{action: Allow}]"));
    assert_eq!(ingress(&reach, "b", "a", "80"), "allowed: p 1");
    assert_eq!(egress(&reach, "a", "b", "80"), "denied: end of default");
}

#[test]
fn kubernetes_policies_without_types_are_filled_as_the_api_server_does() {
    let ingress_alone = reach(&kubernetes("p", "  podSelector: {}\n  ingress: [{}]"));
    assert_eq!(egress(&ingress_alone, "a", "b", "80"), "allowed: no policy");
    let both = reach(&kubernetes("p", "  podSelector: {}\n  egress: [{ports: [{port: 80}]}]"));
    assert_eq!(egress(&both, "a", "b", "80"), "allowed: p 1");
    assert_eq!(ingress(&both, "b", "a", "80"), "denied: end of default");
}

#[test]
fn peers_of_kubernetes_are_pods_namespaces_both_or_blocks() {
    let to = |peer: &str| kubernetes("p", &format!("  podSelector: {{}}\n  policyTypes: [Egress]\n  egress: [{{to: [{peer}]}}]"));
    let labelled = "apiVersion: v1\nkind: Namespace\nmetadata: {name: b, labels: {team: x}}\n---\n";
    let asked = |peer: &str, to_place: &str| egress(&reach(&(labelled.to_owned() + &to(peer))), "a", to_place, "80") == "allowed: p 1";
    assert!(asked("{podSelector: {}}", "a"));
    assert!(!asked("{podSelector: {}}", "b"));
    assert!(asked("{namespaceSelector: {}}", "b"));
    assert!(!asked("{namespaceSelector: {}}", "internet"));
    assert!(asked("{namespaceSelector: {matchLabels: {team: x}}}", "b"));
    assert!(!asked("{namespaceSelector: {matchLabels: {team: x}}, podSelector: {matchLabels: {app: y}}}", "b"));
    assert!(asked("{namespaceSelector: {matchLabels: {team: x}}, podSelector: {matchLabels: {app: y}}}", "b/app=y"));
    assert!(asked("{namespaceSelector: {matchExpressions: [{key: team, operator: Exists}, {key: z, operator: DoesNotExist}]}}", "b"));
    assert!(asked("{ipBlock: {cidr: 0.0.0.0/0, except: [10.42.0.0/16]}}", "internet"));
    assert!(!asked("{ipBlock: {cidr: 0.0.0.0/0, except: [10.42.0.0/16]}}", "b"));
    // A block means pods too.
    assert!(asked("{ipBlock: {cidr: 0.0.0.0/0}}", "b"));
}

#[test]
fn selectors_never_mean_nodes_or_the_outside() {
    for who in ["selector: all()", "selector: \"!has(app)\"", "namespaceSelector: all()", "namespaceSelector: \"team != 'x'\""] {
        let reach = reach(&global(
            "p",
            "default",
            "order: 1",
            &format!("  types: [Egress]\n  egress: [{{action: Allow, destination: {{{who}}}}}]"),
        ));
        assert_eq!(egress(&reach, "a", "b", "80"), "allowed: p 1", "{who}");
        assert_eq!(egress(&reach, "a", "server", "80"), "denied: end of default", "{who}");
        assert_eq!(egress(&reach, "a", "internet", "80"), "denied: end of default", "{who}");
    }
}

#[test]
fn global_means_no_pod_at_all() {
    let reach = reach(&global(
        "p",
        "default",
        "order: 1",
        "  types: [Egress]\n  egress: [{action: Allow, destination: {namespaceSelector: global()}}]",
    ));
    assert_eq!(egress(&reach, "a", "b", "80"), "denied: end of default");
}

#[test]
fn a_policy_of_a_namespace_means_pods_of_that_namespace() {
    let policy = |entity: &str| {
        format!(
            "apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: a}}\nspec: {{tier: default, order: 1, \
             selector: all(), types: [Egress], egress: [{{action: Allow, destination: {{{entity}}}}}]}}\n"
        )
    };
    assert_eq!(egress(&reach(&policy("selector: all()")), "a", "b", "80"), "denied: end of default");
    assert_eq!(egress(&reach(&policy("selector: all()")), "a", "a", "80"), "allowed: p 1");
    assert_eq!(egress(&reach(&policy("selector: all(), namespaceSelector: all()")), "a", "b", "80"), "allowed: p 1");
    assert_eq!(egress(&reach(&policy("notSelector: has(x)")), "a", "b", "80"), "denied: end of default");
    assert_eq!(egress(&reach(&policy("")), "a", "internet", "80"), "allowed: p 1");
    assert_eq!(egress(&reach(&policy("")), "c", "internet", "80"), "allowed: no policy");
}

/// Whether a rule of that text allows a packet from `a` to `b`.
fn rule(text: &str, packet: Packet) -> bool {
    let reach = reach(&global("p", "default", "order: 1", &format!("  types: [Egress]\n  egress: [{{action: Allow, {text}}}]")));
    let (from, to) = (pod(&reach, "a"), pod(&reach, "b/app=x"));
    let peer = |pod| Peer { address: Ipv4Addr::new(10, 42, 1, 7), pod: Some(pod) };
    let judged = reach.route(peer(&from), peer(&to)).judge(&packet);
    judged.allowed()
}

#[test]
fn protocols_are_names_or_numbers() {
    for (text, tcp, udp) in [
        ("protocol: TCP", true, false),
        ("protocol: 6", true, false),
        ("protocol: udp", false, true),
        ("notProtocol: TCP", false, true),
        ("ipVersion: 4", true, true),
        ("ipVersion: 6", false, false),
    ] {
        assert_eq!((rule(text, Packet::to(6, 80)), rule(text, Packet::to(17, 80))), (tcp, udp), "{text}");
    }
}

#[test]
fn ports_are_numbers_ranges_and_names() {
    let tcp = |ports: &str, port| rule(&format!("protocol: TCP, destination: {{{ports}}}"), Packet::to(6, port));
    assert!(tcp("ports: [80, '8000:8010']", 80) && tcp("ports: [80, '8000:8010']", 8010));
    assert!(!tcp("ports: [80, '8000:8010']", 81) && !tcp("ports: [80, '8000:8010']", 8011));
    assert!(tcp("notPorts: [80]", 81) && !tcp("notPorts: [80]", 80));
    assert!(!tcp("ports: [http]", 80), "the pod has no such name");
    assert!(rule("protocol: TCP, source: {ports: ['49152:65535']}", Packet::to(6, 80)));
    assert!(!rule("protocol: TCP, source: {ports: [1]}", Packet::to(6, 80)));
}

#[test]
fn a_name_of_a_port_is_the_pods_and_an_unknown_one_is_said() {
    let policy = "  types: [Egress]\n  egress: [{action: Allow, protocol: UDP, destination: {ports: [udp-53]}}]";
    let reach = reach(&global("p", "default", "order: 1", policy));
    assert_eq!(egress(&reach, "a", "kube-system/coredns", "53/UDP"), "allowed: p 1");
    assert_eq!(egress(&reach, "a", "kube-system/coredns", "53/TCP"), "denied: end of default");
    let (from, to) = (pod(&reach, "a"), pod(&reach, "kube-system"));
    let peer = |pod| Peer { address: Ipv4Addr::new(10, 42, 1, 7), pod: Some(pod) };
    assert!(reach.route(peer(&from), peer(&to)).notes[0].contains("names the port `udp-53`"));
}

#[test]
fn icmp_has_types_and_codes() {
    let ping = Packet::icmp(8, 0);
    for (text, matches) in [
        ("protocol: ICMP", true),
        ("protocol: ICMP, icmp: {type: 8}", true),
        ("protocol: ICMP, icmp: {type: 8, code: 1}", false),
        ("protocol: ICMP, icmp: {type: 3}", false),
        ("protocol: ICMP, notICMP: {type: 8}", false),
        ("protocol: ICMP, notICMP: {type: 8, code: 1}", true),
        ("protocol: TCP, destination: {ports: [80]}", false),
    ] {
        assert_eq!(rule(text, ping), matches, "{text}");
    }
}

#[test]
fn addresses_labels_and_accounts_of_a_rule_must_all_hold() {
    let packet = Packet::to(6, 80);
    for (text, matches) in [
        ("destination: {nets: [10.42.0.0/16]}", true),
        ("destination: {nets: [10.42.1.7]}", true),
        ("destination: {nets: ['fd00::/8']}", false),
        ("destination: {notNets: [10.42.0.0/16]}", false),
        ("destination: {nets: [10.42.0.0/16], selector: app == 'y'}", false),
        ("destination: {notSelector: app == 'x'}", false),
        ("destination: {notSelector: app == 'y'}", true),
        ("destination: {namespaceSelector: kubernetes.io/metadata.name == 'b'}", true),
        ("destination: {namespaceSelector: \"projectcalico.org/name in {'b', 'c'}\"}", true),
        ("destination: {selector: projectcalico.org/namespace == 'b' && projectcalico.org/orchestrator == 'k8s'}", true),
        ("destination: {serviceAccounts: {names: [default]}}", true),
        ("destination: {serviceAccounts: {names: [other]}}", false),
        ("destination: {serviceAccounts: {selector: has(x)}}", false),
        ("source: {namespaceSelector: kubernetes.io/metadata.name == 'b'}", false),
    ] {
        assert_eq!(rule(text, packet), matches, "{text}");
    }
}

#[test]
fn a_service_in_a_rule_is_what_stands_behind_it() {
    let policy = "  types: [Egress]\n  egress: [{action: Allow, destination: {services: {name: kubernetes, namespace: default}}}]";
    let reach = reach(&global("p", "default", "order: 1", policy));
    assert_eq!(egress(&reach, "a", "server", "6443"), "allowed: p 1");
    assert_eq!(egress(&reach, "a", "server", "9345"), "denied: end of default");
    assert_eq!(egress(&reach, "a", "agent", "6443"), "denied: end of default");
}

#[test]
fn the_address_of_a_service_is_no_end_of_a_flow() {
    let told = reach("").places(&parse_side("10.43.0.10").unwrap()).unwrap_err();
    assert!(told.contains("kube-proxy"), "{told}");
    let told = reach("").places(&parse_side("10.42.0.0/24").unwrap()).unwrap_err();
    assert!(told.contains("ask for a namespace"), "{told}");
}

#[test]
fn a_range_falls_into_the_pieces_that_policies_treat_alike() {
    let reach =
        reach(&global("p", "default", "order: 1", "  types: [Egress]\n  egress: [{action: Allow, destination: {nets: [192.0.2.64/26]}}]"));
    let places = reach.places(&parse_side("192.0.2.0/24").unwrap()).unwrap();
    let from = pod(&reach, "a");
    let allowed: Vec<(String, bool)> = places
        .iter()
        .map(|place| {
            let source = Peer { address: Ipv4Addr::new(10, 42, 1, 7), pod: Some(&from) };
            (place.address.to_string(), reach.route(source, place.peer()).judge(&Packet::to(6, 80)).allowed())
        })
        .collect();
    let expected = [("192.0.2.0", false), ("192.0.2.64", true), ("192.0.2.128", false)];
    assert_eq!(allowed, expected.map(|(address, allowed)| (address.to_owned(), allowed)));
}

#[test]
fn what_cannot_be_evaluated_is_refused() {
    for (text, why) in [
        ("apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata: {name: x}\n", "does not evaluate this kind"),
        ("apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: x}\n", "does not evaluate this kind"),
        ("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n", "does not evaluate this kind"),
        ("apiVersion: crd.projectcalico.org/v1\nkind: GlobalNetworkSet\nmetadata: {name: x}\n", "does not evaluate this kind"),
        (&global("p", "nowhere", "order: 1", EGRESS_DENY), "there is no tier `nowhere`"),
        (&global("p", "default", "ordre: 1", EGRESS_DENY), "unknown field `ordre`"),
        (&global("p", "default", "order: 1", "  types: [Egress]\n  egress: [{action: Deny, protcol: TCP}]"), "unknown field `protcol`"),
        (&global("p", "default", "order: 1", "  types: [Egress]\n  egress: [{action: Drop}]"), "action `Drop`"),
        (&global("p", "default", "order: 1", "  selector: app = 'x'"), "selector `app = 'x'`"),
        (&kubernetes("p", "  podSelectr: {}"), "unknown field `podSelectr`"),
        (&kubernetes("p", "  podSelector: {}\n  policyTypes: [Outgress]"), "`Outgress`"),
    ] {
        let reach = reach_with_troubles(text);
        assert!(reach.troubles.iter().any(|trouble| trouble.why.contains(why)), "{text}: {:?}", reach.troubles);
    }
}

#[test]
fn staged_policies_act_on_nothing() {
    let staged = global("p", "default", "order: 1", EGRESS_DENY).replace("kind: Global", "kind: StagedGlobal");
    assert_eq!(egress(&reach(&staged), "a", "b", "80"), "allowed: no policy");
}

/// Whether labels `app=web`, `team=blue-1`, `empty=` are such.
fn selects(text: &str) -> bool {
    let labels = BTreeMap::from([("app", "web"), ("team", "blue-1"), ("empty", ""), ("a.b/c-d_e", "x")]);
    Selector::parse(text).unwrap_or_else(|why| panic!("{text}: {why}")).matches(&|key| labels.get(key).copied())
}

#[test]
fn selectors_say_yes_and_no() {
    for text in [
        "",
        " ",
        "all()",
        "all( )",
        "has(app)",
        "has( app )",
        "!has(x)",
        "! has(x)",
        "!!has(app)",
        "app == 'web'",
        "app==\"web\"",
        "app != 'x'",
        "x != 'x'",
        "app in {'web', 'x'}",
        "app in{'web',}",
        "app not in {'x'}",
        "x not in {'x'}",
        "app notin {}",
        "team contains 'ue-'",
        "team starts with 'blue'",
        "team startswith 'blue'",
        "team ends with '-1'",
        "app == 'x' || app == 'web'",
        "(app == 'x' || has(team)) && !(has(x))",
        "a.b/c-d_e == 'x'",
        "has(x) && has(y) || all()",
        "!has(app) || has(team)",
        "empty == ''",
        "has == 'x' || all()",
        "empty contains ''",
    ] {
        assert!(selects(text), "{text}");
    }
    for text in [
        "global()",
        "!all()",
        "has(x)",
        "app == 'WEB'",
        "x == 'x'",
        "x in {'x'}",
        "app in {}",
        "app contains 'x'",
        "x contains ''",
        "x starts with ''",
        "has(app) && has(x) || has(y)",
        "has(app) && (has(x) || has(y))",
        "!(has(app) || has(x))",
        "!has(app) && all()",
    ] {
        assert!(!selects(text), "{text}");
    }
}

#[test]
fn broken_selectors_are_told() {
    for text in [
        "app",
        "app =",
        "app = 'x'",
        "app == x",
        "app == 'x",
        "app in 'x'",
        "app in {'x'",
        "app in {x}",
        "(all()",
        "all())",
        "all() &&",
        "|| all()",
        "&& all()",
        "all() & all()",
        "has()",
        "has(app",
        "app starts 'x'",
        "app not 'x'",
        "!",
        "'x' == app",
        "app == 'x' 'y'",
        "{'x'}",
        "app is 'x'",
    ] {
        assert!(Selector::parse(text).is_err(), "{text}");
    }
}

#[test]
fn ends_and_packets_are_read() {
    for text in ["a/nobody", "a/x=1,y"] {
        assert!(parse_side(text).is_err(), "{text}");
    }
    for text in ["0/TCP", "65536/TCP", "x", "80/ICMP", "80/FOO", ""] {
        assert!(parse_packet(text).is_err(), "{text}");
    }
    assert_eq!(parse_packet("443").unwrap(), Packet::to(6, 443));
    assert_eq!(parse_packet("53/udp").unwrap(), Packet::to(17, 53));
    assert_eq!(parse_packet("ICMP").unwrap(), Packet::icmp(8, 0));
}
