//! Rows on their way: one relayed COPY, counted on both sides.

use std::sync::atomic::Ordering;

use super::work::Part;
use super::worker::Workers;
use crate::journal::Moved;
use crate::model::{Error, Event, RelationName, Result, count};
use crate::plan::TableMapping;
use crate::postgres::{Session, Target, is_row_security};

impl Workers<'_> {
    /// Copies a part of a table into the open, hushed transaction. A whole table must be empty on the target.
    pub(super) async fn bring(&self, session: &mut Session<Target>, part: &Part, freeze: bool) -> Result<Moved> {
        let table = &part.table;
        let mapping = self.mapping(table)?;
        if part.is_whole() {
            let held = format!("select exists (select from {})", mapping.target_item());
            if session.value(&held).await?.as_deref() == Some("t") {
                return Err(not_empty(table));
            }
        }
        let into = match freeze {
            true if truncate(session, table).await? => mapping.copy_in_frozen(),
            _ => mapping.copy_in(),
        };
        let conditions = part.piece.conditions();
        let from = match &part.leaf {
            Some(leaf) => mapping.copy_out_of(leaf, &conditions),
            None => mapping.copy_out_where(&conditions),
        };
        self.relay(session, mapping, &from, &into).await.map_err(|error| explain(error, part))
    }

    /// Relays the rows; gives their number, on which both servers must agree, and their bytes.
    pub(super) async fn relay(
        &self,
        session: &mut Session<Target>,
        mapping: &TableMapping,
        from: &str,
        into: &str,
    ) -> Result<Moved> {
        let mut reader = self.source.acquire().await?;
        // What the source says of a mask that fails may quote the value it failed on.
        let refused = |error: Error| match error.sqlstate().is_some() && !mapping.readings.masked.is_empty() {
            true => error.withheld("the source could not read the rows with their masks"),
            false => error,
        };
        let mut rows_out = reader.copy_out(from).await.map_err(refused)?;
        let mut rows_in = session.copy_in(into).await?;
        let (mut messages, mut bytes) = (0, 0);
        let outcome = loop {
            if self.stop.load(Ordering::Relaxed) {
                break Err(Error::interrupted());
            }
            let (frame, number) = match rows_out.frame().await {
                Ok(Some(frame)) => frame,
                Ok(None) => break Ok(()),
                Err(error) => break Err(refused(error)),
            };
            let size = frame.len() as u64;
            self.rate.pass(size).await;
            if let Err(error) = rows_in.send(frame).await {
                break Err(error);
            }
            messages += number;
            bytes += size;
            self.events.send(&Event::TableProgress { table: mapping.table.clone(), rows: number, bytes: size });
        };
        if let Err(error) = outcome {
            // A connection that is lost in mid-COPY is lost, whatever the server has still to say.
            rows_in.abort("the copy was stopped").await;
            return Err(error);
        }
        let received = rows_in.finish().await?;
        // In binary the header comes with the first row, and the trailer is a message of its own.
        let sent = if mapping.is_binary() { messages.saturating_sub(1) } else { messages };
        if sent != received {
            return Err(Error::failed(format!(
                "the source sent {} rows and the target took {}",
                count(sent),
                count(received)
            )));
        }
        Ok(Moved { relation: mapping.table.to_string(), rows: received, bytes })
    }
}

/// Empties an empty table, which lets its rows come in frozen; false where the server does not let it be.
async fn truncate(session: &mut Session<Target>, table: &RelationName) -> Result<bool> {
    session.execute("savepoint truncating").await?;
    match session.execute(&format!("truncate table only {}", table.sql())).await {
        Ok(()) => session.execute("release savepoint truncating").await.map(|()| true),
        // A table that was not looked at refers to it, or the role may not.
        Err(error) if matches!(error.sqlstate(), Some("0A000" | "42501")) => {
            session.execute("rollback to savepoint truncating").await.map(|()| false)
        }
        Err(error) => Err(error),
    }
}

/// What is said of a table that holds rows before its own come.
pub(super) fn not_empty(table: &RelationName) -> Error {
    Error::failed("the target's table is not empty").hint("clean the target first").at(table)
}

/// Names the table and the rows, and, for what row-level security refuses, the way out.
fn explain(error: Error, part: &Part) -> Error {
    let hidden = is_row_security(&error);
    let (table, conditions) = (part.leaf.as_ref().unwrap_or(&part.table), part.piece.conditions());
    let error = match conditions.is_empty() {
        true => error.at(table),
        false => error.at(format!("{table} (source rows where {})", conditions.join(" and "))),
    };
    if hidden {
        error.hint("use a role that bypasses row-level security (BYPASSRLS, or the table's owner)")
    } else {
        error
    }
}
