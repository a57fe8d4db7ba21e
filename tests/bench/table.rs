//! One table of figures and bounds: which figure has to be how large, and whether it was.

use std::process::ExitCode;

use anyhow::Result;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::say;

/// Columns apart, one rule below the header.
const LOOK: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Most memory of the tool, in MB.
pub(crate) const MEMORY: Bound = Bound::Under(64.0);

/// What is asked of a figure.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
    Under(f64),
    /// Shown, and not judged.
    None,
}

/// One line of the table.
pub(crate) struct Line {
    name: String,
    /// The two times behind a ratio.
    seconds: Option<(f64, f64)>,
    figure: String,
    bound: String,
    /// Whether the bound held; `None` where there is none.
    held: Option<bool>,
}

impl Line {
    /// A figure against its bound; one that was not measured breaks it.
    pub(crate) fn figure(name: String, value: Option<f64>, unit: &str, bound: Bound) -> Self {
        let (words, held) = match bound {
            Bound::AtLeast(least) => (format!("at least {least}"), Some(value.is_some_and(|value| value >= least))),
            Bound::AtMost(most) => (format!("at most {most}"), Some(value.is_some_and(|value| value <= most))),
            Bound::Under(limit) => (format!("under {limit}"), Some(value.is_some_and(|value| value < limit))),
            Bound::None => (String::new(), None),
        };
        let figure = value.map_or_else(|| "not measured".to_owned(), |value| format!("{value:.2}{unit}"));
        Self { name, seconds: None, figure, bound: words, held }
    }

    /// The ratio of two times.
    pub(crate) fn ratio(name: String, above: Option<f64>, below: Option<f64>, bound: Bound) -> Self {
        let seconds = above.zip(below);
        let line = Self::figure(name, seconds.map(|(above, below)| above / below), "", bound);
        Self { seconds, ..line }
    }

    /// Something that is so or not.
    pub(crate) fn fact(name: String, figure: String, bound: &str, held: bool) -> Self {
        Self { name, seconds: None, figure, bound: bound.to_owned(), held: Some(held) }
    }

    /// Whether a bound stands here and was not shown to hold.
    fn is_broken(&self) -> bool {
        self.held == Some(false)
    }
}

/// Prints what was measured on, the table, and what is to be said beside it; the exit code says whether every bound held.
pub(crate) fn conclude(about: &[String], lines: &[Line], remarks: &[String]) -> Result<ExitCode> {
    let mut text = vec![String::new()];
    text.extend_from_slice(about);
    text.push(String::new());
    text.extend(table(lines).lines().map(|line| line.trim_end().to_owned()));
    text.push(String::new());
    text.extend_from_slice(remarks);
    let broken = lines.iter().filter(|line| line.is_broken()).count();
    text.push(match broken {
        0 => "every bound held".to_owned(),
        _ => format!("{broken} of {} bounds not held", lines.iter().filter(|line| line.held.is_some()).count()),
    });
    say(text.join("\n"))?;
    Ok(if broken > 0 { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn table(lines: &[Line]) -> Table {
    let mut table = Table::new();
    table.load_style(LOOK).set_content_arrangement(ContentArrangement::Disabled).force_no_tty();
    table.set_header(["measured", "seconds", "figure", "bound", "held"]);
    for line in lines {
        let seconds = line.seconds.map(|(above, below)| format!("{above:.2} / {below:.2}")).unwrap_or_default();
        let held = match line.held {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "",
        };
        table.add_row([&line.name, &seconds, &line.figure, &line.bound, held]);
    }
    table.column_iter_mut().skip(1).take(2).for_each(|column| column.set_cell_alignment(CellAlignment::Right));
    table
}
