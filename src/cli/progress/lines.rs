//! Progress for a log: one line for each phase, level, table and check that ended.

use std::io::Write;

use super::tame;
use crate::model::{Event, PhaseStatus, count, plural, seconds};

/// Writes lines; a closed pipe is not an error.
pub(super) struct Lines {
    writer: Box<dyn Write + Send>,
}

impl Lines {
    pub(super) fn new(writer: Box<dyn Write + Send>) -> Self {
        Self { writer }
    }

    pub(super) fn handle(&mut self, event: &Event) {
        let line = match event {
            Event::PhaseStarted { phase } => format!("{}: started", phase.name()),
            Event::PhaseEnded { phase, status, seconds: took, summary } => {
                let word = match status {
                    PhaseStatus::Go => "go",
                    PhaseStatus::NoGo => "no-go",
                    PhaseStatus::Failed => "failed",
                };
                format!("{}: {word} after {}: {summary}", phase.name(), seconds(*took))
            }
            Event::CopyPlanned { tables, rows } => {
                format!("copy: {}, about {}", plural(*tables as u64, "table"), plural(*rows, "row"))
            }
            Event::LevelCopied { level, tables, rows } => {
                format!("copy: level {level} done: {}, {}", plural(*tables as u64, "table"), plural(*rows, "row"))
            }
            Event::TableEnded { table, rows, seconds: took } => {
                let rate = if *took >= 0.001 { *rows as f64 / took } else { 0.0 };
                let rate = if rate > 0.0 { format!(" ({}/s)", count(rate.round() as u64)) } else { String::new() };
                format!("copy: {table}: {} in {}{rate}", plural(*rows, "row"), seconds(*took))
            }
            Event::CheckEnded { check, units, seconds: took } => {
                format!("check {check}: {} in {}", plural(*units as u64, "unit"), seconds(*took))
            }
            Event::DefectTried { number, of, result } => super::defect_line(*number, *of, result),
            Event::FaultTried { number, of, result } => super::fault_line(*number, *of, result),
            Event::Note(line) => line.clone(),
            Event::TableStarted { .. }
            | Event::TableProgress { .. }
            | Event::CheckStarted { .. }
            | Event::UnitChecked { .. } => {
                return;
            }
        };
        let _ = writeln!(self.writer, "{}", tame(&line));
        let _ = self.writer.flush();
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::cli::progress::Progress;
    use crate::model::{Phase, RelationName};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Closed;

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    fn day() -> Vec<Event> {
        let table = RelationName::new("public", "ho\rtels");
        vec![
            Event::PhaseStarted { phase: Phase::Copy },
            Event::CopyPlanned { tables: 2, rows: 4_000 },
            Event::TableStarted { table: table.clone(), level: 0, rows: 4_000 },
            Event::TableProgress { table: table.clone(), rows: 4_000, bytes: 80_000 },
            Event::TableEnded { table, rows: 4_333, seconds: 0.5 },
            Event::LevelCopied { level: 0, tables: 1, rows: 4_333 },
            Event::PhaseEnded {
                phase: Phase::Copy,
                status: PhaseStatus::Go,
                seconds: 61.0,
                summary: "all there".into(),
            },
            Event::CheckStarted { check: "rows".into() },
            Event::UnitChecked { check: "rows".into() },
            Event::CheckEnded { check: "rows".into(), units: 2, seconds: 1.25 },
            Event::Note("a line\u{1b}[2J".into()),
        ]
    }

    #[test]
    fn each_end_is_one_line() {
        let log = Log::default();
        let (events, progress) = Progress::lines_to(log.clone());
        day().iter().for_each(|event| events.send(event));
        progress.finish();
        events.note("after the end");
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(
            text.lines().collect::<Vec<_>>(),
            [
                "copy: started",
                "copy: 2 tables, about 4,000 rows",
                "copy: public.\"ho tels\": 4,333 rows in 0.50 s (8,666/s)",
                "copy: level 0 done: 1 table, 4,333 rows",
                "copy: go after 1 min 01 s: all there",
                "check rows: 2 units in 1.25 s",
                "a line [2J",
            ]
        );
        assert!(!text.contains('\r') && !text.contains('\u{1b}'));
    }

    #[test]
    fn a_closed_pipe_does_not_end_the_run() {
        let (events, _progress) = Progress::lines_to(Closed);
        day().iter().for_each(|event| events.send(event));
    }
}
