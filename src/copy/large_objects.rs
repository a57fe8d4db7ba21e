//! Large objects: those the target does not have are made there, and no other is touched. What was made is journaled in the same
//! transaction, so that a resumed copy makes it again and the way back removes it.

use serde::Deserialize;

use super::Copying;
use super::work::{self, Work};
use super::worker::Workers;
use crate::journal::{self, Moved, NewTask};
use crate::model::{Error, ObjectRef, Result, literal, plural, quoted};
use crate::postgres::{Reader, Session, Source, Target};

/// Bytes read at once.
const PIECE: usize = 256 << 10;

/// What the journal calls them all.
pub(super) const NAME: &str = "large objects";

/// Adds the task that makes them, where the source has any and they are wanted.
pub(super) fn add(tasks: &mut Vec<NewTask>, copying: &Copying<'_>, notes: &mut Vec<String>) -> Result<()> {
    let Some(facts) = copying.source_catalog.inventory.get(&ObjectRef::large_objects()) else { return Ok(()) };
    if copying.manner.large_objects {
        return work::alone(tasks, Work::LargeObjects);
    }
    let number = facts.attributes.get("number").cloned().flatten().unwrap_or_default();
    notes.push(format!(
        "the source's {number} large objects are not copied: [copy] large_objects = true has them copied"
    ));
    Ok(())
}

#[derive(Deserialize)]
struct LargeObject {
    id: i64,
    owner: String,
    comment: Option<String>,
    grants: Option<Vec<String>>,
}

impl Workers<'_> {
    /// Makes them within the open transaction.
    pub(super) async fn large_objects(&self, session: &mut Session<Target>) -> Result<Moved> {
        journal::unmake_large_objects(session).await?;
        let mut reader = self.source.acquire().await?;
        let mut moved = Moved { relation: NAME.to_owned(), rows: 0, bytes: 0 };
        let (mut after, mut there, mut unlike) = (-1, 0, 0);
        loop {
            let sql = include_str!("sql/large_objects.sql").replace(":after", &after.to_string());
            let batch: Vec<LargeObject> = reader.read(&sql).await?;
            let Some(last) = batch.last() else { break };
            after = last.id;
            let present =
                journal::large_objects_among(session, &batch.iter().map(|one| one.id).collect::<Vec<_>>()).await?;
            there += present.len();
            for object in batch.iter().filter(|object| !present.contains(&object.id)) {
                let at = |error: Error| error.at(format!("large object {}", object.id));
                moved.bytes += self.fill(&mut reader, session, object.id).await.map_err(at)?;
                unlike += usize::from(!dress(session, object).await.map_err(at)?);
                moved.rows += 1;
            }
        }
        if there > 0 {
            let there = plural(there as u64, "large object");
            self.events.note(format!("{there} of the source stand on the target already, and were left as they are"));
        }
        if unlike > 0 {
            let unlike = plural(unlike as u64, "large object");
            self.events
                .note(format!("{unlike} could not be given the owner or the privileges they have on the source"));
        }
        Ok(moved)
    }

    /// Makes one and brings its bytes; gives how many.
    async fn fill(&self, reader: &mut Reader<'_, Source>, session: &mut Session<Target>, id: i64) -> Result<u64> {
        journal::make_large_object(session, id).await?;
        let mut offset = 0_u64;
        loop {
            let piece = format!("select encode(lo_get({id}::oid, {offset}, {PIECE}), 'hex')");
            let bytes = reader.value(&piece).await?.unwrap_or_default();
            let length = bytes.len() / 2;
            if length > 0 {
                self.rate.pass(length as u64).await;
                session.value(&format!("select lo_put({id}::oid, {offset}, decode('{bytes}', 'hex'))")).await?;
                offset += length as u64;
            }
            if length < PIECE {
                return Ok(offset);
            }
        }
    }
}

/// Gives it what else it has on the source; whether all of that could be.
async fn dress(session: &mut Session<Target>, object: &LargeObject) -> Result<bool> {
    let id = object.id;
    if let Some(comment) = &object.comment {
        session.execute(&format!("comment on large object {id} is {}", literal(comment))).await?;
    }
    let mut statements: Vec<String> = object.grants.iter().flatten().map(|grant| format!("grant {grant}")).collect();
    statements.insert(0, format!("alter large object {id} owner to {}", quoted(&object.owner)));
    let mut all = true;
    for sql in statements {
        session.execute("savepoint dressing").await?;
        match session.execute(&sql).await {
            Ok(()) => session.execute("release savepoint dressing").await?,
            // No such role here, or not one this role may give it to.
            Err(error) if matches!(error.sqlstate(), Some("42704" | "42501")) => {
                session.execute("rollback to savepoint dressing").await?;
                all = false;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(all)
}
