//! Keeping the tables of a snapshot as they are. Rows that a TRUNCATE removes are gone for every snapshot, and after a CLUSTER or
//! VACUUM FULL they stand on other pages. Who locks the tables keeps others from it; that it did not happen is seen by their files.

use super::{Readers, Role, is_permission};
use crate::model::{Error, RelationName, Result, literal};

/// The files of relations, as a snapshot knows them.
#[derive(Debug, Clone)]
pub struct Files(Option<String>);

impl<R: Role> Readers<R> {
    /// Has nobody empty or rewrite these relations for as long as the snapshot is held. Whoever tries to waits. Gives those that the
    /// role may not read as a whole, and so not hold.
    ///
    /// # Errors
    /// When somebody does so right now, or has since the snapshot was taken.
    pub async fn hold(&self, relations: &[RelationName]) -> Result<Vec<RelationName>> {
        if relations.is_empty() {
            return Ok(Vec::new());
        }
        let mut not_held = Vec::new();
        match self.lock(relations).await {
            // One that may not be locked must not leave the others unheld.
            Err(error) if is_permission(&error) => {
                for relation in relations {
                    match self.lock(std::slice::from_ref(relation)).await {
                        Err(error) if is_permission(&error) => not_held.push(relation.clone()),
                        locked => locked?,
                    }
                }
            }
            locked => locked?,
        }
        self.untouched(&self.files(relations).await?).await?;
        Ok(not_held)
    }

    async fn lock(&self, relations: &[RelationName]) -> Result<()> {
        let names: Vec<String> = relations.iter().map(RelationName::sql).collect();
        let mut holder = self.holder.lock().await;
        holder.run("savepoint hold").await?;
        if let Err(error) = holder.run(&format!("lock table {} in access share mode", names.join(", "))).await {
            holder.run("rollback to savepoint hold; release savepoint hold").await?;
            holder.recovered();
            return Err(error);
        }
        holder.run("release savepoint hold").await
    }

    /// The files of these relations.
    ///
    /// # Errors
    /// The server's error.
    pub async fn files(&self, relations: &[RelationName]) -> Result<Files> {
        if relations.is_empty() {
            return Ok(Files(None));
        }
        let list: Vec<String> =
            relations.iter().map(|relation| format!("{}::regclass", literal(&relation.sql()))).collect();
        let sql = include_str!("sql/files.sql").replace(":relations", &format!("array[{}]", list.join(", ")));
        Ok(Files(self.holder.lock().await.value(&sql).await?))
    }

    /// Makes sure that the relations still stand in these files: that all that was read of them until now was there to be read. The
    /// session that keeps others from it may have been ended, and a role may not be allowed to.
    ///
    /// # Errors
    /// Failed, where one was emptied or rewritten; else the server's error.
    pub async fn untouched(&self, files: &Files) -> Result<()> {
        let Some(files) = &files.0 else { return Ok(()) };
        let sql = include_str!("sql/moved.sql").replace(":files", files);
        match self.now(async |session| session.rows(&sql).await).await?.into_iter().flatten().flatten().next() {
            None => Ok(()),
            Some(name) => Err(Error::failed(format!("{}: {name} was emptied or rewritten meanwhile", R::SIDE))
                .hint("by TRUNCATE, CLUSTER, VACUUM FULL or ALTER TABLE: start again when that is over")),
        }
    }
}
