//! Two servers of the test's own, which may be crashed, and a disk that can be full.

use anyhow::Result;
use pg_rehearse::model::Events;
use pg_rehearse::rehearse::server::{Choice, Options, Server, SmallDisk, start_pair};
use tokio::sync::Mutex;

use super::sql::run;

/// A role that owns its tables and may not be a replica.
pub(super) const OWNER: &str = "faults_owner";

/// The servers.
pub(super) struct Place {
    pub(super) servers: [Mutex<Server>; 2],
    /// Superuser URLs.
    pub(super) urls: [String; 2],
    /// Absent where this process may not mount one.
    pub(super) disk: Option<SmallDisk>,
}

impl Place {
    pub(super) async fn start() -> Result<Self> {
        let options = Options { choice: Choice::Embedded, ..Options::default() };
        let (source, target) = start_pair(&options, &options, &Events::silent()).await?;
        let urls = [source.url().to_owned(), target.url().to_owned()];
        let owner = format!("create role {OWNER} login password 'secret'");
        run(&urls[1], &owner).await?;
        // Of what a crash interrupts, only what was committed is there afterwards.
        let disk = SmallDisk::mount(&urls[1]).await;
        if disk.is_ok() {
            run(&urls[1], &format!("grant create on tablespace {} to {OWNER}", SmallDisk::TABLESPACE)).await?;
        }
        if let Err(reason) = &disk {
            println!(
                "NO SMALL DISK: a full disk is only emulated by an error of the same SQLSTATE ({})",
                reason.chain()
            );
        }
        Ok(Self { servers: [Mutex::new(source), Mutex::new(target)], urls, disk: disk.ok() })
    }

    pub(super) async fn stop(self) -> Result<()> {
        let [source, target] = self.servers;
        source.into_inner().stop().await?;
        target.into_inner().stop().await?;
        if let Some(disk) = self.disk {
            disk.unmount().await;
        }
        Ok(())
    }
}
