//! Pools as written: servers and agents have most keys in common, so the rules for them are written once.

use std::collections::BTreeMap;

use super::Role;
use super::addresses::SERVERS;
use crate::source::environment::{self as written, Placement, Taint, TaintEffect};
use crate::source::values::{Cidr, Name};
use crate::source::{At, Span};

/// What a pool of either kind has, borrowed from where it is written.
pub(super) struct WrittenPool<'a> {
    pub(super) role: Role,
    pub(super) key: String,
    /// Where its name stands, or what stands for it.
    pub(super) span: Span,
    pub(super) count: &'a At<u32>,
    pub(super) flavor: &'a At<String>,
    pub(super) image: Option<&'a At<String>>,
    pub(super) disk: &'a written::Disk,
    pub(super) etcd_disk: Option<&'a written::Disk>,
    pub(super) placement: &'a At<Placement>,
    pub(super) zones: &'a [At<Name>],
    pub(super) labels: &'a BTreeMap<At<String>, At<String>>,
    pub(super) taints: Vec<Taint>,
    pub(super) metadata: &'a BTreeMap<String, At<String>>,
    pub(super) kubelet_arguments: &'a BTreeMap<At<String>, At<String>>,
    pub(super) extra_rules: &'a [written::ExtraRule],
    pub(super) allowed_address_pairs: &'a [At<Cidr>],
    pub(super) update: &'a written::Update,
}

/// Servers first, then agents as written.
pub(super) fn written_pools(environment: &written::Environment) -> Vec<WrittenPool<'_>> {
    std::iter::once(servers(&environment.servers)).chain(environment.agents.iter().map(agents)).collect()
}

fn servers(pool: &written::Servers) -> WrittenPool<'_> {
    WrittenPool {
        role: Role::Server,
        key: SERVERS.to_owned(),
        span: pool.flavor.span,
        count: &pool.count,
        flavor: &pool.flavor,
        image: pool.image.as_ref(),
        disk: &pool.disk,
        etcd_disk: pool.etcd_disk.as_ref(),
        placement: &pool.placement,
        zones: &pool.zones,
        labels: &pool.labels,
        taints: pool.taints.clone().unwrap_or_else(|| vec![critical_addons_only()]),
        metadata: &pool.metadata,
        kubelet_arguments: &pool.kubelet_arguments,
        extra_rules: &pool.extra_rules,
        allowed_address_pairs: &pool.allowed_address_pairs,
        update: &pool.update,
    }
}

/// What RKE2's documentation asks for on servers that run nothing but the platform.
fn critical_addons_only() -> Taint {
    Taint {
        key: At::unwritten("CriticalAddonsOnly".into()),
        value: Some(At::unwritten("true".into())),
        effect: At::unwritten(TaintEffect::NoExecute),
    }
}

fn agents(pool: &written::AgentPool) -> WrittenPool<'_> {
    WrittenPool {
        role: Role::Agent,
        key: pool.name.to_string(),
        span: pool.name.span,
        count: &pool.count,
        flavor: &pool.flavor,
        image: pool.image.as_ref(),
        disk: &pool.disk,
        etcd_disk: None,
        placement: &pool.placement,
        zones: &pool.zones,
        labels: &pool.labels,
        taints: pool.taints.clone(),
        metadata: &pool.metadata,
        kubelet_arguments: &pool.kubelet_arguments,
        extra_rules: &pool.extra_rules,
        allowed_address_pairs: &pool.allowed_address_pairs,
        update: &pool.update,
    }
}
