//! Administrators as templates print them: more than one back end gives them an account.

use serde::Serialize;

use crate::model::Model;

/// An account.
#[derive(Debug, Serialize)]
pub(super) struct Account<'a> {
    name: &'a str,
    keys: &'a [String],
}

pub(super) fn of(model: &Model) -> Vec<Account<'_>> {
    model.administrators.iter().map(|person| Account { name: person.name.as_str(), keys: &person.keys }).collect()
}
