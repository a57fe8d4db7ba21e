//! A whole process: how long it took, what it wrote, and the most memory it held.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How often the process is looked at.
const PAUSE: Duration = Duration::from_millis(2);

/// A process that has ended.
pub(crate) struct Ended {
    pub(crate) seconds: f64,
    pub(crate) code: Option<i32>,
    /// The most memory it held at once, in MB of a million bytes; `None` where this machine does not tell.
    pub(crate) megabytes: Option<f64>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs a command in `folder` to its end.
pub(crate) fn run(mut command: Command, folder: &Path) -> Result<Ended> {
    // Files take any amount of output without anybody reading it meanwhile.
    let (mut out, mut err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command.current_dir(folder).stdin(Stdio::null()).stdout(out.try_clone()?).stderr(err.try_clone()?);
    let clock = Instant::now();
    let mut child =
        command.spawn().with_context(|| format!("cannot run {}", command.get_program().to_string_lossy()))?;
    let mut most = None;
    let status = loop {
        most = most.max(peak_kilobytes(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(PAUSE);
    };
    let seconds = clock.elapsed().as_secs_f64();
    let megabytes = most.map(|kilobytes| kilobytes as f64 * 1024.0 / 1e6);
    Ok(Ended { seconds, code: status.code(), megabytes, out: text(&mut out)?, err: text(&mut err)? })
}

fn text(file: &mut File) -> Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The high-water mark of a running process, as Linux keeps it.
fn peak_kilobytes(id: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.split_whitespace().next()?.parse().ok()
}
