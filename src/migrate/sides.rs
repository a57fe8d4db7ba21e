//! Both sides as they are before anything is written: where they are, what they contain, what is planned.

use std::path::Path;

use super::guard::{refuse_other, refuse_production, refuse_unsafe_target};
use super::state::Ending;
use crate::catalog::ServerFacts;
use crate::check::SideView;
use crate::clean::{self, CleanReport};
use crate::config::Config;
use crate::copy::{self, CopyReport, Copying};
use crate::fingerprint::CopyRecord;
use crate::journal::{self, DayRecord};
use crate::model::{Error, ErrorKind, Events, Result, SideFacts};
use crate::plan::{Plan, check_masks};
use crate::postgres::{Endpoint, Session, Source, Target};

/// How a copy starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Into empty tables.
    Anew,
    /// Where one that was cut off has come to.
    Resume,
    /// Beside one that another process has begun.
    Join,
}

fn manner(config: &Config, start: Start, let_go: bool) -> copy::Manner {
    let (scope, config) = (&config.scope, &config.copy);
    copy::Manner {
        jobs: config.jobs,
        chunk: config.chunk.unwrap_or(copy::Manner::CHUNK),
        set_aside_from: config.set_aside_from.unwrap_or(copy::Manner::SET_ASIDE_FROM),
        rate: config.rate,
        limits: copy::Limits { replica_lag: config.max_replica_lag, snapshot_age: config.max_snapshot_age },
        resume: start == Start::Resume,
        // They belong to no table: as with pg_dump, a part of the tables is copied without them.
        large_objects: config.large_objects.unwrap_or(scope.schemas.is_empty() && scope.tables.is_empty()),
        let_go,
    }
}

/// Both sides, looked at. No snapshot stays open.
#[derive(Debug)]
pub struct Sides {
    /// Where the source is.
    pub source: Endpoint<Source>,
    /// Where the target is.
    pub target: Endpoint<Target>,
    /// What is known of both, for the report.
    pub facts: (SideFacts, SideFacts),
    /// What is known of the target's server.
    pub target_server: ServerFacts,
    /// The newer of both servers' major versions: what client programs must be able to serve.
    pub newest_major: u32,
    /// The tables, in the order they are copied in.
    pub plan: Plan,
}

impl Sides {
    /// Looks at both sides and plans; writes nothing.
    ///
    /// # Errors
    /// When a side cannot be reached, or the target is one that is never written to.
    pub async fn look(config: &Config) -> Result<Self> {
        refuse_production(&config.target)?;
        let (source, target) = (Endpoint::new(&config.source)?, Endpoint::new(&config.target)?);
        let (there, here) = tokio::try_join!(
            SideView::<Source>::outline(&source, &config.scope.schemas),
            SideView::<Target>::outline(&target, &config.scope.schemas),
        )?;
        let facts = (there.facts(), here.facts());
        let (left, right) = (there.catalog, here.catalog);
        // The snapshots must not stay open: TRUNCATE waits for whoever has read the tables.
        tokio::join!(there.readers.close(), here.readers.close());
        refuse_other(&config.source, &left.server)?;
        refuse_other(&config.target, &right.server)?;
        refuse_unsafe_target(&config.target, &left.server, &right.server)?;
        let plan = Plan::new(&left, &config.scope);
        let newest_major = left.server.major().max(right.server.major());
        Ok(Self { source, target, facts, target_server: right.server, newest_major, plan })
    }

    /// Empties the planned tables of the target.
    ///
    /// # Errors
    /// As [`clean::clean`]: nothing was changed then. What an earlier copy has left aside is put back after.
    pub async fn clean(&self, config: &Config, events: &Events) -> Result<CleanReport> {
        let here = SideView::<Target>::open(&self.target, 1, &config.scope.schemas).await?;
        here.readers.close().await;
        copy::halt(&self.target).await?;
        let cleaned = clean::clean(&self.target, &self.plan, &here.catalog, events).await?;
        copy::restore(&self.target, config.copy.jobs, events).await?;
        Ok(cleaned)
    }

