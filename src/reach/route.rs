//! A pair of places: which rules are about it, and what they make of a packet.
//!
//! What depends on the places alone (addresses, labels) is decided once; a packet then only compares protocols and ports.

use super::Reach;
use super::policy::{Action, Direction, Entity, Icmp, Peer, Pod, Policy, Port, Rule, Tier};

/// A packet, apart from where it comes from and goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packet {
    /// IANA's number.
    pub protocol: u8,
    /// The client's port.
    pub source_port: u16,
    /// The port it goes to, of protocols that have ports.
    pub port: Option<u16>,
    /// Type and code of ICMP.
    pub icmp: (u8, u8),
}

impl Packet {
    /// To a port, from one of those that systems give to clients.
    #[must_use]
    pub fn to(protocol: u8, port: u16) -> Packet {
        Packet { protocol, source_port: 49152, port: Some(port), icmp: (8, 0) }
    }

    /// An ICMP message: 8 and 0 is ping.
    #[must_use]
    pub fn icmp(kind: u8, code: u8) -> Packet {
        Packet { protocol: 1, source_port: 0, port: None, icmp: (kind, code) }
    }
}

/// The rules that are about a pair of places.
#[derive(Debug)]
pub struct Route<'a> {
    /// At the source; `None`: no policy acts there.
    egress: Option<Vec<Stage<'a>>>,
    /// At the destination.
    ingress: Option<Vec<Stage<'a>>>,
    /// What an answer leans on that strata cannot know.
    pub notes: Vec<String>,
}

/// A tier with a policy that selects the pod.
#[derive(Debug)]
struct Stage<'a> {
    tier: &'a Tier,
    /// The first policy that selects the pod.
    first: &'a Policy,
    filters: Vec<Filter<'a>>,
}

/// What is left of a rule when the places are known.
#[derive(Debug)]
pub(super) struct Filter<'a> {
    policy: &'a Policy,
    rule: &'a Rule,
    source: Ports,
    destination: Ports,
}

/// Ports of one end, names replaced by what the pod means by them.
#[derive(Debug, Default)]
struct Ports {
    any_of: Option<Vec<(u16, u16)>>,
    none_of: Vec<(u16, u16)>,
    /// Protocol and port of a Service's member at that address.
    behind: Option<Vec<(u8, u16)>>,
}

/// What becomes of a packet at both ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement<'a> {
    /// At the source.
    pub egress: Verdict<'a>,
    /// At the destination.
    pub ingress: Verdict<'a>,
}

impl Judgement<'_> {
    /// Whether it arrives.
    #[must_use]
    pub fn allowed(&self) -> bool {
        self.egress.allowed && self.ingress.allowed
    }
}

/// What becomes of a packet at one end, and by whose word.
#[derive(Debug, Clone, Copy)]
pub struct Verdict<'a> {
    /// Let through.
    pub allowed: bool,
    /// Who says so.
    pub by: By<'a>,
}

impl PartialEq for Verdict<'_> {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.by, &other.by) {
            (By::Rule(one, number), By::Rule(other, other_number)) => std::ptr::eq(*one, *other) && number == other_number,
            (By::EndOfTier(one, policy), By::EndOfTier(other, other_policy)) => {
                one.name == other.name && std::ptr::eq(*policy, *other_policy)
            }
            (By::NoPolicy, By::NoPolicy) | (By::NoEndpoint, By::NoEndpoint) => true,
            _ => false,
        };
        same && self.allowed == other.allowed
    }
}

/// Whose word it is.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// That rule's of a policy, by its number.
    Rule(&'a Policy, usize),
    /// The end of a tier, in which that policy is the first to select the pod.
    EndOfTier(&'a Tier, &'a Policy),
    /// Nobody's: no policy has the last word, and the namespace's profile allows.
    NoPolicy,
    /// Nobody's: it is no pod, and nodes have no host endpoints.
    NoEndpoint,
}

/// A place, and the policies that select its pod: decided once for all routes from it and to it.
#[derive(Debug)]
pub(super) struct Standing<'a, 'p> {
    peer: Peer<'p>,
    egress: Vec<Chosen<'a>>,
    ingress: Vec<Chosen<'a>>,
}

