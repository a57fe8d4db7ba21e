//! The rehearsal: the whole migration day on throwaway servers, then planted defects that verification has to catch.
//!
//! Never true in here: a statement sent to a database this room has not started itself or been given for the purpose.

#[cfg(unix)]
mod chaos;
mod databases;
mod defects;
mod fixture;
mod matrix;
mod own;
mod prove;
mod run;
pub mod server;

#[cfg(unix)]
pub use chaos::{chaos, fault_points};
pub use own::{MOST_LIKE, Own, Rows, Statement, statements};
pub use prove::{Proven, prove};
pub use run::{Given, Settings, rehearse};

use crate::model::Result;

/// The names of the shipped catalogue of defects.
///
/// # Errors
/// Usage, for a malformed catalogue.
pub fn defect_names() -> Result<Vec<String>> {
    Ok(defects::parse(fixture::DEFECTS)?.into_iter().map(|defect| defect.name).collect())
}
