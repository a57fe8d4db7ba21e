//! A bounded set of sessions that all read the same snapshot of one side.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::memory::Memory;
use super::{Endpoint, Role, Session};
use crate::model::{Error, Result};

/// Sessions in one REPEATABLE READ, READ ONLY snapshot, exported by a session that is kept open for as long.
#[derive(Debug)]
pub struct Readers<R> {
    endpoint: Endpoint<R>,
    snapshot: String,
    /// Holds the exported snapshot alive.
    holder: tokio::sync::Mutex<Session<R>>,
    idle: Mutex<Vec<Session<R>>>,
    permits: Semaphore,
    jobs: usize,
    /// Answers of this snapshot, where they are worth keeping.
    memory: Option<Arc<Memory>>,
}

impl<R: Role> Readers<R> {
    /// Opens the snapshot; at most `jobs` sessions will read it at once.
    ///
    /// # Errors
    /// When the side cannot be reached or may not export a snapshot.
    pub async fn open(endpoint: &Endpoint<R>, jobs: usize) -> Result<Self> {
        let mut holder = Session::connect(endpoint).await?;
        holder.begin_read(None).await?;
        let snapshot = holder.value("select pg_export_snapshot()").await?.unwrap_or_default();
        Ok(Self {
            endpoint: endpoint.clone(),
            snapshot,
            holder: tokio::sync::Mutex::new(holder),
            idle: Mutex::default(),
            permits: Semaphore::new(jobs.max(1)),
            jobs: jobs.max(1),
            memory: None,
        })
    }

    /// Remembers answers from now on, for a snapshot that is asked the same many times.
    pub fn remember(&mut self) {
        self.memory = Some(Arc::default());
    }

    /// The exported snapshot's identifier, for tools that can join it (`pg_dump --snapshot`).
    pub fn snapshot(&self) -> &str {
        &self.snapshot
    }

    /// The address these sessions read.
    pub fn endpoint(&self) -> &Endpoint<R> {
        &self.endpoint
    }

    /// How many sessions may read at once.
    pub fn jobs(&self) -> usize {
        self.jobs
    }

    /// A session in the snapshot, waiting until one is free.
    ///
    /// # Errors
    /// When a new connection is needed and cannot be made.
    pub async fn acquire(&self) -> Result<Reader<'_, R>> {
        let permit = self.permits.acquire().await.map_err(|_| Error::failed("the snapshot has been closed"))?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut session = match idle {
            Some(session) if session.is_broken() => self.connect().await?,
            Some(mut session) if session.has_failed() => match session.begin_again(&self.snapshot).await {
                Ok(()) => session,
                Err(_) => self.connect().await?,
            },
            Some(session) => session,
            None => self.connect().await?,
        };
        session.memory.clone_from(&self.memory);
        Ok(Reader { session: Some(session), home: self, _permit: permit })
    }

    async fn connect(&self) -> Result<Session<R>> {
        let mut session = Session::connect(&self.endpoint).await?;
        session.begin_read(Some(&self.snapshot)).await?;
        Ok(session)
    }

    /// Lets the snapshot go: sessions end, and the server may clean up behind it.
    pub async fn close(self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for session in idle {
            session.close().await;
        }
        self.holder.into_inner().close().await;
    }
}

/// A session on loan from [`Readers`]; it goes back when dropped.
#[derive(Debug)]
pub struct Reader<'a, R: Role> {
    /// `Some` until dropped.
    session: Option<Session<R>>,
    home: &'a Readers<R>,
    _permit: SemaphorePermit<'a>,
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
            self.home.idle.lock().unwrap_or_else(PoisonError::into_inner).push(session);
        }
    }
}
