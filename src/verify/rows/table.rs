//! One table: checksum both sides at once, and drill down only where they differ.

use super::blame::Blames;
use super::drill::Drill;
use super::found::{self, Found};
use super::{NAME, Pair, Rows};
use crate::catalog::Relation;
use crate::check::{Context, SideView};
use crate::fingerprint::{Instead, Strength, TableChecksum, TableShape, TableSql, checksum};
use crate::model::{Error, Finding, Outcome, RelationName, Result, Side, Unit, count, plural, readable};
use crate::postgres::{Role, is_row_security, is_timeout};
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
    shape.strength = if context.config.manner.strong { Strength::Strong } else { Strength::Fast };
    shape.transcode(&context.source.catalog.server, &context.target.catalog.server);
    shape.place(&source.name, &context.source.catalog, &context.target.catalog);
    shape.may_be_null(&masked::instead(context, source));
    shape
}

/// Compares the rows of one relation; an error is the reason why that could not be done.
pub(super) async fn compare(
    rows: &Rows,
    context: &Context,
    pair: &Pair<'_>,
    source: &Relation,
    target: &Relation,
) -> Result<Compared, String> {
    if context.source.catalog.server.hash_probe != context.target.catalog.server.hash_probe {
        return Err("the two servers do not hash alike (byte order), so their checksums cannot be compared".to_owned());
    }
    let mut shape = shape(context, source, target);
    let left_out = left_out(source, target, &shape);
    if shape.columns.is_empty() && !(source.columns.is_empty() && target.columns.is_empty()) {
        return Err("there is no column that both sides have and the roles may read".to_owned());
    }
    let instead = masked::instead(context, source);
    if let Some(reason) = masked::unknown(context, source, &instead) {
        return Err(reason);
    }
    let then = rows.since.as_ref().and_then(|record| record.tables.get(&pair.name.to_string()));
    let then = then.filter(|then| then.shape.columns == shape.columns && then.shape.key == shape.key);
    let then = then.filter(|then| then.shape.by_partition == shape.by_partition);
    // A record holds the rows as they are.
    let then = then.filter(|_| instead.is_empty());
    if let Some(then) = then {
        shape = then.shape.clone();
    }
    let one = TableSql::reading(&shape, source, &instead);
    let two = TableSql::new(&shape, target);
    let (there, here) = tokio::join!(
        rows.checksum(&context.source, &one, &pair.name, &shape, &instead),
        rows.checksum(&context.target, &two, &pair.name, &shape, &instead)
    );
    let there = there.map_err(|error| masked::withheld(error, &instead));
    let there = there.map_err(|error| reason(&error, Side::Source, &context.source.catalog.server.role))?;
    let here = here.map_err(|error| reason(&error, Side::Target, &context.target.catalog.server.role))?;

    let mut found = Found::default();
    if !there.differing(&here).is_empty() {
        let blames = then.map(|then| Blames::new(then, &there, &here));
        let drill = Drill {
            context,
            shape: &shape,
            source,
            target,
            instead: &instead,
            there: &there,
            here: &here,
            blames: blames.as_ref(),
        };
        found = found::differences(&drill, pair).await?;
    }
    let unreadable: Vec<&str> =
        left_out.iter().filter(|(_, reason)| reason.contains("may not")).map(|(name, _)| name.as_str()).collect();
    if !unreadable.is_empty() {
        found.unknown.push(format!("not all columns could be read: {}", unreadable.join(", ")));
    }
    let details: Vec<String> = std::iter::once(detail(&there, &here)).chain(found.details).collect();
    let mut unit = Unit::judged(NAME, pair.object.clone(), found.findings).detail(details.join("; "));
    unit = unit.rows(there.rows(), here.rows());
    let findings = unit.open_findings().to_vec();
    if !found.unknown.is_empty() {
        unit.outcome = Outcome::Incomplete { reason: found.unknown.join("; "), findings };
    } else if let Some(reason) = tolerated(context, pair, &instead, there.rows(), &findings) {
        unit.outcome = Outcome::Waived { reason, findings };
    }
    Ok(Compared { unit, columns: shape.columns.into_iter().map(|column| column.name).collect(), left_out })
}

impl Rows {
    /// One side's checksum of a table: an earlier run's, where the side still shows the same rows, or a new one.
    pub(in crate::verify) async fn checksum<R: Role>(
        &self,
        side: &SideView<R>,
        sql: &TableSql<'_>,
        table: &RelationName,
        shape: &TableShape,
        instead: &Instead,
    ) -> Result<TableChecksum> {
        // What a mask makes depends on more than the rows.
        let Some(finished) = self.finished.as_ref().filter(|_| instead.is_empty()) else {
            return checksum(&side.readers, sql).await;
        };
        let server = &side.catalog.server;
        if let Some(known) = finished.recall(R::SIDE, server, table, shape) {
            return Ok(known.clone());
        }
        let summed = checksum(&side.readers, sql).await?;
        finished.keep(R::SIDE, server, table, shape, &summed)?;
        Ok(summed)
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
    let mut detail = match (there.rows(), here.rows()) {
        (one, two) if one == two => plural(one, "row"),
        (one, two) => format!("{} / {} rows", count(one), count(two)),
    };
    for (column, one, two) in there.differing_nulls(here) {
        detail.push_str(&format!("; {} / {} NULLs in {}", count(one), count(two), readable(column)));
    }
    detail
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
