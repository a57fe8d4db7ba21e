//! What a day would do, without doing it.

use serde::Serialize;

use super::sides::Sides;
use crate::check::SideView;
use crate::clean;
use crate::config::Config;
use crate::model::{RelationName, Result};
use crate::plan::{check_masks, mappings};
use crate::postgres::{Source, Target};

/// The statements of a day, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statements {
    /// The one that empties the planned tables; `None` where the target has none of them.
    pub truncate: Option<String>,
    /// The copies, in the order of the levels.
    pub copies: Vec<CopyStatements>,
    /// Sequences that are set to where the source's stand.
    pub sequences: Vec<RelationName>,
}

/// The two ends of one table's copy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CopyStatements {
    /// The table.
    pub table: RelationName,
    /// What reads it on the source.
    pub from: String,
    /// What writes it on the target.
    pub into: String,
    /// Why it cannot be copied as it is; empty where it can.
    pub problems: Vec<String>,
}

/// The statements a day would run on these sides.
///
/// # Errors
/// When a side cannot be reached any more; usage where a mask or a subset cannot be.
pub async fn statements(sides: &Sides, config: &Config) -> Result<Statements> {
    let (there, here) = tokio::try_join!(
        SideView::<Source>::open(&sides.source, 1, &config.scope.schemas),
        SideView::<Target>::open(&sides.target, 1, &config.scope.schemas),
    )?;
    tokio::join!(there.readers.close(), here.readers.close());
    let (mut there, here) = (there.catalog, here.catalog);
    check_masks(&config.scope, &there)?;
    there.choose(&config.scope)?;
    let copies = mappings(&there, &here, &sides.plan).into_iter().map(|mapping| CopyStatements {
        from: mapping.copy_out(),
        into: mapping.copy_in(),
        table: mapping.table,
        problems: mapping.problems,
    });
    let set = there.sequences.values().filter(|sequence| sides.plan.covers(&there, sequence));
    Ok(Statements {
        truncate: clean::statement(&sides.plan, &here),
        copies: copies.collect(),
        sequences: set.map(|sequence| sequence.name.clone()).collect(),
    })
}
