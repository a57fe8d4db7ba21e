//! `cleanup`: the journal out of the target, once nothing needs it any more.

use super::confirm::Confirm;
use super::global::Global;
use super::scope::Scope;
use crate::journal::{self, Exclusive};
use crate::model::{ExitCode, Result};
use crate::postgres::{Endpoint, Target};

/// Remove the journal from the target; refused while a day or a copy has not ended
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Example:\n  pg-rehearse cleanup --confirm staging")]
pub(super) struct Args {
    #[command(flatten)]
    confirm: Confirm,
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    let config = global.config(&args.scope)?;
    let confirmation = args.confirm.check(&config.target)?;
    let destinations = global.delivery.plain_destinations()?;
    let target = Endpoint::<Target>::new(&config.target)?;
    let (_, progress) = global.delivery.progress();
    confirmation.ask(&progress, "drop the journal of pg-rehearse", &target.url.to_string()).await?;
    progress.finish();
    let drop_all = async || journal::within(&target, async |session| journal::drop_all(session).await).await;
    let dropped = Exclusive::during(&target, "cleanup", drop_all).await?;
    let text = if dropped { "the journal is gone\n" } else { "there was no journal\n" };
    destinations.deliver(|_| text.to_owned(), &serde_json::json!({ "dropped": dropped }))?;
    Ok(ExitCode::Same)
}
