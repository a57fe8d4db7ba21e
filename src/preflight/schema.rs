//! Every column must have a place to go to.

use super::{PreflightRow, Sides, some};
use crate::model::{Result, plural, quoted};
use crate::plan::mappings;

const WANTED: &str = "every planned column has its place on the target";

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    match problems(sides).await {
        Err(error) => PreflightRow::stop("schema", error.chain(), WANTED).fix("let the source's role read its tables"),
        Ok((problems, notes)) if problems.is_empty() => match notes {
            0 => PreflightRow::go("schema", "columns match", WANTED),
            notes => PreflightRow::warn("schema", format!("columns match but for {}", plural(notes, "remark")), WANTED)
                .fix("see `verify --only schema`"),
        },
        Ok((problems, _)) => PreflightRow::stop("schema", some(&problems), WANTED)
            .fix("bring the target's schema up to the source's: copying rows repairs no schema"),
    }
}

/// What stands in the way, and how many things are worth a remark.
async fn problems(sides: &Sides<'_>) -> Result<(Vec<String>, u64)> {
    let (mut problems, mut notes) = (Vec::new(), 0);
    let mut reader = sides.source.readers.acquire().await?;
    for mapping in mappings(&sides.source.catalog, &sides.target.catalog, sides.plan) {
        let table = &mapping.table;
        problems.extend(mapping.problems.iter().map(|problem| format!("table {table} {problem}")));
        notes += mapping.notes.len() as u64;
        let Some(probe) = mapping.left_out_probe() else { continue };
        let holds = reader.rows(&probe).await?.into_iter().flatten();
        for (column, holds) in mapping.left_out.iter().zip(holds) {
            if holds.as_deref() == Some("t") {
                problems
                    .push(format!("column {} of {table} holds values and is missing on the target", quoted(column)));
            } else {
                notes += 1;
            }
        }
    }
    Ok((problems, notes))
}
