//! One table: checksum both sides at once, and drill down only where they differ.

use super::{NAME, Pair, cause, drill, values};
use crate::catalog::Relation;
use crate::check::Context;
use crate::fingerprint::{Instead, TableChecksum, TableShape, TableSql, checksum};
use crate::model::{Error, Finding, Outcome, Result, RowChange, Side, Unit, count, plural};
use crate::postgres::{is_row_security, is_timeout};
use crate::verify::masked;

/// A compared table.
pub(super) struct Compared {
    pub(super) unit: Unit,
    /// Columns that were compared.
    pub(super) columns: Vec<String>,
    /// Columns that were not, with the reason.
    pub(super) left_out: Vec<(String, String)>,
}

/// The shape in which a relation of both sides is compared.
pub(in crate::verify) fn shape(context: &Context, source: &Relation, target: &Relation) -> TableShape {
    let mut shape = TableShape::shared(source, target);
    if context.source.catalog.server.encoding != context.target.catalog.server.encoding {
        shape.transcode();
    }
    // What a mask makes may be NULL where the column may not.
    let instead = masked::instead(context, source);
    let masked = shape.columns.iter_mut().filter(|column| instead.contains_key(&column.name));
    masked.for_each(|column| column.nullable = true);
    shape
}

/// Most rows of each kind looked at for what they have in common, and bytes of values read for it.
const LOOKED_AT: u64 = 1000;
const LOOKED_AT_BYTES: u64 = 4 << 20;

/// How many rows of each kind are looked at: fewer where they are long.
fn looked_at(relation: &Relation) -> usize {
    let width = relation.bytes / relation.estimated_rows.max(1);
    usize::try_from((LOOKED_AT_BYTES / width.max(1)).clamp(20, LOOKED_AT)).unwrap_or(20)
}

/// Compares the rows of one relation; an error is the reason why that could not be done.
pub(super) async fn compare(
    context: &Context,
    pair: &Pair<'_>,
    source: &Relation,
    target: &Relation,
) -> Result<Compared, String> {
    if context.source.catalog.server.hash_probe != context.target.catalog.server.hash_probe {
        return Err("the two servers do not hash alike (byte order), so their checksums cannot be compared".to_owned());
    }
    let shape = shape(context, source, target);
    let left_out = left_out(source, target, &shape);
    if shape.columns.is_empty() && !(source.columns.is_empty() && target.columns.is_empty()) {
        return Err("there is no column that both sides have and the roles may read".to_owned());
    }
    let instead = masked::instead(context, source);
    let (source_sql, target_sql) = (TableSql::reading(&shape, source, &instead), TableSql::new(&shape, target));
    let (there, here) =
        tokio::join!(checksum(&context.source.readers, &source_sql), checksum(&context.target.readers, &target_sql));
    let there = there.map_err(|error| withheld(error, &instead));
    let there = there.map_err(|error| reason(&error, Side::Source, &context.source.catalog.server.role))?;
    let here = here.map_err(|error| reason(&error, Side::Target, &context.target.catalog.server.role))?;

    let (findings, unread) = if there.differing(&here).is_empty() {
        (Vec::new(), None)
    } else {
        let drill =
            drill::Drill { context, shape: &shape, source, target, instead: &instead, there: &there, here: &here };
        match drill.count(context.config.examples.max(looked_at(source))).await {
            Ok(counted) => findings(context, pair, &shape, source, target, counted).await?,
            // That the rows differ is known all the same.
            Err(error) => {
                let error = withheld(error, &instead);
                let message = "the checksums of the rows differ; which rows is not known";
                (vec![Finding::new(NAME, pair.object.clone(), "rows differ", message)], Some(error.chain()))
            }
        }
    };
    let unreadable: Vec<&str> =
        left_out.iter().filter(|(_, reason)| reason.contains("may not")).map(|(name, _)| name.as_str()).collect();
    let mut unit = Unit::judged(NAME, pair.object.clone(), findings).detail(detail(&there, &here));
    if let Some(reason) = tolerated(context, pair, &instead, there.rows(), unit.open_findings()) {
        let findings = unit.open_findings().to_vec();
        unit.outcome = Outcome::Waived { reason, findings };
    }
    let mut reasons = Vec::new();
    reasons
        .extend((!unreadable.is_empty()).then(|| format!("not all columns could be read: {}", unreadable.join(", "))));
    reasons.extend(unread.map(|reason| format!("rows that differ could not be read again: {reason}")));
    if !reasons.is_empty() {
        let findings = match &unit.outcome {
            Outcome::Waived { findings, .. } => findings.clone(),
            _ => unit.open_findings().to_vec(),
        };
        let reason = reasons.join("; ");
        unit.outcome = Outcome::Incomplete { reason, findings };
    }
    Ok(Compared { unit, columns: shape.columns.into_iter().map(|column| column.name).collect(), left_out })
}

