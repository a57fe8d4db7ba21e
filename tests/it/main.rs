//! One binary for all integration tests.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test ends at the first surprise and says why it is skipped"
)]

mod checks;
mod checks_access;
mod checks_data;
mod checks_fixture;
mod support;
