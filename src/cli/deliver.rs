//! Hands a report over: to standard output in one format, to files in any.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::color::{ColorChoice, color_wanted};
use super::output::answer;
use super::progress::{Progress, ProgressMode};
use crate::fingerprint::write_private;
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

    /// The same for a verb whose answer is no report, in text or JSON.
    ///
    /// # Errors
    /// Usage, for another format or a path that cannot be written to.
    pub(super) fn plain_destinations(&self) -> Result<PlainDestinations> {
        let Destinations { standard, files, .. } = self.destinations()?;
        let formats = std::iter::once(standard).chain(files.iter().map(|(format, _)| *format));
        match formats.into_iter().find(|format| !matches!(format, Format::Text | Format::Json)) {
            Some(other) => {
                Err(Error::usage(format!("this verb has no answer in {other}"))
                    .hint("the formats here are text and json"))
            }
            None => Ok(PlainDestinations { standard, files }),
        }
    }

    /// The one file of a verb that writes JSON alone: `--out FILE` or `--out json=FILE`.
    ///
    /// # Errors
    /// Usage, for several files, another format or a folder that is not there.
    pub(super) fn json_file(&self) -> Result<Option<PathBuf>> {
        let [only] = self.out.as_slice() else {
            return match self.out.len() {
                0 => Ok(None),
                _ => Err(Error::usage("--out is given more than once").hint("this verb writes one file")),
            };
        };
        let named = Format::ALL.iter().any(|format| only.starts_with(&format!("{format}=")));
        match file(&if named { only.clone() } else { format!("json={only}") })? {
            (Format::Json, path) => Ok(Some(path)),
            (other, _) => Err(Error::usage(format!("this verb writes no {other}")).hint("write --out FILE")),
        }
    }

    /// Where events go, with a log of them in a file as well.
    pub(super) fn progress_with_log(&self, log: std::fs::File) -> (Events, Progress) {
        Progress::with_log(ProgressMode::detect(self.quiet, self.no_progress), log)
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
            write_private(path, &text)?;
        }
        let terminal = std::io::stdout().is_terminal();
        let width = terminal_width().unwrap_or(100);
        answer(&render(report, self.standard, Style { color: color_wanted(self.color, terminal), width })?);
        Ok(())
    }
}

/// Where an answer that is no report goes.
pub(super) struct PlainDestinations {
    standard: Format,
    files: Vec<(Format, PathBuf)>,
}

impl PlainDestinations {
    /// Writes the answer everywhere it was asked for; `text` draws it no wider than the width it is given.
    ///
    /// # Errors
    /// Failed, when a file cannot be written.
    pub(super) fn deliver(&self, text: impl Fn(usize) -> String, value: &impl Serialize) -> Result<()> {
        let drawn = |format: Format, width: usize| match format {
            Format::Json => serde_json::to_string_pretty(value)
                .map(|text| text + "\n")
                .map_err(|error| Error::failed("the answer cannot be written as JSON").caused_by(error)),
            _ => Ok(text(width)),
        };
        for (format, path) in &self.files {
            write_private(path, &drawn(*format, 120)?)?;
        }
        answer(&drawn(self.standard, terminal_width().unwrap_or(80))?);
        Ok(())
    }
}

/// Columns of the terminal, or what `COLUMNS` says.
fn terminal_width() -> Option<usize> {
    let told = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    told.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)))
}
