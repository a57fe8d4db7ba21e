//! Rows as hashes: how they arrive from a server, where they stand there, and how they wait to be matched.
//!
//! Never true in here: memory that grows with a table, a row without a hash that is passed over.

mod pile;
mod spot;
mod tuples;

pub(super) use pile::{Kept, Pile, parts};
pub(super) use spot::Spot;

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::check::SideView;
use crate::model::Result;
use crate::postgres::Role;
use tuples::Tuples;

/// Reads the rows of binary COPYs, on as many sessions as there are. A field is at most 16 bytes; NULL is `None`.
pub(super) async fn arrive<R: Role, const FIELDS: usize>(
    side: &SideView<R>,
    statements: Vec<String>,
    take: &(impl Fn([Option<u128>; FIELDS]) -> Result<()> + ?Sized),
) -> Result<()> {
    let pieces = stream::iter(statements).map(|statement| one(side, statement, take));
    let mut pieces = pieces.buffer_unordered(side.readers.jobs());
    while pieces.try_next().await?.is_some() {}
    Ok(())
}

async fn one<R: Role, const FIELDS: usize>(
    side: &SideView<R>,
    statement: String,
    take: &(impl Fn([Option<u128>; FIELDS]) -> Result<()> + ?Sized),
) -> Result<()> {
    let mut session = side.readers.acquire().await?;
    let mut rows = session.copy_out(&statement).await.map_err(|error| side.readers.judged(error))?;
    let mut tuples = Tuples::default();
    while let Some((frame, _)) = rows.frame().await.map_err(|error| side.readers.judged(error))? {
        tuples.take(&frame, take)?;
    }
    Ok(())
}
