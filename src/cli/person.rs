//! Somebody at the terminal, who is asked before anything is written and when a day does not go well.

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::confirm::{Confirmation, answer_to, can_ask};
use super::progress::{Progress, tame};
use crate::migrate::Person;
use crate::model::{Choice, Result};

/// Whoever sits at the terminal, if anybody does.
pub(super) struct AtTerminal<'a> {
    confirmation: &'a Confirmation,
    progress: &'a Progress,
    url: String,
}

impl<'a> AtTerminal<'a> {
    /// `url` is where would be written to.
    pub(super) fn new(confirmation: &'a Confirmation, progress: &'a Progress, url: String) -> Self {
        Self { confirmation, progress, url }
    }
}

impl Person for AtTerminal<'_> {
    fn is_there(&self) -> bool {
        can_ask()
    }

    fn allow(&self, deed: String) -> LocalBoxFuture<'_, Result<()>> {
        async move { self.confirmation.ask(self.progress, &deed, &self.url).await }.boxed_local()
    }

    fn choose(&self, said: Choice, reasons: Vec<String>) -> LocalBoxFuture<'_, Result<Choice>> {
        async move {
            let reasons: String = reasons.iter().map(|reason| format!("  {}\n", tame(reason))).collect();
            let question = format!(
                "the day did not go well:\n{reasons}the rules say {}\ntype `rollback` to put the target back as it was, \
                 anything else to leave it as it is: ",
                said.name()
            );
            let typed = self.progress.pause(answer_to(question)).await?;
            Ok(if typed.trim() == "rollback" { Choice::RollBack } else { Choice::Hold })
        }
        .boxed_local()
    }
}
