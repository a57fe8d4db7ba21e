//! Integration tests, in one binary.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod backup;
mod copy;
mod copy_fixture;
mod preflight;
mod support;
