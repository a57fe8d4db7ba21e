//! Puts the rows of a backup back into emptied tables: all of them, or none.
//!
//! `pg_restore` writes the script, `psql` runs it. In between it passes through here, since newer versions write a
//! setting that older servers refuse, and since only this side knows whether the script came to its end: the commit
//! is sent when `pg_restore` has succeeded, and not before.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::ChildStdin;

use super::dump::contents;
use super::program::{cannot_run, checksum, complaint, tail};
use super::{BackupManifest, BackupTable};
use crate::model::{Error, RelationName, Result, literal};
use crate::postgres::{Endpoint, Session, Target, Tools, TriggerEvent};

/// The longest piece of a script held in memory at once.
const PIECE: usize = 128 * 1024;

/// How long whoever has not ended a transaction on a table is waited for.
const LOCK: &str = "2min";

/// Restores the rows of `tables`, in that order, into the target, whose tables the caller has emptied, and sets the
/// sequences back that belong to them or to no table. `directory` is where the manifest and its dump stand.
///
/// # Errors
/// Failed when the dump is not the one the manifest describes, or its rows cannot all be put back; then none are.
pub async fn restore_data(
    tools: &Tools,
    endpoint: &Endpoint<Target>,
    manifest: &BackupManifest,
    directory: &Path,
    tables: &[RelationName],
) -> Result<()> {
    let dump = directory.join(&manifest.file);
    let wanted = ready(manifest, directory, tables).await?;
    let mut session = Session::connect(endpoint).await?;
    let frame = frame(&mut session, &wanted, tables).await;
    let secure = tools.as_secure_as(&endpoint.url, &mut session).await;
    session.close().await;
    let (opening, closing, server_major) = frame?;
    secure?;
    if !wanted.is_empty() {
        tools.require("pg_restore", manifest.tool_major).await?;
        tools.require("psql", server_major).await?;
        let list = entry_list(tools, &dump, &wanted).await?;
        pipe(tools, endpoint, &dump, list.path(), &opening, &closing, server_major).await?;
    }
    sequences(endpoint, manifest, tables).await
}

/// Refuses a backup that could not be put back, which the caller asks before anything is emptied: a dump that is not
/// the one the manifest describes, a table it does not hold, programs too old to read it.
///
/// # Errors
/// Failed, or usage for the programs, naming what is wrong.
pub async fn restorable(
    tools: &Tools,
    manifest: &BackupManifest,
    directory: &Path,
    tables: &[RelationName],
    server_major: u32,
) -> Result<()> {
    ready(manifest, directory, tables).await?;
    tools.require("pg_restore", manifest.tool_major).await?;
    tools.require("psql", server_major).await?;
    Ok(())
}

/// The manifest's entries of the tables, once the dump has been found whole.
async fn ready<'a>(
    manifest: &'a BackupManifest,
    directory: &Path,
    tables: &[RelationName],
) -> Result<Vec<&'a BackupTable>> {
    let dump = directory.join(&manifest.file);
    if checksum(&dump).await? != (manifest.bytes, manifest.sha256.clone()) {
        return Err(Error::failed(format!("{} is not what its manifest says: size or SHA-256 differ", dump.display()))
            .hint("the backup was changed or cut short; nothing was restored"));
    }
    let entry = |table: &RelationName| {
        let lacks = || Error::failed(format!("the backup does not hold {table}")).hint("nothing was restored");
        manifest.table(table).ok_or_else(lacks)
    };
    tables.iter().map(entry).collect()
}

/// The dump's entries for these tables, in the tables' order.
async fn entry_list(tools: &Tools, dump: &Path, wanted: &[&BackupTable]) -> Result<tempfile::NamedTempFile> {
    let entries = contents(tools, dump).await?;
    let mut list = String::new();
    for oid in wanted.iter().flat_map(|table| &table.relations) {
        let entry = entries.iter().find(|(found, _)| found == oid);
        let (_, line) = entry.ok_or_else(|| Error::failed("the backup lacks a table its manifest names"))?;
        list.push_str(line);
        list.push('\n');
    }
    let failed = |problem| Error::failed("cannot write a temporary file").caused_by(problem);
    let mut file = tempfile::NamedTempFile::new().map_err(failed)?;
    std::io::Write::write_all(&mut file, list.as_bytes()).map_err(failed)?;
    Ok(file)
}

