//! Events and embeddings, by the tool and by every other way, taking turns.

use anyhow::{Result, bail};

use super::Args;
use super::clients::{Clients, seconds};
use super::measure::{Measured, What};
use super::pgcopydb::Pgcopydb;
use super::proof::{prove, shape};
use crate::database::Database;
use crate::servers::Pair;
use crate::workload::Workload;
use crate::{say, tool};

/// The database of those who bring the schema along.
const CLONE: &str = "clone";

/// Two of everything, as pgcopydb has them on two cores.
const PGCOPYDB: [&str; 4] = ["--table-jobs", "2", "--index-jobs", "2"];
/// What makes it faster still.
const PGCOPYDB_BINARY: [&str; 7] =
    ["--table-jobs", "2", "--index-jobs", "2", "--use-copy-binary", "--split-tables-larger-than", "256MB"];

/// Measures.
pub(crate) async fn measure(
    args: &Args,
    pair: &Pair,
    clients: &Clients,
    pgcopydb: Option<&Pgcopydb>,
    measured: &mut Measured,
) -> Result<()> {
    say(format!("loading {} events", args.common.rows))?;
    let workload = Workload::load_source(pair, args.common.rows).await?;
    measured.about.push(format!("{} events and {} embeddings", workload.events, workload.embeddings()));
    measured.remarks.extend(pgcopydb.map(|pgcopydb| format!("{}, {}", pgcopydb.version, PGCOPYDB.join(" "))));
    let whole = Whole { pair, workload, shape: shape(&pair.source).await? };
    for round in 1..=args.common.repeat {
        say(format!("events and embeddings, round {round} of {}", args.common.repeat))?;
        // Whoever comes after one that wrote much finds the machine still writing: every other round goes backwards.
        let mut order = [What::Ours, What::Floor, What::Dump, What::DumpWhole, What::Pgcopydb, What::PgcopydbBinary];
        if round % 2 == 0 {
            order.reverse();
        }
        for what in order {
            match (what, pgcopydb) {
                (What::Ours, _) => whole.ours(measured).await?,
                (What::Floor, _) => whole.floor(clients, measured).await?,
                (What::Dump, _) => whole.dump(clients, measured).await?,
                (What::DumpWhole, _) => whole.dump_whole(clients, measured).await?,
                (What::Pgcopydb, Some(pgcopydb)) => whole.pgcopydb(pgcopydb, what, &PGCOPYDB, measured).await?,
                (What::PgcopydbBinary, Some(pgcopydb)) => {
                    whole.pgcopydb(pgcopydb, what, &PGCOPYDB_BINARY, measured).await?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

struct Whole<'a> {
    pair: &'a Pair,
    workload: Workload<'a>,
    /// Keys and indexes of the source.
    shape: Vec<String>,
}

impl Whole<'_> {
    /// The target's standing tables, empty.
    async fn emptied(&self) -> Result<&Database> {
        let target: &Database = &self.pair.target;
        target.run(&format!("truncate {}; checkpoint", Workload::TABLES.join(", "))).await?;
        Ok(target)
    }

    /// A database with nothing in it.
    async fn clone(&self) -> Result<Database> {
        let clone = self.pair.target.empty(CLONE).await?;
        clone.run("checkpoint").await?;
        Ok(clone)
    }

    async fn proven(&self, what: &'static str, target: &Database, measured: &mut Measured) -> Result<()> {
        let proof = prove(what, (&self.pair.source, target), &Workload::TABLES, &self.shape).await?;
        measured.proofs.push(proof);
        Ok(())
    }

    async fn ours(&self, measured: &mut Measured) -> Result<()> {
        let target = self.emptied().await?;
        let copied = tool::copy(&self.pair.source, target)?;
        let expected = self.workload.rows();
        if copied.rows != expected {
            bail!("{} rows were copied, not {expected}", copied.rows);
        }
        measured.ours(What::Ours, &copied);
        self.proven("ours", target, measured).await
    }

    async fn floor(&self, clients: &Clients, measured: &mut Measured) -> Result<()> {
        let target = self.emptied().await?;
        let ended = clients.script(include_str!("floor.sh"), &self.pair.source, target)?;
        measured.keep(What::Floor, seconds(&ended.out, "built ")?);
        measured.keep(What::FloorAnalyzed, seconds(&ended.out, "analyzed ")?);
        self.proven("the floor", target, measured).await
    }

    async fn dump(&self, clients: &Clients, measured: &mut Measured) -> Result<()> {
        let target = self.emptied().await?;
        let restore = ["--data-only", "--disable-triggers", "--jobs", "2"];
        let dump = ["--format", "custom", "--compress", "0"];
        let seconds = clients.dump_and_restore((&self.pair.source, target), &dump, &restore)?;
        measured.keep(What::Dump, seconds);
        self.proven("pg_restore --data-only", target, measured).await
    }

    async fn dump_whole(&self, clients: &Clients, measured: &mut Measured) -> Result<()> {
        let target = self.clone().await?;
        let dump = ["--format", "directory", "--compress", "0", "--jobs", "2"];
        let seconds = clients.dump_and_restore((&self.pair.source, &target), &dump, &["--jobs", "2"])?;
        measured.keep(What::DumpWhole, seconds);
        self.proven("pg_restore", &target, measured).await
    }

    async fn pgcopydb(
        &self,
        pgcopydb: &Pgcopydb,
        what: What,
        arguments: &[&str],
        measured: &mut Measured,
    ) -> Result<()> {
        let target = self.clone().await?;
        let seconds = pgcopydb.clone(&self.pair.source, &target, arguments)?;
        measured.keep(what, seconds);
        self.proven("pgcopydb", &target, measured).await
    }
}
