//! One run at a time works on a target: whoever writes holds an advisory lock there, in a session of its own.

use std::time::Duration;

use serde::Deserialize;

use crate::model::{Error, Result, literal};
use crate::postgres::{Endpoint, Session, Target};

/// The lock's key, the letters `pgre` and `hear` as numbers. Advisory locks belong to a database.
const KEY: &str = "1885827685, 1751474546";

/// How long the lock is waited for. A server lets go of what a killed process held when it notices, which takes a moment.
const WAIT: Duration = Duration::from_secs(5);

/// How long after a connection was lost: longer than the server takes to give up a client that cannot be reached.
const UNTIL_NOTICED: Duration = Duration::from_secs(75);

/// How often it is tried meanwhile.
const PAUSE: Duration = Duration::from_millis(100);

/// The lock on a target, held as long as this is not dropped and its session not lost.
#[derive(Debug)]
pub struct Exclusive {
    session: Session<Target>,
    verb: &'static str,
}

#[derive(Deserialize)]
struct Holder {
    application: Option<String>,
    address: Option<String>,
    since: Option<String>,
    pid: i32,
}

impl Exclusive {
    /// Takes the lock for a verb.
    ///
    /// # Errors
    /// Usage where another run holds it, saying which as far as the role may see; else the server's error.
    pub async fn take(target: &Endpoint<Target>, verb: &'static str) -> Result<Self> {
        Self::take_within(target, verb, WAIT).await
    }

    async fn take_within(target: &Endpoint<Target>, verb: &'static str, wait: Duration) -> Result<Self> {
        let mut session = Session::connect(target).await?;
        session.execute(&format!("set application_name = {}", literal(&format!("pg-rehearse {verb}")))).await?;
        let begun = std::time::Instant::now();
        loop {
            let got = session.value(&format!("select pg_try_advisory_lock({KEY})")).await?;
            if got.as_deref() == Some("t") {
                return Ok(Self { session, verb });
            }
            if begun.elapsed() > wait {
                return Err(taken(&mut session).await);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// Takes the lock again where its session was lost, as when the server has been started anew.
    ///
    /// # Errors
    /// As [`Self::take`].
    pub async fn keep(self, target: &Endpoint<Target>) -> Result<Self> {
        let Self { mut session, verb } = self;
        if session.value("select 1").await.is_ok() {
            return Ok(Self { session, verb });
        }
        // What holds the lock may be this very session, until the server has noticed that it is lost.
        drop(session);
        Self::take_within(target, verb, UNTIL_NOTICED).await
    }

    /// Does work of a verb while holding the lock, and lets go of it however the work ends.
    ///
    /// # Errors
    /// As [`Self::take`], and the work's own.
    pub async fn during<T>(
        target: &Endpoint<Target>,
        verb: &'static str,
        work: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<T> {
        let lock = Self::take(target, verb).await?;
        let done = work().await;
        lock.release().await;
        done
    }

    /// Lets go.
    pub async fn release(self) {
        self.session.close().await;
    }
}

async fn taken(session: &mut Session<Target>) -> Error {
    let sql = include_str!("sql/holder.sql").replace(":key", KEY);
    let holder = session.read::<Holder>(&sql).await.ok().and_then(|rows| rows.into_iter().next());
    let who = holder.map(|holder| {
        let verb = holder.application.unwrap_or_else(|| "pg-rehearse".to_owned());
        let from = holder.address.map_or_else(String::new, |address| format!(" from {address}"));
        let since = holder.since.map_or_else(String::new, |since| format!(", connected since {since}"));
        format!(": `{verb}`{from}{since} (server process {})", holder.pid)
    });
    Error::usage(format!("another run is at work on this target{}", who.unwrap_or_default()))
        .hint("wait for it, or stop its process; nothing was changed by this one")
}
