//! The texts of the messages.

use crate::config::{Config, Occasion};
use crate::migrate::state::State;
use crate::model::{Phase, PhaseReport, PhaseStatus, plural, seconds};

/// A message and what it is about.
#[derive(Debug, Clone)]
pub(in crate::migrate) struct Message {
    pub(super) occasion: Occasion,
    pub(super) text: String,
}

impl Message {
    /// The day has begun.
    pub(in crate::migrate) fn start(state: &State, config: &Config) -> Self {
        let (source, target) = &state.sides;
        let mut lines = vec![
            format!("From {} to {} ({}).", source.name, target.name, target.database),
            format!("Only {} is written to; {} is only read.", target.name, source.name),
        ];
        let phases = [Phase::Preflight, Phase::Backup, Phase::Clean, Phase::Copy, Phase::Verify, Phase::Advise];
        let planned = phases.iter().filter_map(|phase| Some((phase.name(), config.planned.of(*phase)?)));
        let planned: Vec<String> =
            planned.map(|(name, length)| format!("{name} {}", seconds(length.as_secs_f64()))).collect();
        if !planned.is_empty() {
            lines.push(format!("Planned: {}.", planned.join(", ")));
        }
        Self::new(Occasion::Start, "STARTING", lines, config)
    }

    /// A phase has ended.
    pub(in crate::migrate) fn phase(ended: &PhaseReport, config: &Config) -> Self {
        let word = match ended.status {
            PhaseStatus::Go => "go",
            PhaseStatus::NoGo => "no-go",
            PhaseStatus::Failed => "failed",
        };
        let planned = ended.planned.map_or_else(String::new, |length| format!(" (planned {})", seconds(length)));
        let lines = vec![format!("{} in {}{planned}", ended.summary, seconds(ended.seconds))];
        Self::new(Occasion::Phase, &format!("{}: {word}", ended.phase.name()), lines, config)
    }

    /// The day has ended well.
    pub(in crate::migrate) fn complete(state: &State, config: &Config) -> Self {
        let rows = state.copied.iter().map(|table| table.rows).sum();
        let mut lines =
            vec![format!("{} of {} copied.", plural(rows, "row"), plural(state.copied.len() as u64, "table"))];
        for phase in [Phase::Verify, Phase::Advise] {
            lines.extend(state.last(phase).map(|ended| format!("{}: {}.", phase.name(), ended.summary)));
        }
        let took: f64 = state.phases.iter().map(|ended| ended.seconds).sum();
        lines.push(format!("Took {}.", seconds(took)));
        Self::new(Occasion::Complete, "COMPLETE", lines, config)
    }

    /// The day waits for a person.
    pub(in crate::migrate) fn held(reasons: &[String], how: &str, config: &Config) -> Self {
        let lines = reasons.iter().cloned().chain([how.to_owned()]).collect();
        Self::new(Occasion::Held, "WAITS FOR A PERSON", lines, config)
    }

    /// The target is back as it was.
    pub(in crate::migrate) fn rolled_back(reasons: &[String], config: &Config) -> Self {
        let mut lines: Vec<String> = reasons.iter().map(|reason| format!("Reason: {reason}")).collect();
        lines.push("The target is as it was before, equal by fingerprint.".to_owned());
        Self::new(Occasion::RolledBack, "ROLLED BACK", lines, config)
    }

    fn new(occasion: Occasion, what: &str, lines: Vec<String>, config: &Config) -> Self {
        let mut text = format!("**{} - {what}**\n\n", config.notify.title);
        for line in lines {
            let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            text.push_str(&format!("- {line}\n"));
        }
        if let Some(contact) = &config.notify.contact {
            text.push_str(&format!("\nContact: {contact}\n"));
        }
        Self { occasion, text }
    }
}
