//! What every check is given: both sides, each in one snapshot, with their catalogs.

use std::time::{Duration, Instant};

use crate::catalog::{self, Catalog, ServerFacts};
use crate::config::Config;
use crate::model::{Error, Events, RelationName, Result, SideFacts};
use crate::postgres::{Care, Endpoint, Readers, Role, Session, Source, Target};

/// One side: its snapshot's sessions and its catalog in that snapshot.
#[derive(Debug)]
pub struct SideView<R> {
    /// Sessions in the snapshot.
    pub readers: Readers<R>,
    /// What the snapshot contains.
    pub catalog: Catalog,
}

impl<R: Role> SideView<R> {
    /// Opens a snapshot and loads the catalog in it.
    ///
    /// # Errors
    /// When the side cannot be reached or a configured schema does not exist.
    pub async fn open(endpoint: &Endpoint<R>, jobs: usize, schemas: &[String]) -> Result<Self> {
        Self::load(endpoint, jobs, async |session| catalog::load(session, schemas).await).await
    }

    /// The same for a comparison: what a lock of another session keeps back stands in the catalog as unread.
    ///
    /// # Errors
    /// As [`SideView::open`].
    pub async fn open_in_part(endpoint: &Endpoint<R>, jobs: usize, schemas: &[String]) -> Result<Self> {
        Self::load(endpoint, jobs, async |session| catalog::load_in_part(session, schemas).await).await
    }

    /// The same with what a copy needs of the catalog, and no more: nothing may be compared by it.
    ///
    /// # Errors
    /// As [`SideView::open`].
    pub async fn open_for_copy(endpoint: &Endpoint<R>, jobs: usize, schemas: &[String]) -> Result<Self> {
        Self::load(endpoint, jobs, async |session| catalog::load_for_copy(session, schemas).await).await
    }

    /// The same with what a plan needs of the catalog, and no more.
    ///
    /// # Errors
    /// As [`SideView::open`].
    pub async fn outline(endpoint: &Endpoint<R>, schemas: &[String]) -> Result<Self> {
        Self::load(endpoint, 1, async |session| catalog::outline(session, schemas).await).await
    }

    async fn load(
        endpoint: &Endpoint<R>,
        jobs: usize,
        load: impl AsyncFnOnce(&mut Session<R>) -> Result<Catalog>,
    ) -> Result<Self> {
        let readers = Readers::open(endpoint, jobs).await?;
        let mut session = readers.acquire().await?;
        // Printing a view's definition locks the tables it reads until the transaction ends. The snapshot may stay
        // open long after, and must not stand in the way of those who work on the tables.
        session.rows("savepoint catalog").await?;
        let catalog = load(&mut *session).await?;
        session.rows("rollback to savepoint catalog; release savepoint catalog").await?;
        drop(session);
        Ok(Self { readers, catalog })
    }

    /// The same side in a new snapshot, as the catalog loaded before describes it.
    ///
    /// # Errors
    /// When the side cannot be reached any more.
    async fn again(&self) -> Result<Self> {
        let readers = Readers::open(self.readers.endpoint(), self.readers.jobs()).await?;
        Ok(Self { readers, catalog: self.catalog.clone() })
    }

    /// The side's facts for the report.
    pub fn facts(&self) -> SideFacts {
        let schema = self.catalog.schema_digest();
        SideFacts { schema, ..facts(self.readers.endpoint(), &self.catalog.server) }
    }
}

/// What is known of a side whose schema was not read, for the report.
pub fn facts<R>(endpoint: &Endpoint<R>, server: &ServerFacts) -> SideFacts {
    SideFacts {
        name: endpoint.name.clone(),
        url: endpoint.url.to_string(),
        version: format!("PostgreSQL {}", server.version),
        database: server.database.clone(),
        lsn: server.lsn.clone(),
        snapshot_taken: Some(server.snapshot_taken.clone()),
        identity: Some(server.identity()),
        schema: None,
    }
}

/// Refuses two sides that are one: comparing that proves nothing.
///
/// # Errors
/// Usage.
pub fn refuse_same(source: &ServerFacts, target: &ServerFacts) -> Result<()> {
    if source.is_same_database(target) {
        return Err(Error::usage("source and target are the very same database")
            .hint("give two URLs that lead to different databases; comparing one with itself proves nothing"));
    }
    Ok(())
}

/// Everything a check may use.
#[derive(Debug)]
pub struct Context {
    /// The resolved configuration.
    pub config: Config,
    /// The database copied from.
    pub source: SideView<Source>,
    /// The database copied into.
    pub target: SideView<Target>,
    /// Where progress goes.
    pub events: Events,
}

impl Context {
    /// Opens both sides at once.
    ///
    /// # Errors
    /// When a side cannot be reached, both are the very same database (comparing that proves nothing), or a configured
    /// table is on neither: a comparison of nothing must not read as one of everything.
    pub async fn open(config: &Config, events: &Events) -> Result<Self> {
        let care = care(config, config.manner.budget);
        let (source, target) = (Endpoint::new(&config.source)?, Endpoint::new(&config.target)?);
        let (mut source, mut target) = tokio::try_join!(
            SideView::<Source>::open_in_part(&source, config.verify_jobs, &config.scope.schemas),
            SideView::<Target>::open_in_part(&target, config.verify_jobs, &config.scope.schemas),
        )?;
        refuse_same(&source.catalog.server, &target.catalog.server)?;
        source.catalog.choose(&config.scope)?;
        tokio::try_join!(source.readers.take_care(care), target.readers.take_care(care))?;
        let relations = source.catalog.relations.values().chain(target.catalog.relations.values());
        let names: Vec<&RelationName> =
            relations.filter(|relation| !relation.is_partition).map(|relation| &relation.name).collect();
        if let Some(glob) = config.scope.unmatched(&names) {
            return Err(Error::usage(format!("no table on either side matches `{glob}`"))
                .hint("tables are named as schema.table, partitions by their root; * stands for any text"));
        }
        Ok(Self { config: config.clone(), source, target, events: events.clone() })
    }

    /// Both sides in new snapshots, with what is left of the time budget. The catalogs are those loaded before: where one
    /// has changed since, reading by it is the server's error.
    ///
    /// # Errors
    /// When a side cannot be reached any more.
    pub async fn again(&self) -> Result<Self> {
        let care = care(&self.config, self.source.readers.time_left());
        let (mut source, mut target) = tokio::try_join!(self.source.again(), self.target.again())?;
        tokio::try_join!(source.readers.take_care(care), target.readers.take_care(care))?;
        Ok(Self { config: self.config.clone(), source, target, events: self.events.clone() })
    }

    /// Lets both snapshots go.
    pub async fn close(self) {
        tokio::join!(self.source.readers.close(), self.target.readers.close());
    }
}

/// How gently sides are to be read from now on, for so long.
pub fn care(config: &Config, budget: Option<Duration>) -> Care {
    let deadline = budget.map(|budget| Instant::now() + budget);
    Care { throttle: config.manner.throttle, max_load: config.manner.max_load, deadline }
}
