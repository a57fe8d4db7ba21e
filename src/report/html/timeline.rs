//! The phases: when each began, how long it took, and how much of the time planned for it that is.

use jiff::Timestamp;

use super::page::Section;
use super::table::Tags;
use crate::model::{PhaseReport, PhaseStatus, RunReport, seconds};
use crate::report::digest;
use crate::report::markup::escaped as esc;

/// Units the bars are drawn in.
const WIDTH: f64 = 1000.0;
/// No phase is drawn narrower than this.
const LEAST: f64 = 4.0;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    if report.phases.is_empty() {
        return None;
    }
    let begins = begins(&report.phases);
    let ends = report.phases.iter().zip(&begins).map(|(phase, begin)| begin + phase.seconds);
    let whole = ends.fold(0.0, f64::max).max(0.001);
    let items: String = report.phases.iter().zip(&begins).map(|(phase, begin)| one(phase, *begin, whole)).collect();
    let planned = match digest::is_planned(report) {
        true => " The lower one is the time planned for it, filled as far as it was used.",
        false => "",
    };
    let mut body = format!(
        "<p class=\"faint\">The upper bar of each phase stands where it ran within {}.{planned}</p>\n<ol class=\"timeline\">\n{items}</ol>\n",
        seconds(whole)
    );
    let decisions: String = digest::decisions(report).iter().map(|line| format!("<li>{}</li>\n", esc(line))).collect();
    if !decisions.is_empty() {
        body.push_str(&format!("<h3>Decisions</h3>\n<ul>\n{decisions}</ul>\n"));
    }
    Some(Section::new("phases", "Phases", seconds(whole), body))
}

/// When each phase began, in seconds after the first; where that is not known, after the one before.
fn begins(phases: &[PhaseReport]) -> Vec<f64> {
    let first: Option<Timestamp> = phases.iter().filter_map(|phase| phase.started).min();
    let mut before = 0.0;
    let begin = |phase: &PhaseReport| {
        let since = first.zip(phase.started).map(|(first, started)| started.duration_since(first).as_secs_f64());
        let begin = since.unwrap_or(before);
        before = begin + phase.seconds;
        begin
    };
    phases.iter().map(begin).collect()
}

fn one(phase: &PhaseReport, begin: f64, whole: f64) -> String {
    let (word, class) = match phase.status {
        PhaseStatus::Go => ("go", "good"),
        PhaseStatus::NoGo => ("no-go", "bad"),
        PhaseStatus::Failed => ("failed", "bad"),
    };
    let width = (phase.seconds / whole * WIDTH).max(LEAST);
    let left = (begin / whole * WIDTH).min(WIDTH - width).max(0.0);
    let mut bars = bar("ran", &format!("<rect class=\"{class}\" x=\"{left:.0}\" width=\"{width:.0}\" height=\"10\"/>"));
    let mut times = format!("took {}", seconds(phase.seconds));
    if let Some(planned) = phase.planned.filter(|planned| *planned > 0.0) {
        let (share, over) = (phase.seconds / planned, phase.seconds - planned);
        let (class, says) = match over > 0.0 {
            true => ("bad", format!("{} more than planned", seconds(over))),
            false => ("good", format!("{} of it", percent(share))),
        };
        times.push_str(&format!(", planned {}: {says}", digest::planned(phase)));
        let used = (share.min(1.0) * WIDTH).max(LEAST);
        bars.push_str(&bar("used", &format!("<rect class=\"{class}\" width=\"{used:.0}\" height=\"10\"/>")));
    }
    format!(
        "<li{}><p><strong>{}</strong> <span class=\"{class}\">{word}</span> <span class=\"faint\">{times}</span></p>\n\
         {bars}<p>{}</p></li>\n",
        Tags { outcome: word, ..Tags::default() }.html(),
        phase.phase.name(),
        esc(&phase.summary)
    )
}

fn bar(class: &str, inside: &str) -> String {
    format!(
        "<svg class=\"bar {class}\" viewBox=\"0 0 {WIDTH} 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">{inside}</svg>\n"
    )
}

/// A share as people read it.
fn percent(share: f64) -> String {
    match share * 100.0 {
        small if small < 0.1 => "less than 0.1%".to_owned(),
        small if small < 10.0 => format!("{small:.1}%"),
        large => format!("{large:.0}%"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Phase;

    #[test]
    fn phases_stand_where_they_ran() {
        let phase = |started: Option<&str>, length| PhaseReport {
            phase: Phase::Copy,
            status: PhaseStatus::Go,
            seconds: length,
            summary: String::new(),
            started: started.map(|text| text.parse().unwrap()),
            planned: Some(2.0),
        };
        assert_eq!(begins(&[phase(None, 2.0), phase(None, 3.0), phase(None, 1.0)]), [0.0, 2.0, 5.0]);
        let known = [phase(Some("2026-11-22T03:00:10Z"), 2.0), phase(Some("2026-11-22T03:01:00Z"), 3.0)];
        assert_eq!(begins(&known), [0.0, 50.0]);
        assert!(one(&known[1], 50.0, 53.0).contains("took 3.00 s, planned 2.00 s: 1.00 s more than planned"));
        assert!(one(&known[0], 0.0, 53.0).contains("planned 2.00 s: 100% of it"));
    }

    #[test]
    fn shares_read_well() {
        assert_eq!([0.0001, 0.012, 0.5, 1.0].map(percent), ["less than 0.1%", "1.2%", "50%", "100%"]);
    }
}
