//! strata: one environment file becomes everything that a Kubernetes cluster on `OpenStack` is built from.

pub mod diagnostic;
pub mod source;
