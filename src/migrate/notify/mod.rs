//! Messages of a day: kept as files in its folder, posted to a webhook, handed to a command.
//!
//! Never true in here: a run that waits for a message to arrive, a message with a password in it, an address of a webhook
//! in an error.

mod command;
mod message;
mod webhook;

pub(super) use message::Message;

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::config::Notify;
use crate::model::{Events, Result};

/// How often a message is tried.
const ATTEMPTS: u32 = 3;

/// How long the last messages are waited for when the day has ended.
const PATIENCE: Duration = Duration::from_secs(15);

/// Sends messages from a thread of its own.
pub(super) struct Notifier {
    config: Notify,
    folder: std::path::PathBuf,
    number: usize,
    queue: Option<Sender<Message>>,
    answers: Receiver<Result<(), String>>,
    waiting: usize,
}

impl Notifier {
    /// A notifier whose files go into a day's folder, after those that are there.
    pub(super) fn new(config: &Notify, folder: &Path) -> Self {
        let (queue, messages) = channel::<Message>();
        let (answer, answers) = channel();
        let sent_by = config.clone();
        std::thread::spawn(move || {
            for message in messages {
                for failure in deliver(&sent_by, &message) {
                    let _ = answer.send(Err(failure));
                }
                let _ = answer.send(Ok(()));
            }
        });
        let folder = folder.join("messages");
        let number = std::fs::read_dir(&folder).map_or(0, Iterator::count);
        Self { config: config.clone(), folder, number, queue: Some(queue), answers, waiting: 0 }
    }

    /// Keeps a message and has it sent. What cannot be kept or sent is a note, never an error: the day goes on.
    pub(super) fn tell(&mut self, message: Message, events: &Events) {
        self.number += 1;
        let name = format!("{:02}-{}.md", self.number, message.occasion.name());
        let kept =
            crate::backup::private_directory(&self.folder).map_err(|problem| problem.to_string()).and_then(|()| {
                crate::migrate::file::replace(&self.folder.join(name), &message.text).map_err(|e| e.chain())
            });
        if let Err(problem) = kept {
            events.note(format!("a message could not be kept: {problem}"));
        }
        if self.config.wants(message.occasion) && self.queue.as_ref().is_some_and(|queue| queue.send(message).is_ok()) {
            self.waiting += 1;
        }
        self.look(Duration::ZERO, events);
    }

    /// Waits a while for what is still under way, and says what did not arrive.
    pub(super) fn finish(mut self, events: &Events) {
        self.queue = None;
        self.look(PATIENCE, events);
        if self.waiting > 0 {
            events.note(format!("{} messages were not sent in time", self.waiting));
        }
    }

    fn look(&mut self, patience: Duration, events: &Events) {
        let until = Instant::now() + patience;
        while self.waiting > 0 {
            match self.answers.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok(Ok(())) => self.waiting -= 1,
                Ok(Err(problem)) => events.note(format!("a message was not sent: {problem}")),
                Err(_) => return,
            }
        }
    }
}

/// Sends a message everywhere; gives what went wrong.
fn deliver(config: &Notify, message: &Message) -> Vec<String> {
    let mut failures = Vec::new();
    if let Some(address) = &config.webhook {
        failures.extend(webhook::post(address, message, config.timeout, ATTEMPTS).err());
    }
    if !config.command.is_empty() {
        failures.extend(command::run(config, message).err());
    }
    failures
}
