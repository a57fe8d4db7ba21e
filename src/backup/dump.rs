//! Takes a dump with `pg_dump` and proves that `pg_restore` can read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

use super::program::{checksum, private_directory, private_file, run};
use super::{BackupManifest, BackupSequence, BackupTable};
use crate::catalog::Catalog;
use crate::model::{Error, RelationName, Result, quoted};
use crate::postgres::{Readers, Role, Tools};

#[derive(Deserialize)]
struct Dumped {
    #[serde(flatten)]
    table: RelationName,
    relations: Option<Vec<u32>>,
}

/// Dumps the catalog's schemas at the readers' own snapshot into a new file of `directory`, and writes the manifest
/// beside it.
///
/// # Errors
/// Usage when the client programs are older than the server; failed when the dump cannot be taken or cannot be read.
pub async fn backup<R: Role>(
    tools: &Tools,
    readers: &Readers<R>,
    catalog: &Catalog,
    directory: &Path,
) -> Result<BackupManifest> {
    let server_major = catalog.server.major();
    let tool_major = tools.require("pg_dump", server_major).await?;
    tools.require("pg_restore", server_major).await?;
    let endpoint = readers.endpoint();
    let place = |what: &str| Error::failed(format!("cannot {what} {}", directory.display()));
    private_directory(directory).map_err(|problem| place("create").caused_by(problem))?;
    let created = Timestamp::now();
    let file = format!("{}-{}.dump", plain(&endpoint.name), created.strftime("%Y%m%dT%H%M%S%3fZ"));
    let (path, partial) = (directory.join(&file), directory.join(format!("{file}.partial")));
    // Made beforehand, so that it is private from its first byte.
    private_file(&partial).map_err(|problem| place("write into").caused_by(problem))?;

    let written = write(tools, readers, catalog, &partial).await;
    if written.is_err() {
        // Nobody should take it for a backup.
        let _ = std::fs::remove_file(&partial);
    }
    let tables = written?;
    let (bytes, sha256) = checksum(&partial).await?;
    std::fs::rename(&partial, &path).map_err(|problem| place("write into").caused_by(problem))?;
    let sequences = catalog.sequences.values().filter_map(|sequence| {
        let state = sequence.state?;
        let owner = sequence.owner.as_ref().map(|(table, _)| catalog.root_of(table));
        let (last_value, is_called) = (state.last_value, state.is_called);
        Some(BackupSequence { sequence: sequence.name.clone(), owner, last_value, is_called })
    });
    let manifest = BackupManifest {
        file,
        bytes,
        sha256,
        created,
        name: endpoint.name.clone(),
        database: catalog.server.database.clone(),
        server_version: catalog.server.version.clone(),
        system_identifier: catalog.server.system_identifier.clone(),
        database_oid: catalog.server.database_oid,
        tool_major,
        snapshot: readers.snapshot().to_owned(),
        sequences: sequences.collect(),
        tables,
    };
    manifest.write(&BackupManifest::path_beside(&path))?;
    Ok(manifest)
}

/// Writes the dump and proves it; gives the tables it holds.
async fn write<R: Role>(
    tools: &Tools,
    readers: &Readers<R>,
    catalog: &Catalog,
    partial: &Path,
) -> Result<Vec<BackupTable>> {
    let endpoint = readers.endpoint();
    tools.as_secure_as(&endpoint.url, &mut *readers.acquire().await?).await?;
    let mut command = tools.command("pg_dump", &endpoint.url);
    command.args(["--format=custom", "--compress=1", "--no-password", "--lock-wait-timeout=30s"]);
    command.arg(format!("--snapshot={}", readers.snapshot())).arg("--file").arg(partial);
    command.args(catalog.schemas.iter().map(|schema| format!("--schema={}", quoted(schema))));
    run(&mut command, "pg_dump").await.map_err(|error| error.at(format!("backup of {}", endpoint.name)))?;

    let tables = counted(readers, catalog).await?;
    prove(tools, partial, &tables).await?;
    Ok(tables)
}

/// Every table with its exact rows in the snapshot.
async fn counted<R: Role>(readers: &Readers<R>, catalog: &Catalog) -> Result<Vec<BackupTable>> {
    let mut reader = readers.acquire().await?;
    let dumped: Vec<Dumped> = reader.read(include_str!("sql/dumped_relations.sql")).await?;
    let mut relations: BTreeMap<RelationName, Vec<u32>> =
        dumped.into_iter().map(|row| (row.table, row.relations.unwrap_or_default())).collect();
    let mut tables = Vec::new();
    for relation in catalog.tables() {
        let count = reader.value(&format!("select count(*) from {}", relation.from_item())).await?;
        let rows = count.and_then(|text| text.parse().ok()).unwrap_or_default();
        let relations = relations.remove(&relation.name).unwrap_or_default();
        tables.push(BackupTable { table: relation.name.clone(), rows, relations });
    }
    Ok(tables)
}

/// The dump's table of contents must hold the data of every table that has rows.
async fn prove(tools: &Tools, dump: &Path, tables: &[BackupTable]) -> Result<()> {
    let found: BTreeSet<u32> = contents(tools, dump).await?.into_iter().map(|(oid, _)| oid).collect();
    let missing = tables.iter().find(|table| table.relations.iter().any(|oid| !found.contains(oid)));
    match missing {
        Some(table) => Err(Error::failed(format!("the backup does not hold the rows of {}", table.table))),
        None => Ok(()),
    }
}

/// The entries of a dump that hold rows: the relation's OID and the line of the table of contents.
pub(super) async fn contents(tools: &Tools, dump: &Path) -> Result<Vec<(u32, String)>> {
    let listed = run(tools.offline("pg_restore").arg("--list").arg(dump), "pg_restore").await?;
    let text = String::from_utf8_lossy(&listed.stdout);
    Ok(text.lines().filter_map(data_entry).collect())
}

/// `4567; 0 16385 TABLE DATA public hotels postgres` holds the rows of relation 16385.
fn data_entry(line: &str) -> Option<(u32, String)> {
    let mut words = line.split(' ');
    let (entry, _, oid) = (words.next()?, words.next()?, words.next()?);
    let data = entry.ends_with(';') && words.next() == Some("TABLE") && words.next() == Some("DATA");
    data.then(|| Some((oid.parse().ok()?, line.to_owned())))?
}

/// A name as part of a file name.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_by_oid() {
        let line = "4567; 0 16385 TABLE DATA public a name; with 0 9 TABLE DATA postgres";
        assert_eq!(data_entry(line), Some((16385, line.to_owned())));
        assert_eq!(data_entry(";     Dumped from database version: 18.6"), None);
        assert_eq!(data_entry("215; 1259 16385 TABLE public hotels postgres"), None);
        assert_eq!(plain("staging / eu"), "staging___eu");
    }
}
