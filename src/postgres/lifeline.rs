//! Waiting for a server that may be gone. A host that loses its power, or a wire that is cut in silence, ends no connection on this
//! side: whoever waits for its answer would wait for ever. So who has waited for long looks, by another connection, whether the
//! server's process is still there.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, Executor};
use tokio::sync::Semaphore;

/// How often in a row the server may not be reached until its process counts as lost.
const MOST_UNREACHED: u32 = 2;

/// One look at a time in a whole process: production is not to be surprised by many connections at once.
static LOOKING: Semaphore = Semaphore::const_new(1);

/// Answers one row: a condition on `pg_stat_activity` that is met by the session's own process alone. A role that took another's place
/// may not see when its own session began.
pub(super) const PROCESS: &str = "select format('pid = %s and extract(epoch from backend_start)::text is not distinct from %L', \
                                  pid, extract(epoch from backend_start)::text) \
                                  from pg_catalog.pg_stat_activity where pid = pg_backend_pid()";

/// How to look for a session's process on the server.
pub(super) struct Lifeline {
    options: PgConnectOptions,
    patience: Duration,
    process: Option<String>,
}

impl Lifeline {
    /// For a session that has not said its process yet: it is waited for as long as it takes.
    pub(super) fn new(options: PgConnectOptions, patience: Duration) -> Self {
        Self { options, patience, process: None }
    }

    /// What [`PROCESS`] has answered.
    pub(super) fn process(&mut self, condition: Option<String>) {
        self.process = condition;
    }

    /// Waits for an answer of the server.
    ///
    /// # Errors
    /// An I/O error, where the process that would give it is not there any more, or its server cannot be reached.
    pub(super) async fn during<T>(&self, answer: impl Future<Output = T>) -> sqlx::Result<T> {
        let (mut answer, mut unreached) = (pin!(answer), 0);
        loop {
            if let Ok(answer) = tokio::time::timeout(self.patience, answer.as_mut()).await {
                return Ok(answer);
            }
            let lives = self.lives().await;
            unreached = if lives.is_none() { unreached + 1 } else { 0 };
            let problem = match lives {
                Some(false) => "the server's process is gone, and the connection did not say so",
                None if unreached == MOST_UNREACHED => "the server answers nothing, and cannot be reached anew",
                _ => continue,
            };
            // It may have answered while it was looked for.
            return answer.as_mut().now_or_never().ok_or_else(|| lost(problem));
        }
    }

    /// Whether the process is there; `None` where the server cannot be reached.
    async fn lives(&self) -> Option<bool> {
        let Some(process) = &self.process else { return Some(true) };
        let _one = LOOKING.acquire().await;
        let look = async {
            let mut connection = within(self.patience, PgConnection::connect_with(&self.options)).await?;
            let sql = format!("select 1 from pg_catalog.pg_stat_activity where {process}");
            let found = within(in_line(self.patience), connection.fetch_all(sqlx::raw_sql(&sql))).await?;
            within(self.patience, connection.close()).await?;
            Ok(!found.is_empty())
        };
        match look.await {
            Ok(found) => Some(found),
            // It answers, though not this: it has no connection to give, or is starting up.
            Err(sqlx::Error::Database(_)) => Some(true),
            Err(_) => None,
        }
    }
}

/// Without what the options hold.
impl fmt::Debug for Lifeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lifeline").field("process", &self.process).finish_non_exhaustive()
    }
}

/// How long a first answer may take: a pooler that has no server free lets its clients wait, for two minutes by default, and then says so.
pub(super) fn in_line(patience: Duration) -> Duration {
    patience * 5 / 2
}

/// What comes within a time; an I/O error where nothing does.
pub(super) async fn within<T>(time: Duration, answer: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let answered = tokio::time::timeout(time, answer).await;
    answered.unwrap_or_else(|_| Err(lost(&format!("no answer within {} seconds", time.as_secs()))))
}

fn lost(what: &str) -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, what))
}
