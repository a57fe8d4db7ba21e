//! pg-rehearse: rehearses, runs and proves a Postgres migration from production to staging.
//!
//! The rooms, from the ground up; a room imports only rooms named before it (`tests/it/rooms.rs` holds this).

pub mod backup;
pub mod catalog;
pub mod check;
pub mod clean;
pub mod config;
pub mod copy;
pub mod model;
pub mod plan;
pub mod postgres;
pub mod preflight;
