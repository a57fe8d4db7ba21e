//! The two servers of a chaos rehearsal, their databases and their roles of least privilege.

use std::path::{Path, PathBuf};

use tokio::sync::Mutex;

use super::oracle::Held;
use crate::check::SideView;
use crate::config::DatabaseUrl;
use crate::model::{Error, Events, Result, SideFacts};
use crate::postgres::{Endpoint, Session, Target};
use crate::rehearse::databases::{Database, writable};
use crate::rehearse::server::{Choice, Options, Server, SmallDisk, start_pair};

const SCHEMA: &str = include_str!("../../../fixtures/chaos/schema.sql");
const ROWS: &str = include_str!("../../../fixtures/chaos/rows.sql");
const STALE: &str = include_str!("../../../fixtures/chaos/stale.sql");
const SOURCE_ROLE: &str = include_str!("../../../docs/roles/source.sql");
const TARGET_ROLE: &str = include_str!("../../../docs/roles/target.sql");

/// The password of both roles, and what no artefact may hold.
pub(super) const PASSWORD: &str = "chaos-unheard-of-7291";

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Source,
    Target,
}

impl End {
    /// The role the tool connects as.
    pub(super) fn role(self) -> &'static str {
        match self {
            Self::Source => "rehearse_reader",
            Self::Target => "rehearse_writer",
        }
    }
}

/// The ground the day is run on.
pub(super) struct Ground {
    servers: [Mutex<Server>; 2],
    /// Superusers' URLs of the servers.
    urls: [String; 2],
    /// A small file system under the target; where none can be mounted, why not.
    pub(super) disk: Result<SmallDisk>,
    /// What tells the source's database from others, as the reader sees it.
    pub(super) identity: String,
    /// What the source holds.
    pub(super) after: Held,
    /// What the target holds before a day.
    pub(super) before: Held,
}

const SOURCE: &str = "chaos_production";
const TARGET: &str = "chaos_staging";
const TEMPLATE: &str = "chaos_before";
const OTHER: &str = "chaos_other";

impl Ground {
    /// Starts servers and fills them. They are processes of this machine: a crash of a container is another thing.
    pub(super) async fn make(events: &Events) -> Result<Self> {
        let options = Options { choice: Choice::Embedded, ..Options::default() };
        let (mut source, target) = start_pair(&options, &options, events).await?;
        let urls = [source.url().to_owned(), target.url().to_owned()];
        // So quiet that whatever is written there was written by a session.
        for setting in ["wal_level = minimal", "max_wal_senders = 0", "autovacuum = off", "checkpoint_timeout = '1d'"] {
            on(&urls[0], &format!("alter system set {setting}")).await?;
        }
        source.stop_immediate().await?;
        source.start_again().await?;
        for url in &urls {
            on(url, "create role chaos_owner").await?;
        }
        let there = Database::create(&urls[0], SOURCE).await?;
        fill(there.url(), ROWS).await?;
        on(there.url(), &format!("{SOURCE_ROLE}; alter role rehearse_reader password '{PASSWORD}'")).await?;
        settle(there.url()).await?;
        let here = Database::create(&urls[1], TEMPLATE).await?;
        fill(here.url(), STALE).await?;
        on(
            here.url(),
            &format!(
                "{TARGET_ROLE}; alter role rehearse_writer password '{PASSWORD}'; grant chaos_owner to rehearse_writer"
            ),
        )
        .await?;
        let disk = SmallDisk::mount(&urls[1]).await;
        let (after, before) = (Held::read(&writable(there.url())?).await?, Held::read(&writable(here.url())?).await?);
        // The target's objects stay the target's own, whatever rows it holds.
        let after = Held { objects: before.objects.clone(), ..after };
        let servers = [Mutex::new(source), Mutex::new(target)];
        let mut ground = Self { servers, urls, disk, identity: String::new(), after, before };
        ground.identity = ground.identity().await?;
        Ok(ground)
    }

    /// The target as it is before a day, and another database beside it that nobody may touch.
    pub(super) async fn reset(&self, on_small_disk: bool) -> Result<()> {
        let place = if on_small_disk { format!(" tablespace {}", SmallDisk::TABLESPACE) } else { String::new() };
        for (name, place) in [(TARGET, place.as_str()), (OTHER, "")] {
            on(&self.urls[1], &format!("drop database if exists {name} with (force)")).await?;
            on(&self.urls[1], &format!("create database {name} template {TEMPLATE}{place}")).await?;
        }
        Ok(())
    }

    /// Makes the source's database anew, after something has written to it.
    pub(super) async fn renew_source(&mut self) -> Result<()> {
        on(&self.urls[0], &format!("drop database {SOURCE} with (force)")).await?;
        let there = Database::create(&self.urls[0], SOURCE).await?;
        fill(there.url(), ROWS).await?;
        settle(there.url()).await?;
        let rows = Held::read(&writable(there.url())?).await?;
        self.after = Held { objects: self.before.objects.clone(), ..rows };
        self.identity = self.identity().await?;
        Ok(())
    }

