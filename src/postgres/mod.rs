//! Connections to the two databases: typed by side, pinned in their settings, sharing one snapshot a side.
//!
//! Never true in here: a way to write through a [`Session`] of the [`Source`], a session whose output format
//! depends on the server's configuration, an error text that holds a password.

mod acting;
mod care;
mod copy_stream;
mod endpoint;
mod error;
mod files;
mod lifeline;
mod memory;
mod quiet;
mod readers;
mod salt;
mod session;
mod settings;
mod tools;
mod waiting;

pub use acting::Acting;
pub use care::Care;
pub use copy_stream::{CopyIn, CopyOut};
pub use endpoint::{Endpoint, Role, Source, Target};
pub use error::{is_lost, is_permission, is_row_security, is_timeout, is_transient};
pub use files::Files;
pub use quiet::{FiringTrigger, TriggerEvent, Unidentified};
pub use readers::{Reader, Readers};
pub use session::{Session, TextRow};
pub use tools::Tools;
