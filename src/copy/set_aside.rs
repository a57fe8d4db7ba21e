//! Vector indexes are dropped before a table's rows come in and built after, in the table's own transaction: building
//! an HNSW graph at once takes a fraction of growing it row by row. Whatever ends the transaction early, a crash too,
//! leaves the index as it was.

use serde::Deserialize;

use crate::model::{RelationName, Result, literal};
use crate::postgres::{Session, Target};

/// An index set aside.
#[derive(Debug, Deserialize)]
pub(super) struct SetAside {
    #[serde(flatten)]
    pub(super) name: RelationName,
    definition: String,
    comment: Option<String>,
}

/// Drops the vector indexes of a table; gives what is needed to build them again.
pub(super) async fn set_aside(session: &mut Session<Target>, table: &RelationName) -> Result<Vec<SetAside>> {
    let tables = format!("array[{}::regclass::oid]", literal(&table.sql()));
    let sql = include_str!("sql/vector_indexes.sql").replace(":tables", &tables);
    let indexes = session.read::<SetAside>(&sql).await?;
    for index in &indexes {
        session.execute(&format!("drop index {}", index.name.sql())).await?;
    }
    Ok(indexes)
}

/// Builds them again, as they were.
pub(super) async fn build_again(session: &mut Session<Target>, indexes: &[SetAside]) -> Result<()> {
    for index in indexes {
        session.execute(&index.definition).await.map_err(|error| error.at(format!("building {}", index.name)))?;
        if let Some(comment) = &index.comment {
            session.execute(&format!("comment on index {} is {}", index.name.sql(), literal(comment))).await?;
        }
    }
    Ok(())
}
