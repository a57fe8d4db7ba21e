//! Running a client program and telling what became of it; private files; checksums.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Read;
use std::path::Path;
use std::process::{ExitStatus, Output};

use sha2::{Digest, Sha256};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;

use crate::model::{Error, Result};

/// As much of a program's complaints as is kept.
const KEPT: usize = 4096;

/// Runs a program to its end; anything but success is an error with what it said.
pub(super) async fn run(command: &mut Command, name: &str) -> Result<Output> {
    let output = command.output().await.map_err(|problem| cannot_run(name, problem))?;
    if output.status.success() { Ok(output) } else { Err(complaint(name, output.status, &output.stderr)) }
}

/// The error of a program that could not be started.
pub(super) fn cannot_run(name: &str, problem: std::io::Error) -> Error {
    Error::failed(format!("cannot run {name}")).caused_by(problem)
}

/// The error of a program that failed, with the last of what it said.
pub(super) fn complaint(name: &str, status: ExitStatus, stderr: &[u8]) -> Error {
    let text = String::from_utf8_lossy(stderr);
    let said: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let start = said.len().saturating_sub(5);
    let said = if said.is_empty() { status.to_string() } else { said[start..].join("; ") };
    Error::failed(format!("{name}: {said}"))
}

/// Reads a stream to its end and keeps its last few kilobytes.
pub(super) async fn tail(mut stream: impl AsyncRead + Unpin) -> Vec<u8> {
    let (mut kept, mut buffer) = (Vec::new(), [0; 1024]);
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        kept.extend_from_slice(&buffer[..read]);
        if kept.len() > 2 * KEPT {
            kept.drain(..kept.len() - KEPT);
        }
    }
    kept
}

/// Creates a directory that only its owner may enter; one that is there already is left as it is.
pub fn private_directory(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Creates a new file that only its owner may read.
pub(super) fn private_file(path: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Size and SHA-256 of a file, read in pieces.
pub(super) async fn checksum(path: &Path) -> Result<(u64, String)> {
    let owned = path.to_owned();
    let read = tokio::task::spawn_blocking(move || -> std::io::Result<(u64, String)> {
        let (mut file, mut hash, mut size) = (File::open(owned)?, Sha256::new(), 0);
        let mut buffer = vec![0; 128 * 1024];
        loop {
            let read = file.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            hash.update(&buffer[..read]);
            size += read as u64;
        }
        let digest = hash.finalize();
        Ok((size, digest.iter().map(|byte| format!("{byte:02x}")).collect()))
    });
    let failed = || Error::failed(format!("cannot read {}", path.display()));
    read.await.map_err(|problem| failed().caused_by(problem))?.map_err(|problem| failed().caused_by(problem))
}
