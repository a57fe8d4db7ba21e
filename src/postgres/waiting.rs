//! Reading what a lock of another session may hold back, without losing the transaction over it.

use std::time::Duration;

use serde::de::DeserializeOwned;

use super::{Role, Session, is_timeout};
use crate::model::{Error, Result};

impl<R: Role> Session<R> {
    /// As [`Session::read`], in the transaction that is open, which goes on when a time limit ends the query: that error is
    /// the inner one. `wait` is how long a lock is waited for where that is not to be as long as ever. No lock that the
    /// query takes is kept.
    ///
    /// # Errors
    /// Any other error of the server.
    pub async fn read_in_time<T: DeserializeOwned>(
        &mut self,
        sql: &str,
        wait: Option<Duration>,
    ) -> Result<Result<Vec<T>, Error>> {
        self.run("savepoint in_time").await?;
        if let Some(wait) = wait {
            self.run(&format!("set local lock_timeout = {}", wait.as_millis().max(1))).await?;
        }
        let read = match self.read(sql).await {
            Err(error) if !is_timeout(&error) => return Err(error),
            read => read,
        };
        self.run("rollback to savepoint in_time; release savepoint in_time").await?;
        self.recovered();
        Ok(read)
    }
}
