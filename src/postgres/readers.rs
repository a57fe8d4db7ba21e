//! A bounded set of sessions that all read the same snapshot of one side.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::care::{self, Care};
use super::memory::Memory;
use super::{Endpoint, Role, Session, TextRow, is_lost, is_timeout};
use crate::model::{Error, ErrorKind, Result};

/// Sessions in one REPEATABLE READ, READ ONLY snapshot, exported by a session that is kept open for as long.
#[derive(Debug)]
pub struct Readers<R> {
    endpoint: Endpoint<R>,
    snapshot: String,
    /// What the snapshot sees. Its identifier alone may be given again by a server that was started anew.
    sees: Option<String>,
    /// Holds the exported snapshot alive.
    pub(super) holder: tokio::sync::Mutex<Session<R>>,
    opened: Instant,
    /// Sessions nobody uses, each with how long it worked for the last who did.
    idle: Mutex<Vec<(Session<R>, Duration)>>,
    permits: Semaphore,
    jobs: usize,
    /// Answers of this snapshot, where they are worth keeping.
    memory: Option<Arc<Memory>>,
    care: Care,
}

/// Times a statement is tried in all when its connection is lost.
pub(super) const TRIES: u32 = 4;
/// The first pause before another try; each next one is twice as long.
const PAUSE: Duration = Duration::from_millis(200);
/// The pause before the server's load is looked at again.
const LOAD_PAUSE: Duration = Duration::from_secs(1);

impl<R: Role> Readers<R> {
    /// Opens the snapshot; at most `jobs` sessions will read it at once.
    ///
    /// # Errors
    /// When the side cannot be reached or may not export a snapshot.
    pub async fn open(endpoint: &Endpoint<R>, jobs: usize) -> Result<Self> {
        let (mut holder, opened) = (Session::connect(endpoint).await?, Instant::now());
        let given = endpoint.snapshot.as_deref();
        holder.begin_read(given).await.map_err(|error| match given {
            Some(id) => Error::usage(format!("{}: there is no snapshot {id} to join", holder.place()))
                .hint("give what pg_export_snapshot() answered in a transaction of this database that is still open")
                .caused_by(error),
            None => error,
        })?;
        let snapshot = holder.value("select pg_export_snapshot()").await?.unwrap_or_default();
        let sees = holder.value(SEES).await?;
        Ok(Self {
            endpoint: endpoint.clone(),
            snapshot,
            sees,
            holder: tokio::sync::Mutex::new(holder),
            opened,
            idle: Mutex::default(),
            permits: Semaphore::new(jobs.max(1)),
            jobs: jobs.max(1),
            memory: None,
            care: Care::default(),
        })
    }

    /// Reads gently from now on.
    ///
    /// # Errors
    /// Usage, when the load is to be limited and the role may not see it.
    pub async fn take_care(&mut self, care: Care) -> Result<()> {
        if care.max_load.is_some() {
            let mut holder = self.holder.lock().await;
            if holder.value(care::MAY_SEE_LOAD).await?.as_deref() != Some("t") {
                return Err(Error::usage(format!("{}: the role may not see the load of others", holder.place()))
                    .hint("grant it pg_read_all_stats, or leave out --max-load"));
            }
        }
        self.care = care;
        Ok(())
    }

    /// Remembers answers from now on, for a snapshot that is asked the same many times.
    pub fn remember(&mut self) {
        self.memory = Some(Arc::default());
    }

    /// The exported snapshot's identifier, for tools that can join it (`pg_dump --snapshot`).
    pub fn snapshot(&self) -> &str {
        &self.snapshot
    }

    /// For how long the snapshot has been held by this process.
    pub fn held(&self) -> Duration {
        self.opened.elapsed()
    }

    /// The address these sessions read.
    pub fn endpoint(&self) -> &Endpoint<R> {
        &self.endpoint
    }

    /// How many sessions may read at once.
    pub fn jobs(&self) -> usize {
        self.jobs
    }

    /// The answer to one query, asked again on another session when the connection is lost on the way.
    ///
    /// # Errors
    /// The server's error; incomplete where the time budget ended it.
    pub async fn answer(&self, sql: &str) -> Result<Vec<TextRow>> {
        self.ask(sql, false).await
    }

