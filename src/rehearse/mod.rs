//! The rehearsal: the whole migration day on throwaway servers, then planted defects that verification has to catch.
//!
//! Never true in here: a statement sent to a database this room has not started itself or been given for the purpose.

#[cfg(unix)]
mod chaos;
mod databases;
mod defects;
mod fixture;
mod matrix;
mod prove;
mod run;
pub mod server;

#[cfg(unix)]
pub use chaos::chaos;
pub use prove::{Proven, prove};
pub use run::{Given, Settings, rehearse};