/// What comes before the rows and after them in the transaction: triggers off, and the count of every table.
async fn frame(
    session: &mut Session<Target>,
    wanted: &[&BackupTable],
    tables: &[RelationName],
) -> Result<(String, String, u32)> {
    session.execute("begin").await?;
    let replica = session.become_replica().await?;
    let triggers = session.firing_triggers(tables, TriggerEvent::Insert, replica).await?;
    session.execute("rollback").await?;
    let divided = "select n.nspname::text, c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'p'";
    let divided: BTreeSet<RelationName> = session
        .rows(divided)
        .await?
        .into_iter()
        .filter_map(|row| row.into_iter().collect::<Option<Vec<String>>>())
        .filter_map(|row| Some(RelationName::new(row.first()?, row.get(1)?)))
        .collect();
    let version = session.value("show server_version_num").await?.and_then(|text| text.parse::<u32>().ok());
    // pg_restore pins what else changes how a value is read.
    let mut opening = format!("begin;\nset local array_nulls = on;\nset local lock_timeout = '{LOCK}';\n");
    if replica {
        opening.push_str("set local session_replication_role = replica;\n");
    }
    let mut closing = String::from("set constraints all immediate;\n");
    for trigger in &triggers {
        opening.push_str(&format!("{};\n", trigger.disable()));
        closing.push_str(&format!("{};\n", trigger.restore()));
    }
    for BackupTable { table, rows, .. } in wanted {
        let wrong = literal(&format!("the rows of {table} are not as many as in the backup").replace('%', "%%"));
        // The rows of tables that inherit from it are counted as theirs.
        let only = if divided.contains(table) { "" } else { "only " };
        let check = format!(
            "begin if (select count(*) from {only}{}) <> {rows} then raise exception {wrong}; end if; end",
            table.sql()
        );
        closing.push_str(&format!("do {};\n", literal(&check)));
    }
    closing.push_str("commit;\n");
    Ok((opening, closing, version.unwrap_or_default() / 10_000))
}

async fn pipe(
    tools: &Tools,
    endpoint: &Endpoint<Target>,
    dump: &Path,
    list: &Path,
    opening: &str,
    closing: &str,
    server_major: u32,
) -> Result<()> {
    let mut restore = tools.offline("pg_restore");
    restore.args(["--data-only", "--file=-", "--use-list"]).arg(list).arg(dump);
    restore.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut psql = tools.command("psql", &endpoint.url);
    psql.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--file=-"]);
    psql.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut restore = restore.spawn().map_err(|problem| cannot_run("pg_restore", problem))?;
    let mut psql = psql.spawn().map_err(|problem| cannot_run("psql", problem))?;
    let (Some(script), Some(restore_says)) = (restore.stdout.take(), restore.stderr.take()) else {
        return Err(Error::failed("pg_restore has no output"));
    };
    let (Some(mut input), Some(psql_says)) = (psql.stdin.take(), psql.stderr.take()) else {
        return Err(Error::failed("psql has no input"));
    };
    let feed = async {
        // When psql gives up, the pipe breaks; what psql said is the better error.
        let fed = feed(script, &mut input, opening, server_major).await;
        let ended = restore.wait().await;
        let whole = fed.is_ok() && ended.as_ref().is_ok_and(|status| status.success());
        if whole {
            let _ = input.write_all(closing.as_bytes()).await;
            let _ = input.shutdown().await;
        }
        // Without the commit, the end of the input rolls everything back.
        drop(input);
        ended
    };
    let (restored, restore_says, psql_says, ran) = tokio::join!(feed, tail(restore_says), tail(psql_says), psql.wait());
    let ran = ran.map_err(|problem| cannot_run("psql", problem))?;
    let restored = restored.map_err(|problem| cannot_run("pg_restore", problem))?;
    if !ran.success() {
        return Err(complaint("psql", ran, &psql_says).hint("nothing was restored"));
    }
    if !restored.success() {
        return Err(complaint("pg_restore", restored, &restore_says).hint("nothing was restored"));
    }
    Ok(())
}

/// Passes the script on in pieces. Some settings are dropped: one that older servers do not know, one by which whoever has not ended a
/// transaction on a table would be waited for as long as ever, and the empty search path, under which constraints that call functions
/// written for the database's own would fail. Only lines before the first rows are looked at: after that a line may be anybody's data.
async fn feed(
    script: impl AsyncRead + Unpin,
    input: &mut ChildStdin,
    opening: &str,
    server_major: u32,
) -> std::io::Result<()> {
    let mut script = BufReader::with_capacity(PIECE, script);
    input.write_all(opening.as_bytes()).await?;
    loop {
        let mut line = Vec::new();
        (&mut script).take(PIECE as u64).read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            break;
        }
        let unknown = server_major < 17 && line.starts_with(b"SET transaction_timeout");
        let endless = line.starts_with(b"SET lock_timeout");
        if unknown || endless || line.starts_with(b"SELECT pg_catalog.set_config('search_path'") {
            continue;
        }
        input.write_all(&line).await?;
        if line.starts_with(b"COPY ") {
            break;
        }
    }
    tokio::io::copy_buf(&mut script, input).await?;
    Ok(())
}

async fn sequences(endpoint: &Endpoint<Target>, manifest: &BackupManifest, tables: &[RelationName]) -> Result<()> {
    let mut session = Session::connect(endpoint).await?;
    let belongs = |owner: &RelationName| tables.contains(owner);
    for sequence in manifest.sequences.iter().filter(|sequence| sequence.owner.as_ref().is_none_or(belongs)) {
        let (name, value, called) = (literal(&sequence.sequence.sql()), sequence.last_value, sequence.is_called);
        let sql = format!("select setval({name}::regclass, {value}, {called})");
        session.execute(&sql).await.map_err(|error| error.at(format!("sequence {}", sequence.sequence)))?;
    }
    session.close().await;
    Ok(())
}
