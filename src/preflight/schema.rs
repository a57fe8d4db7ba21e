//! Every column must have a place to go to.

use super::{PreflightRow, Sides, some};
use crate::model::{Result, plural, quoted};
use crate::plan::{Fit, mappings};

const WANTED: &str = "every planned column has its place on the target";

pub(super) async fn check(sides: &Sides<'_>) -> PreflightRow {
    match problems(sides).await {
        Err(error) => PreflightRow::stop("schema", error.chain(), WANTED).fix("let the source's role read its tables"),
        Ok((problems, unknown, _)) if problems.is_empty() && !unknown.is_empty() => {
            PreflightRow::warn("schema", some(&unknown), WANTED)
                .fix("let the two types be the same, or compare the rows once they are copied")
        }
        Ok((problems, _, notes)) if problems.is_empty() => match notes {
            0 => PreflightRow::go("schema", "columns match", WANTED),
            notes => PreflightRow::warn("schema", format!("columns match but for {}", plural(notes, "remark")), WANTED)
                .fix("see `verify --only schema`"),
        },
        Ok((problems, ..)) => PreflightRow::stop("schema", some(&problems), WANTED)
            .fix("bring the target's schema up to the source's: copying rows repairs no schema"),
    }
}

/// What stands in the way, what the source could not answer, and how many things are worth a remark.
async fn problems(sides: &Sides<'_>) -> Result<(Vec<String>, Vec<String>, u64)> {
    let (mut problems, mut unknown, mut notes) = (Vec::new(), Vec::new(), 0);
    for mapping in mappings(&sides.source.catalog, &sides.target.catalog, sides.plan) {
        let table = &mapping.table;
        problems.extend(mapping.problems.iter().map(|problem| format!("table {table} {problem}")));
        notes += mapping.notes.len() as u64;
        for narrowed in &mapping.narrowed {
            // A session of its own: one that the source cannot answer must not end the others.
            let answer = sides.source.readers.acquire().await?.value(&narrowed.sql).await;
            match narrowed.heard(answer) {
                Fit::Whole => {}
                Fit::Changed(problem) => problems.push(format!("table {table} {problem}")),
                Fit::Unknown(what) => unknown.push(format!("{table}: {what}")),
            }
        }
        let Some(probe) = mapping.left_out_probe() else { continue };
        let holds = sides.source.readers.answer(&probe).await?.into_iter().flatten();
        for (column, holds) in mapping.left_out.iter().zip(holds) {
            if holds.as_deref() == Some("t") {
                problems
                    .push(format!("column {} of {table} holds values and is missing on the target", quoted(column)));
            } else {
                notes += 1;
            }
        }
    }
    Ok((problems, unknown, notes))
}
