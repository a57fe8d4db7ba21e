//! Whether what a report accepts is still accepted.

use jiff::civil::Date;

use super::kind::is_rehearsed;
use super::{GateRow, Standard};
use crate::config::ReportKind;
use crate::model::{RunReport, Waiver, WaiverUse, plural};

const RULE: &str = "waivers";
const WANTED: &str = "in force, for more than 7 days";
/// Days before its end from which a waiver is named.
const SOON: i32 = 7;

pub(super) fn rows(report: &RunReport, kind: ReportKind, standard: &Standard<'_>) -> Vec<GateRow> {
    let bad: Vec<GateRow> = report.waivers.iter().filter_map(|used| judged(used, kind, standard)).collect();
    if !bad.is_empty() {
        return bad;
    }
    match report.waivers.len() {
        0 => Vec::new(),
        number => vec![GateRow::go(RULE, format!("{} in force", plural(number as u64, "waiver")), WANTED)],
    }
}

fn judged(used: &WaiverUse, kind: ReportKind, standard: &Standard<'_>) -> Option<GateRow> {
    let waiver = &used.waiver;
    let what = format!("of {} for {}", waiver.object, waiver.check);
    // The fixture brings its own; another report's are the configuration's, which may have been changed since.
    let until = if is_rehearsed(kind) {
        waiver.until
    } else {
        match standing(waiver, standard) {
            Some(now) => now.until,
            None if used.covered == 0 => return None,
            None => {
                return Some(
                    GateRow::stop(RULE, format!("{what}: no longer in the configuration"), WANTED)
                        .fix("make the report again, or give the configuration it was made with by --config"),
                );
            }
        }
    };
    let until = until?;
    let left = days(standard.today, until);
    if left < 0 {
        return Some(
            GateRow::stop(RULE, format!("{what}: held until {until}"), WANTED)
                .fix("mend the difference, or renew the waiver with a reason"),
        );
    }
    (left <= SOON).then(|| {
        GateRow::warn(
            RULE,
            format!("{what}: holds until {until}, {} more", plural(u64::from(left.unsigned_abs()), "day")),
            WANTED,
        )
        .fix("mend the difference in time, or renew the waiver with a reason")
    })
}

/// The waiver of the configuration that accepts the same.
fn standing<'a>(waiver: &Waiver, standard: &'a Standard<'_>) -> Option<&'a Waiver> {
    let config = standard.config;
    let mut all = config.waivers.iter().chain(&config.accepted_advice);
    all.find(|it| (&it.check, &it.object, &it.attribute) == (&waiver.check, &waiver.object, &waiver.attribute))
}

fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days())
}
