//! A whole process: how long it took, what it computed and wrote, and the most memory it held.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// How often the process is looked at.
const PAUSE: Duration = Duration::from_millis(2);

/// In what Linux counts computing.
const TICKS_A_SECOND: f64 = 100.0;

/// A process that has ended.
pub(crate) struct Ended {
    pub(crate) seconds: f64,
    pub(crate) code: Option<i32>,
    /// The seconds it computed, in all its threads; `None` where this machine does not tell.
    pub(crate) cpu: Option<f64>,
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
    let (mut most, mut ticks) = (None, None);
    let status = loop {
        most = most.max(peak_kilobytes(child.id()));
        ticks = ticks.max(computed_ticks(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(PAUSE);
    };
    let seconds = clock.elapsed().as_secs_f64();
    let megabytes = most.map(|kilobytes| kilobytes as f64 * 1024.0 / 1e6);
    let cpu = ticks.map(|ticks| ticks as f64 / TICKS_A_SECOND);
    Ok(Ended { seconds, code: status.code(), cpu, megabytes, out: text(&mut out)?, err: text(&mut err)? })
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

/// What a running process has computed, its own and the system's work for it, as Linux counts it.
fn computed_ticks(id: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name stands in parentheses and may hold blanks.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let (user, system): (u64, u64) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(user + system)
}
