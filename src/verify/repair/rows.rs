//! Reads every differing row of a table again and writes its statements to files.

use std::fs::File;
use std::io::{BufWriter, Write};

use super::Part;
use super::interference::interference;
use super::statement::{self, Values};
use crate::catalog::{Column, Relation};
use crate::check::{Context, SideView};
use crate::fingerprint::{Instead, TableSql, checksum};
use crate::model::{Error, RelationName, Result, Side};
use crate::postgres::Role;
use crate::verify::masked;
use crate::verify::rows::{Counted, Drill, Place, batch as at_once, read as read_values, shape};

/// Writes the statements of one table; gives the files and how many rows they put right, or why there are none.
pub(super) async fn write(context: &Context, table: &RelationName) -> Result<Result<(Part, u64), String>> {
    let (source, target) = (context.source.catalog.relation(table), context.target.catalog.relation(table));
    let (Some(source), Some(target)) = (source, target) else {
        return Ok(Err("it is not on both sides; the schema must be put right first".to_owned()));
    };
    if let Some(reason) = interference(&context.target.catalog, table) {
        return Ok(Err(reason));
    }
    let mut shape = shape(context, source, target);
    // Which of several equal rows is in the wrong partition no statement could say.
    shape.by_partition &= !shape.key.is_empty();
    let needed = |column: &&Column| !column.is_generated() && shape.columns.iter().all(|one| one.name != column.name);
    let absent: Vec<&str> = source.columns.iter().filter(needed).map(|column| column.name.as_str()).collect();
    if !absent.is_empty() {
        return Ok(Err(format!("column {} is not on both sides, or may not be read", absent.join(", "))));
    }
    let instead = masked::instead(context, source);
    if let Some(reason) = masked::unknown(context, source, &instead) {
        return Ok(Err(reason));
    }
    let (one, two) = (TableSql::reading(&shape, source, &instead), TableSql::new(&shape, target));
    let (there, here) =
        tokio::try_join!(checksum(&context.source.readers, &one), checksum(&context.target.readers, &two))?;
    let drill =
        Drill { context, shape: &shape, source, target, instead: &instead, there: &there, here: &here, blames: None };
    let made = || tempfile::tempfile().map_err(unwritable);
    let mut writer = Writer { drill: &drill, deletes: BufWriter::new(made()?), upserts: BufWriter::new(made()?) };
    let mut rows = 0;
    let mut gathered = drill.gather().await?;
    for part in 0..gathered.parts {
        let mut counted = Counted::default();
        gathered.compare(part, usize::MAX, &mut counted)?;
        rows += counted.total();
        if shape.key.is_empty() { writer.multiset(&counted).await? } else { writer.keyed(&counted).await? }
    }
    Ok(Ok((writer.finish()?, rows)))
}

struct Writer<'a> {
    drill: &'a Drill<'a>,
    deletes: BufWriter<File>,
    upserts: BufWriter<File>,
}

impl Writer<'_> {
    /// Extra rows are deleted, missing and changed ones put in. Where a second unique index could stand in the way of
    /// an update (two rows whose values were swapped), or a row is in another partition than where an insert looks for it,
    /// changed rows are deleted first.
    async fn keyed(&mut self, counted: &Counted) -> Result<()> {
        let Drill { context, shape, source, target, instead, .. } = *self.drill;
        for row in read(&context.target, self.drill, target, &Instead::new(), &counted.extra_at).await? {
            writeln!(self.deletes, "{}", statement::delete(target, &shape.key, &row)).map_err(unwritable)?;
        }
        let changed: Vec<Place> = counted.changed_at.iter().map(|(there, _)| there.clone()).collect();
        let fixed = target
            .columns
            .iter()
            .any(|column| column.identity.as_deref() == Some("a") && !shape.key.contains(&column.name));
        let replace = target.keys.len() > 1 || fixed || shape.by_partition;
        for (places, replaced) in [(&counted.missing_at, false), (&changed, replace)] {
            for row in read(&context.source, self.drill, source, instead, places).await? {
                if replaced {
                    writeln!(self.deletes, "{}", statement::delete(target, &shape.key, &row)).map_err(unwritable)?;
                }
                writeln!(self.upserts, "{}", statement::upsert(target, &shape.key, &row)).map_err(unwritable)?;
            }
        }
        Ok(())
    }

    /// Each distinct row that differs is held as many times as the source has it.
    async fn multiset(&mut self, counted: &Counted) -> Result<()> {
        let Drill { context, source, target, instead, .. } = *self.drill;
        for (places, relation, missing) in [(&counted.missing_at, source, true), (&counted.extra_at, target, false)] {
            let rows = match missing {
                true => read(&context.source, self.drill, relation, instead, places).await?,
                false => read(&context.target, self.drill, relation, &Instead::new(), places).await?,
            };
            for (place, row) in places.iter().zip(rows) {
                let wanted = counted.wanted.get(place).copied().unwrap_or(0);
                writeln!(self.upserts, "{}", statement::times(target, &row, wanted)).map_err(unwritable)?;
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<Part> {
        let deletes = self.deletes.into_inner().map_err(|error| unwritable(error.into_error()))?;
        let upserts = self.upserts.into_inner().map_err(|error| unwritable(error.into_error()))?;
        Ok(Part { deletes, upserts })
    }
}

/// The rows at the given places of a side, in that order, with the target's columns.
async fn read<'a, R: Role>(
    side: &SideView<R>,
    drill: &Drill<'a>,
    relation: &Relation,
    instead: &Instead,
    places: &[Place],
) -> Result<Vec<Values<'a>>> {
    let gone = || Error::failed("a differing row is not where it was in the same snapshot");
    let (shape, target) = (drill.shape, drill.target);
    let held = if R::SIDE == Side::Source { drill.there } else { drill.here };
    let sql = TableSql::new(shape, relation);
    let columns: Vec<&Column> =
        sql.columns().map(|column| target.column(&column.name).ok_or_else(gone)).collect::<Result<_>>()?;
    let mut rows = Vec::with_capacity(places.len());
    for batch in places.chunks(at_once(relation, held.rows())) {
        let mut held = read_values(side, shape, relation, instead, batch).await?;
        for place in batch {
            let texts = held.remove(place).ok_or_else(gone)?.into_iter().map(|(text, _)| text);
            rows.push(columns.iter().copied().zip(texts).collect());
        }
    }
    Ok(rows)
}

fn unwritable(error: std::io::Error) -> Error {
    Error::failed("cannot write the repair").caused_by(error)
}