/// The policies of a tier that select a pod, with their rules for one direction.
type Chosen<'a> = (&'a Tier, Vec<(&'a Policy, &'a [Rule])>);

impl Reach {
    /// The rules that are about a pair of places.
    #[must_use]
    pub fn route<'a>(&'a self, from: Peer, to: Peer) -> Route<'a> {
        self.between(&self.standing(from), &self.standing(to))
    }

    pub(super) fn standing<'a, 'p>(&'a self, peer: Peer<'p>) -> Standing<'a, 'p> {
        let chosen = |direction| {
            let Some(pod) = peer.pod else { return Vec::new() };
            let own = |policies: &'a [Policy]| {
                let rules = |policy: &'a Policy| policy.rules(direction).map(|rules| (policy, rules));
                policies.iter().filter_map(rules).filter(|(policy, _)| policy.subject.holds(pod)).collect::<Vec<_>>()
            };
            let tiers = self.tiers.iter().map(|(tier, policies)| (tier, own(policies)));
            tiers.filter(|(_, policies)| !policies.is_empty()).collect()
        };
        Standing { peer, egress: chosen(Direction::Egress), ingress: chosen(Direction::Ingress) }
    }

    pub(super) fn between<'a>(&self, from: &Standing<'a, '_>, to: &Standing<'a, '_>) -> Route<'a> {
        let mut notes = Vec::new();
        let ends = (from.peer, to.peer);
        let mut end = |pod: Option<&Pod>, chosen: &[Chosen<'a>]| {
            pod.map(|_| chosen.iter().map(|(tier, policies)| self.stage(tier, policies, ends, &mut notes)).collect())
        };
        let egress = end(from.peer.pod, &from.egress);
        let ingress = end(to.peer.pod, &to.ingress);
        Route { egress, ingress, notes }
    }

    fn stage<'a>(&self, tier: &'a Tier, policies: &[(&'a Policy, &'a [Rule])], ends: (Peer, Peer), notes: &mut Vec<String>) -> Stage<'a> {
        let rules = policies.iter().flat_map(|(policy, rules)| rules.iter().map(move |rule| (*policy, rule)));
        let filters = rules.filter_map(|(policy, rule)| self.filter(policy, rule, ends, notes)).collect();
        Stage { tier, first: policies[0].0, filters }
    }

    /// A rule, if its ends are these places.
    fn filter<'a>(&self, policy: &'a Policy, rule: &'a Rule, (from, to): (Peer, Peer), notes: &mut Vec<String>) -> Option<Filter<'a>> {
        let meant = rule.ip_version != Some(6) && rule.source.holds(&from) && rule.destination.holds(&to);
        let mut ports = |entity: &Entity, peer: &Peer| self.ports(entity, peer, rule, policy, notes);
        let source = if meant { ports(&rule.source, &from)? } else { return None };
        let destination = ports(&rule.destination, &to)?;
        // A Service as a source stands for its members' addresses; their ports are not the clients'.
        Some(Filter { policy, rule, source: Ports { behind: None, ..source }, destination })
    }

    fn ports(&self, entity: &Entity, peer: &Peer, rule: &Rule, policy: &Policy, notes: &mut Vec<String>) -> Option<Ports> {
        let behind = match &entity.service {
            None => None,
            Some(service) => {
                let members = self.cluster.behind.get(service);
                if members.is_none() {
                    notes.push(format!(
                        "{} {} rule {} names the Service {}/{}: what stands behind it is not in the tree, so the rule is taken as matching nothing",
                        policy.kind, policy.name, rule.number, service.0, service.1
                    ));
                }
                let here = members?.iter().filter(|(address, ..)| *address == peer.address).map(|(_, protocol, port)| (*protocol, *port));
                Some(here.collect::<Vec<_>>()).filter(|here| !here.is_empty()).map(Some)?
            }
        };
        let mut resolve = |ports: &[Port]| ports.iter().flat_map(|port| numbers(port, peer, rule, policy, notes)).collect::<Vec<_>>();
        let any_of = (!entity.ports.is_empty()).then(|| resolve(&entity.ports));
        Some(Ports { any_of, none_of: resolve(&entity.not_ports), behind })
    }
}

