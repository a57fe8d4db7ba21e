//! Sequences back to where the fingerprint has them: a dump sets only some, and not whether a value was given out.

use crate::catalog::{self, Catalog};
use crate::fingerprint::Fingerprint;
use crate::model::{RelationName, Result, literal};
use crate::plan::Plan;
use crate::postgres::{Endpoint, Session, Target};

/// Sets every sequence of the fingerprint to its state there; gives their number.
///
/// # Errors
/// When the role may not set one.
pub async fn put_back(target: &Endpoint<Target>, before: &Fingerprint) -> Result<usize> {
    let mut session = Session::connect(target).await?;
    let catalog = catalog::load(&mut session, &before.schemas).await?;
    let mut statements = Vec::new();
    for sequence in catalog.sequences.values() {
        if let Some(Some((value, called))) = before.sequences.get(&sequence.name.to_string()) {
            let name = literal(&sequence.name.sql());
            statements.push(format!("select setval({name}::regclass, {value}, {called})"));
        }
    }
    if !statements.is_empty() {
        session.execute(&statements.join("; ")).await?;
    }
    session.close().await;
    Ok(statements.len())
}

/// Sets every sequence of the planned tables to its first value, not given out; gives their number. One that other tables use too, or
/// that belongs to none, stays where it is: rows may be there that hold its values.
///
/// # Errors
/// When the role may not set one.
pub async fn start_again(target: &Endpoint<Target>, catalog: &Catalog, plan: &Plan) -> Result<usize> {
    let planned = |table: &RelationName| plan.contains(&catalog.root_of(table));
    let theirs = catalog.sequences.values().filter(|sequence| {
        let mut tables = sequence.tables().peekable();
        tables.peek().is_some() && tables.all(planned)
    });
    let statements: Vec<String> = theirs
        .map(|sequence| {
            let (name, start) = (literal(&sequence.name.sql()), sequence.start);
            format!("select setval({name}::regclass, {start}, false)")
        })
        .collect();
    if !statements.is_empty() {
        let mut session = Session::connect(target).await?;
        session.execute(&statements.join("; ")).await?;
        session.close().await;
    }
    Ok(statements.len())
}
