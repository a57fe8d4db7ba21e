//! What is not a difference and must be known all the same: what was not looked at, what is accepted, what nobody compares, and
//! whether planted defects were caught, and of which schema that was.

use comfy_table::Color;

use super::grid::{self, Grid};
use super::page::{Page, Tone};
use crate::model::{RunReport, count, plural};
use crate::report::{digest, own_schema, value};

/// Reasons listed in the ledger, and objects named for each.
const REASONS: usize = 12;
const NAMED: usize = 3;
/// Lines of each list of what took no part, or not as it is.
const ASIDES: usize = 40;
/// Characters shown of a name.
const SHOWN: usize = 120;

pub(super) fn incomplete(page: &mut Page, report: &RunReport) {
    let units = digest::incomplete(report);
    if units.is_empty() {
        return;
    }
    page.title(&format!("Not looked at, or not wholly ({})", plural(units.len() as u64, "unit")));
    for (unit, reason) in units {
        let object = value::visible(&unit.object.to_string());
        let check = format!(" [{}]", value::visible(&unit.check));
        page.hanging(1, 2, &[("? ", Tone::Unsure), (&object, Tone::Strong), (&check, Tone::Faint)]);
        page.line(3, &[(&value::visible(reason), Tone::Plain)]);
    }
}

pub(super) fn waived(page: &mut Page, report: &RunReport) {
    let units = digest::waived(report);
    if units.is_empty() {
        return;
    }
    page.title(&format!("Waived ({})", plural(units.len() as u64, "unit")));
    for (unit, reason, until) in units {
        let object = value::visible(&unit.object.to_string());
        let until = until.map_or_else(|| "no last day".to_owned(), |day| format!("until {day}"));
        let check = format!(" [{}], {until}", value::visible(&unit.check));
        page.hanging(1, 2, &[("○ ", Tone::Faint), (&object, Tone::Strong), (&check, Tone::Faint)]);
        page.line(3, &[(&value::visible(reason), Tone::Plain)]);
    }
}

pub(super) fn ledger(page: &mut Page, report: &RunReport) {
    if report.ledger.is_empty() {
        return;
    }
    let summary = digest::summary(report);
    page.title("Coverage");
    let compared = plural(summary.objects_compared, "object");
    let line = format!("{compared} compared, {} not compared", count(summary.objects_not_compared));
    page.line(1, &[(&line, Tone::Plain)]);
    let groups = digest::not_compared(report);
    let more = groups.len().saturating_sub(REASONS);
    for (reason, objects) in groups.iter().take(REASONS) {
        let label = format!("{:>5}  ", count(objects.len() as u64));
        page.hanging(1, 7, &[(&label, Tone::Unsure), (&value::cut(&value::visible(reason), 300), Tone::Plain)]);
        let names = digest::named(objects, NAMED, |name| value::cut(&value::visible(name), SHOWN));
        page.line(8, &[(&names, Tone::Faint)]);
    }
    if more > 0 {
        page.line(8, &[(&format!("and {} more", plural(more as u64, "reason")), Tone::Faint)]);
    }
}

pub(super) fn own_schema(page: &mut Page, report: &RunReport) {
    let Some(own) = &report.own_schema else { return };
    page.title("Your schema");
    page.line(1, &[(&value::visible(&own_schema::line(own)), Tone::Plain)]);
    for (title, list) in own_schema::lists(report) {
        page.title(&format!("{title} ({})", count(list.len() as u64)));
        for one in list.iter().take(ASIDES) {
            let object = value::cut(&value::visible(&one.object), SHOWN);
            let reason = format!(": {}", value::cut(&value::visible(&one.reason), 300));
            page.hanging(1, 2, &[("· ", Tone::Faint), (&object, Tone::Strong), (&reason, Tone::Plain)]);
        }
        if list.len() > ASIDES {
            page.line(3, &[(&format!("and {} more", count((list.len() - ASIDES) as u64)), Tone::Faint)]);
        }
    }
}

pub(super) fn defects(page: &mut Page, report: &RunReport) {
    if report.defects.is_empty() {
        return;
    }
    let summary = digest::summary(report);
    page.title(&format!(
        "Planted defects ({} of {} caught)",
        count(summary.defects_caught),
        count(summary.defects_planted)
    ));
    let mut grid = Grid::new(&["", "defect", "planted", "caught by", "seconds"]);
    grid.right(4);
    for defect in &report.defects {
        let mark = if defect.caught() { ("✓", Color::Green) } else { ("✗", Color::Red) };
        grid.row([
            grid::colored(mark.0, mark.1),
            grid::plain(&defect.defect),
            grid::plain(&defect.planted),
            grid::plain(&defect.caught_by.join(", ")),
            grid::plain(&format!("{:.2}", defect.seconds)),
        ]);
    }
    page.grid(grid);
    for defect in &report.defects {
        let name = format!("{}: ", value::visible(&defect.defect));
        for (label, lines) in [("missed ", &defect.missed), ("unexpected ", &defect.unexpected)] {
            for line in lines {
                let line = value::visible(line);
                page.hanging(
                    1,
                    2,
                    &[("✗ ", Tone::Bad), (&name, Tone::Strong), (label, Tone::Bad), (&line, Tone::Plain)],
                );
            }
        }
    }
}

pub(super) fn faults(page: &mut Page, report: &RunReport) {
    if report.faults.is_empty() {
        return;
    }
    page.title("Faults that struck the day");
    let mut grid = Grid::new(&["", "fault", "when", "runs and their exit codes", "ending", "seconds"]);
    grid.right(5);
    for fault in &report.faults {
        let mark = if fault.problem.is_none() { ("✓", Color::Green) } else { ("✗", Color::Red) };
        grid.row([
            grid::colored(mark.0, mark.1),
            grid::plain(&fault.fault),
            grid::plain(&digest::struck(fault)),
            grid::plain(&fault.exits.join(", ")),
            grid::plain(&fault.ending),
            grid::plain(&format!("{:.1}", fault.seconds)),
        ]);
    }
    page.grid(grid);
    for fault in &report.faults {
        let Some(problem) = &fault.problem else { continue };
        let (name, problem) = (format!("{}, {}: ", fault.fault, digest::struck(fault)), value::visible(problem));
        page.hanging(1, 2, &[("✗ ", Tone::Bad), (&name, Tone::Strong), (&problem, Tone::Plain)]);
    }
}
