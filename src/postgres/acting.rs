//! Asking as another role, in the same snapshot: row security counts, and whatever the role may not do is refused.
//!
//! Nothing outlives the question: role and settings are those of a savepoint that is rolled back, in a transaction that the
//! server holds to reading.

use std::time::Duration;

use super::readers::TRIES;
use super::{Readers, Role, Session, TextRow, is_lost};
use crate::model::{Error, Result, literal, quoted};

/// How long a lock of others is waited for.
const LOCK: &str = "2s";

/// Who a question is asked as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acting {
    /// The role.
    pub role: String,
    /// Settings by name, made before the role is taken.
    pub settings: Vec<(String, String)>,
}

impl Acting {
    /// Statements that make a session act so. They answer one row.
    fn statements(&self) -> String {
        let settings = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let settings = std::iter::once(("row_security", "on")).chain(settings);
        let settings: Vec<String> =
            settings.map(|(name, value)| format!("set_config({}, {}, true)", literal(name), literal(value))).collect();
        format!("select {}; set local role {}", settings.join(", "), quoted(&self.role))
    }
}

impl<R: Role> Session<R> {
    /// The rows of a query as that role is answered, within a time of its own. The server's refusal is the inner error, and
    /// the transaction goes on after it.
    ///
    /// # Errors
    /// A lost connection.
    pub async fn rows_as(&mut self, acting: &Acting, sql: &str, time: Duration) -> Result<Result<Vec<TextRow>, Error>> {
        let who = acting.statements();
        // Another role is answered otherwise.
        let question = format!("select -- as {who}\n{sql}");
        if let Some(known) = self.memory.as_ref().and_then(|memory| memory.recall(&question)) {
            return Ok(Ok(known));
        }
        // Should this not be waited for to its end, the session must not go on as that role.
        self.abandoned();
        let limit = self.limit_within(time);
        let statements = format!(
            "savepoint acting; set local statement_timeout = {limit}; set local lock_timeout = '{LOCK}'; {who};\n{sql};\n\
             rollback to savepoint acting; release savepoint acting"
        );
        let memory = self.memory.take();
        let answer = self.rows(&statements).await;
        let answer = match answer {
            Err(error) if is_lost(&error) => Err(error),
            Err(error) => {
                self.run("rollback to savepoint acting; release savepoint acting").await?;
                Ok(Err(error))
            }
            // The first row is that of the settings.
            Ok(mut rows) => {
                rows.drain(..rows.len().min(1));
                Ok(Ok(rows))
            }
        };
        self.memory = memory;
        if let (Ok(Ok(rows)), Some(memory)) = (&answer, &self.memory) {
            memory.keep(&question, rows);
        }
        if answer.is_ok() {
            self.recovered();
        }
        answer
    }
}

impl<R: Role> Readers<R> {
    /// The answer that a role gets to a query, asked again on another session when the connection is lost on the way. The
    /// server's refusal is the inner error.
    ///
    /// # Errors
    /// When no session can be had, or the time budget is used up.
    pub async fn answer_as(&self, acting: &Acting, sql: &str, time: Duration) -> Result<Result<Vec<TextRow>, Error>> {
        let mut tries = 1;
        loop {
            let asked = match self.acquire().await {
                Ok(mut session) => session.rows_as(acting, sql, time).await,
                Err(error) => Err(error),
            };
            match asked {
                Err(error) if is_lost(&error) && tries < TRIES => self.pause(tries).await,
                Err(error) => return Err(self.judged(error)),
                Ok(answer) => return Ok(answer.map_err(|error| self.judged(error))),
            }
            tries += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_names_and_claims_hold_is_quoted() {
        let settings = vec![("request.jwt.claims".to_owned(), "{\"a\": \"it's\"}".to_owned())];
        let acting = Acting { role: "a\"b".to_owned(), settings };
        assert_eq!(
            acting.statements(),
            "select set_config('row_security', 'on', true), set_config('request.jwt.claims', '{\"a\": \"it''s\"}', true); \
             set local role \"a\"\"b\""
        );
    }
}
