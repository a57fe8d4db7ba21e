//! What a report shows beyond units: the plan as a graph, what personas are shown, how well vector indexes find.
//!
//! Never true in here: a verdict. Units alone make one; a picture shows what they say, and an old report has none.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{ObjectRef, RelationName};

/// The plan as reports draw it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlanPicture {
    /// The planned tables in copy order: by level, then by name.
    pub tables: Vec<PlannedTable>,
    /// Cycles of two tables or more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cycles: Vec<Vec<RelationName>>,
}

/// One planned table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedTable {
    /// Its name.
    pub table: RelationName,
    /// Its dependency level.
    pub level: usize,
    /// The planned tables it refers to, itself left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<RelationName>,
    /// Columns of foreign keys from the table to itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub self_references: Vec<String>,
    /// Bytes on the source's disk.
    pub bytes: u64,
}

/// How many rows each side has of a relation, as they were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowCounts {
    /// On the source.
    pub source: u64,
    /// On the target.
    pub target: u64,
}

/// What personas and tenants are shown of each table and view on both sides.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SightMatrix {
    /// Who was asked as; each row of `relations` has a cell for each, in this order.
    pub personas: Vec<SightPersona>,
    /// What they were asked for.
    pub relations: Vec<SightRow>,
    /// Relations left out; one in which something differs is left out last.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

/// Who was asked as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SightPersona {
    /// The name findings use.
    pub name: String,
    /// The role.
    pub role: String,
    /// The tenant it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
}

/// What each persona is shown of one relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SightRow {
    /// The table or view.
    pub object: ObjectRef,
    /// A cell for each persona.
    pub cells: Vec<Sight>,
}

/// What one persona is shown of one relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Sight {
    /// What the comparison came to.
    pub comes_to: SightOutcome,
    /// On the source, such as `12 rows` or `refused`; `None` where it was not looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// On the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// Rows of another tenant that are shown on the target; `None` where that was not asked, or is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of_others: Option<u64>,
}

/// What a comparison of what a persona is shown came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SightOutcome {
    /// The same rows are shown, and the same are open to change.
    Same,
    /// Other rows or columns are shown, or other rows are open to change.
    Different,
    /// Only rows that one side lacks make the difference; the check of rows reports them.
    LeftToRows,
    /// Not looked at, or not wholly.
    Unknown,
}

/// How many of the exact neighbours the approximate indexes of one vector column find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recall {
    /// The column.
    pub column: ObjectRef,
    /// The share on the source, from 0 to 1; `None` without an index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<f64>,
    /// The share on the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<f64>,
    /// The share that is asked for on the target.
    pub required: f64,
    /// How many rows were searched for.
    pub searches: u64,
    /// How many neighbours of each.
    pub neighbours: u32,
    /// The index that was searched on the target, or else on the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<String>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}