    /// The same for a query that reads much: the server may use workers of its own for it, as many as there are sessions
    /// that nobody uses. These wait until it is answered, so the bound on sessions is one on processes.
    ///
    /// # Errors
    /// As [`Readers::answer`].
    pub async fn answer_with_workers(&self, sql: &str) -> Result<Vec<TextRow>> {
        self.ask(sql, true).await
    }

    async fn ask(&self, sql: &str, workers: bool) -> Result<Vec<TextRow>> {
        let mut tries = 1;
        loop {
            let asked = match self.acquire().await {
                Ok(mut session) if workers => session.rows_with_workers(sql).await,
                Ok(mut session) => session.rows(sql).await,
                Err(error) => Err(error),
            };
            match asked {
                Err(error) if is_lost(&error) && tries < TRIES => self.pause(tries).await,
                Err(error) => return Err(self.judged(error)),
                Ok(rows) => return Ok(rows),
            }
            tries += 1;
        }
    }

    /// Whether reading stops again and again: to rest, to look at the load, or at the end of a time budget.
    pub fn pauses(&self) -> bool {
        self.care.throttle.is_some() || self.care.max_load.is_some() || self.care.deadline.is_some()
    }

    /// What is left of the time budget; `None` without one.
    pub fn time_left(&self) -> Option<Duration> {
        self.care.left()
    }

    /// Waits before the next try, longer each time.
    pub async fn pause(&self, tries: u32) {
        tokio::time::sleep(PAUSE * 2u32.pow(tries.saturating_sub(1).min(6))).await;
    }

    /// A statement that the budget's end cut off is no statement that took too long.
    pub fn judged(&self, error: Error) -> Error {
        if is_timeout(&error) && self.care.left().is_some_and(|left| left < PAUSE) { used_up() } else { error }
    }

