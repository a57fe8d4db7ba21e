//! The course of a day: each phase in its turn from where the day has come to, again where it failed for a passing reason,
//! and what is decided where it did not end well.

use std::time::Duration;

use futures_util::future::LocalBoxFuture;

use super::day::Day;
use super::decide::judge;
use super::notify::{Message, Notifier};
use super::state::Ending;
use crate::config::OnFailure;
use crate::journal::Exclusive;
use crate::model::{Choice, Decision, Error, ErrorKind, Phase, Result, RunReport, plural};
use crate::postgres::is_transient;

/// Who stands by and can be asked.
pub trait Person {
    /// Whether somebody can answer.
    fn is_there(&self) -> bool;

    /// Asks for leave to write. `deed` is what happens then.
    fn allow(&self, deed: String) -> LocalBoxFuture<'_, Result<()>>;

    /// Asks what is to be done; `said` is what the rules say.
    fn choose(&self, said: Choice, reasons: Vec<String>) -> LocalBoxFuture<'_, Result<Choice>>;
}

/// Takes a day from where it is to its end. What a day found is in its report, also where that is an error.
///
/// # Errors
/// Usage where another run is at work on the target or another day there has not ended; otherwise as the phase that
/// failed. The hint says how it goes on.
pub async fn run(day: &mut Day<'_>, person: &dyn Person) -> Result<RunReport> {
    let lock = Exclusive::take(&day.sides.target, "migrate").await?;
    day.refuse_another().await?;
    let notifier = Notifier::new(&day.config.notify, &day.options.folder);
    let mut course = Course { day, person, lock: Some(lock), notifier };
    let went = course.whole().await;
    let Course { lock, notifier, day, .. } = course;
    if let Some(lock) = lock {
        lock.release().await;
    }
    notifier.finish(day.events);
    went
}

struct Course<'c, 'd> {
    day: &'c mut Day<'d>,
    person: &'c dyn Person,
    lock: Option<Exclusive>,
    notifier: Notifier,
}

impl Course<'_, '_> {
    async fn whole(&mut self) -> Result<RunReport> {
        if self.day.state.phases.is_empty() {
            self.tell(Message::start(&self.day.state, self.day.config));
        }
        if let Err(error) = self.begin().await {
            if self.day.state.has_written() {
                // A day that was to go on is as it was: half done, and known as such.
                return Err(error);
            }
            // Nothing has been written: there is nothing to go back from.
            let reasons = vec![error.chain()];
            self.day.decided(Decision::now(self.phase_now(), Choice::Stop, "the day", reasons.clone()))?;
            self.day.end(Ending::Stopped).await?;
            self.tell(Message::held(&reasons, "Nothing was written.", self.day.config));
            return Err(error);
        }
        match self.write().await {
            Ok(None) => {
                self.day.end(Ending::Complete).await?;
                self.tell(Message::complete(&self.day.state, self.day.config));
                Ok(self.day.report())
            }
            Ok(Some((choice, reasons))) => {
                self.act(choice, reasons).await?;
                Ok(self.day.report())
            }
            Err(error) => {
                // One that stopped of its own accord, or lost its connections, goes on when it is told to.
                let passing = is_transient(&error) || error.kind() == ErrorKind::Interrupted;
                let said = if passing { Choice::Hold } else { Choice::RollBack };
                let acted = self.act(said, vec![error.chain()]).await;
                // Where the way back fails too, that weighs more, and what led to it must not be lost.
                let how = acted.map_err(|back| back.further_hint(format!("what led to it: {}", error.chain())))?;
                Err(error.further_hint(how))
            }
        }
    }

    /// Up to the moment before anything is written.
    async fn begin(&mut self) -> Result<()> {
        if self.day.state.has_written() {
            // Both sides were found fit and saved before; looking again would meet a target that is half-way.
            return self.allow().await;
        }
        self.step(Phase::Preflight).await?;
        if !self.day.state.has_done(Phase::Backup) {
            self.step(Phase::Backup).await?;
        }
        self.allow().await
    }

    async fn allow(&self) -> Result<()> {
        let tables = plural(self.day.sides.plan.tables.len() as u64, "table");
        self.person.allow(format!("replace the rows of {tables}")).await
    }

