//! Progress for a terminal: the phase, the copy as a whole, a bar for each table under way, a spinner for each check.

use std::collections::HashMap;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::tame;
use crate::model::{Event, PhaseStatus, RelationName, count, seconds};

const TICK: Duration = Duration::from_millis(120);
const WHOLE: &str = "  copy  {bar:24} {human_pos}/{human_len} rows  {rate}  eta {eta}";
const TABLE: &str = "    {msg:30!} {bar:14} {human_pos}/{human_len}  {rate}  eta {eta}";
const SPINNER: &str = "  {spinner} {msg}  {human_pos} done  {elapsed}";
const DEFECTS: &str = "  defects {bar:24} {pos}/{len}  eta {eta}  {msg}";
const LINE: &str = "{spinner} {msg}  {elapsed}";

/// The bars on the screen.
pub(super) struct Bars {
    screen: MultiProgress,
    phase: Option<ProgressBar>,
    copy: Option<ProgressBar>,
    tables: HashMap<RelationName, ProgressBar>,
    checks: HashMap<String, ProgressBar>,
}

impl Bars {
    pub(super) fn new() -> Self {
        Self::on(ProgressDrawTarget::stderr())
    }

    fn on(target: ProgressDrawTarget) -> Self {
        Self {
            screen: MultiProgress::with_draw_target(target),
            phase: None,
            copy: None,
            tables: HashMap::new(),
            checks: HashMap::new(),
        }
    }

    /// The screen itself, shared.
    pub(super) fn screen(&self) -> MultiProgress {
        self.screen.clone()
    }

    /// Takes every bar off the screen.
    pub(super) fn clear(&self) {
        let bars = self.phase.iter().chain(&self.copy).chain(self.tables.values()).chain(self.checks.values());
        bars.for_each(ProgressBar::finish_and_clear);
        let _ = self.screen.clear();
    }

    pub(super) fn handle(&mut self, event: &Event) {
        match event {
            Event::PhaseStarted { phase } => {
                take(&self.screen, self.phase.take());
                self.phase = Some(self.spinner(LINE, phase.name()));
            }
            Event::PhaseEnded { phase, status, seconds: took, summary } => {
                let word = match status {
                    PhaseStatus::Go => "go",
                    PhaseStatus::NoGo => "no-go",
                    PhaseStatus::Failed => "failed",
                };
                take(&self.screen, self.phase.take());
                take(&self.screen, self.copy.take());
                self.tables.drain().for_each(|(_, bar)| take(&self.screen, Some(bar)));
                self.say(&format!("{}: {word} after {}: {summary}", phase.name(), seconds(*took)));
            }
            Event::CopyPlanned { rows, .. } => {
                take(&self.screen, self.copy.take());
                self.copy = Some(self.bar(WHOLE, *rows, ""));
            }
            Event::TableStarted { table, level, rows } => {
                let bar = self.bar(TABLE, *rows, &format!("{level} {table}"));
                take(&self.screen, self.tables.insert(table.clone(), bar));
            }
            Event::TableProgress { table, rows, .. } => {
                let bars = self.tables.get(table).into_iter().chain(&self.copy);
                bars.for_each(|bar| advance(bar, *rows));
            }
            Event::TableEnded { table, .. } => take(&self.screen, self.tables.remove(table)),
            Event::LevelCopied { level, tables, rows } => {
                self.say(&format!("copy: level {level} done: {} tables, {} rows", tables, count(*rows)));
            }
            Event::CheckStarted { check } => {
                let bar = self.spinner(SPINNER, check);
                take(&self.screen, self.checks.insert(check.clone(), bar));
            }
            Event::UnitChecked { check } => self.checks.get(check).into_iter().for_each(|bar| bar.inc(1)),
            Event::CheckEnded { check, .. } => take(&self.screen, self.checks.remove(check)),
            Event::DefectTried { number, of, result } => {
                if self.phase.is_none() {
                    self.phase = Some(self.bar(DEFECTS, *of as u64, ""));
                }
                let bar = self.phase.iter();
                bar.for_each(|bar| {
                    bar.set_message(tame(&result.defect));
                    bar.set_position(*number as u64);
                });
                if !result.caught() {
                    self.say(&super::defect_line(*number, *of, result));
                }
                if number == of {
                    take(&self.screen, self.phase.take());
                }
            }
            Event::FaultTried { number, of, result } => self.say(&super::fault_line(*number, *of, result)),
            Event::Note(line) => self.say(line),
        }
    }

    /// A line above the bars.
    fn say(&self, line: &str) {
        let _ = self.screen.println(tame(line));
    }

    fn bar(&self, template: &str, length: u64, message: &str) -> ProgressBar {
        self.add(ProgressBar::new(length), template, message)
    }

    fn spinner(&self, template: &str, message: &str) -> ProgressBar {
        let bar = self.add(ProgressBar::no_length(), template, message);
        bar.enable_steady_tick(TICK);
        bar
    }

    fn add(&self, bar: ProgressBar, template: &str, message: &str) -> ProgressBar {
        // A template that does not parse shows the default bar; a test holds that ours do.
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let rate = |state: &ProgressState, out: &mut dyn std::fmt::Write| {
            // A bar that cannot be written shows nothing there.
            let _ = write!(out, "{} rows/s", count(state.per_sec() as u64));
        };
        let style = style.with_key("rate", rate);
        let bar = self.screen.add(bar.with_style(style));
        bar.set_message(tame(message));
        bar
    }
}

/// Moves a bar on. An estimate that was too low grows with the rows: a bar never stands beyond its end.
fn advance(bar: &ProgressBar, rows: u64) {
    bar.inc(rows);
    if bar.length().is_some_and(|length| length < bar.position()) {
        bar.set_length(bar.position());
    }
}

fn take(screen: &MultiProgress, bar: Option<ProgressBar>) {
    if let Some(bar) = bar {
        bar.finish_and_clear();
        screen.remove(&bar);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Phase;

    #[test]
    fn every_template_parses() {
        for template in [WHOLE, TABLE, SPINNER, DEFECTS, LINE] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }

    #[test]
    fn no_bar_is_left_when_a_phase_has_ended() {
        let mut bars = Bars::on(ProgressDrawTarget::hidden());
        let table = RelationName::new("public", "t");
        bars.handle(&Event::PhaseStarted { phase: Phase::Copy });
        bars.handle(&Event::CopyPlanned { tables: 1, rows: 5 });
        bars.handle(&Event::TableStarted { table: table.clone(), level: 0, rows: 5 });
        bars.handle(&Event::TableProgress { table, rows: 9, bytes: 90 });
        assert_eq!(bars.copy.as_ref().and_then(ProgressBar::length), Some(9));
        let (status, summary) = (PhaseStatus::Failed, String::new());
        bars.handle(&Event::PhaseEnded { phase: Phase::Copy, status, seconds: 1.0, summary });
        assert!(bars.phase.is_none() && bars.copy.is_none() && bars.tables.is_empty());
    }
}
