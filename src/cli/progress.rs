//! Shows a run while it goes on: bars on a terminal, lines in a log, nothing when asked to be quiet.
//!
//! Never true in here: progress on standard output, a run that ends because nobody reads its progress, or a carriage return or
//! an ANSI sequence in a log.

mod bars;
mod lines;

use std::fmt;
use std::future::Future;
use std::io::{IsTerminal, Write};
use std::sync::{Arc, Mutex};

use crate::model::{DefectResult, Event, Events, FaultResult, seconds};
use bars::Bars;
use lines::Lines;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProgressMode {
    /// Bars that move, on a terminal.
    Bars,
    /// A line for each thing that ended.
    Lines,
    /// Nothing.
    Quiet,
}

impl ProgressMode {
    /// Bars on a terminal that takes them, lines elsewhere or with `--no-progress`, nothing with `--quiet`.
    pub(super) fn detect(quiet: bool, no_progress: bool) -> Self {
        let terminal = std::io::stderr().is_terminal() && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        // Bars are drawn with what ASCII does not have.
        match (quiet, terminal && !no_progress && super::locale::takes_unicode()) {
            (true, _) => Self::Quiet,
            (false, true) => Self::Bars,
            (false, false) => Self::Lines,
        }
    }
}

enum Shown {
    Bars(Bars),
    Lines(Lines),
    Nothing,
}

/// Progress being shown; dropping it takes the bars off the screen.
#[must_use = "the bars go when this is dropped"]
pub(super) struct Progress(Arc<Mutex<Shown>>);

impl Progress {
    /// Where a run sends its events, and what shows them on standard error. Bars are gone after `finish` or the drop.
    pub(super) fn new(mode: ProgressMode) -> (Events, Self) {
        Self::over(match mode {
            ProgressMode::Bars => Shown::Bars(Bars::new()),
            ProgressMode::Lines => Shown::Lines(Lines::new(Box::new(std::io::stderr()))),
            ProgressMode::Quiet => Shown::Nothing,
        })
    }

    /// Lines to a given writer.
    #[cfg(test)]
    fn lines_to(writer: impl Write + Send + 'static) -> (Events, Self) {
        Self::over(Shown::Lines(Lines::new(Box::new(writer))))
    }

    /// The same, with a line for each thing that ended written to `log` as well.
    pub(super) fn with_log(mode: ProgressMode, log: impl Write + Send + 'static) -> (Events, Self) {
        let (shown, progress) = Self::new(mode);
        let log = Mutex::new(Lines::new(Box::new(log)));
        let events = Events::new(move |event| {
            shown.send(event);
            log.lock().unwrap_or_else(std::sync::PoisonError::into_inner).handle(event);
        });
        (events, progress)
    }

    fn over(shown: Shown) -> (Events, Self) {
        let shown = Arc::new(Mutex::new(shown));
        let sink = Arc::clone(&shown);
        let events = Events::new(move |event| handle(&sink, event));
        (events, Self(shown))
    }

    /// Runs `action`, such as a prompt, with the bars off the screen and puts them back after.
    pub(super) async fn pause<T>(&self, action: impl Future<Output = T>) -> T {
        // The lock is given up before the action: a worker must not wait for somebody to type.
        let bars = self.0.lock().ok().and_then(|shown| match &*shown {
            Shown::Bars(bars) => Some(bars.screen()),
            Shown::Lines(_) | Shown::Nothing => None,
        });
        match bars {
            Some(screen) => {
                let _ = screen.clear();
                screen.set_draw_target(indicatif::ProgressDrawTarget::hidden());
                let answer = action.await;
                screen.set_draw_target(indicatif::ProgressDrawTarget::stderr());
                answer
            }
            None => action.await,
        }
    }

    /// Takes the bars off the screen for good; later events show nothing.
    pub(super) fn finish(self) {
        drop(self);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Ok(mut shown) = self.0.lock() {
            if let Shown::Bars(bars) = &*shown {
                bars.clear();
            }
            *shown = Shown::Nothing;
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}

fn handle(shown: &Mutex<Shown>, event: &Event) {
    // A worker that panicked while it held the lock must not take the run's progress with it.
    let mut shown = shown.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match &mut *shown {
        Shown::Bars(bars) => bars.handle(event),
        Shown::Lines(lines) => lines.handle(event),
        Shown::Nothing => {}
    }
}

/// A text as one line that cannot steer a terminal.
pub(super) fn tame(text: &str) -> String {
    text.chars().map(|c| if super::output::steers_terminal(c) { ' ' } else { c }).collect()
}

/// What became of a fault, on one line.
fn fault_line(number: usize, of: usize, result: &FaultResult) -> String {
    let phase = result
        .phase
        .map_or_else(|| "before the day".to_owned(), |phase| format!("{} +{} ms", phase.name(), result.milliseconds));
    let exits = result.exits.join(", ");
    let end =
        result.problem.as_deref().map_or_else(|| result.ending.clone(), |problem| format!("NOT BORNE: {problem}"));
    format!("fault {number}/{of} {} ({phase}): {exits}: {end} in {}", result.fault, seconds(result.seconds))
}

/// What became of a planted defect, on one line.
fn defect_line(number: usize, of: usize, result: &DefectResult) -> String {
    let took = seconds(result.seconds);
    if result.caught() {
        return format!("defect {number}/{of} {}: caught by {} in {took}", result.defect, result.caught_by.join(", "));
    }
    let missed = result.missed.iter().map(|one| format!("; not reported: {one}"));
    let unexpected = result.unexpected.iter().map(|one| format!("; reported but not planted: {one}"));
    let problems: String = missed.chain(unexpected).collect();
    format!("defect {number}/{of} {}: NOT CAUGHT AS PLANTED in {took}{problems}", result.defect)
}
