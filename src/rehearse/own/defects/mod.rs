//! Defects made for the user's own schema: a kind is a file of SQL that asks the source's catalog where it could be planted, and answers
//! how, and what must be reported.
//!
//! Never true in here: a kind that is left out without a word, a finding that is allowed though nothing of it hangs on what was planted.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::model::{Aside, Events, Result};
use crate::postgres::{Endpoint, Session, Target, is_lost};
use crate::rehearse::defects::Defect;
use crate::rehearse::matrix;

/// What the kinds ask from.
const SUBJECTS: &str = include_str!("subjects.sql");
/// Places of a kind that are tried, the first that can be planted is taken.
const TRIED: usize = 12;

/// Lists the kinds by name; the compiler reads them.
macro_rules! kinds {
    ($($name:literal),* $(,)?) => {
        &[$(include_str!(concat!("sql/", $name, ".sql"))),*]
    };
}

/// Every kind, in the order of the matrix.
const KINDS: &[&str] = kinds![
    "row_missing",
    "row_referred_to_missing",
    "row_extra",
    "row_doubled",
    "value_of_type",
    "value_null",
    "value_space",
    "value_microsecond",
    "values_swapped",
    "vector_element",
    "orphan",
    "sequence_behind",
    "sequence_ahead",
    "view_stale",
    "index_missing",
    "index_invalid",
    "index_options",
    "unique_dropped",
    "check_dropped",
    "exclusion_dropped",
    "constraint_unproven",
    "foreign_key_dropped",
    "foreign_key_deletes",
    "not_null_lost",
    "default_lost",
    "default_changed",
    "column_widened",
    "column_extra",
    "column_missing",
    "identity_overridden",
    "enum_label",
    "domain_check",
    "partition_detached",
    "sequence_step",
    "table_options",
    "replica_identity",
    "comment_changed",
    "statistics_extra",
    "view_changed",
    "view_invoker",
    "function_body",
    "function_volatility",
    "function_security",
    "trigger_dropped",
    "trigger_disabled",
    "policy_dropped",
    "policy_loosened",
    "policy_extra",
    "row_security_off",
    "row_security_on",
    "grant_revoked",
    "grant_to_public",
    "owner_changed",
    "extension_version",
    "database_setting",
];

/// A place where a kind could be planted.
#[derive(Debug, Deserialize)]
struct Place {
    /// What there is to be one defect of each, where the kind is of several.
    each: Option<String>,
    planted: String,
    plant: String,
    heal: String,
    expects: BTreeSet<String>,
    allows: BTreeSet<String>,
}

/// What is planted, and the kinds that are not.
pub(in crate::rehearse) struct Chosen {
    pub(in crate::rehearse) defects: Vec<Defect>,
    pub(in crate::rehearse) not_planted: Vec<Aside>,
}

/// Chooses a place for every kind: the first, in the order of the catalog, where the target takes the defect and the cure.
///
/// # Errors
/// The server's error.
pub(in crate::rehearse) async fn choose(
    source: &Endpoint<Target>,
    target: &Endpoint<Target>,
    events: &Events,
) -> Result<Chosen> {
    let mut asked = Session::connect(source).await?;
    asked.execute("set enable_sort = on; set client_min_messages = error").await?;
    asked.execute(SUBJECTS).await?;
    let mut tried = Session::connect(target).await?;
    tried.execute(matrix::VANDAL).await?;
    let mut chosen = Chosen { defects: Vec::new(), not_planted: Vec::new() };
    for kind in KINDS {
        let name = header(kind, "name").unwrap_or_default();
        let several = header(kind, "each").is_some();
        let limit = if several { String::new() } else { format!("\nlimit {TRIED}") };
        let places: Vec<Place> = asked
            .read(&format!("{}{limit}", kind.trim_end()))
            .await
            .map_err(|error| error.at(format!("looking for a place for `{name}`")))?;
        let mut groups: BTreeMap<Option<String>, Vec<Place>> = BTreeMap::new();
        for place in places {
            groups.entry(place.each.clone()).or_default().push(place);
        }
        if groups.is_empty() {
            let reason = "the schema has no place for it".to_owned();
            chosen.not_planted.push(Aside { object: name.to_owned(), reason });
        }
        for (each, places) in groups {
            let full = each.as_ref().map_or_else(|| name.to_owned(), |each| format!("{name}: {each}"));
            match first(&mut tried, places).await? {
                Ok(place) => chosen.defects.push(Defect {
                    name: full,
                    planted: place.planted,
                    plant: place.plant,
                    heal: place.heal,
                    expects: place.expects,
                    allows: place.allows,
                }),
                Err(reason) => chosen.not_planted.push(Aside { object: full, reason }),
            }
        }
    }
    asked.close().await;
    tried.close().await;
    events.note(format!("defects chosen: {}; no place for {} kinds", chosen.defects.len(), chosen.not_planted.len()));
    Ok(chosen)
}

/// The first place where a defect can be planted and healed; else the server's last refusal.
async fn first(session: &mut Session<Target>, places: Vec<Place>) -> Result<Result<Place, String>> {
    let mut refusal = String::new();
    for place in places {
        session.execute("begin").await?;
        let went = match session.execute(&place.plant).await {
            Ok(()) => session.execute(&place.heal).await,
            refused => refused,
        };
        let refused = match went {
            Err(error) if is_lost(&error) => return Err(error),
            Err(error) => Some(super::said(session, &error)),
            Ok(()) => None,
        };
        session.execute("rollback").await?;
        match refused {
            None => return Ok(Ok(place)),
            Some(said) => refusal = format!("{} does not take it: {said}", place.planted),
        }
    }
    Ok(Err(refusal))
}

/// A line of a kind's header.
fn header<'a>(sql: &'a str, key: &str) -> Option<&'a str> {
    sql.lines().find_map(|line| line.strip_prefix("-- ")?.strip_prefix(key)?.strip_prefix(": "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_name_of_its_own_and_every_file_is_a_kind() {
        let names: BTreeSet<&str> = KINDS.iter().filter_map(|kind| header(kind, "name")).collect();
        assert_eq!(names.len(), KINDS.len());
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rehearse/own/defects/sql");
        assert_eq!(std::fs::read_dir(folder).unwrap().count(), KINDS.len());
    }
}
