//! Narrow tables of more and more rows: the time must grow with them and the memory must not.

use anyhow::{Result, bail};

use super::Args;
use super::measure::{Measured, What};
use super::proof::{prove, shape};
use crate::database::Database;
use crate::servers::Pair;
use crate::{say, tool, workload};

/// Rows of the shortest table that is not empty.
const SHORTEST: u64 = 100_000;

/// The lengths: none, which is what a copy costs anyway, then ten times as many each up to the longest.
pub(crate) fn lengths(longest: u64) -> Vec<u64> {
    let tens = std::iter::successors(Some(SHORTEST), |rows| rows.checked_mul(10)).take_while(|rows| *rows < longest);
    std::iter::once(0).chain(tens).chain([longest]).collect()
}

/// Measures.
pub(crate) async fn measure(args: &Args, pair: &Pair, measured: &mut Measured) -> Result<()> {
    let mut tables = Vec::new();
    for rows in lengths(args.longest) {
        say(format!("loading {rows} narrow events"))?;
        tables.push(Narrow::load(pair, rows).await?);
    }
    measured.about.push(format!("narrow events, up to {} rows", args.longest));
    for round in 1..=args.common.repeat {
        say(format!("narrow events, round {round} of {}", args.common.repeat))?;
        for table in &tables {
            table.copy(measured).await?;
        }
    }
    Ok(())
}

/// A narrow table, in databases of its own.
struct Narrow {
    rows: u64,
    source: Database,
    target: Database,
    shape: Vec<String>,
}

impl Narrow {
    async fn load(pair: &Pair, rows: u64) -> Result<Self> {
        let name = format!("narrow_{rows}");
        let (source, target) = (pair.source.empty(&name).await?, pair.target.empty(&name).await?);
        workload::narrow(&source, rows).await?;
        workload::narrow(&target, 0).await?;
        let shape = shape(&source).await?;
        Ok(Self { rows, source, target, shape })
    }

    async fn copy(&self, measured: &mut Measured) -> Result<()> {
        self.target.run("truncate events; checkpoint").await?;
        let copied = tool::copy(&self.source, &self.target)?;
        if copied.rows != self.rows {
            bail!("{} rows were copied, not {}", copied.rows, self.rows);
        }
        measured.ours(What::Narrow(self.rows), &copied);
        measured.proofs.push(prove("ours, narrow", (&self.source, &self.target), &["events"], &self.shape).await?);
        Ok(())
    }
}
