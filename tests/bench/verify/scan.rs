//! The bare scan: the statements with which the tool reads a table, learnt from the server's log and run again by plain sessions.

use std::collections::BTreeMap;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use futures_util::TryStreamExt;
use serde::Deserialize;
use sqlx::{Connection, Executor, PgConnection};

use super::subject::{Subject, verify};
use crate::servers::{Pair, Side};

/// A line of the server's log.
#[derive(Deserialize)]
struct Logged {
    #[serde(default)]
    session_id: String,
    #[serde(default)]
    application_name: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    detail: String,
}

/// What one session of the tool did with the tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorded {
    /// The settings it pinned.
    pub(crate) settings: Vec<String>,
    /// The statements that read the tables, in their order.
    pub(crate) statements: Vec<String>,
}

/// What the tool's sessions did on each side.
pub(crate) struct Scan {
    pub(crate) source: Vec<Recorded>,
    pub(crate) target: Vec<Recorded>,
}

impl Scan {
    /// Has the tool compare a subject that is equal on both sides, and keeps what it did.
    pub(crate) async fn record(pair: &Pair, subject: Subject) -> Result<Self> {
        let (there, here) = (&pair.source, &pair.target);
        tokio::try_join!(there.log_statements(true), here.log_statements(true))?;
        let (from_there, from_here) = tokio::try_join!(there.log_length(), here.log_length())?;
        let verified = verify(pair, subject);
        tokio::try_join!(there.log_statements(false), here.log_statements(false))?;
        if verified?.total > 0 {
            bail!("the two sides are not equal");
        }
        let (source, target) = tokio::try_join!(there.log_since(from_there), here.log_since(from_here))?;
        Ok(Self { source: sessions(&source, subject)?, target: sessions(&target, subject)? })
    }

    /// Runs the same statements on both servers at once; answers the seconds they took.
    pub(crate) async fn run(&self, pair: &Pair) -> Result<f64> {
        let (mut there, mut here) =
            tokio::try_join!(open(&pair.source, &self.source), open(&pair.target, &self.target))?;
        let clock = Instant::now();
        tokio::try_join!(all(&mut there, &self.source), all(&mut here, &self.target))?;
        let seconds = clock.elapsed().as_secs_f64();
        for session in there.into_iter().chain(here) {
            session.close().await?;
        }
        Ok(seconds)
    }
}

/// The sessions in a log that read the subject's tables.
fn sessions(log: &str, subject: Subject) -> Result<Vec<Recorded>> {
    let mut sessions: BTreeMap<String, Recorded> = BTreeMap::new();
    for line in log.lines() {
        let logged: Logged = serde_json::from_str(line).context("a line of the server's log is no JSON")?;
        if logged.application_name != "pg-rehearse" {
            continue;
        }
        let Some(statement) = statement(&logged.message) else { continue };
        let session = sessions.entry(logged.session_id).or_default();
        let lower = statement.trim_start().to_lowercase();
        if lower.starts_with("set ") && !lower.starts_with("set transaction") {
            session.settings.push(statement.to_owned());
        } else if subject.tables().iter().any(|table| reads(&lower, table)) {
            if !logged.detail.is_empty() {
                bail!("the statement has parameters, which are not run again: {statement}");
            }
            session.statements.push(statement.to_owned());
        }
    }
    let reading: Vec<Recorded> = sessions.into_values().filter(|session| !session.statements.is_empty()).collect();
    if reading.is_empty() {
        bail!("the log shows no statement that reads {}", subject.name());
    }
    Ok(reading)
}

/// The statement in a logged message; one of the extended protocol is taken where it is executed.
fn statement(message: &str) -> Option<&str> {
    let (_, rest) = message.strip_prefix("duration: ")?.split_once(" ms  ")?;
    let (kind, statement) = rest.split_once(": ")?;
    (kind == "statement" || kind.starts_with("execute ")).then_some(statement)
}

fn reads(statement: &str, table: &str) -> bool {
    [format!("public.{table}"), format!("\"public\".\"{table}\"")].iter().any(|name| statement.contains(name))
}

/// Sessions with the recorded settings.
async fn open(side: &Side, recorded: &[Recorded]) -> Result<Vec<PgConnection>> {
    let mut sessions = Vec::new();
    for one in recorded {
        sessions.push(one.session(side).await?);
    }
    Ok(sessions)
}

impl Recorded {
    /// A session with the recorded settings, in a transaction as the tool's are.
    pub(crate) async fn session(&self, side: &Side) -> Result<PgConnection> {
        let mut session = side.connect().await?;
        session.execute(sqlx::raw_sql("begin isolation level repeatable read, read only")).await?;
        for setting in &self.settings {
            session.execute(sqlx::raw_sql(setting)).await?;
        }
        Ok(session)
    }
}

async fn all(sessions: &mut [PgConnection], recorded: &[Recorded]) -> Result<()> {
    let runs = sessions.iter_mut().zip(recorded).map(|(session, recorded)| replay(session, &recorded.statements));
    futures_util::future::try_join_all(runs).await?;
    Ok(())
}

async fn replay(session: &mut PgConnection, statements: &[String]) -> Result<()> {
    for statement in statements {
        if statement.trim_start().to_lowercase().starts_with("copy") {
            let mut bytes = session.copy_out_raw(statement).await?;
            while bytes.try_next().await?.is_some() {}
        } else {
            let mut rows = sqlx::raw_sql(statement).fetch(&mut *session);
            while rows.try_next().await?.is_some() {}
        }
    }
    Ok(())
}
