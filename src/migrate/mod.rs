//! The migration day: phases in order, a go or no-go after each, one report.
//!
//! Never true in here: a phase that starts after a no-go, a write before preflight and backup have passed.

mod advised;
mod back;
mod day;
mod dry_run;
mod guard;
mod phases;
mod saved;
mod sides;

pub use back::{Here, WentBack, go_back, go_back_to_empty};
pub use day::{Day, DayOptions};
pub use dry_run::{CopyStatements, Statements, statements};
pub use guard::{refuse_production, refuse_unsafe_target};
pub use saved::{Saved, save};
pub use sides::{Sides, Start};
