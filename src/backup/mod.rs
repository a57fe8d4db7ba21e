//! A dump of one side at the snapshot its sessions read, with a manifest, and the way back from it.
//!
//! Never true in here: a dump taken for good that `pg_restore` cannot read, a password among arguments or in a
//! message, a file others may read, a restore that commits half.

mod dump;
mod manifest;
mod program;
mod restore;
mod whole;

pub use dump::backup;
pub use manifest::{BackupManifest, BackupSequence, BackupTable};
pub use program::private_directory;
pub use restore::{restorable, restore_data};
pub use whole::restore_whole;
