//! Who is told of a migration day, and how long it was planned to take.

use std::time::Duration;

use schemars::JsonSchema;
use secrecy::SecretString;
use serde::Deserialize;

use super::manner::duration;
use crate::model::{Error, Phase, Result};

/// `[notify]`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct NotifySection {
    /// What the messages call the migration. Default `"Database migration"`.
    pub title: Option<String>,
    /// Whom to ask, as the messages name them.
    pub contact: Option<String>,
    /// The environment variable that holds the address messages are posted to as JSON with a `text`, as Slack takes it.
    pub webhook_env: Option<String>,
    /// A program with its arguments; it is given the message on its standard input.
    pub command: Vec<String>,
    /// Which messages are sent. Default all of them.
    pub on: Option<Vec<Occasion>>,
    /// How long one attempt to send may take, such as `"10s"`. Default 10 seconds.
    pub timeout: Option<String>,
}

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// The day has begun; nothing is written yet.
    Start,
    /// A phase has ended.
    Phase,
    /// The day has ended well.
    Complete,
    /// The day waits for a person.
    Held,
    /// The target is back as it was.
    RolledBack,
}

impl Occasion {
    /// As the configuration writes it, and as message files are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Phase => "phase",
            Self::Complete => "complete",
            Self::Held => "held",
            Self::RolledBack => "rolled-back",
        }
    }
}

/// Who is told, resolved.
#[derive(Debug, Clone)]
pub struct Notify {
    /// What the messages call the migration.
    pub title: String,
    /// Whom to ask.
    pub contact: Option<String>,
    /// The variable that holds where messages are posted to.
    webhook_env: Option<String>,
    /// Where messages are posted to. Whoever knows such an address may post there: it is a secret.
    pub webhook: Option<SecretString>,
    /// What is run with a message.
    pub command: Vec<String>,
    /// Which messages are sent; `None` is all.
    pub on: Option<Vec<Occasion>>,
    /// How long one attempt may take.
    pub timeout: Duration,
    /// Variables that hold secrets the command has no use for.
    pub withheld: Vec<String>,
}

impl Notify {
    /// `webhook` is what the variable holds; `withheld` the variables of what the databases are reached and masked with.
    pub(super) fn resolve(section: NotifySection, webhook: Option<String>, mut withheld: Vec<String>) -> Result<Self> {
        withheld.extend(section.webhook_env.clone());
        if webhook.as_ref().is_some_and(|address| !address.starts_with("http://") && !address.starts_with("https://")) {
            return Err(Error::usage("the address of the webhook begins with neither https:// nor http://")
                .hint("notify.webhook_env names the variable that holds it"));
        }
        let timeout = section.timeout.as_deref().unwrap_or("10s");
        Ok(Self {
            title: section.title.unwrap_or_else(|| "Database migration".to_owned()),
            contact: section.contact,
            webhook_env: section.webhook_env,
            webhook: webhook.map(SecretString::from),
            command: section.command,
            on: section.on,
            timeout: duration("notify.timeout", timeout)?,
            withheld,
        })
    }

    /// Refuses a webhook whose variable is not set: a day on which nobody hears anything is none to start.
    ///
    /// # Errors
    /// Usage, naming the variable.
    pub fn require(&self) -> Result<()> {
        match (&self.webhook_env, &self.webhook) {
            (Some(variable), None) => {
                Err(Error::usage(format!("notify.webhook_env names {variable}, which is not set"))
                    .hint("set the variable, or put it into .env.local or .env; leave the key out to post nothing"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a message on this occasion is sent.
    pub fn wants(&self, occasion: Occasion) -> bool {
        self.on.as_ref().is_none_or(|wanted| wanted.contains(&occasion))
    }
}

/// `[planned]`: how long each phase was planned to take, to be shown beside how long it took.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub struct PlannedSection {
    /// Such as `"40m"`.
    pub preflight: Option<String>,
    /// Such as `"20m"`.
    pub backup: Option<String>,
    /// Such as `"15m"`.
    pub clean: Option<String>,
    /// Such as `"2h"`.
    pub copy: Option<String>,
    /// Such as `"30m"`.
    pub verify: Option<String>,
    /// Such as `"30m"`.
    pub advise: Option<String>,
}

/// How long the phases were planned to take.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned(Vec<(Phase, Duration)>);

impl Planned {
    pub(super) fn resolve(section: &PlannedSection) -> Result<Self> {
        let phases = [
            (Phase::Preflight, &section.preflight),
            (Phase::Backup, &section.backup),
            (Phase::Clean, &section.clean),
            (Phase::Copy, &section.copy),
            (Phase::Verify, &section.verify),
            (Phase::Advise, &section.advise),
        ];
        let given = phases.into_iter().filter_map(|(phase, text)| Some((phase, text.as_deref()?)));
        let read = |(phase, text): (Phase, &str)| Ok((phase, duration(&format!("planned.{}", phase.name()), text)?));
        given.map(read).collect::<Result<_>>().map(Self)
    }

    /// What was planned for a phase.
    pub fn of(&self, phase: Phase) -> Option<Duration> {
        self.0.iter().find(|(planned, _)| *planned == phase).map(|(_, length)| *length)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_webhook_that_is_not_set_or_no_address_is_refused_without_being_shown() {
        let section = NotifySection { webhook_env: Some("HOOK".into()), ..NotifySection::default() };
        let error = Notify::resolve(section.clone(), None, Vec::new()).unwrap().require().unwrap_err();
        assert!(error.to_string().contains("HOOK"), "{error}");
        let error = Notify::resolve(section.clone(), Some("hunter2".into()), Vec::new()).unwrap_err();
        assert!(!error.chain().contains("hunter2"), "{error}");
        let notify = Notify::resolve(section, Some("http://127.0.0.1/hunter2".into()), Vec::new()).unwrap();
        notify.require().unwrap();
        assert!(!format!("{notify:?}").contains("hunter2"));
        assert!(notify.wants(Occasion::Held));
    }

    #[test]
    fn planned_lengths_are_read() {
        let section = PlannedSection { copy: Some("1h 30m".into()), ..PlannedSection::default() };
        let planned = Planned::resolve(&section).unwrap();
        assert_eq!(planned.of(Phase::Copy), Some(Duration::from_secs(5400)));
        assert_eq!(planned.of(Phase::Clean), None);
        let section = PlannedSection { clean: Some("soon".into()), ..PlannedSection::default() };
        assert!(Planned::resolve(&section).unwrap_err().to_string().contains("planned.clean"));
    }
}
