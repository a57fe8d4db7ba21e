//! A dump restored as a whole into an empty database of a throwaway server, to see whether it holds what its manifest says.

use std::path::Path;

use super::BackupManifest;
use super::program::{cannot_run, checksum, complaint, run, tail};
use crate::config::DatabaseUrl;
use crate::model::{Error, Result};
use crate::postgres::Tools;

/// Restores everything that can be restored; gives what `pg_restore` complained of last, if it did. Owners and privileges
/// are left out: the throwaway server has other roles. Schemas and extensions must be there already.
///
/// # Errors
/// Failed when the dump is not the one the manifest describes, or `pg_restore` cannot be run.
pub async fn restore_whole(
    tools: &Tools,
    url: &DatabaseUrl,
    database: &str,
    manifest: &BackupManifest,
    folder: &Path,
) -> Result<Option<String>> {
    let dump = folder.join(&manifest.file);
    if checksum(&dump).await? != (manifest.bytes, manifest.sha256.clone()) {
        return Err(Error::failed(format!("{} is not what its manifest says: size or SHA-256 differ", dump.display()))
            .hint("the backup was changed or cut short"));
    }
    let listed = run(tools.offline("pg_restore").arg("--list").arg(&dump), "pg_restore").await?;
    let listed = String::from_utf8_lossy(&listed.stdout);
    let there = |line: &&str| !line.contains(" SCHEMA - ") && !line.contains(" EXTENSION ");
    let kept: String = listed.lines().filter(there).flat_map(|line| [line, "\n"]).collect();
    let list = tempfile::NamedTempFile::new()
        .and_then(|mut file| std::io::Write::write_all(&mut file, kept.as_bytes()).map(|()| file))
        .map_err(|problem| Error::failed("cannot write a list of what is restored").caused_by(problem))?;
    let mut command = tools.command("pg_restore", url);
    command.args(["--no-owner", "--no-privileges", "--no-password"]).arg(format!("--dbname={database}"));
    command.arg("--use-list").arg(list.path()).arg(&dump);
    command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::piped());
    let mut child = command.spawn().map_err(|problem| cannot_run("pg_restore", problem))?;
    let said = match child.stderr.take() {
        Some(stream) => tail(stream).await,
        None => Vec::new(),
    };
    let status = child.wait().await.map_err(|problem| cannot_run("pg_restore", problem))?;
    Ok((!status.success()).then(|| complaint("pg_restore", status, &said).chain()))
}
