//! The order of the measurements: interleaved, so that whatever else the machine does meets all of them alike.

use std::collections::BTreeMap;

use anyhow::Result;

use super::Args;
use super::peer::{self, Peer};
use super::plan::{self, Plans};
use super::scan::Scan;
use super::subject::{Subject, verify};
use crate::say;
use crate::servers::Pair;
use crate::tool::Verified;
use crate::workload::{self, Workload};

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum What {
    /// The tool, nothing differs.
    Ours,
    /// The tool, three rows of each table differ.
    OursPlanted,
    /// The tool, every second event differs.
    OursHalf,
    /// The statements alone.
    Scan,
    /// reladiff, nothing differs.
    Peer,
    /// reladiff, three rows of each table differ.
    PeerPlanted,
}

/// A number of differing rows that the tool had to report exactly.
pub(crate) struct Total {
    pub(crate) what: String,
    pub(crate) expected: u64,
    pub(crate) reported: u64,
}

/// Everything measured in one run.
#[derive(Default)]
pub(crate) struct Measured {
    /// The servers and the workload.
    pub(crate) about: Vec<String>,
    /// The best time of each measurement, in seconds.
    pub(crate) best: BTreeMap<(What, Subject), f64>,
    /// The most memory of the tool in each situation, in MB.
    pub(crate) memory: BTreeMap<String, Option<f64>>,
    pub(crate) totals: Vec<Total>,
    pub(crate) plans: BTreeMap<Subject, Plans>,
    /// What reladiff did besides taking time.
    pub(crate) remarks: Vec<String>,
}

/// Makes every measurement.
pub(crate) async fn measure(args: &Args) -> Result<Measured> {
    let peer = if args.no_reladiff { None } else { Some(Peer::install()?) };
    say("starting two servers")?;
    let pair = Pair::start(&args.common.postgres).await?;
    let result = on(args, &pair, peer.as_ref()).await;
    pair.stop().await?;
    result
}

async fn on(args: &Args, pair: &Pair, peer: Option<&Peer>) -> Result<Measured> {
    say(format!("loading {} events", args.common.rows))?;
    let workload = Workload::load(pair, args.common.rows).await?;
    let about = vec![
        format!("source {}; target {}", pair.source.describe().await?, pair.target.describe().await?),
        format!("{} events, {} embeddings; best of {}", workload.events, workload.embeddings(), args.common.repeat),
    ];
    let mut measured = Measured { about, ..Measured::default() };
    let mut scans = BTreeMap::new();
    for subject in Subject::ALL {
        let scan = Scan::record(pair, subject).await?;
        if args.show_statements {
            scan.source.iter().flat_map(|one| &one.statements).try_for_each(say)?;
        }
        if subject != Subject::Both {
            measured.plans.insert(subject, plan::explain(&pair.source, &scan).await?);
        }
        scans.insert(subject, scan);
    }
    for round in 1..=args.common.repeat {
        say(format!("round {round} of {}", args.common.repeat))?;
        measured.equal(pair, &scans, peer).await?;
        workload.plant().await?;
        measured.planted(&workload, peer, round == 1).await?;
        workload.heal().await?;
    }
    say("every second event changed")?;
    let half = workload.change_half().await?;
    for _ in 0..args.common.repeat {
        let verified = verify(pair, Subject::Events)?;
        measured.ours(What::OursHalf, Subject::Events, "half of the events differ", &verified, half);
    }
    if let Some(rows) = args.memory_rows {
        measured.narrow(pair, rows).await?;
    }
    Ok(measured)
}

impl Measured {
    /// Everything with equal tables, once.
    async fn equal(&mut self, pair: &Pair, scans: &BTreeMap<Subject, Scan>, peer: Option<&Peer>) -> Result<()> {
        for (&subject, scan) in scans {
            let verified = verify(pair, subject)?;
            self.ours(What::Ours, subject, "nothing differs", &verified, 0);
            let seconds = scan.run(pair).await?;
            self.keep(What::Scan, subject, seconds);
        }
        let Some(peer) = peer else { return Ok(()) };
        let mut both = 0.0;
        for (subject, table) in [(Subject::Events, "events"), (Subject::Embeddings, "embeddings")] {
            let compared = peer.compare(pair, table, &[])?;
            both += compared.seconds;
            self.keep(What::Peer, subject, compared.seconds);
        }
        // It compares one table a run, so both tables are one run after the other.
        self.keep(What::Peer, Subject::Both, both);
        Ok(())
    }

    /// Everything with three rows of each table changed, once.
    async fn planted(&mut self, workload: &Workload<'_>, peer: Option<&Peer>, first: bool) -> Result<()> {
        for subject in Subject::ALL {
            let verified = verify(workload.pair, subject)?;
            let expected = 3 * subject.tables().len() as u64;
            self.ours(What::OursPlanted, subject, "3 rows of each table differ", &verified, expected);
        }
        let Some(peer) = peer else { return Ok(()) };
        let mut both = 0.0;
        for (subject, table) in [(Subject::Events, "events"), (Subject::Embeddings, "embeddings")] {
            let keys = workload.planted(table).await?;
            let compared = peer.compare(workload.pair, table, &keys)?;
            both += compared.seconds;
            self.keep(What::PeerPlanted, subject, compared.seconds);
            if first {
                let end =
                    compared.died.map_or_else(|| "and ended well".to_owned(), |words| format!("and died: {words}"));
                let version = peer::VERSION;
                self.remarks.push(format!(
                    "reladiff {version} printed {} of the {} changed {table} {end}",
                    compared.found,
                    keys.len()
                ));
            }
        }
        self.keep(What::PeerPlanted, Subject::Both, both);
        Ok(())
    }

    /// Memory on a table of many more rows.
    async fn narrow(&mut self, pair: &Pair, rows: u64) -> Result<()> {
        say(format!("loading {rows} narrow events"))?;
        pair.both("drop table events, embeddings").await?;
        tokio::try_join!(workload::narrow(&pair.source, rows), workload::narrow(&pair.target, rows))?;
        let workload = Workload { pair, events: rows };
        let verified = verify(pair, Subject::Events)?;
        self.told(&format!("nothing differs in {rows} narrow events"), &verified, 0);
        let half = workload.change_half().await?;
        let verified = verify(pair, Subject::Events)?;
        self.told(&format!("half of {rows} narrow events differ"), &verified, half);
        Ok(())
    }

    fn keep(&mut self, what: What, subject: Subject, seconds: f64) {
        let best = self.best.entry((what, subject)).or_insert(seconds);
        *best = best.min(seconds);
    }

    fn ours(&mut self, what: What, subject: Subject, situation: &str, verified: &Verified, expected: u64) {
        self.keep(what, subject, verified.seconds);
        self.told(situation, verified, expected);
    }

    fn told(&mut self, situation: &str, verified: &Verified, expected: u64) {
        let most = self.memory.entry(situation.to_owned()).or_insert(verified.megabytes);
        // A run whose memory is not known spoils the whole situation.
        *most = most.zip(verified.megabytes).map(|(one, two)| one.max(two));
        self.totals.push(Total { what: situation.to_owned(), expected, reported: verified.total });
    }
}
