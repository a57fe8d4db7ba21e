//! A crash of the target's server empties its unlogged tables, also those whose rows were committed with their mark.

use std::collections::BTreeSet;

use crate::model::{Error, RelationName, Result, TableCopied, count, literal};
use crate::plan::TableMapping;
use crate::postgres::{Session, Target};

/// Makes sure that the rows of unlogged tables are all there still.
///
/// # Errors
/// Failed where a crash has taken them: the copy can be resumed.
pub(super) async fn still_there(
    session: &mut Session<Target>,
    mappings: &[TableMapping],
    tables: &[TableCopied],
) -> Result<()> {
    let named: Vec<String> =
        tables.iter().map(|copied| format!("{}::regclass", literal(&copied.table.sql()))).collect();
    let sql = include_str!("sql/unlogged.sql").replace(":tables", &format!("array[{}]::regclass[]", named.join(", ")));
    let unlogged: BTreeSet<RelationName> = session.read(&sql).await?.into_iter().collect();
    for mapping in mappings.iter().filter(|mapping| unlogged.contains(&mapping.table)) {
        let Some(copied) = tables.iter().find(|copied| copied.table == mapping.table) else { continue };
        let rows = session.value(&format!("select count(*) from {}", mapping.target_item())).await?;
        if rows.as_deref() != Some(copied.rows.to_string().as_str()) {
            let (rows, came) = (rows.unwrap_or_default(), count(copied.rows));
            return Err(Error::failed(format!(
                "{came} rows came in and {rows} are there: the table is unlogged, and a crash empties it"
            ))
            .hint("`copy --resume` copies it again")
            .at(&copied.table));
        }
    }
    Ok(())
}
