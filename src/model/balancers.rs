//! Balancers: until their branch lands, none.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::{Balancer, Input, Network, Pool};
use crate::diagnostic::Diagnostic;

pub(super) fn balancers(_: &Input, _: &Network, _: &[Pool], _: &BTreeMap<String, Ipv4Addr>, _: &mut Vec<Diagnostic>) -> Vec<Balancer> {
    Vec::new()
}
