//! The plan of the statements that scan a table, under the tool's own settings: no sort, and no hash table that went to disk.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use sqlx::{Connection, Row};

use super::scan::Scan;
use crate::servers::Side;

/// What a table's plans come to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plans {
    /// Each kind of node, and how often it stands in the plans.
    pub(crate) nodes: BTreeMap<String, u64>,
    pub(crate) sorts: u64,
    pub(crate) hash_aggregates: u64,
    /// Hash tables that did not fit in memory.
    pub(crate) spills: u64,
    /// The largest hash table, in kB.
    pub(crate) kilobytes: u64,
}

impl Plans {
    /// Whether the plans are as they should be.
    pub(crate) fn are_good(&self) -> bool {
        self.sorts == 0 && self.hash_aggregates > 0 && self.spills == 0
    }

    /// One line.
    pub(crate) fn describe(&self) -> String {
        let nodes: Vec<String> = self.nodes.iter().map(|(node, times)| format!("{times} {node}")).collect();
        format!("{}; largest hash table {} kB", nodes.join(", "), self.kilobytes)
    }
}

/// Has the source explain each statement as it runs.
pub(crate) async fn explain(side: &Side, scan: &Scan) -> Result<Plans> {
    let mut plans = Plans::default();
    for recorded in &scan.source {
        let mut session = recorded.session(side).await?;
        for statement in &recorded.statements {
            let explained = format!("explain (analyze, format json) {}", query(statement)?);
            let rows = sqlx::raw_sql(&explained).fetch_all(&mut session).await?;
            let text: String = rows
                .first()
                .context("no plan")?
                .try_get_raw(0)?
                .as_str()
                .map_err(anyhow::Error::from_boxed)?
                .to_owned();
            let plan: Value = serde_json::from_str(&text)?;
            plans.walk(&plan[0]["Plan"]);
        }
        session.close().await?;
    }
    Ok(plans)
}

/// The query of a statement: a COPY cannot be explained, what it copies can.
fn query(statement: &str) -> Result<&str> {
    if !statement.trim_start().to_lowercase().starts_with("copy") {
        return Ok(statement);
    }
    match (statement.find('('), statement.rfind(')')) {
        (Some(start), Some(end)) => Ok(&statement[start + 1..end]),
        _ => bail!("no query in: {statement}"),
    }
}

impl Plans {
    fn walk(&mut self, node: &Value) {
        let kind = node["Node Type"].as_str().unwrap_or("?");
        let hashed = kind == "Aggregate" && matches!(node["Strategy"].as_str(), Some("Hashed" | "Mixed"));
        let name = if hashed { "HashAggregate".to_owned() } else { kind.to_owned() };
        *self.nodes.entry(name).or_default() += 1;
        self.sorts += u64::from(kind.contains("Sort"));
        if hashed {
            self.hash_aggregates += 1;
            let workers = node["Workers"].as_array().into_iter().flatten();
            for part in std::iter::once(node).chain(workers) {
                let figure = |name: &str| part[name].as_u64().unwrap_or(0);
                self.spills += u64::from(figure("HashAgg Batches") > 1 || figure("Disk Usage") > 0);
                self.kilobytes = self.kilobytes.max(figure("Peak Memory Usage"));
            }
        }
        node["Plans"].as_array().into_iter().flatten().for_each(|below| self.walk(below));
    }
}