/// What the source says of a mask that fails may quote the value it failed on.
fn withheld(error: Error, instead: &Instead) -> Error {
    match error.sqlstate() {
        // Those whose texts are told apart below.
        Some(state) if !instead.is_empty() && !matches!(state, "42501" | "57014" | "55P03") => {
            error.withheld("the rows could not be read with their masks")
        }
        _ => error,
    }
}

/// Why the findings are accepted, where so few rows differ that the configuration tolerates it. Where columns are masked
/// none are: a row that differs may hold a raw value.
fn tolerated(context: &Context, pair: &Pair<'_>, instead: &Instead, rows: u64, findings: &[Finding]) -> Option<String> {
    let tolerance = context.config.tolerances.iter().rev().find(|tolerance| tolerance.is_for(&pair.name))?;
    // A finding without a total is of rows that were not counted.
    if findings.is_empty() || !instead.is_empty() || findings.iter().any(|finding| finding.total == 0) {
        return None;
    }
    let (differing, allowed) = (findings.iter().map(|finding| finding.total).sum::<u64>(), tolerance.allowed(rows));
    (differing <= allowed).then(|| {
        let (written, rows, allowed) = (&tolerance.written, plural(rows, "row"), count(allowed));
        format!("within the tolerance of {written}: {} of {rows} differ, {allowed} may", count(differing))
    })
}

fn detail(there: &TableChecksum, here: &TableChecksum) -> String {
    match (there.rows(), here.rows()) {
        (one, two) if one == two => plural(one, "row"),
        (one, two) => format!("{} / {} rows", count(one), count(two)),
    }
}

/// Why a side's rows could not be read, for people.
fn reason(error: &Error, side: Side, role: &str) -> String {
    if is_row_security(error) {
        return format!("row-level security would hide rows from role {role} on the {side}: use a role with BYPASSRLS");
    }
    if is_timeout(error) {
        return format!("the {side} ended the scan by its timeout: raise statement_timeout for this side");
    }
    format!("on the {side}: {}", error.chain())
}

/// Columns that are not compared.
fn left_out(source: &Relation, target: &Relation, shape: &TableShape) -> Vec<(String, String)> {
    let mut left_out = Vec::new();
    for (relation, other, other_side) in [(source, target, Side::Target), (target, source, Side::Source)] {
        for column in &relation.columns {
            let compared = shape.columns.iter().any(|shaped| shaped.name == column.name);
            if compared || left_out.iter().any(|(name, _)| *name == column.name) {
                continue;
            }
            let reason = match other.column(&column.name) {
                None => format!("the {other_side} has no such column"),
                Some(_) => "a role may not read it".to_owned(),
            };
            left_out.push((column.name.clone(), reason));
        }
    }
    left_out
}

/// One finding for each kind of change, with the exact total and examples; and why there are none where they could not
/// be read.
async fn findings(
    context: &Context,
    pair: &Pair<'_>,
    shape: &TableShape,
    source: &Relation,
    target: &Relation,
    counted: drill::Counted,
) -> Result<(Vec<Finding>, Option<String>), String> {
    let (examples, unread) = match values::examples(context, shape, source, target, &counted).await {
        Ok(examples) => (examples, None),
        Err(error) => (Vec::new(), Some(error.chain())),
    };
    let mut findings = Vec::new();
    for (change, attribute, total, text) in [
        (RowChange::Missing, "rows missing", counted.missing, "in the source and not in the target"),
        (RowChange::Extra, "rows extra", counted.extra, "in the target and not in the source"),
        (RowChange::Changed, "rows changed", counted.changed, "in both with different values"),
    ] {
        if total > 0 {
            let rows: Vec<_> = examples.iter().filter(|row| row.change == change).cloned().collect();
            let cause = match (change, cause::of_changes(&rows)) {
                (RowChange::Changed, Some(cause)) if rows.len() as u64 == total => format!("; in all of them {cause}"),
                (RowChange::Changed, Some(cause)) => format!("; in all {} looked at {cause}", rows.len()),
                _ => String::new(),
            };
            let rows = rows.into_iter().take(context.config.examples).collect();
            let message = format!("{} {text}{cause}", plural(total, "row"));
            findings.push(Finding::new(NAME, pair.object.clone(), attribute, message).with_rows(total, rows));
        }
    }
    if findings.is_empty() {
        // Sums differed and no row did: never to be passed over in silence.
        return Err("checksums differ, but no differing row was found".to_owned());
    }
    Ok((findings, unread))
}