    /// Notes in the target's journal that a day is about to write.
    ///
    /// # Errors
    /// As [`journal::begin_day`].
    pub(super) async fn beginning(&self, id: &str, folder: &Path) -> Result<()> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let record = DayRecord {
            id: id.to_owned(),
            host: host(),
            folder: folder.display().to_string(),
            source: self.facts.0.name.clone(),
            started: String::new(),
            ended: None,
            ending: None,
        };
        self.in_journal(async |session| journal::begin_day(session, &record).await).await
    }

    /// Notes there how it ended.
    pub(super) async fn ended(&self, ending: Ending) -> Result<()> {
        self.in_journal(async |session| journal::end_day(session, ending.name()).await).await
    }

    /// The day that the target's journal knows.
    pub(super) async fn noted(&self) -> Result<Option<DayRecord>> {
        self.in_journal(async |session| journal::day(session).await).await
    }

    /// Whether the target's journal holds a copy that has not ended.
    pub(super) async fn is_copying(&self) -> Result<bool> {
        self.in_journal(async |session| Ok(journal::current(session).await?.is_some())).await
    }

    async fn in_journal<T>(&self, work: impl AsyncFnOnce(&mut Session<Target>) -> Result<T>) -> Result<T> {
        journal::within(&self.target, work).await
    }

    /// Copies the planned tables from one snapshot of the source. With `record`, what both sides then come to is written
    /// there, the source in that same snapshot.
    ///
    /// # Errors
    /// As [`copy::copy`]: the hint says which tables are whole.
    pub async fn copy(
        &self,
        config: &Config,
        start: Start,
        record: Option<&Path>,
        events: &Events,
    ) -> Result<CopyReport> {
        config.require_salt()?;
        if record.is_some() && !config.scope.masks.list.is_empty() {
            return Err(Error::usage(
                "a record holds the rows as they are, and the configuration masks some of their columns",
            )
            .hint("leave out --record"));
        }
        let source = match start {
            Start::Join => self.joined().await?,
            _ => self.source.clone(),
        };
        let (there, here) = tokio::join!(
            SideView::<Source>::open_for_copy(&source, config.copy.jobs, &config.scope.schemas),
            SideView::<Target>::open_for_copy(&self.target, 1, &config.scope.schemas)
        );
        let mut there = there.map_err(|error| match (start, error.kind()) {
            (Start::Join, ErrorKind::Usage) => copy::snapshot_is_gone().caused_by(error),
            _ => error,
        })?;
        check_masks(&config.scope, &there.catalog)?;
        there.catalog.choose(&config.scope)?;
        let here = here?;
        here.readers.close().await;
        let copying = Copying {
            source: &there.readers,
            source_catalog: &there.catalog,
            target: &self.target,
            target_catalog: &here.catalog,
            plan: &self.plan,
            manner: manner(config, start, record.is_none()),
        };
        let copied = match start {
            Start::Join => copy::join(&copying, events).await,
            _ => copy::copy(&copying, events).await,
        };
        let recorded = match (record, &copied) {
            (Some(path), Ok(_)) => self.record(config, &there, path).await,
            _ => Ok(()),
        };
        there.readers.close().await;
        recorded.and(copied)
    }

    /// The source as a copy that is under way sees it.
    async fn joined(&self) -> Result<Endpoint<Source>> {
        let run = self.in_journal(async |session| journal::current(session).await).await?;
        let run = run.ok_or_else(|| {
            Error::usage("there is no copy to join").hint("start one without --join, then join it from other machines")
        })?;
        let mut source = self.source.clone();
        source.snapshot = Some(run.snapshot);
        Ok(source)
    }

    async fn record(&self, config: &Config, there: &SideView<Source>, path: &Path) -> Result<()> {
        let here = SideView::<Target>::open(&self.target, config.copy.jobs, &config.scope.schemas).await?;
        let (source, target) = ((&there.readers, &there.catalog), (&here.readers, &here.catalog));
        let record = CopyRecord::take(source, target, &config.scope).await;
        here.readers.close().await;
        record.map_err(|error| error.at("the rows were copied, but not recorded"))?.write(path)
    }
}

/// What this machine is called.
pub(super) fn host() -> String {
    #[cfg(unix)]
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok());
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").ok();
    name.unwrap_or_else(|| "unknown".to_owned())
}
