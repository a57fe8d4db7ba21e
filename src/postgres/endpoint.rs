//! Where a side is and how to connect to it; the side is part of the type.

use std::marker::PhantomData;
use std::time::Duration;

use crate::config::{DatabaseUrl, Salt, SideConfig};
use crate::model::{Result, Side};

/// A side as a type, so that a session of the source cannot be handed to code that writes.
pub trait Role: Send + Sync + 'static {
    /// The side this type stands for.
    const SIDE: Side;
}

/// The database copied from: only ever read.
#[derive(Debug)]
pub enum Source {}

/// The database copied into.
#[derive(Debug)]
pub enum Target {}

impl Role for Source {
    const SIDE: Side = Side::Source;
}

impl Role for Target {
    const SIDE: Side = Side::Target;
}

/// The usual patience: longer than most answers take, so that most of the time nobody looks.
const PATIENCE: Duration = Duration::from_secs(60);

/// The address of one side.
#[derive(Debug)]
pub struct Endpoint<R> {
    /// What people call it.
    pub name: String,
    /// The connection URL.
    pub url: DatabaseUrl,
    /// Seconds after which the server ends a statement; 0 means never.
    pub statement_timeout: u64,
    /// How long an answer is waited for before it is looked whether the server's process is still there.
    pub patience: Duration,
    /// A snapshot that another session has exported and holds, to be read in place of a new one.
    pub snapshot: Option<String>,
    /// What masks on this side are made with.
    pub(super) salt: Option<Salt>,
    role: PhantomData<R>,
}

impl<R> Clone for Endpoint<R> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            url: self.url.clone(),
            statement_timeout: self.statement_timeout,
            patience: self.patience,
            snapshot: self.snapshot.clone(),
            salt: self.salt.clone(),
            role: PhantomData,
        }
    }
}

impl<R: Role> Endpoint<R> {
    /// What masks on this side are made with.
    pub fn salt(&self) -> Option<&Salt> {
        self.salt.as_ref()
    }

    /// The endpoint of a resolved side.
    ///
    /// # Errors
    /// A usage error when the side has no URL.
    pub fn new(side: &SideConfig) -> Result<Self> {
        Ok(Self {
            name: side.name.clone(),
            url: side.required_url()?.clone(),
            statement_timeout: side.statement_timeout,
            patience: PATIENCE,
            snapshot: side.snapshot.clone(),
            salt: side.salt.clone(),
            role: PhantomData,
        })
    }
}
