//! Every integration test of the tool, in one program; every file of this folder must be named here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr)]

mod access;
mod access_snapshot;
mod across_versions;
mod action;
mod advise;
mod aside;
mod backup;
mod behaviour;
mod behaviour_sides;
mod causes;
mod checks;
mod checks_access;
mod checks_data;
mod checks_fixture;
mod cli;
mod copy;
mod copy_beside;
mod copy_fixture;
mod copy_statistics;
mod coverage;
mod day;
mod day_after;
mod day_cut_off;
mod ddl;
mod documentation;
mod documented_commands;
mod each_kind;
#[cfg(unix)]
mod faults;
mod gate;
mod hashing;
mod hostile;
mod init;
mod json_schemas;
mod kinds;
mod large_objects;
mod limits;
mod machines;
mod manner;
mod masks;
mod masks_check;
mod masks_fingerprint;
mod masks_values;
mod narrowed;
mod own_schema;
mod own_schema_like;
mod parsers;
mod partitions;
mod plan_coverage;
mod preflight;
mod preflight_day;
mod read_only;
mod repair;
mod report_facts;
mod report_formats;
mod report_page;
mod resume;
mod roles;
mod rooms;
mod schema_digest;
#[cfg(target_os = "linux")]
mod secrets;
mod servers;
mod settings;
mod subset;
mod support;
mod tls;
mod vectors;
mod verdicts;
mod written_sql;

#[test]
fn no_test_file_is_forgotten() {
    let main = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let module = name.trim_end_matches(".rs");
        assert!(module == "main" || main.contains(&format!("mod {module};")), "{name} is not in main.rs");
    }
}
