//! What was measured, and the order of the parts.

use std::collections::BTreeMap;

use anyhow::Result;

use super::clients::Clients;
use super::pgcopydb::Pgcopydb;
use super::proof::Proof;
use super::{Args, Part, length, vectors, whole};
use crate::say;
use crate::servers::Pair;
use crate::tool::Copied;

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// The tool, events and embeddings.
    Ours,
    /// Pipes made by hand, until keys and indexes are built.
    Floor,
    /// The same, until statistics are gathered too.
    FloorAnalyzed,
    /// pgcopydb as it is.
    Pgcopydb,
    /// pgcopydb in binary, long tables in two parts.
    PgcopydbBinary,
    /// pg_dump into one file, and the rows of it into the standing tables.
    Dump,
    /// pg_dump and pg_restore with two jobs each, schema included.
    DumpWhole,
    /// The tool, vectors with an HNSW index.
    OursVectors,
    /// A pipe into the live HNSW index.
    LiveVectors,
    /// The tool, a narrow table of so many rows.
    Narrow(u64),
}

/// Everything measured in one run.
#[derive(Default)]
pub(crate) struct Measured {
    /// The servers and the workloads.
    pub(crate) about: Vec<String>,
    /// The best time of each measurement, in seconds.
    pub(crate) best: BTreeMap<What, f64>,
    /// The tool's own computing in its best run, in seconds.
    pub(crate) cpu: BTreeMap<What, f64>,
    /// The most memory of the tool in each situation, in MB.
    pub(crate) memory: BTreeMap<What, Option<f64>>,
    /// Whether the target was what the source is, after each copy.
    pub(crate) proofs: Vec<Proof>,
    pub(crate) remarks: Vec<String>,
}

impl Measured {
    /// Keeps a time if it is the best.
    pub(crate) fn keep(&mut self, what: What, seconds: f64) {
        let best = self.best.entry(what).or_insert(seconds);
        *best = best.min(seconds);
    }

    /// Keeps a run of the tool.
    pub(crate) fn ours(&mut self, what: What, copied: &Copied) {
        if self.best.get(&what).is_none_or(|&best| copied.seconds < best) {
            self.cpu.extend(copied.cpu.map(|cpu| (what, cpu)));
        }
        self.keep(what, copied.seconds);
        let most = self.memory.entry(what).or_insert(copied.megabytes);
        // A run whose memory is not known spoils them all.
        *most = most.zip(copied.megabytes).map(|(one, two)| one.max(two));
    }
}

/// Makes every measurement.
pub(crate) async fn measure(args: &Args) -> Result<Measured> {
    let mut measured = Measured::default();
    let pgcopydb = match Pgcopydb::find() {
        Ok(pgcopydb) if !args.no_pgcopydb => Some(pgcopydb),
        Err(error) if !args.no_pgcopydb => {
            measured.remarks.push(format!("pgcopydb is not measured: {error:#}"));
            None
        }
        _ => None,
    };
    say("starting two servers")?;
    let pair = Pair::start(&args.common.postgres).await?;
    let result = on(args, &pair, pgcopydb.as_ref(), &mut measured).await;
    pair.stop().await?;
    result.map(|()| measured)
}

async fn on(args: &Args, pair: &Pair, pgcopydb: Option<&Pgcopydb>, measured: &mut Measured) -> Result<()> {
    let clients = Clients::find(pair).await?;
    let (source, target) = (pair.source.describe().await?, pair.target.describe().await?);
    measured.about.push(format!("source {source}; target {target}"));
    measured.about.push(format!("clients {}", clients.describe()?));
    for part in &args.only {
        match part {
            Part::Whole => whole::measure(args, pair, &clients, pgcopydb, measured).await?,
            Part::Vectors => vectors::measure(args, pair, &clients, measured).await?,
            Part::Length => length::measure(args, pair, measured).await?,
        }
    }
    measured.about.push(format!("best of {}", args.common.repeat));
    Ok(())
}
