//! Loading around the locks of other sessions: the server prints many a definition only under a lock of the tables it
//! names. What is held back is left out by name and with its reason, and all else is loaded.
//!
//! Never true in here: an object left out without a word, a wait for each of many locked objects.

use std::time::Duration;

use serde::de::DeserializeOwned;

use crate::model::{Error, Result};
use crate::postgres::{Role, Session, is_timeout};

/// How long a lock is waited for once another one has been waited for in vain.
const SHORT: Duration = Duration::from_millis(50);

/// One load's dealing with locks.
#[derive(Debug)]
pub(super) struct Patience {
    /// Whether what is locked may be left out.
    in_part: bool,
    /// Whether a lock has been waited for in vain.
    spent: bool,
    /// Who keeps which tables, where that was asked.
    holders: Option<String>,
}

/// What was read of a list of things.
pub(super) struct Freed<T> {
    pub(super) rows: Vec<T>,
    /// Those left out, each with the reason.
    pub(super) held: Vec<(String, String)>,
}

impl Patience {
    /// Waits for every lock, as long as the session does, and gives up at the first one that lasts.
    pub(super) fn endless() -> Self {
        Self { in_part: false, spent: false, holders: None }
    }

    /// Waits so once, and leaves out what is locked still.
    pub(super) fn brief() -> Self {
        Self { in_part: true, spent: false, holders: None }
    }

    /// A query's rows. Where a lock holds it back, those of each of the things that `list` names are asked for apart, by
    /// `some`, a query of some of them; those held back themselves are told.
    pub(super) async fn read<R: Role, T: DeserializeOwned>(
        &mut self,
        session: &mut Session<R>,
        sql: &str,
        list: &str,
        some: impl Fn(&[String]) -> String,
    ) -> Result<Freed<T>> {
        if !self.in_part {
            return Ok(Freed { rows: session.read(sql).await?, held: Vec::new() });
        }
        let error = match session.read_in_time(sql, self.spent.then_some(SHORT)).await? {
            Ok(rows) => return Ok(Freed { rows, held: Vec::new() }),
            Err(error) => error,
        };
        let reason = self.reason(session, error).await?;
        let names: Vec<String> =
            session.rows(list).await?.into_iter().filter_map(|row| row.into_iter().next()?).collect();
        let mut freed = Freed { rows: Vec::new(), held: Vec::new() };
        let mut left: Vec<&[String]> = vec![&names];
        while let Some(part) = left.pop().filter(|part| !part.is_empty()) {
            match session.read_in_time(&some(part), Some(SHORT)).await? {
                Ok(rows) => freed.rows.extend(rows),
                Err(_) if part.len() == 1 => freed.held.push((part[0].clone(), reason.clone())),
                Err(_) => {
                    let (one, two) = part.split_at(part.len() / 2);
                    left.extend([two, one]);
                }
            }
        }
        Ok(freed)
    }

    /// Why something is left out: who keeps what. Where nobody keeps a table, the server was slow, and that is an error.
    async fn reason<R: Role>(&mut self, session: &mut Session<R>, error: Error) -> Result<String> {
        self.spent = true;
        if self.holders.is_none() {
            self.holders = holders(session).await?;
        }
        match &self.holders {
            Some(holders) => {
                Ok(format!("the server does not print it while tables are locked by other sessions: {holders}"))
            }
            None => Err(error),
        }
    }
}

/// The tables that other sessions keep to themselves, and who they are; `None` where there are none.
pub(super) async fn holders<R: Role>(session: &mut Session<R>) -> Result<Option<String>> {
    session.value(include_str!("sql/locked.sql")).await
}

/// An error of a load, with what may stand behind it.
pub(super) fn explained<R: Role>(session: &Session<R>, holders: Option<String>, error: Error) -> Error {
    if !is_timeout(&error) {
        return error;
    }
    let place = session.place();
    let made = Error::incomplete(format!("{place}: the catalog could not be read within the time limit"));
    match holders {
        Some(tables) => made.hint(format!("locked by other sessions: {tables}; wait for them, or end them")),
        None => made.hint("look for locks on its tables, or raise statement_timeout for this side"),
    }
    .caused_by(error)
}
