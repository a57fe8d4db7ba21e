//! Writing needs the target named: by `--confirm`, or by typing its name on a terminal.
//!
//! Never true in here: a yes taken from anything but the target's own name, a question asked where nobody can answer.

use std::io::{IsTerminal, Write};

use super::progress::{Progress, tame};
use crate::config::SideConfig;
use crate::migrate::refuse_production;
use crate::model::{Error, Result};

/// How a write is confirmed.
#[derive(Debug, clap::Args)]
pub(super) struct Confirm {
    /// The target's name, which says that it may be written to; asked for on a terminal
    #[arg(long, value_name = "TARGET NAME")]
    confirm: Option<String>,
}

/// A target that was named, or is yet to be.
#[derive(Debug)]
pub(super) struct Confirmation {
    target: String,
    given: bool,
}

impl Confirm {
    /// Looks at what was said, before anything is connected to: a wrong name, or none where nobody can be asked, is
    /// refused; so is a production target, whatever was said.
    ///
    /// # Errors
    /// Usage.
    pub(super) fn check(&self, target: &SideConfig) -> Result<Confirmation> {
        refuse_production(target)?;
        let name = target.name.clone();
        let hint = format!("write --confirm {name} once you are sure; nothing was changed");
        match &self.confirm {
            Some(said) if *said == name => Ok(Confirmation { target: name, given: true }),
            Some(said) => Err(Error::usage(format!("--confirm names {said}, the target is {name}")).hint(hint)),
            None if can_ask() => Ok(Confirmation { target: name, given: false }),
            None => Err(Error::usage(format!("this writes to the target {name} and was not confirmed")).hint(hint)),
        }
    }
}

/// Whether somebody at a terminal can answer.
pub(super) fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

impl Confirmation {
    /// Asks for the name, unless `--confirm` gave it. `deed` is what happens on a yes, `url` where.
    ///
    /// # Errors
    /// Usage, when something else was typed.
    pub(super) async fn ask(&self, progress: &Progress, deed: &str, url: &str) -> Result<()> {
        if self.given {
            return Ok(());
        }
        let question = format!("this will {deed}\n  on {} at {url}\ntype the target's name to go on: ", self.target);
        let typed = progress.pause(answer_to(question)).await?;
        if typed.trim() == self.target {
            return Ok(());
        }
        Err(Error::usage(format!("{} is not the name of the target, {}", quoted(typed.trim()), self.target))
            .hint("nothing was changed"))
    }
}

fn quoted(typed: &str) -> String {
    format!("\"{}\"", tame(typed))
}

/// What somebody types. The thread that reads is left alone when the run is interrupted: nothing waits for it.
pub(super) async fn answer_to(question: String) -> Result<String> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let mut out = std::io::stderr().lock();
        let _ = out.write_all(question.as_bytes()).and_then(|()| out.flush());
        drop(out);
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line).map(|_| line);
        let _ = sender.send(read);
    });
    let failed = || Error::usage("no answer could be read");
    receiver.await.map_err(|_| failed())?.map_err(|problem| failed().caused_by(problem))
}
