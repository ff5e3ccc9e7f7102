//! Every kind of finding, one list per topic. A code is never renamed: users search for it.

/// Declares the codes of one topic and the list of them, `ALL`.
macro_rules! codes {
    ($($(#[$doc:meta])* $constant:ident = $severity:ident $name:literal: $title:literal, $explanation:literal, $upstream:literal;)*) => {
        $(
            #[doc = $title]
            pub static $constant: $crate::diagnostic::Code = $crate::diagnostic::Code {
                name: $name,
                severity: $crate::diagnostic::Severity::$severity,
                title: $title,
                explanation: $explanation,
                upstream: $upstream,
            };
        )*
        /// The codes of this topic, in the order of the text.
        pub static ALL: &[&$crate::diagnostic::Code] = &[$(&$constant),*];
    };
}

pub mod balancers;
pub mod charts;
pub mod cloud;
pub mod cluster;
pub mod delivery;
pub mod flows;
pub mod host;
pub mod lock;
pub mod network;
pub mod nodes;
pub mod objects;
pub mod platform;
pub mod policies;
pub mod registry;
pub mod render;
pub mod source;
pub mod storage;
pub mod tenants;
pub mod upgrade;

use super::Code;

/// Every code of every topic.
pub fn all() -> impl Iterator<Item = &'static Code> {
    [
        source::ALL,
        network::ALL,
        nodes::ALL,
        host::ALL,
        platform::ALL,
        cluster::ALL,
        cloud::ALL,
        balancers::ALL,
        policies::ALL,
        registry::ALL,
        render::ALL,
        lock::ALL,
        tenants::ALL,
        objects::ALL,
        upgrade::ALL,
        flows::ALL,
        delivery::ALL,
        charts::ALL,
        storage::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

/// The code of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Code> {
    all().find(|code| code.name == name)
}
