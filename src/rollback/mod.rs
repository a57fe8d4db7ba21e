//! Back to where the target was: the rows from the backup, the sequences, and the proof by fingerprint.
//!
//! Never true in here: a rollback called done that was not compared with the fingerprint taken before the day.

mod proof;
mod sequences;

pub use proof::{difference, fingerprint, schema_difference};
pub use sequences::{put_back, start_again};