    /// From the first write to the last look. Gives what the rules say where what was found is no go.
    async fn write(&mut self) -> Result<Option<(Choice, Vec<String>)>> {
        if !self.day.state.has_done(Phase::Copy) {
            if !(self.day.state.has_done(Phase::Clean) && self.day.sides.is_copying().await?) {
                self.step(Phase::Clean).await?;
            }
            self.step(Phase::Copy).await?;
        }
        self.step(Phase::Verify).await?;
        if !self.day.state.has_done(Phase::Verify) {
            return Ok(Some(judge(&self.day.config.decide, &self.day.report(), &self.day.state.copied)));
        }
        self.step(Phase::Advise).await?;
        if !self.day.state.has_done(Phase::Advise) {
            let summary = self.day.state.last(Phase::Advise).map(|ended| ended.summary.clone());
            return Ok(Some((Choice::Hold, summary.into_iter().collect())));
        }
        Ok(None)
    }

    /// One phase, again where it fails for a passing reason.
    async fn step(&mut self, phase: Phase) -> Result<()> {
        let mut tries = 0;
        loop {
            let went = match self.keep_lock().await {
                Ok(()) => {
                    let went = self.day.step(phase).await;
                    self.told(phase);
                    went
                }
                Err(error) => Err(error),
            };
            match went {
                Err(error) if is_transient(&error) && tries < self.day.config.decide.retries => {
                    tries += 1;
                    let by = format!("try {tries} of {}", self.day.config.decide.retries);
                    self.day.decided(Decision::now(phase, Choice::Resume, by, vec![error.chain()]))?;
                    tokio::time::sleep(Duration::from_secs(1 << tries.min(5))).await;
                }
                went => return went,
            }
        }
    }

    /// The lock, taken again where its connection was lost.
    async fn keep_lock(&mut self) -> Result<()> {
        let target = &self.day.sides.target;
        let lock = match self.lock.take() {
            Some(lock) => lock.keep(target).await?,
            None => Exclusive::take(target, "migrate").await?,
        };
        self.lock = Some(lock);
        Ok(())
    }

    /// Decides and acts; gives how it goes on, for whoever reads it.
    async fn act(&mut self, said: Choice, reasons: Vec<String>) -> Result<String> {
        let phase = self.phase_now();
        let by_default = if self.person.is_there() { OnFailure::Ask } else { OnFailure::Hold };
        let (choice, by) = match self.day.config.decide.on_failure.unwrap_or(by_default) {
            OnFailure::Rollback => (said, "the rules".to_owned()),
            OnFailure::Ask if self.person.is_there() => {
                (self.person.choose(said, reasons.clone()).await?, format!("a person; the rules say {}", said.name()))
            }
            OnFailure::Ask | OnFailure::Hold => {
                (Choice::Hold, format!("nobody acts unasked; the rules say {}", said.name()))
            }
        };
        self.day.decided(Decision::now(phase, choice, by, reasons.clone()))?;
        let folder = self.day.options.folder.display().to_string();
        if choice == Choice::RollBack {
            self.step(Phase::Rollback).await.map_err(|error| {
                let hint = format!("`rollback --folder {folder}` tries again");
                error.hint(hint)
            })?;
            self.day.end(Ending::RolledBack).await?;
            self.tell(Message::rolled_back(&reasons, self.day.config));
            return Ok("the target is as it was before the day, equal by fingerprint".to_owned());
        }
        let how = format!("`migrate --resume --folder {folder}` goes on, `rollback --folder {folder}` goes back");
        self.tell(Message::held(&reasons, &how, self.day.config));
        Ok(how)
    }

    /// The phase that has ended last.
    fn phase_now(&self) -> Phase {
        let state = &self.day.state;
        state.under_way.or(state.phases.last().map(|ended| ended.phase)).unwrap_or(Phase::Preflight)
    }

    fn told(&mut self, phase: Phase) {
        let message = self.day.state.last(phase).map(|ended| Message::phase(ended, self.day.config));
        if let Some(message) = message {
            self.tell(message);
        }
    }

    fn tell(&mut self, message: Message) {
        self.notifier.tell(message, self.day.events);
    }
}

impl Day<'_> {
    /// Refuses to work over another day's half.
    async fn refuse_another(&self) -> Result<()> {
        match self.sides.noted().await? {
            Some(day) if day.ended.is_none() && day.id != self.state.id => Err(Error::usage(format!(
                "a migration day on this target, begun at {} on {}, has not ended",
                day.started, day.host
            ))
            .hint(format!(
                "`migrate --resume --folder {0}` goes on with it, `rollback --folder {0}` goes back; nothing was changed",
                day.folder
            ))),
            _ => Ok(()),
        }
    }
}
