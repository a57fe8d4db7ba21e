//! The bounds: which ratio has to be how large, whether it was, and the one table that says so.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use crate::measure::{Measured, What};
use crate::workload::Subject;

/// Columns apart, one rule below the header.
const LOOK: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// Most memory of the tool, in MB.
const MEMORY: f64 = 64.0;

/// What is asked of a figure.
#[derive(Debug, Clone, Copy)]
enum Bound {
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
    /// Whether a bound stands here and was not shown to hold.
    pub(crate) fn is_broken(&self) -> bool {
        self.held == Some(false)
    }

    /// A figure against its bound; one that was not measured breaks it.
    fn figure(name: String, value: Option<f64>, unit: &str, bound: Bound) -> Self {
        let (words, held) = match bound {
            Bound::AtLeast(least) => (format!("at least {least}"), Some(value.is_some_and(|value| value >= least))),
            Bound::AtMost(most) => (format!("at most {most}"), Some(value.is_some_and(|value| value <= most))),
            Bound::Under(limit) => (format!("under {limit}"), Some(value.is_some_and(|value| value < limit))),
            Bound::None => (String::new(), None),
        };
        let figure = value.map_or_else(|| "not measured".to_owned(), |value| format!("{value:.2}{unit}"));
        Self { name, seconds: None, figure, bound: words, held }
    }

    /// Something that is so or not.
    fn fact(name: String, figure: String, bound: &str, held: bool) -> Self {
        Self { name, seconds: None, figure, bound: bound.to_owned(), held: Some(held) }
    }
}

/// Every line, in the order of the table.
pub(crate) fn judge(measured: &Measured) -> Vec<Line> {
    let mut lines = Vec::new();
    for (peer, ours, situation) in
        [(What::Peer, What::Ours, "nothing differs"), (What::PeerPlanted, What::OursPlanted, "3 rows differ")]
    {
        for subject in Subject::ALL {
            let least = if subject == Subject::Both { 5.0 } else { 3.0 };
            let name = format!("reladiff / ours, {}, {situation}", subject.name());
            lines.push(ratio(measured, name, (peer, subject), (ours, subject), Bound::AtLeast(least)));
        }
    }
    for subject in Subject::ALL {
        let name = format!("ours / bare scan, {}", subject.name());
        lines.push(ratio(measured, name, (What::Ours, subject), (What::Scan, subject), Bound::AtMost(1.2)));
    }
    for subject in Subject::ALL {
        let name = format!("3 rows differ / none, {}", subject.name());
        lines.push(ratio(measured, name, (What::OursPlanted, subject), (What::Ours, subject), Bound::AtMost(1.5)));
    }
    let events = Subject::Events;
    let name = "half of the rows differ / none, events".to_owned();
    lines.push(ratio(measured, name, (What::OursHalf, events), (What::Ours, events), Bound::None));
    for (situation, &megabytes) in &measured.memory {
        lines.push(Line::figure(format!("peak memory, {situation}"), megabytes, " MB", Bound::Under(MEMORY)));
    }
    let wrong: Vec<String> = measured
        .totals
        .iter()
        .filter(|total| total.reported != total.expected)
        .map(|total| format!("{}: {} for {}", total.what, total.reported, total.expected))
        .collect();
    let figure = if wrong.is_empty() { format!("{} runs", measured.totals.len()) } else { wrong.join("; ") };
    lines.push(Line::fact("rows reported as different".to_owned(), figure, "exact", wrong.is_empty()));
    for (subject, plans) in &measured.plans {
        let figure = format!("{} sorts, {} hashed, {} spilt", plans.sorts, plans.hash_aggregates, plans.spills);
        let name = format!("plan of the scan, {}", subject.name());
        lines.push(Line::fact(name, figure, "hashed in memory, no sort", plans.are_good()));
    }
    lines
}

/// The ratio of two best times.
fn ratio(measured: &Measured, name: String, above: (What, Subject), below: (What, Subject), bound: Bound) -> Line {
    let seconds = measured.best.get(&above).copied().zip(measured.best.get(&below).copied());
    let line = Line::figure(name, seconds.map(|(above, below)| above / below), "", bound);
    Line { seconds, ..line }
}

/// The table, what it was measured on, and what is to be said beside it.
pub(crate) fn render(measured: &Measured, lines: &[Line]) -> String {
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
    let mut text = vec![measured.about.join("\n"), String::new()];
    text.extend(table.lines().map(|line| line.trim_end().to_owned()));
    text.push(String::new());
    text.extend(
        measured.plans.iter().map(|(subject, plans)| format!("plan of {}: {}", subject.name(), plans.describe())),
    );
    text.extend(measured.remarks.iter().cloned());
    let broken = lines.iter().filter(|line| line.is_broken()).count();
    text.push(match broken {
        0 => "every bound held".to_owned(),
        _ => format!("{broken} of {} bounds not held", lines.iter().filter(|line| line.held.is_some()).count()),
    });
    text.join("\n")
}
