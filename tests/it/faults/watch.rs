//! How far a copy is, read from its journal.

use std::time::{Duration, Instant};

use anyhow::Result;
use sqlx::{Connection, PgConnection};

use super::tool::Tool;

/// What is left of a copy that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct State {
    pub(super) attempt: i64,
    tasks: i64,
    done: i64,
    rows_left: i64,
}

/// What a copy is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// Rows come in, or are compared with those that came in before.
    Rows,
    /// What stood aside is built and proven, tables are analyzed.
    Building,
    /// Sequences, materialized views, the end's mark.
    End,
}

impl State {
    pub(super) fn phase(self) -> Phase {
        match (self.rows_left, self.tasks - self.done) {
            (1.., _) => Phase::Rows,
            (_, 1..) => Phase::Building,
            _ => Phase::End,
        }
    }
}

/// When a copy is struck.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// So long after its process began.
    After(Duration),
    /// Once so many thousandths of its tasks are done, and a little later.
    Done(i64, Duration),
}

/// Reads a journal again and again.
pub(super) struct Watch {
    url: String,
    connection: Option<PgConnection>,
}

const STATE: &str = "select row_to_json(s)::text from (
    select r.attempt, count(t.run) as tasks, count(t.done) as done,
           count(*) filter (where t.rank = 0 and t.done is null) as rows_left
    from pgrehearse.run r left join pgrehearse.task t on t.run = r.id where r.ended is null group by r.id) s";

impl Watch {
    pub(super) fn new(url: &str) -> Self {
        Self { url: url.to_owned(), connection: None }
    }

    /// The copy that has not ended; `None` where there is none, or no server to say so.
    pub(super) async fn state(&mut self) -> Option<State> {
        // A connection of before a crash is only found to be gone by asking.
        for _ in 0..2 {
            if self.connection.is_none() {
                self.connection = PgConnection::connect(&self.url).await.ok();
            }
            match sqlx::query_scalar::<_, String>(STATE).fetch_optional(self.connection.as_mut()?).await {
                Ok(answer) => return parse(&answer?),
                // There is no journal yet.
                Err(error)
                    if error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("42P01")) =>
                {
                    return None;
                }
                Err(_) => self.connection = None,
            }
        }
        None
    }

    /// Waits for a moment of a run that has begun after `before`; false where its process ended first.
    pub(super) async fn wait(&mut self, tool: &mut Tool, before: i64, moment: Moment) -> Result<bool> {
        let started = Instant::now();
        loop {
            if !tool.is_running()? {
                return Ok(false);
            }
            match moment {
                Moment::After(time) if started.elapsed() >= time => return Ok(true),
                Moment::After(_) => {}
                Moment::Done(thousandths, more) => {
                    let reached = |state: &State| {
                        state.attempt > before && state.tasks > 0 && state.done * 1000 >= state.tasks * thousandths
                    };
                    if self.state().await.as_ref().is_some_and(reached) {
                        tokio::time::sleep(more).await;
                        return Ok(true);
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(6)).await;
        }
    }
}

fn parse(answer: &str) -> Option<State> {
    let state: serde_json::Value = serde_json::from_str(answer).ok()?;
    let number = |key: &str| state[key].as_i64();
    let (tasks, done) = (number("tasks")?, number("done")?);
    Some(State { attempt: number("attempt")?, tasks, done, rows_left: number("rows_left")? })
}