/// A port as numbers: what the pod means by a name, for the rule's protocol.
fn numbers(port: &Port, peer: &Peer, rule: &Rule, policy: &Policy, notes: &mut Vec<String>) -> Vec<(u16, u16)> {
    let name = match port {
        Port::Range(first, last) => return vec![(*first, *last)],
        Port::Named(name) => name,
    };
    let known = peer.pod.map(|pod| pod.ports.as_slice()).unwrap_or_default();
    let meant = known.iter().filter(|(own, protocol, _)| own == name && rule.protocol.is_none_or(|wanted| wanted == *protocol));
    let found: Vec<(u16, u16)> = meant.map(|(_, _, number)| (*number, *number)).collect();
    if found.is_empty() && peer.pod.is_some() {
        notes.push(format!(
            "{} {} rule {} names the port `{name}`: whether the pod has a port of that name is not known, so it is taken as having none",
            policy.kind, policy.name, rule.number
        ));
    }
    found
}

impl Filter<'_> {
    fn matches(&self, packet: &Packet) -> bool {
        let rule = self.rule;
        let message = |icmp: Icmp| icmp.holds(packet.icmp);
        rule.protocol.is_none_or(|protocol| protocol == packet.protocol)
            && rule.not_protocol != Some(packet.protocol)
            && rule.icmp.is_none_or(|icmp| packet.protocol == 1 && message(icmp))
            && rule.not_icmp.is_none_or(|icmp| packet.protocol == 1 && !message(icmp))
            && self.source.hold(packet.protocol, packet.port.map(|_| packet.source_port))
            && self.destination.hold(packet.protocol, packet.port)
    }

    /// The ports at which it may begin or cease to match.
    pub(super) fn edges(&self) -> impl Iterator<Item = (Option<u8>, u16)> {
        let ports = self.destination.any_of.iter().flatten().chain(&self.destination.none_of);
        let ranges = ports.flat_map(|(first, last)| [Some(*first), last.checked_add(1)]).flatten();
        let behind = self.destination.behind.iter().flatten().flat_map(|(_, port)| [Some(*port), port.checked_add(1)]).flatten();
        ranges.chain(behind).map(|port| (self.rule.protocol, port))
    }
}

impl Ports {
    fn hold(&self, protocol: u8, port: Option<u16>) -> bool {
        let inside = |ranges: &[(u16, u16)]| port.is_some_and(|port| ranges.iter().any(|(first, last)| (*first..=*last).contains(&port)));
        self.any_of.as_ref().is_none_or(|ranges| inside(ranges))
            && !inside(&self.none_of)
            && self.behind.as_ref().is_none_or(|members| members.iter().any(|member| Some(member.1) == port && member.0 == protocol))
    }
}

impl<'a> Route<'a> {
    /// What becomes of a packet.
    #[must_use]
    pub fn judge(&self, packet: &Packet) -> Judgement<'a> {
        Judgement { egress: judge(self.egress.as_deref(), packet), ingress: judge(self.ingress.as_deref(), packet) }
    }

    pub(super) fn filters(&self) -> impl Iterator<Item = &Filter<'a>> {
        self.egress.iter().chain(&self.ingress).flatten().flat_map(|stage| &stage.filters)
    }
}

fn judge<'a>(stages: Option<&[Stage<'a>]>, packet: &Packet) -> Verdict<'a> {
    let Some(stages) = stages else { return Verdict { allowed: true, by: By::NoEndpoint } };
    for stage in stages {
        let decided = stage.filters.iter().filter(|filter| filter.rule.action != Action::Log).find(|filter| filter.matches(packet));
        match decided {
            Some(filter) => match filter.rule.action {
                Action::Allow => return Verdict { allowed: true, by: By::Rule(filter.policy, filter.rule.number) },
                Action::Deny => return Verdict { allowed: false, by: By::Rule(filter.policy, filter.rule.number) },
                Action::Pass | Action::Log => {}
            },
            None if stage.tier.passes => {}
            None => return Verdict { allowed: false, by: By::EndOfTier(stage.tier, stage.first) },
        }
    }
    Verdict { allowed: true, by: By::NoPolicy }
}
