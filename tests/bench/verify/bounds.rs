//! The bounds: which ratio has to be how large.

use super::measure::{Measured, What};
use super::subject::Subject;
use crate::table::{Bound, Line, MEMORY};

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
        lines.push(Line::figure(format!("peak memory, {situation}"), megabytes, " MB", MEMORY));
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

fn ratio(measured: &Measured, name: String, above: (What, Subject), below: (What, Subject), bound: Bound) -> Line {
    let best = |of| measured.best.get(&of).copied();
    Line::ratio(name, best(above), best(below), bound)
}

/// What is to be said beside the table.
pub(crate) fn remarks(measured: &Measured) -> Vec<String> {
    let plans = measured.plans.iter();
    let plans = plans.map(|(subject, plans)| format!("plan of {}: {}", subject.name(), plans.describe()));
    plans.chain(measured.remarks.iter().cloned()).collect()
}
