//! Which part of the databases takes part: the arguments of every verb that reads or writes tables.

use clap::Args;

use crate::config::Flags;

/// Which schemas and tables take part.
#[derive(Debug, Default, Args)]
pub(super) struct Scope {
    /// Only these schemas
    #[arg(long = "schema", value_name = "NAME", num_args = 1..)]
    schemas: Vec<String>,
    /// Only tables whose name matches one of these globs
    #[arg(long, value_name = "GLOB", num_args = 1..)]
    tables: Vec<String>,
}

impl Scope {
    /// These flags, narrowed to the scope.
    pub(super) fn of(&self, flags: Flags) -> Flags {
        Flags { schemas: self.schemas.clone(), tables: self.tables.clone(), ..flags }
    }
}
