//! The migration day: phases in order, a go or no-go after each, one report.
//!
//! Never true in here: a phase that starts after a no-go, a write before preflight and backup have passed.

mod day;
mod guard;

pub use day::{Day, DayOptions};
pub use guard::refuse_unsafe_target;
