//! Arguments every verb takes.

use std::path::PathBuf;

use clap::Args;

use super::deliver::Delivery;
use super::scope::Scope;
use crate::config::{Config, Flags};
use crate::model::Result;

/// Arguments every verb takes.
#[derive(Debug, Args)]
pub(super) struct Global {
    /// Configuration file [default: migration.toml if present]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Connection URL of the database copied from [also: PG_REHEARSE_SOURCE_URL, .env.local, .env]
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    source: Option<String>,
    /// Connection URL of the database copied into [also: PG_REHEARSE_TARGET_URL, .env.local, .env]
    #[arg(long, global = true, value_name = "URL", hide_env_values = true)]
    target: Option<String>,
    /// Connections to each side, 1 to 64
    #[arg(long, global = true, value_name = "N")]
    jobs: Option<usize>,
    /// Folder of pg_dump, pg_restore and psql [default: installed ones, else fetched ones]
    #[arg(long, global = true, value_name = "DIR", env = "PG_REHEARSE_TOOLS", hide_env_values = true)]
    pub(super) tools: Option<PathBuf>,
    #[command(flatten)]
    pub(super) delivery: Delivery,
}

impl Global {
    /// The flags, for merging with file and environment.
    pub(super) fn flags(&self) -> Flags {
        Flags {
            config: self.config.clone(),
            source: self.source.clone(),
            target: self.target.clone(),
            jobs: self.jobs,
            ..Flags::default()
        }
    }

    /// The resolved configuration of a verb with a scope.
    pub(super) fn config(&self, scope: &Scope) -> Result<Config> {
        Config::resolve(&scope.of(self.flags()))
    }
}