    async fn identity(&self) -> Result<String> {
        let view = SideView::outline(&writable(&self.url(End::Source, PASSWORD)?)?, &[]).await?;
        view.readers.close().await;
        Ok(view.catalog.server.identity())
    }

    /// A side's database as the superuser.
    pub(super) fn admin(&self, end: End) -> Result<Endpoint<Target>> {
        writable(&self.at(end, end.database())?)
    }

    /// The other database beside the target, as the superuser.
    pub(super) fn other(&self) -> Result<Endpoint<Target>> {
        writable(&self.at(End::Target, OTHER)?)
    }

    /// A side's database as the role of least privilege.
    pub(super) fn url(&self, end: End, password: &str) -> Result<String> {
        self.as_role(end, end.database(), password)
    }

    /// A database that is not the one the day is of, as the role of least privilege.
    pub(super) fn other_url(&self, end: End) -> Result<String> {
        match end {
            // A database with none of the tables.
            End::Source => self.as_role(end, "postgres", PASSWORD),
            End::Target => self.as_role(end, OTHER, PASSWORD),
        }
    }

    /// A database of the target's server with none of the tables.
    pub(super) fn empty_url(&self) -> Result<String> {
        self.as_role(End::Target, "postgres", PASSWORD)
    }

    fn as_role(&self, end: End, database: &str, password: &str) -> Result<String> {
        let mut url = url::Url::parse(&self.at(end, database)?)
            .map_err(|problem| Error::failed("a server's URL is malformed").caused_by(problem))?;
        let set = url.set_username(end.role()).and_then(|()| url.set_password(Some(password)));
        set.map_err(|()| Error::failed("a server's URL takes no user"))?;
        Ok(url.into())
    }

    fn at(&self, end: End, database: &str) -> Result<String> {
        Ok(DatabaseUrl::parse(&self.urls[end as usize])?.with_database(database)?.expose().to_owned())
    }

    /// Runs statements on a side as the superuser.
    pub(super) async fn run(&self, end: End, sql: &str) -> Result<()> {
        on(&self.at(end, end.database())?, sql).await
    }

    /// What is known of both databases, for the report.
    pub(super) async fn facts(&self) -> Result<(SideFacts, SideFacts)> {
        let there = SideView::open(&self.admin(End::Source)?, 1, &[]).await?;
        let here = SideView::open(&self.admin(End::Target)?, 1, &[]).await?;
        let facts = (there.facts(), here.facts());
        tokio::join!(there.readers.close(), here.readers.close());
        let named = |facts: SideFacts, name: &str| SideFacts { name: name.to_owned(), ..facts };
        Ok((named(facts.0, "production"), named(facts.1, "staging")))
    }

    /// Stops a side's server as a crash would.
    pub(super) async fn crash(&self, end: End) -> Result<()> {
        self.servers[end as usize].lock().await.stop_immediate().await
    }

    /// Starts it again.
    pub(super) async fn start(&self, end: End) -> Result<()> {
        self.servers[end as usize].lock().await.start_again().await
    }

    /// Where the client programs are.
    pub(super) async fn tools(&self) -> Option<PathBuf> {
        self.servers[1].lock().await.bin_dir().map(Path::to_owned)
    }

    /// Ends the servers.
    pub(super) async fn stop(self) -> Result<()> {
        let [source, target] = self.servers;
        tokio::try_join!(source.into_inner().stop(), target.into_inner().stop())?;
        if let Ok(disk) = self.disk {
            disk.unmount().await;
        }
        Ok(())
    }
}

impl End {
    fn database(self) -> &'static str {
        match self {
            Self::Source => SOURCE,
            Self::Target => TARGET,
        }
    }
}

async fn fill(url: &str, rows: &str) -> Result<()> {
    on(url, "create extension vector; grant usage, create on schema public to chaos_owner").await?;
    on(url, &format!("{SCHEMA}; set session_replication_role = replica; {rows}")).await
}

/// Has the server write now what readers would make it write later: marks on rows that their transactions have ended.
async fn settle(url: &str) -> Result<()> {
    for statement in ["vacuum (freeze, analyze)", "vacuum (freeze)", "checkpoint"] {
        on(url, statement).await?;
    }
    Ok(())
}

/// Runs statements as a user would, with the server's own settings.
async fn on(url: &str, sql: &str) -> Result<()> {
    let mut session = Session::connect(&writable(url)?).await?;
    session.execute("reset all; set client_min_messages = warning").await?;
    let done = session.execute(sql).await;
    session.close().await;
    done
}
