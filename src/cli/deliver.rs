//! Hands a report over: to standard output in one format, to files in any.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use super::color::{ColorChoice, color_wanted};
use super::output::answer;
use super::progress::{Progress, ProgressMode};
use crate::model::{Error, Events, Result, RunReport};
use crate::report::{Format, Style, render};

/// How a run shows itself and its report.
#[derive(Debug, Args)]
pub(super) struct Delivery {
    /// Format of the report on standard output: text, json, markdown, html or junit
    #[arg(long, global = true, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
    /// Write the report to a file as well; repeatable: --out json=report.json --out html=report.html
    #[arg(long, global = true, value_name = "FORMAT=PATH")]
    out: Vec<String>,
    /// No progress and no notes, only the report
    #[arg(long, global = true)]
    quiet: bool,
    /// Plain lines where a terminal would show moving bars
    #[arg(long, global = true)]
    no_progress: bool,
    /// Colours: auto, always or never [NO_COLOR and CLICOLOR_FORCE count in auto]
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
}

/// Where a report goes, checked before the run begins: a misspelt format must not cost a finished run its report.
pub(super) struct Destinations {
    standard: Format,
    files: Vec<(Format, PathBuf)>,
    color: ColorChoice,
}

impl Delivery {
    /// Checks formats and paths.
    ///
    /// # Errors
    /// Usage, naming the argument.
    pub(super) fn destinations(&self) -> Result<Destinations> {
        let files = self.out.iter().map(|text| file(text)).collect::<Result<_>>()?;
        Ok(Destinations { standard: self.format, files, color: self.color })
    }

    /// Where events go, and the guard that takes bars off the screen.
    pub(super) fn progress(&self) -> (Events, Progress) {
        Progress::new(ProgressMode::detect(self.quiet, self.no_progress))
    }
}

fn file(text: &str) -> Result<(Format, PathBuf)> {
    let Some((format, path)) = text.split_once('=') else {
        return Err(Error::usage(format!("--out {text}: no format is named")).hint("write --out FORMAT=PATH"));
    };
    let format = format.parse().map_err(|error: Error| error.at("--out"))?;
    let path = PathBuf::from(path);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Error::usage(format!("--out {text}: there is no folder {}", folder.display())));
    }
    Ok((format, path))
}

impl Destinations {
    /// Writes the report everywhere it was asked for.
    ///
    /// # Errors
    /// Failed, when a file cannot be written.
    pub(super) fn deliver(&self, report: &RunReport) -> Result<()> {
        for (format, path) in &self.files {
            let text = render(report, *format, Style { color: false, width: 120 })?;
            std::fs::write(path, text)
                .map_err(|error| Error::failed(format!("cannot write {}", path.display())).caused_by(error))?;
        }
        let terminal = std::io::stdout().is_terminal();
        let width = terminal_width().unwrap_or(100);
        answer(&render(report, self.standard, Style { color: color_wanted(self.color, terminal), width })?);
        Ok(())
    }
}

/// Columns of the terminal, or what `COLUMNS` says.
fn terminal_width() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    told.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
}
