//! pg-rehearse: rehearses, runs and proves a Postgres migration from production to staging.
//!
//! The rooms, from the ground up; a room imports only rooms named before it (`tests/it/rooms.rs` holds this).

pub mod model;

pub mod config;

pub mod postgres;

pub mod catalog;
pub mod journal;

pub mod check;
pub mod fingerprint;
pub mod plan;

pub mod advise;
pub mod backup;
pub mod clean;
pub mod copy;
pub mod gate;
pub mod preflight;
pub mod report;
pub mod rollback;
pub mod verify;

pub mod init;
pub mod migrate;

pub mod rehearse;

pub mod cli;
