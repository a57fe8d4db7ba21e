//! The command line: what a person at a terminal sees while a run goes on.
//!
//! Never true in here: anything but results on standard output; progress goes to standard error.

pub mod color;
pub mod progress;
