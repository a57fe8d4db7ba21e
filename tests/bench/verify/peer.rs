//! reladiff, in one pinned version, as its users run it: one table a run, every column, two threads.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::servers::{Pair, Side};

/// The version compared with.
pub(crate) const VERSION: &str = "0.6.0";

/// reladiff, installed.
pub(crate) struct Peer {
    folder: PathBuf,
}

/// One run of it.
pub(crate) struct Compared {
    pub(crate) seconds: f64,
    /// How many of the planted rows it printed.
    pub(crate) found: usize,
    /// Its last words, where it did not end well.
    pub(crate) died: Option<String>,
}

impl Peer {
    /// Takes it from the user's cache folder; fetches it from PyPI the first time.
    pub(crate) fn install() -> Result<Self> {
        let own = std::env::var_os("XDG_CACHE_HOME").filter(|value| !value.is_empty()).map(PathBuf::from);
        let home = || std::env::home_dir().map(|home| home.join(".cache"));
        let cache = own.or_else(home).context("no home directory to keep reladiff in")?;
        let peer = Self { folder: cache.join("pg-rehearse").join(format!("reladiff-{VERSION}")) };
        if peer.works() {
            return Ok(peer);
        }
        let wanted = format!("reladiff[postgresql]=={VERSION}");
        if python(&["-m", "venv"], &peer.folder, &[]).is_ok() {
            pip(&peer.folder.join("bin/python"), &[wanted.as_ref()])?;
        } else {
            pip(Path::new("python3"), &["--target".as_ref(), peer.folder.as_os_str(), wanted.as_ref()])?;
        }
        if peer.works() { Ok(peer) } else { bail!("reladiff {VERSION} does not start from {}", peer.folder.display()) }
    }

    fn works(&self) -> bool {
        let output = self.command().arg("--version").output();
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(VERSION))
    }

    fn command(&self) -> Command {
        let own = self.folder.join("bin/python");
        let mut command = Command::new(if own.exists() { own } else { "python3".into() });
        if !self.folder.join("pyvenv.cfg").exists() {
            command.env("PYTHONPATH", &self.folder);
        }
        command.args(["-m", "reladiff"]);
        command
    }

    /// Compares one table; `planted` are the keys it should print.
    pub(crate) fn compare(&self, pair: &Pair, table: &str, planted: &[String]) -> Result<Compared> {
        let mut command = self.command();
        command.args([&url(&pair.source), table, &url(&pair.target), table]);
        command.args(["-k", "id", "-c", "%", "-j", "2", "--json"]);
        // Its output is folded to the width of a screen otherwise.
        command.env("COLUMNS", "10000000");
        let ended = process::run(command, &std::env::temp_dir())?;
        let printed =
            |key: &&String| ["-", "+"].iter().any(|sign| ended.out.contains(&format!("[\"{sign}\", [\"{key}\"")));
        let found = planted.iter().filter(printed).count();
        let error = ended.err.lines().chain(ended.out.lines()).find_map(|line| line.split_once("ERROR - "));
        let died = match (error, ended.code) {
            (Some((_, words)), _) => Some(words.trim().to_owned()),
            (None, Some(0 | 1)) => None,
            (None, code) => Some(format!("exit code {code:?}: {}", ended.err.lines().last().unwrap_or_default())),
        };
        if planted.is_empty() && (died.is_some() || !ended.out.trim().is_empty()) {
            bail!("reladiff did not call equal tables equal: {}", died.unwrap_or(ended.out));
        }
        Ok(Compared { seconds: ended.seconds, found, died })
    }
}

/// A side's URL with the one scheme that reladiff knows.
fn url(side: &Side) -> String {
    side.url.replacen("postgres://", "postgresql://", 1)
}

fn python(before: &[&str], folder: &Path, after: &[&str]) -> Result<()> {
    let output = Command::new("python3").args(before).arg(folder).args(after).output().context("cannot run python3")?;
    if output.status.success() {
        Ok(())
    } else {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim().to_owned())
    }
}

fn pip(python: &Path, args: &[&std::ffi::OsStr]) -> Result<()> {
    let mut command = Command::new(python);
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]).args(args);
    let output = command.output().with_context(|| format!("cannot run {}", python.display()))?;
    if !output.status.success() {
        bail!("pip cannot install reladiff {VERSION}: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}
