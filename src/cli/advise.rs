//! `advise`: the advisors, source against target.

use super::global::Global;
use super::output::answer;
use super::scope::Scope;
use crate::advise::{self, Options};
use crate::model::{AdviceLevel, ExitCode, Result, Side};

/// Ask the security and performance advisors of both sides; exit 1 where the target has what the source has not
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  pg-rehearse advise --min-level warn\n  pg-rehearse advise --side source --format json
  pg-rehearse advise --explain rls_disabled_in_public"
)]
pub(super) struct Args {
    /// Only this side, source or target; then every finding counts
    #[arg(long, value_name = "SIDE", value_parser = side)]
    side: Option<Side>,
    /// Only these rules, by name or number
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    only: Vec<String>,
    /// All rules but these
    #[arg(long, value_delimiter = ',', value_name = "RULE")]
    skip: Vec<String>,
    /// Only rules of this level and above: info, warn or error
    #[arg(long, value_name = "LEVEL", default_value_t = AdviceLevel::Info, value_parser = level)]
    min_level: AdviceLevel,
    /// Print the page of a rule; nothing is asked
    #[arg(long, value_name = "RULE", conflicts_with_all = ["side", "only", "skip", "min_level"])]
    explain: Option<String>,
    #[command(flatten)]
    scope: Scope,
}

pub(super) async fn run(global: &Global, args: &Args) -> Result<ExitCode> {
    if let Some(rule) = &args.explain {
        answer(advise::find(&advise::rules()?, rule)?.page);
        return Ok(ExitCode::Same);
    }
    let options = Options {
        side: args.side,
        only: args.only.clone(),
        skip: args.skip.clone(),
        min_level: args.min_level,
        ..Options::default()
    };
    options.validate(&advise::rules()?)?;
    let config = global.config(&args.scope)?;
    let destinations = global.delivery.destinations()?;
    let (events, progress) = global.delivery.progress();
    let report = advise::advise(&config, &options, &events).await;
    progress.finish();
    let report = report?;
    destinations.deliver(&report)?;
    Ok(report.exit_code())
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "source" => Ok(Side::Source),
        "target" => Ok(Side::Target),
        _ => Err("a side is source or target".to_owned()),
    }
}

fn level(text: &str) -> Result<AdviceLevel, String> {
    text.parse::<AdviceLevel>().map_err(|_| "levels are info, warn and error".to_owned())
}
