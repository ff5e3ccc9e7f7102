//! Cinder: volume types, and zones that Nova and Cinder may call differently.
//!
//! <https://github.com/kubernetes/cloud-provider-openstack/blob/master/docs/cinder-csi-plugin/using-cinder-csi-plugin.md>

use std::collections::BTreeSet;

use super::{Cinder, CinderClass, Class, Topology};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::codes::storage::{VOLUME_TYPE_UNDECLARED, VOLUME_ZONES, VOLUMES_PER_NODE};
use crate::model::Input;
use crate::model::Role;
use crate::model::nodes::unknown;
use crate::model::pools::written_pools;
use crate::source::At;
use crate::source::environment::{self as written, Zone};
use crate::source::suggest::nearest;
use crate::source::values::Name;

/// What Nova attaches to one server at most.
const MOST_VOLUMES: u32 = 256;

pub(super) fn cinder(input: &Input, cinder: &written::Cinder, findings: &mut Vec<Diagnostic>) -> Cinder {
    let limit = cinder.volumes_per_node;
    if !(1..=MOST_VOLUMES).contains(&limit.value) {
        findings.push(
            Diagnostic::new(&VOLUMES_PER_NODE, format!("{} volumes on one node", limit.value))
                .at(limit.span, "")
                .help(format!("write 1 to {MOST_VOLUMES}; 20 fits every image, more needs disks of virtio-scsi")),
        );
    }
    let zones = zones(input);
    let topology = self::topology(input);
    let classes = cinder.classes.iter().map(|class| self::class(input, class, topology, &zones, findings)).collect();
    Cinder { volumes_per_node: limit.value, topology, classes }
}

/// Zones of the nodes that run pods: of agents, or of servers where there are none.
fn zones<'a>(input: &Input<'a>) -> Vec<(&'a Name, &'a Zone)> {
    let environment = input.environment;
    let role = if environment.agents.is_empty() { Role::Server } else { Role::Agent };
    let pools = written_pools(environment).into_iter().filter(|pool| pool.role == role);
    let named: BTreeSet<&Name> = pools.flat_map(|pool| pool.zones).map(|name| &name.value).collect();
    named.into_iter().filter_map(|name| Some((name, &environment.zones.get(name)?.value))).collect()
}

fn volume_zone(zone: &Zone) -> Option<&str> {
    zone.volume.as_ref().map(|volume| volume.as_str())
}

/// How volumes and pods come together.
pub(in crate::model) fn topology(input: &Input) -> Topology {
    let zones = zones(input);
    let volumes: BTreeSet<Option<&str>> = zones.iter().map(|(_, zone)| volume_zone(zone)).collect();
    match volumes.len() {
        0 | 1 => Topology::Off,
        _ if zones.iter().all(|(_, zone)| volume_zone(zone) == Some(zone.compute.as_str())) => Topology::Same,
        _ => Topology::OfClass,
    }
}

fn class(
    input: &Input,
    class: &written::CinderClass,
    topology: Topology,
    zones: &[(&Name, &Zone)],
    findings: &mut Vec<Diagnostic>,
) -> CinderClass {
    findings.extend(volume_type(input, &class.volume_type));
    let zone = class.zone.as_ref().and_then(|name| zone(input, name, findings));
    if topology == Topology::OfClass && class.zone.is_none() {
        findings.push(nowhere(class, zones));
    }
    // One zone for all volumes: it is named, since Cinder's own default may be another.
    let only = (topology == Topology::Off).then(|| zones.first().and_then(|(_, zone)| volume_zone(zone))).flatten();
    CinderClass {
        class: Class { name: class.name.value.to_string(), default: class.default.value, reclaim: class.reclaim.value },
        volume_type: class.volume_type.value.clone(),
        volume_zone: zone.and_then(volume_zone).or(only).map(str::to_owned),
        compute_zone: zone.filter(|_| topology != Topology::Off).map(|zone| zone.compute.value.clone()),
    }
}

fn zone<'a>(input: &Input<'a>, name: &At<Name>, findings: &mut Vec<Diagnostic>) -> Option<&'a Zone> {
    let zones = &input.environment.zones;
    let found = zones.get(&name.value).map(|zone| &zone.value);
    if found.is_none() {
        findings.push(unknown("zone", name, zones.keys().map(Name::as_str), "declare it under `zones`"));
    }
    found
}

/// A volume of Cinder's zone `x` and a pod in Nova's zone `y`: nothing tells Kubernetes that these belong together.
fn nowhere(class: &written::CinderClass, zones: &[(&Name, &Zone)]) -> Diagnostic {
    let differs = zones.iter().find(|(_, zone)| volume_zone(zone) != Some(zone.compute.as_str()));
    let finding = Diagnostic::new(&VOLUME_ZONES, format!("volumes of class `{}` cannot follow their pods", class.name.value))
        .at(class.name.span, "in which zone?");
    let finding = differs.into_iter().fold(finding, |finding, (_, zone)| {
        let volume = volume_zone(zone).map_or("Cinder's default".to_owned(), |volume| format!("`{volume}` for Cinder"));
        finding.at(zone.compute.span, format!("`{}` for Nova, {volume}", zone.compute.value))
    });
    let names: Vec<String> = zones.iter().map(|(name, _)| format!("`{{name: {}-{name}, zone: {name}, …}}`", class.name.value)).collect();
    finding.help(format!("write a class for each zone: {}", names.join(", ")))
}

/// Names that lock.yaml lacks are a finding of their own.
fn volume_type(input: &Input, named: &At<String>) -> Option<Diagnostic> {
    let declared = &input.environment.openstack.volume_types;
    if input.lock.cloud.is_some() || declared.is_empty() || declared.contains_key(&named.value) {
        return None;
    }
    let help = match nearest(named, declared.keys().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare it: `openstack: {{volumeTypes: {{{}: {{class: ssd}}}}}}`, or run `strata lock`", named.value),
    };
    let message = format!("the volume type `{}` is not among the declared ones", named.value);
    Some(Diagnostic::new(&VOLUME_TYPE_UNDECLARED, message).at(named.span, "").help(help))
}