    /// A session in the snapshot, waiting until one is free, and as long as care for the server asks for.
    ///
    /// # Errors
    /// When a new connection is needed and cannot be made, or the time budget is used up.
    pub async fn acquire(&self) -> Result<Reader<'_, R>> {
        let permit = self.permits.acquire().await.map_err(|_| Error::failed("the snapshot has been closed"))?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let (mut session, worked) = match idle {
            Some((session, worked)) if session.is_broken() => (self.connect().await?, worked),
            Some((mut session, worked)) if session.has_failed() => match session.begin_again(&self.snapshot).await {
                Ok(()) => (session, worked),
                Err(_) => (self.connect().await?, worked),
            },
            Some(idle) => idle,
            None => (self.connect().await?, Duration::ZERO),
        };
        tokio::time::sleep(self.care.rest(worked)).await;
        // How busy the server is, is asked anew each time.
        session.memory = None;
        self.wait_for_calm(&mut session).await?;
        if let Some(left) = self.care.left() {
            if left.is_zero() {
                return Err(used_up());
            }
            session.limit(left).await?;
        }
        session.memory.clone_from(&self.memory);
        Ok(Reader { session: Some(session), home: self, since: Instant::now(), permit })
    }

    /// Waits until no more sessions of others are at work than are allowed.
    async fn wait_for_calm(&self, session: &mut Session<R>) -> Result<()> {
        let Some(most) = self.care.max_load else { return Ok(()) };
        loop {
            // Within a transaction the server answers what it answered before, unless it is told to look again.
            session.run(care::LOOK_AGAIN).await?;
            let load = session.value(care::LOAD).await?.and_then(|text| text.parse::<u32>().ok());
            if load.is_some_and(|load| load <= most) || self.care.left().is_some_and(|left| left.is_zero()) {
                return Ok(());
            }
            tokio::time::sleep(LOAD_PAUSE).await;
        }
    }

    /// Whether the snapshot that was given to be joined can still be joined: who exported it holds it. `true` where none was given.
    ///
    /// # Errors
    /// When the side cannot be reached.
    pub async fn origin_holds(&self) -> Result<bool> {
        let Some(given) = &self.endpoint.snapshot else { return Ok(true) };
        match self.enter(given).await {
            Ok(session) => {
                session.close().await;
                Ok(true)
            }
            Err(error) if error.kind() == ErrorKind::Incomplete => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn connect(&self) -> Result<Session<R>> {
        self.enter(&self.snapshot).await
    }

    /// A session in what an exported snapshot sees, which must be what this one sees.
    async fn enter(&self, snapshot: &str) -> Result<Session<R>> {
        let mut session = Session::connect(&self.endpoint).await?;
        session.begin_read(Some(snapshot)).await.map_err(|error| match is_lost(&error) {
            true => error,
            // The server forgets a snapshot with the session that exported it.
            false => gone(session.place()).caused_by(error),
        })?;
        if session.value(SEES).await? != self.sees {
            return Err(gone(session.place()));
        }
        Ok(session)
    }

    /// Ends the transactions that hold the snapshot, for good: nothing can be read any more, and the server may clean up behind it.
    pub async fn let_go(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for (session, _) in idle {
            session.close().await;
        }
        // The session ends with its readers; where it has been lost, so has its snapshot.
        let _ = self.holder.lock().await.run("rollback").await;
    }

    /// What a session of its own finds, outside the snapshot; asked again when the connection is lost on the way.
    ///
    /// # Errors
    /// The server's error.
    pub async fn now<T>(&self, ask: impl AsyncFn(&mut Session<R>) -> Result<T>) -> Result<T> {
        let mut tries = 1;
        loop {
            let asked = match Session::connect(&self.endpoint).await {
                Ok(mut session) => {
                    let answer = ask(&mut session).await;
                    session.close().await;
                    answer
                }
                Err(error) => Err(error),
            };
            match asked {
                Err(error) if is_lost(&error) && tries < TRIES => self.pause(tries).await,
                asked => return asked,
            }
            tries += 1;
        }
    }

    /// Lets the snapshot go: sessions end, and the server may clean up behind it.
    pub async fn close(self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for (session, _) in idle {
            session.close().await;
        }
        self.holder.into_inner().close().await;
    }
}

/// What a session's transaction sees, as text.
const SEES: &str = "select pg_current_snapshot()";

fn gone(place: &str) -> Error {
    Error::incomplete(format!("{place}: the snapshot is gone")).hint("the session that held it was ended: start again")
}

fn used_up() -> Error {
    Error::incomplete("the time budget was used up before this was done")
}

/// A session on loan from [`Readers`]; it goes back when dropped.
#[derive(Debug)]
pub struct Reader<'a, R: Role> {
    /// `Some` until dropped.
    session: Option<Session<R>>,
    home: &'a Readers<R>,
    since: Instant,
    permit: SemaphorePermit<'a>,
}

impl<R: Role> Reader<'_, R> {
    /// One answer, for which the server may use as many workers as there are sessions nobody uses.
    async fn rows_with_workers(&mut self, sql: &str) -> Result<Vec<TextRow>> {
        let home = self.home;
        let free = home.permits.available_permits().min(home.jobs - 1);
        let workers = match home.permits.try_acquire_many(u32::try_from(free).unwrap_or(0)) {
            Ok(permits) => {
                self.permit.merge(permits);
                free
            }
            // Another has taken some of them since.
            Err(_) => 0,
        };
        self.run(&format!("set max_parallel_workers_per_gather = {workers}")).await?;
        let rows = self.rows(sql).await?;
        self.run("reset max_parallel_workers_per_gather").await?;
        Ok(rows)
    }
}

impl<R: Role> Deref for Reader<'_, R> {
    type Target = Session<R>;

    #[allow(clippy::expect_used, reason = "the session is taken only by drop")]
    fn deref(&self) -> &Session<R> {
        self.session.as_ref().expect("a reader has its session until it is dropped")
    }
}

impl<R: Role> DerefMut for Reader<'_, R> {
    #[allow(clippy::expect_used, reason = "the session is taken only by drop")]
    fn deref_mut(&mut self) -> &mut Session<R> {
        self.session.as_mut().expect("a reader has its session until it is dropped")
    }
}

impl<R: Role> Drop for Reader<'_, R> {
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            self.home.idle.lock().unwrap_or_else(PoisonError::into_inner).push((session, self.since.elapsed()));
        }
    }
}
