//! SQL that makes the target's rows equal to the source's: written to a file, reviewed and run by a person.
//!
//! Never true in here: a statement that is run, a statement that does harm when it is run twice, a difference left out
//! without a line that says so.

mod interference;
mod rows;
mod statement;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use crate::check::Context;
use crate::fingerprint::private_file;
use crate::model::{Error, Outcome, RelationName, Result, Unit, plural};
use crate::plan::Plan;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Repaired {
    /// Tables with statements.
    pub tables: usize,
    /// Rows the statements put right.
    pub rows: u64,
    /// Sequences set.
    pub sequences: usize,
}

/// The statements of one table, on disk: memory stays flat however many rows differ.
struct Part {
    deletes: File,
    upserts: File,
}

/// Writes the repair of everything the rows and sequences checks found different.
///
/// Deletes come first, children before parents; then rows come in, parents before children; then sequences are set.
///
/// # Errors
/// When the rows cannot be read again, or the file cannot be written.
pub(super) async fn repair(context: &Context, units: &[Unit], path: &Path) -> Result<Repaired> {
    let plan = Plan::new(&context.source.catalog, &context.config.scope);
    let different: Vec<&Unit> = units.iter().filter(|unit| !matches!(unit.outcome, Outcome::Same)).collect();
    let (mut done, mut parts, mut left_out) = (Repaired::default(), BTreeMap::new(), Vec::new());
    for planned in &plan.tables {
        let table = planned.table.to_string();
        if !different.iter().any(|unit| unit.check == "rows" && unit.object.identity == table) {
            continue;
        }
        match rows::write(context, &planned.table).await? {
            Ok((part, rows)) => {
                done.tables += 1;
                done.rows += rows;
                parts.insert(planned.table.clone(), part);
                let (source, target) = (&context.source.catalog, &context.target.catalog);
                let keyed = source.relation(&planned.table).is_some_and(|relation| !relation.keys.is_empty());
                if !keyed && source.divides_alike(target, &planned.table) {
                    left_out.push(format!("table {table}: which partition a row is in, since the rows have no key"));
                }
            }
            Err(reason) => left_out.push(format!("table {table}: {reason}")),
        }
    }
    let sequences = sequences(context, &different);
    done.sequences = sequences.len();
    let others = different.iter().filter(|unit| !matches!(unit.check.as_str(), "rows" | "sequences" | "waivers"));
    left_out.extend(
        others
            .filter(|unit| !unit.open_findings().is_empty())
            .map(|unit| format!("{}: found by the check {}, and not a matter of rows", unit.object, unit.check)),
    );
    assemble(path, &plan, parts, &sequences, &left_out, done)
        .map_err(|error| Error::failed(format!("cannot write {}", path.display())).caused_by(error))?;
    Ok(done)
}

/// One `setval` for each sequence that differs and that both sides have.
fn sequences(context: &Context, different: &[&Unit]) -> Vec<String> {
    let found = different.iter().filter(|unit| unit.check == "sequences");
    let states = found.filter_map(|unit| {
        let named = |name: &&RelationName| name.to_string() == unit.object.identity;
        let name = context.target.catalog.sequences.keys().find(named)?;
        let state = context.source.catalog.sequences.get(name)?.state?;
        let quoted = crate::model::literal(&name.sql());
        Some(format!("select pg_catalog.setval({quoted}, {}, {});", state.last_value, state.is_called))
    });
    states.collect()
}

fn assemble(
    path: &Path,
    plan: &Plan,
    mut parts: BTreeMap<RelationName, Part>,
    sequences: &[String],
    left_out: &[String],
    done: Repaired,
) -> std::io::Result<()> {
    let mut out = BufWriter::new(private_file(path)?);
    let (tables, rows) = (plural(done.tables as u64, "table"), plural(done.rows, "row"));
    writeln!(
        out,
        "-- Makes the target equal to the source: {rows} of {tables}. Review it, then run it on the target."
    )?;
    writeln!(
        out,
        "-- Running it twice does no harm. Triggers and foreign keys stay quiet while it runs; a role that may"
    )?;
    writeln!(
        out,
        "-- not set session_replication_role can leave that line out where no trigger would change the rows."
    )?;
    for reason in left_out {
        writeln!(out, "-- LEFT OUT: {}", reason.replace(['\n', '\r'], " "))?;
    }
    writeln!(out, "begin;\nset local session_replication_role = replica;\n{}", statement::SETTINGS)?;
    for planned in plan.tables.iter().rev() {
        if let Some(part) = parts.get_mut(&planned.table) {
            append(&mut out, &mut part.deletes)?;
        }
    }
    for planned in &plan.tables {
        if let Some(part) = parts.get_mut(&planned.table) {
            append(&mut out, &mut part.upserts)?;
        }
    }
    for line in sequences {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "commit;")?;
    out.flush()
}

fn append(out: &mut impl Write, file: &mut File) -> std::io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    std::io::copy(file, out).map(|_| ())
}
