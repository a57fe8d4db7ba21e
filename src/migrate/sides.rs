//! Both sides as they are before anything is written: where they are, what they contain, what is planned.

use std::path::Path;

use super::guard::{refuse_production, refuse_unsafe_target};
use crate::catalog::Catalog;
use crate::check::SideView;
use crate::clean::{self, CleanReport};
use crate::config::Config;
use crate::copy::{self, CopyReport};
use crate::fingerprint::CopyRecord;
use crate::model::{Error, Events, Result, SideFacts};
use crate::plan::{Plan, check_masks};
use crate::postgres::{Endpoint, Source, Target};

/// Both sides, looked at. No snapshot stays open.
#[derive(Debug)]
pub struct Sides {
    /// Where the source is.
    pub source: Endpoint<Source>,
    /// Where the target is.
    pub target: Endpoint<Target>,
    /// What the source contains.
    pub there: Catalog,
    /// What the target contains.
    pub here: Catalog,
    /// What is known of both, for the report.
    pub facts: (SideFacts, SideFacts),
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
            SideView::<Source>::open(&source, 1, &config.scope.schemas),
            SideView::<Target>::open(&target, 1, &config.scope.schemas),
        )?;
        let facts = (there.facts(), here.facts());
        let (left, right) = (there.catalog, here.catalog);
        // The snapshots must not stay open: TRUNCATE waits for whoever has read the tables.
        tokio::join!(there.readers.close(), here.readers.close());
        refuse_unsafe_target(&config.target, &left.server, &right.server)?;
        let plan = Plan::new(&left, &config.scope);
        Ok(Self { source, target, there: left, here: right, facts, plan })
    }

    /// The newer of both servers' major versions: what client programs must be able to serve.
    pub fn newest_major(&self) -> u32 {
        self.there.server.major().max(self.here.server.major())
    }

    /// Empties the planned tables of the target.
    ///
    /// # Errors
    /// As [`clean::clean`]: nothing was changed then.
    pub async fn clean(&self, config: &Config, events: &Events) -> Result<CleanReport> {
        let here = SideView::<Target>::open(&self.target, 1, &config.scope.schemas).await?;
        here.readers.close().await;
        clean::clean(&self.target, &self.plan, &here.catalog, events).await
    }

    /// Copies the planned tables from one snapshot of the source. With `record`, what both sides then come to is written
    /// there, the source in that same snapshot.
    ///
    /// # Errors
    /// As [`copy::copy`]: the hint says which tables are whole.
    pub async fn copy(&self, config: &Config, record: Option<&Path>, events: &Events) -> Result<CopyReport> {
        config.require_salt()?;
        if record.is_some() && !config.scope.masks.list.is_empty() {
            return Err(Error::usage(
                "a record holds the rows as they are, and the configuration masks some of their columns",
            )
            .hint("leave out --record"));
        }
        let jobs = config.copy_jobs;
        let there = SideView::<Source>::open(&self.source, jobs, &config.scope.schemas).await?;
        check_masks(&config.scope, &there.catalog)?;
        let here = SideView::<Target>::open(&self.target, 1, &config.scope.schemas).await?;
        here.readers.close().await;
        let (readers, target) = (&there.readers, &self.target);
        let copied = copy::copy(readers, &there.catalog, target, &here.catalog, &self.plan, jobs, events).await;
        let recorded = match (record, &copied) {
            (Some(path), Ok(_)) => self.record(config, &there, path).await,
            _ => Ok(()),
        };
        there.readers.close().await;
        recorded.and(copied)
    }

    async fn record(&self, config: &Config, there: &SideView<Source>, path: &Path) -> Result<()> {
        let here = SideView::<Target>::open(&self.target, config.copy_jobs, &config.scope.schemas).await?;
        let (source, target) = ((&there.readers, &there.catalog), (&here.readers, &here.catalog));
        let record = CopyRecord::take(source, target, &config.scope).await;
        here.readers.close().await;
        record.map_err(|error| error.at("the rows were copied, but not recorded"))?.write(path)
    }
}
