//! Large objects that copies have made.

use super::exists;
use crate::model::Result;
use crate::postgres::{Session, Target};

/// Makes an empty one and journals it, in the open transaction.
///
/// # Errors
/// The server's error.
pub async fn make_large_object(session: &mut Session<Target>, id: i64) -> Result<()> {
    session.execute(&format!("insert into pgrehearse.large_object values ({id}); select lo_create({id}::oid)")).await
}

/// Which of these the target has.
///
/// # Errors
/// The server's error.
pub async fn large_objects_among(session: &mut Session<Target>, ids: &[i64]) -> Result<Vec<i64>> {
    let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let sql = format!("select oid::int8 from pg_largeobject_metadata where oid::int8 in ({})", list.join(", "));
    let found = session.rows(&sql).await?;
    Ok(found.into_iter().flatten().flatten().filter_map(|text| text.parse().ok()).collect())
}

/// Removes those that copies have made and forgets them, in the open transaction or in one of its own.
///
/// # Errors
/// The server's error.
pub async fn unmake_large_objects(session: &mut Session<Target>) -> Result<()> {
    if !exists(session).await? {
        return Ok(());
    }
    session.execute(
        "select lo_unlink(m.oid) from pgrehearse.large_object l join pg_largeobject_metadata m on m.oid::int8 = l.id; \
         delete from pgrehearse.large_object",
    )
    .await
}
