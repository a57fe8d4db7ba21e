//! Catalogs of a thousand tables: how long comparing two of them takes, and asking the advisors about both.
//!
//! Never true in here: an answer that was not looked at counted as fast.

use std::collections::BTreeSet;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use sqlx::Executor;

use crate::database::Database;
use crate::process::Ended;
use crate::servers::Pair;
use crate::table::{Bound, Line, conclude};
use crate::tool;

/// Makes them; every database the same.
const TABLES: &str = include_str!("sql/tables.sql");

/// Seconds that either may take.
const LIMIT: Bound = Bound::AtMost(5.0);

const COMPARE: [&str; 2] = ["--only", "schema,rls,grants,indexes"];

/// What is planted in the target, the way back, and what then has to be reported.
const PLANT: &str = "alter table public.table_0500 alter price set default 1;
    alter policy tenants on public.table_0600 using (true);
    grant delete on public.table_0700 to writer;
    drop index public.table_0800_open";
const PLANTED: [&str; 4] = [
    "column public.table_0500.price default",
    "policy public.table_0600.tenants using",
    "grant table public.table_0700 to writer privileges",
    "index public.table_0800_open missing",
];

/// The comparison of two catalogs of 1,000 tables, and the advisors over both
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How often each measurement is made; the best counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    repeat: u32,
    /// Where the servers come from: auto, container or embedded
    #[arg(long, default_value = "auto")]
    postgres: String,
}

/// Measures, and prints the table.
pub(crate) async fn run(args: &Args) -> Result<ExitCode> {
    let pair = Pair::start(&args.postgres).await?;
    tokio::try_join!(fill(&pair.source), fill(&pair.target))?;
    let about = vec![
        format!("source: {}", pair.source.describe().await?),
        format!("target: {}", pair.target.describe().await?),
    ];
    let (mut compared, mut advised) = (Vec::new(), Vec::new());
    for _ in 0..args.repeat {
        compared.push(asked("verify", &COMPARE, &pair)?);
        advised.push(asked("advise", &[], &pair)?);
    }
    pair.target.connect().await?.execute(sqlx::raw_sql(PLANT)).await.context("planting differences")?;
    let planted = asked("verify", &COMPARE, &pair)?;
    pair.stop().await?;

    let best = |runs: &[Answer]| runs.iter().map(|run| run.ended.seconds).min_by(f64::total_cmp);
    let most = |runs: &[Answer]| runs.iter().filter_map(|run| run.ended.megabytes).max_by(f64::total_cmp);
    let expected = BTreeSet::from(PLANTED.map(str::to_owned));
    let units = compared.iter().map(|run| run.units).max().unwrap_or(0);
    let same = compared.iter().chain(&advised).all(|run| run.ended.code == Some(0) && run.findings.is_empty());
    let lines = [
        Line::figure("verify --only schema,rls,grants,indexes".to_owned(), best(&compared), " s", LIMIT),
        Line::figure("the same with 4 differences".to_owned(), Some(planted.ended.seconds), " s", LIMIT),
        Line::figure("advise, both sides".to_owned(), best(&advised), " s", LIMIT),
        Line::figure("peak memory, verify".to_owned(), most(&compared), " MB", Bound::None),
        Line::figure("peak memory, advise".to_owned(), most(&advised), " MB", Bound::None),
        Line::fact("units compared".to_owned(), units.to_string(), "at least 15000", units >= 15_000),
        Line::fact("equal catalogs".to_owned(), format!("same: {same}"), "same", same),
        Line::fact(
            "4 differences".to_owned(),
            format!("{} reported", planted.findings.len()),
            "exact",
            planted.findings == expected,
        ),
    ];
    conclude(&about, &lines, &[])
}

async fn fill(database: &Database) -> Result<()> {
    database.connect().await?.execute(sqlx::raw_sql(TABLES)).await.context("making the tables")?;
    Ok(())
}

/// One run of the tool, with what it reports.
struct Answer {
    ended: Ended,
    units: usize,
    /// Object and attribute of each finding.
    findings: BTreeSet<String>,
}

fn asked(verb: &str, arguments: &[&str], pair: &Pair) -> Result<Answer> {
    let ended = tool::run(verb, arguments, &pair.source, &pair.target)?;
    let (0 | 1, Ok(report)) = (ended.code.unwrap_or(-1), serde_json::from_str::<Value>(&ended.out)) else {
        bail!("pg-rehearse {verb} ended with {:?}: {}", ended.code, ended.err.trim());
    };
    let units = report["units"].as_array().context("the report has no units")?;
    let findings = units.iter().filter_map(|unit| unit["findings"].as_array()).flatten();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let line = |finding: &Value| {
        let object = &finding["object"];
        format!("{} {} {}", word(&object["kind"]), word(&object["identity"]), word(&finding["attribute"]))
    };
    Ok(Answer { units: units.len(), findings: findings.map(line).collect(), ended })
}
