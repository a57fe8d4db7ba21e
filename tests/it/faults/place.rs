//! Two servers of the test's own, which may be crashed, and a disk that can be full.

use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use pg_rehearse::model::Events;
use pg_rehearse::rehearse::server::{Choice, Options, Server, start_pair};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;

use super::sql::{lines, run};

/// A role that owns its tables and may not be a replica.
pub(super) const OWNER: &str = "faults_owner";

/// The servers.
pub(super) struct Place {
    pub(super) servers: [Mutex<Server>; 2],
    /// Superuser URLs.
    pub(super) urls: [String; 2],
    /// Absent where this process may not mount one.
    pub(super) disk: Option<Disk>,
}

impl Place {
    pub(super) async fn start() -> Result<Self> {
        let options = Options { choice: Choice::Embedded, ..Options::default() };
        let (source, target) = start_pair(&options, &options, &Events::silent()).await?;
        let urls = [source.url().to_owned(), target.url().to_owned()];
        let owner = format!("create role {OWNER} login password 'secret'");
        run(&urls[1], &owner).await?;
        // Of what a crash interrupts, only what was committed is there afterwards.
        let disk = Disk::mount(&urls[1]).await;
        if let Err(reason) = &disk {
            println!("NO SMALL DISK: a full disk is only emulated by an error of the same SQLSTATE ({reason:#})");
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

/// A small file system that holds a tablespace of the target's server.
pub(super) struct Disk {
    folder: PathBuf,
    /// Holds it mounted, and unmounts it however this process ends.
    keeper: Mutex<Child>,
}

/// The tablespace on it.
pub(super) const TABLESPACE: &str = "small";

/// Mounts, says so, and waits for the end of its input.
const KEEP: &str =
    "mkdir -p \"$1\" && mount -t tmpfs -o size=64m,mode=0700 tmpfs \"$1\" && chown \"$2\" \"$1\" && echo mounted;
    read -r _; umount -l \"$1\"; rmdir \"$1\"";

impl Disk {
    async fn mount(url: &str) -> Result<Self> {
        let data = lines(url, "select current_setting('data_directory')").await?.concat();
        let owner = {
            use std::os::unix::fs::MetadataExt;
            std::fs::metadata(&data)?.uid().to_string()
        };
        let folder = std::env::temp_dir().join(format!("pg-rehearse-disk-{}", std::process::id()));
        let mut keeper = Command::new("sh")
            .args(["-c", KEEP, "sh"])
            .arg(&folder)
            .arg(owner)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = keeper.stdout.take().context("the keeper has no output")?;
        if BufReader::new(output).lines().next_line().await?.as_deref() != Some("mounted") {
            bail!("a file system of its own cannot be mounted");
        }
        let disk = Self { folder, keeper: Mutex::new(keeper) };
        run(url, &format!("create tablespace {TABLESPACE} location '{}'", disk.folder.display())).await?;
        run(url, &format!("grant create on tablespace {TABLESPACE} to {OWNER}")).await?;
        Ok(disk)
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// Leaves no room on it.
    pub(super) async fn fill(&self) {
        let Ok(mut file) = tokio::fs::File::create(self.ballast()).await else { return };
        let zeros = vec![0; 64 * 1024];
        while file.write_all(&zeros).await.is_ok() && file.flush().await.is_ok() {}
    }

    /// Makes room again.
    pub(super) async fn clear(&self) {
        let _ = tokio::fs::remove_file(self.ballast()).await;
    }

    async fn unmount(self) {
        let mut keeper = self.keeper.into_inner();
        drop(keeper.stdin.take());
        let _ = keeper.wait().await;
    }
}
