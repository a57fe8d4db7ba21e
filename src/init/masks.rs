//! Masks for columns that look personal, each tried on the source before it is proposed.

use std::collections::BTreeSet;
use std::time::Duration;

use super::page::toml_text;
use super::personal;
use crate::catalog::{Relation, RelationKind};
use crate::check::Context;
use crate::config::{Config, Flags, MaskKind, TableScope};
use crate::model::{RelationName, Result, readable};
use crate::plan::{MaskedColumn, Plan, TableMapping, mappings};

/// How long one question about masked rows may take; a migration's preflight asks it without such a limit.
const PATIENCE: Duration = Duration::from_secs(10);

/// A mask for one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Proposed {
    pub(super) table: RelationName,
    pub(super) column: String,
    pub(super) mask: MaskKind,
    /// Why it cannot be, as far as was found; it is then written as a comment.
    pub(super) refused: Option<String>,
}

impl Proposed {
    /// The column as the configuration names it.
    pub(super) fn pattern(&self) -> String {
        format!("{}.{}", self.table, readable(&self.column))
    }

    /// The lines of its `[[mask]]`.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec!["[[mask]]".to_owned()];
        let mut add = |key: &str, value: &str| lines.push(format!("{key} = {}", toml_text(value)));
        add("column", &self.pattern());
        add("mask", self.mask.name());
        if let MaskKind::Sql(sql) = &self.mask {
            add("sql", sql);
        }
        lines
    }
}

/// The masks of every column that looks personal.
pub(super) async fn propose(context: &Context) -> Result<Vec<Proposed>> {
    let relations = context.source.catalog.relations.values();
    let mut proposed: Vec<Proposed> =
        relations.filter(|relation| takes_part(context, relation)).flat_map(of_relation).collect();
    // What one refused mask leaves unmasked may part another from the column it refers to.
    let plain = mapped(context, &context.config.scope);
    while try_out(context, &plain, &mut proposed).await? {}
    Ok(proposed)
}

fn takes_part(context: &Context, relation: &Relation) -> bool {
    let holds_rows = relation.is_table() || relation.kind == RelationKind::MaterializedView;
    holds_rows && context.config.scope.exclusion(&relation.name).is_none()
}

fn of_relation(relation: &Relation) -> impl Iterator<Item = Proposed> {
    relation.columns.iter().filter_map(|column| {
        let mask = personal::proposal(relation, column)?;
        let (table, name) = (relation.name.clone(), column.name.clone());
        let mut proposed = Proposed { table, column: name, mask, refused: None };
        proposed.refused = MaskedColumn::new(&proposed.mask, column).err();
        Some(proposed)
    })
}

/// Asks whether the target would take the masked rows, and refuses what it would not; whether anything further was refused.
async fn try_out(context: &Context, plain: &[TableMapping], proposed: &mut [Proposed]) -> Result<bool> {
    let tables: BTreeSet<RelationName> = accepted(proposed).map(|one| one.table.clone()).collect();
    let mut refused = Vec::new();
    for table in &tables {
        let Some(problem) = problem(context, plain, proposed, table, |_| true).await? else { continue };
        let mut alone = Vec::new();
        for one in accepted(proposed).filter(|one| one.table == *table) {
            let of_one = self::problem(context, plain, proposed, table, |column| *column == one.column).await?;
            alone.extend(of_one.map(|problem| (table.clone(), Some(one.column.clone()), problem)));
        }
        // Where none is to blame alone, all are together.
        refused.extend(if alone.is_empty() { vec![(table.clone(), None, problem)] } else { alone });
    }
    for (table, column, problem) in &refused {
        let meant =
            |one: &&mut Proposed| one.table == *table && column.as_ref().is_none_or(|column| *column == one.column);
        proposed.iter_mut().filter(meant).for_each(|one| one.refused = Some(problem.clone()));
    }
    Ok(!refused.is_empty())
}

fn accepted(proposed: &[Proposed]) -> impl Iterator<Item = &Proposed> {
    proposed.iter().filter(|one| one.refused.is_none())
}

/// What keeps a table's masked rows from the target, with only some of its columns masked.
async fn problem(
    context: &Context,
    plain: &[TableMapping],
    proposed: &[Proposed],
    table: &RelationName,
    wanted: impl Fn(&String) -> bool,
) -> Result<Option<String>> {
    let taken = accepted(proposed).filter(|one| one.table != *table || wanted(&one.column));
    let lines: Vec<String> = taken.flat_map(Proposed::lines).collect();
    let masks = Config::from_text(&lines.join("\n"), &Flags::default())?.scope.masks;
    let masked = mapped(context, &TableScope { masks, ..context.config.scope.clone() });
    let of_table = |mapping: &&TableMapping| mapping.table == *table;
    let Some(masked) = masked.iter().find(of_table) else { return Ok(None) };
    // What is in the way without masks too is no mask's doing.
    let known = plain.iter().find(of_table).map_or(&[][..], |mapping| &mapping.problems);
    if let Some(problem) = masked.problems.iter().find(|problem| !known.contains(problem)) {
        return Ok(Some(problem.clone()));
    }
    for probe in &masked.probes {
        let asked = context.source.readers.acquire().await?.rows_within(&probe.sql, PATIENCE).await;
        // What was not answered in time is asked again by preflight.
        let Ok(rows) = asked else { continue };
        let answer = rows.first().and_then(|row| row.first().cloned().flatten());
        if let Some(problem) = probe.problem(answer.as_deref()) {
            return Ok(Some(problem));
        }
    }
    Ok(None)
}

fn mapped(context: &Context, scope: &TableScope) -> Vec<TableMapping> {
    let plan = Plan::new(&context.source.catalog, scope);
    mappings(&context.source.catalog, &context.target.catalog, &plan)
}
