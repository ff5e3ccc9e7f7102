//! The ports that are open on a route: asked at each port where some rule begins or ceases to match, so the answer is exact.

use super::policy::protocol_name;
use super::route::{Filter, Packet, Route};

/// Protocols whose ports a summary tells.
const TOLD: [u8; 2] = [6, 17];

/// Open ports: protocol, first, last.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Open(pub Vec<(u8, u16, u16)>);

impl Route<'_> {
    /// The ports of TCP and UDP that are open.
    #[must_use]
    pub fn open(&self) -> Open {
        let mut open = Open::default();
        let edges: Vec<(Option<u8>, u16)> = self.filters().flat_map(Filter::edges).collect();
        for protocol in TOLD {
            let about = edges.iter().filter(|(of, port)| of.is_none_or(|of| of == protocol) && *port > 0);
            let mut starts: Vec<u16> = about.map(|(_, port)| *port).chain([1]).collect();
            starts.sort_unstable();
            starts.dedup();
            for (at, first) in starts.iter().enumerate() {
                if self.judge(&Packet::to(protocol, *first)).allowed() {
                    let last = starts.get(at + 1).map_or(u16::MAX, |next| next - 1);
                    open.add(protocol, *first, last);
                }
            }
        }
        open
    }
}

impl Open {
    /// Whether nothing is open.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all ports are.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.0 == TOLD.map(|protocol| (protocol, 1, u16::MAX))
    }

    /// Without one port.
    #[must_use]
    pub fn without(self, protocol: u8, port: u16) -> Open {
        let split = |(of, first, last): (u8, u16, u16)| {
            if of != protocol || port < first || port > last {
                return vec![(of, first, last)];
            }
            let before = (first < port).then(|| (of, first, port - 1));
            let after = (port < last).then(|| (of, port + 1, last));
            before.into_iter().chain(after).collect()
        };
        Open(self.0.into_iter().flat_map(split).collect())
    }

    fn add(&mut self, protocol: u8, first: u16, last: u16) {
        match self.0.last_mut() {
            Some((before, _, end)) if *before == protocol && *end + 1 == first => *end = last,
            _ => self.0.push((protocol, first, last)),
        }
    }
}

impl std::fmt::Display for Open {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0.is_empty() {
            return out.write_str("–");
        }
        if self.is_everything() {
            return out.write_str("all");
        }
        let range = |(protocol, first, last): &(u8, u16, u16)| {
            let protocol = protocol_name(*protocol);
            match (first, last) {
                (1, &u16::MAX) => format!("all {protocol}"),
                (first, last) if first == last => format!("{first}/{protocol}"),
                (first, last) => format!("{first}-{last}/{protocol}"),
            }
        };
        out.write_str(&self.0.iter().map(range).collect::<Vec<_>>().join(", "))
    }
}
