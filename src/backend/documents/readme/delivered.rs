//! The table of what the node channel delivers.

use serde::Serialize;

use crate::backend::documents::words::word;
use crate::model::Model;
use crate::model::delivery::{self, Delivered, Takes, When};

/// Pools whose nodes get the same files.
#[derive(Serialize)]
pub(super) struct PoolsView {
    pools: String,
    files: Vec<Row>,
}

#[derive(Serialize, PartialEq, Eq)]
struct Row {
    path: String,
    what: String,
    mode: &'static str,
    owner: String,
    waits: &'static str,
    takes: String,
}

pub(super) fn pools(model: &Model) -> Vec<PoolsView> {
    let mut views: Vec<PoolsView> = Vec::new();
    for pool in &model.pools {
        let files: Vec<Row> = delivery::files(model, pool).iter().map(row).collect();
        match views.iter_mut().find(|view| view.files == files) {
            Some(view) => view.pools.extend([", ", &pool.key]),
            None => views.push(PoolsView { pools: pool.key.clone(), files }),
        }
    }
    views
}

fn row(delivered: &Delivered) -> Row {
    Row {
        path: delivered.path.clone(),
        what: what(delivered),
        mode: delivered.mode,
        owner: word(&delivered.owner),
        waits: if delivered.when == When::BeforeStart { "yes" } else { "no" },
        takes: takes(delivered),
    }
}

fn what(delivered: &Delivered) -> String {
    let secret = delivered.secret.as_ref().map(|secret| {
        let made = if secret.generated { ", which apply makes" } else { "" };
        let place = if secret.fills.is_empty() { String::new() } else { format!(" at {}", secret.fills.join(".")) };
        format!("; secret {}{made}{place}", secret.name)
    });
    format!("{}{}", delivered.what, secret.unwrap_or_default())
}

fn takes(delivered: &Delivered) -> String {
    let command = delivered.command.unwrap_or_default();
    match delivered.takes {
        Takes::Restart if !command.is_empty() => format!("{command}, then a restart of RKE2"),
        Takes::Restart => "a restart of RKE2".to_owned(),
        Takes::Registration => "a new node; on a living one the API, or a command of RKE2".to_owned(),
        Takes::Command => command.to_owned(),
        Takes::Nothing => "nothing".to_owned(),
    }
}
