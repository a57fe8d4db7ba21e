//! The advisors' findings: how many of each level on each side, then rule by rule.

use comfy_table::Color;

use super::grid::{self, Grid};
use super::page::{Page, Tone};
use crate::model::{AdviceLevel, RunReport, plural};
use crate::report::{advice, digest, value};

/// Characters shown of a name.
const SHOWN: usize = 120;

pub(super) fn write(page: &mut Page, report: &RunReport) {
    if report.advice.is_empty() {
        return;
    }
    page.title(&format!("Advice ({})", plural(report.advice.len() as u64, "finding")));
    let mut grid = Grid::new(&["level", "source", "target", "both", "new"]);
    (1..=4).for_each(|column| grid.right(column));
    for (level, counts) in advice::levels(report) {
        grid.row([
            grid::plain(level.name()),
            grid::number(counts.source, None),
            grid::number(counts.target, None),
            grid::number(counts.both, None),
            grid::number(counts.new, Some(Color::Red)),
        ]);
    }
    page.grid(grid);
    page.blank();
    for row in advice::rules(report) {
        let tone = match row.level {
            AdviceLevel::Error => Tone::Bad,
            AdviceLevel::Warn => Tone::Unsure,
            AdviceLevel::Info => Tone::Faint,
        };
        let level = format!("{:<6}", row.level.name());
        let rule = format!("{} {}", row.rule, value::visible(row.name));
        let counts = row.counts;
        let places = [
            (counts.new, "new on the target"),
            (counts.both, "on both"),
            (counts.source - counts.both, "on the source"),
            (counts.target - counts.both - counts.new, "on the target"),
        ];
        let places: Vec<String> =
            places.into_iter().filter(|(n, _)| *n > 0).map(|(n, place)| format!("{n} {place}")).collect();
        let places = format!(" · {}", places.join(", "));
        page.hanging(1, 7, &[(&level, tone), (&rule, Tone::Strong), (&places, Tone::Plain)]);
        let names = digest::named(&row.objects, advice::NAMED, |name| value::cut(&value::visible(name), SHOWN));
        page.line(8, &[(&names, Tone::Faint)]);
    }
}
