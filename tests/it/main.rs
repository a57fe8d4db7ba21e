//! Integration tests, in one binary.

mod backup;
mod copy;
mod copy_fixture;
mod preflight;
mod support;
