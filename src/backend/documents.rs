//! Documents for people: the README of an environment, its picture, and what other teams provide for it.
//!
//! They stand at the top of the tree, where a reviewer and GitHub look first. Markdown is GitHub's,
//! <https://github.github.com/gfm/>; tables are not aligned, so that an edit of one row is a change of one line.

mod balancers;
mod picture;
mod prerequisites;
mod readme;
mod secrets;
mod tenants;
mod words;

use super::Backend;
use crate::model::Model;
use crate::reach::Matrix;
use crate::render::Page;

/// README, PREREQUISITES and the picture.
pub(super) const BACKEND: Backend =
    Backend { name: "documents", summary: "README, a picture of the cluster, and what other teams provide, for people", pages };

fn pages(model: &Model) -> Vec<Page> {
    vec![prerequisites::page(model), picture::page(model)]
}

/// The README comes last: it tells what the policies of the other back ends let through.
pub(super) fn readme(model: &Model, reach: &Matrix) -> Page {
    readme::page(model, reach)
}
