//! The migration day: phases in order, a go or no-go after each, one report.
//!
//! Never true in here: a phase that starts after a no-go, a write before preflight and backup have passed, a step that is not
//! written down before the next one begins.

mod advised;
mod back;
mod course;
mod coverage;
mod day;
mod decide;
mod dry_run;
mod execution_log;
mod file;
mod guard;
mod notify;
mod phases;
mod saved;
mod sides;
mod state;
#[cfg(test)]
mod testing;

pub use back::{Here, WentBack, folder_of_day, go_back, go_back_to_empty, note_way_back};
pub use course::{Person, run};
pub use coverage::{Home, Part, page as plan_coverage, parts as plan_parts};
pub use day::{Day, DayOptions};
pub use dry_run::{CopyStatements, Statements, statements};
pub use guard::{refuse_other, refuse_production, refuse_unsafe_target};
pub use saved::{Saved, save};
pub use sides::{Sides, Start};
pub use state::{Ending, State};
