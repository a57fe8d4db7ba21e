//! How many of the exact neighbours the indexes of vectors find: a dot for each side, numbers beside it.

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use crate::model::{Recall, RunReport, count, plural};

/// The scale's length and its margin, in the plot's units.
const LENGTH: f64 = 160.0;
const MARGIN: f64 = 8.0;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    if report.recalls.is_empty() {
        return None;
    }
    let mut columns = ["column", "index", "searched"].map(Column::text).to_vec();
    columns.extend(["source", "target", "asked for"].map(Column::number));
    columns.push(Column::text("from 0 to 1"));
    let table = Table {
        caption: "Share of the exact neighbours that each index finds",
        columns,
        rows: report.recalls.iter().map(row).collect(),
        sortable: true,
        ..Table::default()
    };
    let legend = "<p class=\"faint\">In each plot the ring is the source, the full dot the target, the line what is asked for.</p>\n";
    let note = plural(report.recalls.len() as u64, "column");
    Some(Section::new("recall", "Recall of vector indexes", note, format!("{legend}{}", table.html())))
}

fn row(recall: &Recall) -> Row {
    let short = recall.target.is_some_and(|target| target < recall.required);
    let share = |share: Option<f64>, class: &str| match share {
        Some(share) => Cell::toned(class, &format!("{share:.2}")).sorted(share),
        None => Cell::text("no index").sorted(-1.0),
    };
    let searched =
        format!("{}, {} neighbours each", plural(recall.searches, "row"), count(u64::from(recall.neighbours)));
    let cells = vec![
        Cell::text(&recall.column.identity),
        Cell::text(recall.index.as_deref().unwrap_or_default()),
        Cell::html(searched),
        share(recall.source, ""),
        share(recall.target, if short { "bad" } else { "good" }),
        Cell::html(format!("{:.2}", recall.required)).sorted(recall.required),
        Cell::html(plot(recall, short)),
    ];
    Row::new(cells).tagged(Tags::of("vectors", if short { "different" } else { "same" }))
}

fn plot(recall: &Recall, short: bool) -> String {
    let at = |share: f64| MARGIN + share.clamp(0.0, 1.0) * LENGTH;
    let (width, end) = (LENGTH + 2.0 * MARGIN, MARGIN + LENGTH);
    let asked = at(recall.required);
    let mut marks = format!(
        "<path class=\"axis\" d=\"M{MARGIN} 12H{end}M{MARGIN} 8V16M{end} 8V16\"/><path class=\"asked\" d=\"M{asked:.1} 3V21\"/>"
    );
    if let Some(target) = recall.target {
        let class = if short { "bad" } else { "good" };
        marks.push_str(&format!("<circle class=\"dot {class}\" cx=\"{:.1}\" cy=\"12\" r=\"4\"/>", at(target)));
    }
    if let Some(source) = recall.source {
        marks.push_str(&format!("<circle class=\"ring\" cx=\"{:.1}\" cy=\"12\" r=\"6.5\"/>", at(source)));
    }
    format!(
        "<svg class=\"plot\" viewBox=\"0 0 {width} 24\" width=\"{width}\" height=\"24\" aria-hidden=\"true\">{marks}</svg>"
    )
}
