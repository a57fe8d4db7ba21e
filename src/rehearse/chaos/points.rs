//! The catalogue of fault points: what strikes, when, and what is done afterwards.

use std::time::Duration;

use super::ground::End;
use crate::model::Phase;

/// What befalls a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// SIGKILL of the tool.
    Kill,
    /// SIGINT of the tool.
    Interrupt,
    /// A server stopped as a crash would, and started again while the tool may still try.
    Crash(End),
    /// Every session of the tool on a side ended.
    Cut(End),
    /// What the role may do is taken from it, until the tool has ended.
    Revoke(End),
    /// Another session holds a table of the target for a while.
    Lock,
    /// Another session keeps writing to the source, until the tool has ended.
    Load,
    /// The role's password is another one, until the tool has ended.
    Password(End),
    /// The disk under the target is full, until the tool has ended.
    DiskFull,
    /// No file of the run may become larger than so many blocks of 512 bytes.
    FileLimit(u64),
    /// The run's folder is taken away, until the tool has ended.
    FolderGone,
    /// The tool is killed, and the clock stands so many hours elsewhere when it goes on.
    Clock(i64),
    /// A webhook that takes the message and never answers.
    WebhookHangs,
    /// The day is begun, or gone on with after a kill, with a wrong password.
    WrongPassword(End),
    /// The same with another database in a side's place.
    WrongDatabase(End),
    /// The same with the two URLs in each other's place.
    Swapped,
    /// The tool is killed; the way back is struck in its turn, and taken again.
    WayBack(OnTheWay),
    /// The tool is killed; the resumed run is killed in its turn, and resumed again.
    KillResumed,
}

/// What befalls the way back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnTheWay {
    Kill,
    Cut,
    Crash,
}

/// What is done once the tool has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    Resume,
    Rollback,
}

/// One fault point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) fault: Fault,
    /// The phase it strikes in; `None` is before the first.
    pub(super) phase: Option<Phase>,
    /// How long after the phase's beginning.
    pub(super) after: Duration,
    pub(super) then: Then,
}

impl Fault {
    /// The fault in words.
    pub(super) fn name(self) -> String {
        let side = |end: End| if end == End::Source { "source" } else { "target" };
        match self {
            Self::Kill => "tool killed".to_owned(),
            Self::Interrupt => "tool interrupted".to_owned(),
            Self::Crash(end) => format!("{} server crashes", side(end)),
            Self::Cut(end) => format!("{} connections cut", side(end)),
            Self::Revoke(end) => format!("{} privileges revoked", side(end)),
            Self::Lock => "a target table is locked".to_owned(),
            Self::Load => "the source is written to".to_owned(),
            Self::Password(end) => format!("{} password changed", side(end)),
            Self::DiskFull => "target disk full".to_owned(),
            Self::FileLimit(_) => "no room for the run's files".to_owned(),
            Self::FolderGone => "run folder unwritable".to_owned(),
            Self::Clock(hours) => format!("clock jumps {hours:+} h"),
            Self::WebhookHangs => "webhook hangs".to_owned(),
            Self::WrongPassword(end) => format!("wrong {} password", side(end)),
            Self::WrongDatabase(end) => format!("wrong {} database", side(end)),
            Self::Swapped => "URLs swapped".to_owned(),
            Self::WayBack(OnTheWay::Kill) => "way back killed".to_owned(),
            Self::WayBack(OnTheWay::Cut) => "way back cut off".to_owned(),
            Self::WayBack(OnTheWay::Crash) => "target crashes on the way back".to_owned(),
            Self::KillResumed => "killed, and killed again".to_owned(),
        }
    }

    /// Whether the source is written to by the fault itself.
    pub(super) fn writes_source(self) -> bool {
        matches!(self, Self::Load | Self::Revoke(End::Source) | Self::Password(End::Source) | Self::Crash(End::Source))
    }
}

const DAY: [Phase; 6] = [Phase::Preflight, Phase::Backup, Phase::Clean, Phase::Copy, Phase::Verify, Phase::Advise];
const WRITING: [Phase; 4] = [Phase::Clean, Phase::Copy, Phase::Verify, Phase::Advise];

