//! Indexes and constraints that stand aside while rows come in.

use serde::{Deserialize, Serialize};

use super::exists;
use crate::model::{Result, literal};
use crate::postgres::{Session, Target};

/// What kind of thing stands aside; they come back in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An index that backs no constraint.
    Index,
    /// A primary key or unique constraint with its index.
    Key,
    /// A foreign key.
    ForeignKey,
}

/// Something that stands aside.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SetAside {
    /// Its number in the journal.
    pub number: i32,
    /// Its kind.
    pub kind: Kind,
    /// The table it belongs to, as people read it.
    pub relation: String,
    /// Its name.
    pub name: String,
    /// What brings it back.
    pub rebuild: Vec<String>,
    /// What completes it in a transaction of its own: an index is taken over by its key, a foreign key is proven.
    pub completion: Option<String>,
}

/// Removes something and journals what brings it back, in the open transaction; gives its number.
///
/// # Errors
/// The server's error.
pub async fn set_aside(session: &mut Session<Target>, aside: &SetAside, remove: &str) -> Result<i32> {
    let kind = match aside.kind {
        Kind::Index => "index",
        Kind::Key => "key",
        Kind::ForeignKey => "foreign_key",
    };
    let rebuild: Vec<String> = aside.rebuild.iter().map(|sql| literal(sql)).collect();
    let completion = aside.completion.as_deref().map_or_else(|| "null".to_owned(), literal);
    let sql = format!(
        "insert into pgrehearse.set_aside (kind, relation, name, rebuild, completion) \
         values ('{kind}', {}, {}, array[{}], {completion}) returning number",
        literal(&aside.relation),
        literal(&aside.name),
        rebuild.join(", ")
    );
    let number = session.value(&sql).await?.and_then(|text| text.parse().ok()).unwrap_or(0);
    session.execute(remove).await?;
    Ok(number)
}

/// What stands aside, in the order in which it can come back.
///
/// # Errors
/// The server's error.
pub async fn waiting(session: &mut Session<Target>) -> Result<Vec<SetAside>> {
    if !exists(session).await? {
        return Ok(Vec::new());
    }
    let sql = "select number, kind, relation, name, rebuild, completion from pgrehearse.set_aside order by number";
    let mut found: Vec<SetAside> = session.read(sql).await?;
    found.sort_by_key(|aside| (aside.kind, aside.number));
    Ok(found)
}

/// Brings something back in the open transaction. What completes it stays in the journal, as the next thing to
/// bring back; the rest is struck out.
///
/// # Errors
/// The server's error, naming what could not be brought back.
pub async fn put_back(session: &mut Session<Target>, aside: &SetAside) -> Result<()> {
    for sql in &aside.rebuild {
        session.execute(sql).await.map_err(|error| error.at(format!("{}: building {}", aside.relation, aside.name)))?;
    }
    match &aside.completion {
        Some(sql) => {
            let (sql, number) = (literal(sql), aside.number);
            session
                .execute(&format!(
                    "update pgrehearse.set_aside set rebuild = array[{sql}], completion = null where number = {number}"
                ))
                .await
        }
        None => strike_out(session, aside).await,
    }
}

/// Strikes something out of the journal.
///
/// # Errors
/// The server's error.
pub async fn strike_out(session: &mut Session<Target>, aside: &SetAside) -> Result<()> {
    session.execute(&format!("delete from pgrehearse.set_aside where number = {}", aside.number)).await
}
