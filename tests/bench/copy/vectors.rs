//! Vectors with an HNSW index: by the tool, and straight into the live index.

use anyhow::{Result, bail};

use super::Args;
use super::clients::Clients;
use super::measure::{Measured, What};
use super::proof::{prove, shape};
use crate::servers::Pair;
use crate::{say, tool};

const TABLES: [&str; 1] = ["passages"];

/// Measures.
pub(crate) async fn measure(args: &Args, pair: &Pair, clients: &Clients, measured: &mut Measured) -> Result<()> {
    let (rows, dimensions) = (args.vectors, args.dimensions);
    say(format!("loading {rows} vectors"))?;
    measured.about.push(format!("{rows} vectors of {dimensions} dimensions with an HNSW index"));
    let (source, target) = (pair.source.empty("vectors").await?, pair.target.empty("vectors").await?);
    let sql = include_str!("sql/vectors.sql").replace(":dimensions", &dimensions.to_string());
    source.run(&sql.replace(":vectors", &rows.to_string())).await?;
    source.run("vacuum analyze; checkpoint").await?;
    // The source needs no index to be copied.
    target.run(&sql.replace(":vectors", "0")).await?;
    target.run(include_str!("sql/vector_index.sql")).await?;
    let expected = shape(&target).await?;
    for round in 1..=args.common.repeat {
        say(format!("vectors, round {round} of {}", args.common.repeat))?;
        for what in [What::OursVectors, What::LiveVectors] {
            target.run("truncate passages; checkpoint").await?;
            let name = if what == What::OursVectors {
                let copied = tool::copy(&source, &target)?;
                if copied.rows != rows {
                    bail!("{} rows were copied, not {rows}", copied.rows);
                }
                measured.ours(what, &copied);
                "ours with HNSW"
            } else {
                measured.keep(what, clients.script(include_str!("live.sh"), &source, &target)?.seconds);
                "live HNSW"
            };
            measured.proofs.push(prove(name, (&source, &target), &TABLES, &expected).await?);
        }
    }
    Ok(())
}
