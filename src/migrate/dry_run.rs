//! What a day would do, without doing it.

use serde::Serialize;

use super::sides::Sides;
use crate::clean;
use crate::model::RelationName;
use crate::plan::mappings;

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
pub fn statements(sides: &Sides) -> Statements {
    let copies = mappings(&sides.there, &sides.here, &sides.plan).into_iter().map(|mapping| CopyStatements {
        from: mapping.copy_out(),
        into: mapping.copy_in(),
        table: mapping.table,
        problems: mapping.problems,
    });
    let set = sides.there.sequences.values().filter(|sequence| sides.plan.covers(sequence));
    Statements {
        truncate: clean::statement(&sides.plan, &sides.here),
        copies: copies.collect(),
        sequences: set.map(|sequence| sequence.name.clone()).collect(),
    }
}
