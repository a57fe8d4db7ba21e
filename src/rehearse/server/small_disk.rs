//! A small file system that holds a tablespace of the target's server, and that can be full.

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

use super::super::databases::writable;
use crate::model::{Error, Result};
use crate::postgres::Session;

/// Mounts, says so, and waits for the end of its input: so it is unmounted however this process ends.
const KEEP: &str =
    "mkdir -p \"$1\" && mount -t tmpfs -o size=64m,mode=0700 tmpfs \"$1\" && chown \"$2\" \"$1\" && echo mounted;
    read -r _; umount -l \"$1\"; rmdir \"$1\"";

/// The file system, while it is mounted.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
    keeper: Child,
}

impl SmallDisk {
    /// The tablespace on it.
    pub const TABLESPACE: &str = "small_disk";

    /// Mounts it beside the server behind a superuser's URL.
    ///
    /// # Errors
    /// Where this process may not mount one.
    pub async fn mount(url: &str) -> Result<Self> {
        let cannot = |what: &str| Error::failed(format!("a small file system cannot be mounted here ({what})"));
        let mut session = Session::connect(&writable(url)?).await?;
        let data = session.value("select current_setting('data_directory')").await?.unwrap_or_default();
        let owner = {
            use std::os::unix::fs::MetadataExt;
            std::fs::metadata(&data).map_err(|problem| cannot("no data directory").caused_by(problem))?.uid()
        };
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("pg-rehearse-disk-{}-{number}", std::process::id()));
        let mut keeper = Command::new("sh")
            .args(["-c", KEEP, "sh"])
            .arg(&folder)
            .arg(owner.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|problem| cannot("no shell").caused_by(problem))?;
        let said = match keeper.stdout.take() {
            Some(output) => BufReader::new(output).lines().next_line().await.ok().flatten(),
            None => None,
        };
        if said.as_deref() != Some("mounted") {
            return Err(cannot("mounting needs more rights than this process has"));
        }
        session.execute(&format!("create tablespace {} location '{}'", Self::TABLESPACE, folder.display())).await?;
        session.close().await;
        Ok(Self { folder, keeper })
    }

    fn ballast(&self) -> PathBuf {
        self.folder.join("ballast")
    }

    /// Leaves no room on it.
    pub async fn fill(&self) {
        let Ok(mut file) = tokio::fs::File::create(self.ballast()).await else { return };
        let zeros = vec![0; 64 * 1024];
        while file.write_all(&zeros).await.is_ok() && file.flush().await.is_ok() {}
    }

    /// Makes room again.
    pub async fn clear(&self) {
        let _ = tokio::fs::remove_file(self.ballast()).await;
    }

    /// Takes it away.
    pub async fn unmount(mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait().await;
    }
}
