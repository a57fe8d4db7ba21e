//! Masked rows must keep what the target demands of them, which is found out by asking the source for them.

use super::{PreflightRow, Sides, some};
use crate::model::Result;
use crate::plan::{check_masks, mappings};

const CHECK: &str = "masks";
const WANTED: &str = "every mask fits its column, and masked rows keep the target's constraints";

/// No row where nothing is masked.
pub(super) async fn check(sides: &Sides<'_>) -> Option<PreflightRow> {
    let scope = &sides.config.scope;
    if scope.masks.list.is_empty() {
        return None;
    }
    let fit = sides.config.require_salt().and_then(|()| check_masks(scope, &sides.source.catalog));
    if let Err(error) = fit {
        let fix = error.hint_text().unwrap_or("correct [[mask]] in the configuration").to_owned();
        return Some(PreflightRow::stop(CHECK, error.chain(), WANTED).fix(fix));
    }
    Some(match asked(sides).await {
        Err(error) => PreflightRow::stop(CHECK, error.chain(), WANTED).fix("let the source's role read its tables"),
        Ok((_, problems, _)) if !problems.is_empty() => PreflightRow::stop(CHECK, some(&problems), WANTED)
            .fix("use another mask for the column, or an expression that keeps the constraint"),
        Ok((_, _, unknown)) if !unknown.is_empty() => PreflightRow::warn(CHECK, some(&unknown), WANTED)
            .fix("the source cannot evaluate it: the copy of the table may fail on the target"),
        Ok((columns, ..)) => PreflightRow::go(CHECK, crate::model::plural(columns, "masked column"), WANTED),
    })
}

/// How many columns are masked, what is in the way, and what the source could not answer.
async fn asked(sides: &Sides<'_>) -> Result<(u64, Vec<String>, Vec<String>)> {
    let (mut columns, mut problems, mut unknown) = (0, Vec::new(), Vec::new());
    for mapping in mappings(&sides.source.catalog, &sides.target.catalog, sides.plan) {
        let table = &mapping.table;
        columns += mapping.readings.masked.len() as u64;
        if !mapping.readings.masked.is_empty() {
            problems.extend(mapping.problems.iter().map(|problem| format!("table {table} {problem}")));
        }
        for probe in &mapping.probes {
            // Another session is lent once one has failed.
            let answer = sides.source.readers.acquire().await?.value(&probe.sql).await;
            match answer {
                Ok(answer) => {
                    problems.extend(probe.problem(answer.as_deref()).map(|found| format!("{table}: {found}")))
                }
                Err(error) => {
                    let reason = error.withheld("the source did not answer");
                    unknown.push(format!("{table}: {} ({reason})", probe.unanswered()));
                }
            }
        }
    }
    Ok((columns, problems, unknown))
}