/// Every point. Resuming and going back take turns.
pub(super) fn all() -> Vec<Point> {
    let mut planned: Vec<(Fault, Option<Phase>, u64)> = Vec::new();
    let mut add = |fault: Fault, phases: &[Phase], afters: &[u64]| {
        for phase in phases {
            planned.extend(afters.iter().map(|after| (fault, Some(*phase), *after)));
        }
    };
    let (source, target) = (End::Source, End::Target);
    add(Fault::Kill, &DAY, &[0, 60]);
    add(Fault::Kill, &[Phase::Copy], &[120, 250, 400, 600]);
    add(Fault::Interrupt, &WRITING, &[20]);
    add(Fault::Crash(target), &DAY, &[10]);
    add(Fault::Crash(target), &[Phase::Copy], &[150, 450]);
    add(Fault::Crash(source), &DAY, &[10]);
    add(Fault::Crash(source), &[Phase::Copy], &[300]);
    add(Fault::Cut(target), &DAY, &[15]);
    add(Fault::Cut(target), &[Phase::Copy], &[200, 500]);
    add(Fault::Cut(source), &DAY, &[15]);
    add(Fault::Cut(source), &[Phase::Copy], &[200, 500]);
    add(Fault::Revoke(source), &DAY[..5], &[5]);
    add(Fault::Revoke(target), &WRITING[..3], &[5]);
    add(Fault::Revoke(target), &[Phase::Copy], &[200]);
    add(Fault::Lock, &DAY[1..], &[0]);
    add(Fault::Load, &DAY[1..5], &[0]);
    add(Fault::Password(source), &DAY[1..5], &[5]);
    add(Fault::Password(target), &DAY[1..5], &[5]);
    add(Fault::DiskFull, &[Phase::Clean, Phase::Copy, Phase::Verify], &[0]);
    add(Fault::DiskFull, &[Phase::Copy], &[200, 400]);
    add(Fault::FolderGone, &DAY, &[5]);
    add(Fault::Clock(26), &DAY[1..5], &[20]);
    add(Fault::Clock(-26), &DAY[1..5], &[20]);
    for fault in [
        Fault::WrongPassword(source),
        Fault::WrongPassword(target),
        Fault::WrongDatabase(source),
        Fault::WrongDatabase(target),
        Fault::Swapped,
    ] {
        add(fault, &[Phase::Copy], &[100]);
    }
    add(Fault::WayBack(OnTheWay::Kill), &[Phase::Copy, Phase::Verify], &[30]);
    add(Fault::WayBack(OnTheWay::Cut), &[Phase::Copy, Phase::Verify], &[30]);
    add(Fault::WayBack(OnTheWay::Crash), &[Phase::Copy, Phase::Verify], &[30]);
    add(Fault::KillResumed, &WRITING[..3], &[40]);
    let before = [
        Fault::WrongPassword(source),
        Fault::WrongPassword(target),
        Fault::WrongDatabase(source),
        Fault::WrongDatabase(target),
        Fault::Swapped,
        Fault::FileLimit(40),
        Fault::FileLimit(4),
        Fault::WebhookHangs,
    ];
    planned.extend(before.into_iter().map(|fault| (fault, None, 0)));
    let point = |(number, (fault, phase, after)): (usize, (Fault, Option<Phase>, u64))| Point {
        fault,
        phase,
        after: Duration::from_millis(after),
        then: if number % 2 == 0 { Then::Resume } else { Then::Rollback },
    };
    planned.into_iter().enumerate().map(point).collect()
}

/// So many of them, spread over the catalogue.
pub(super) fn sample(number: usize) -> Vec<Point> {
    let all = all();
    let number = number.clamp(1, all.len());
    (0..number).map(|at| all[at * all.len() / number]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_more_than_a_hundred_and_each_is_another() {
        let all = all();
        assert!(all.len() >= 100, "{}", all.len());
        for (at, point) in all.iter().enumerate() {
            let alike =
                |other: &&Point| (other.fault, other.phase, other.after) == (point.fault, point.phase, point.after);
            assert_eq!(all[at + 1..].iter().find(alike), None);
        }
        assert_eq!(sample(12).len(), 12);
        assert_eq!(sample(10_000).len(), all.len());
    }
}
