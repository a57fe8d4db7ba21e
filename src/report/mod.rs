//! Draws a `RunReport` in each format: text, JSON, Markdown, HTML, JUnit.
//!
//! Never true in here: an import from any room but `model`, an answer of its own (verdict and exit code are the model's), a
//! list cut short without saying how many were left out, or a value from a database written as it came: whatever a
//! catalog holds, it cannot move the cursor, open a tag or break a table.

mod advice;
mod difference;
mod digest;
mod html;
mod json;
mod junit;
mod markdown;
mod markup;
mod own_schema;
mod text;
mod value;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use crate::model::{Error, Result, RunReport};

pub use json::{parse, schema, version};
pub use value::visible;

/// The formats a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// For a terminal.
    Text,
    /// For scripts, and to be rendered again later.
    Json,
    /// For a pull request.
    Markdown,
    /// One self-contained page for a browser or a printer.
    Html,
    /// For a CI server's test page.
    Junit,
}

impl Format {
    /// Every format, in the order the command line names them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Json, Self::Markdown, Self::Html, Self::Junit];

    /// The format's name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Json => "json",
            Self::Markdown => "markdown",
            Self::Html => "html",
            Self::Junit => "junit",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            Error::usage(format!("unknown format {text:?}"))
                .hint("the formats are text, json, markdown, html and junit")
        })
    }
}

/// How a text report may look; the other formats do not ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to colour with ANSI sequences.
    pub color: bool,
    /// The width in columns no line goes beyond, 40 at the least.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, width: 80 }
    }
}

/// Draws the report in one format; the text ends with a newline.
pub fn render(report: &RunReport, format: Format, style: Style) -> Result<String> {
    match format {
        Format::Text => Ok(text::render(report, style)),
        Format::Json => json::render(report),
        Format::Markdown => Ok(markdown::render(report)),
        Format::Html => Ok(html::render(report)),
        Format::Junit => Ok(junit::render(report)),
    }
}
