//! How values are said to people.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde::Serialize;
use serde_json::Value;

use crate::model::{BootDisk, Flow, Image, Model, Protocol, PublicAddress, Remote, Volume};
use crate::source::environment::Taint;
use crate::source::values::Duration;

/// What stands in a cell that has nothing to say.
pub(super) const NOTHING: &str = "–";

/// A value of the language as it is written there.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}

/// Several words, or a dash.
pub(super) fn list(words: impl IntoIterator<Item = impl Into<String>>) -> String {
    let words: Vec<String> = words.into_iter().map(Into::into).collect();
    if words.is_empty() { NOTHING.to_owned() } else { words.join(", ") }
}

/// `1 node`, `5 nodes`.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// Milliseconds in the largest unit that holds them: `50s`, `1h`.
pub(super) fn milliseconds(time: u64) -> String {
    format!("{time}ms").parse::<Duration>().map_or_else(|_| format!("{time}ms"), |duration| duration.to_string())
}

pub(super) fn volume(volume: &Volume) -> String {
    format!("{} {} GiB", volume.volume_type.as_deref().unwrap_or("default type"), volume.size)
}

pub(super) fn boot_disk(disk: &BootDisk) -> String {
    match disk {
        BootDisk::Volume(boot) => volume(boot),
        BootDisk::Local => "local (the flavor's own)".to_owned(),
    }
}

pub(super) fn image(image: &Image) -> String {
    image.id.as_ref().map_or_else(|| format!("{}, not pinned", image.name), |id| format!("{}, pinned to {id}", image.name))
}

/// As `kubectl taint` takes it.
pub(super) fn taint(taint: &Taint) -> String {
    let value = taint.value.as_ref().map(|value| format!("={}", value.value)).unwrap_or_default();
    format!("{}{value}:{}", taint.key.value, word(&taint.effect))
}

pub(super) fn protocol(protocol: Protocol) -> String {
    match protocol {
        Protocol::Any => "any".to_owned(),
        Protocol::Icmp => "ICMP".to_owned(),
        Protocol::Number(4) => "4 (IP in IP)".to_owned(),
        Protocol::Number(number) => number.to_string(),
        Protocol::Sctp => "SCTP".to_owned(),
        Protocol::Tcp => "TCP".to_owned(),
        Protocol::Udp => "UDP".to_owned(),
    }
}

pub(super) fn ports(flow: &Flow) -> String {
    match flow.ports {
        Some((from, to)) if from == to => from.to_string(),
        Some((from, to)) => format!("{from}-{to}"),
        None if matches!(flow.protocol, Protocol::Tcp | Protocol::Udp | Protocol::Sctp | Protocol::Any) => "all".to_owned(),
        None => NOTHING.to_owned(),
    }
}

pub(super) fn remote(remote: &Remote) -> String {
    match remote {
        Remote::Group(key) => format!("group {key}"),
        Remote::Cidr(net) => net.to_string(),
        Remote::Anywhere => "anywhere".to_owned(),
    }
}

/// Addresses that a block gives to nodes: its first and last one stay free.
pub(super) fn room(block: Ipv4Net) -> u64 {
    (1_u64 << (32 - block.prefix_len())).saturating_sub(2)
}

/// The floating address of an owner.
pub(super) fn public_address<'a>(model: &'a Model, owner: &str) -> Option<&'a PublicAddress> {
    model.public_addresses.iter().find(|address| address.owner == owner)
}

/// An address that may not exist yet.
pub(super) fn address_or_new(address: &PublicAddress) -> String {
    address.ip.map_or_else(|| "new, known after apply".to_owned(), |ip| ip.to_string())
}

/// Where clients outside the cluster reach a balancer: its public address, else its VIP.
pub(super) fn reached_at(model: &Model, owner: &str, vip: Ipv4Addr) -> String {
    match public_address(model, owner) {
        Some(PublicAddress { ip: Some(ip), .. }) => ip.to_string(),
        Some(_) => "the public address, known after apply".to_owned(),
        None => vip.to_string(),
    }
}

/// Text on one line: what stands in a block of code may not end it.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("```", "'''")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_their_largest_unit() {
        for (time, said) in [(0, "0s"), (50_000, "50s"), (3_600_000, "1h"), (1_500, "1500ms")] {
            assert_eq!(milliseconds(time), said);
        }
    }

    #[test]
    fn a_block_of_code_cannot_be_ended_by_a_value() {
        assert_eq!(one_line("k8s\n```\n# hello"), "k8s ''' # hello");
    }
}
