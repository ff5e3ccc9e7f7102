//! strata: one environment file becomes everything that a Kubernetes cluster on OpenStack is built from.
//!
//! Seven rooms, one direction; data enters as text and leaves as a tree of files:
//!
//! ```text
//! environments/NAME/environment.yaml (+ what it extends, + tenants/*.yaml, + lock.yaml)
//!    |  source   read, parse, merge; every value remembers where it stood
//!    |  model    defaults, derived values, every cross-check
//!    |  backend  heat, octavia, calico: which files, with which values
//!    |  render   fill the template, read back, bind, write canonically        <- templates/
//!    |  reach    who reaches whom by the policies that were made; for findings and the README
//!    v
//!  tree          path -> text  ------->  generated/NAME/
//! ```
//!
//! `plan` and `apply` come behind the tree. `diagnostic` is used by all; `lock` and `cli` alone touch the world.

pub mod backend;
pub mod cli;
pub mod compile;
pub mod diagnostic;
pub mod exit;
pub mod lock;
pub mod model;
pub mod reach;
pub mod render;
pub mod source;
pub mod span;

pub mod tree;
