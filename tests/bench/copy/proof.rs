//! Whether a target is what it should be after a copy: its rows by `verify`, its keys and indexes by their definitions.

use anyhow::Result;

use crate::database::Database;
use crate::tool;

/// What was shown of one copy.
pub(crate) struct Proof {
    pub(crate) what: &'static str,
    /// What is not as it should be.
    pub(crate) wrong: Option<String>,
}

/// Keys and indexes, one line each.
pub(crate) async fn shape(database: &Database) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar(include_str!("sql/shape.sql")).fetch_all(&mut database.connect().await?).await?)
}

/// Looks at a target after a copy.
pub(crate) async fn prove(
    what: &'static str,
    (source, target): (&Database, &Database),
    tables: &[&str],
    expected: &[String],
) -> Result<Proof> {
    let differing = tool::verify(source, target, tables)?.total;
    let found = shape(target).await?;
    let wrong = if differing > 0 {
        Some(format!("{what}: {differing} rows differ"))
    } else if found != expected {
        let missing = expected.iter().filter(|line| !found.contains(line)).count();
        Some(format!("{what}: {missing} keys and indexes are not as they were"))
    } else {
        None
    };
    Ok(Proof { what, wrong })
}
