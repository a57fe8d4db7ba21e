//! The bounds: which ratio has to be how large.

use std::collections::BTreeMap;

use super::Args;
use super::length::lengths;
use super::measure::{Measured, What};
use crate::table::{Bound, Line, MEMORY};

/// How much more a row may cost in one length of a table than in another.
const BAND: f64 = 2.0;

/// Every line, in the order of the table.
pub(crate) fn judge(measured: &Measured, args: &Args) -> Vec<Line> {
    let ratio = |name: &str, above: What, below: What, bound: Bound| {
        let best = |what| measured.best.get(&what).copied();
        Line::ratio(name.to_owned(), best(above), best(below), bound)
    };
    let mut lines = vec![
        ratio("pgcopydb / ours", What::Pgcopydb, What::Ours, Bound::AtLeast(2.0)),
        ratio("pgcopydb, binary and in parts / ours", What::PgcopydbBinary, What::Ours, Bound::None),
        ratio("pg_dump -Fc, pg_restore --data-only -j2 / ours", What::Dump, What::Ours, Bound::AtLeast(3.0)),
        ratio("pg_dump -Fd -j2, pg_restore -j2 / ours", What::DumpWhole, What::Ours, Bound::None),
        ratio("ours / pipes by hand", What::Ours, What::Floor, Bound::AtMost(1.0)),
        ratio("ours / pipes by hand, analyzed", What::Ours, What::FloorAnalyzed, Bound::None),
        ratio("live HNSW / ours", What::LiveVectors, What::OursVectors, Bound::AtLeast(3.0)),
    ];
    lines.extend(length(measured, args));
    for (&what, &cpu) in &measured.cpu {
        let line = format!("computing of the tool / its time, {}", name(what));
        lines.push(Line::ratio(line, Some(cpu), measured.best.get(&what).copied(), Bound::None));
    }
    lines.extend(
        measured
            .memory
            .iter()
            .map(|(&what, &megabytes)| Line::figure(format!("peak memory, {}", name(what)), megabytes, " MB", MEMORY)),
    );
    lines.push(proofs(measured));
    lines
}

/// What each row costs over a copy of none, and how far apart those costs are.
fn length(measured: &Measured, args: &Args) -> Vec<Line> {
    let seconds = |rows| measured.best.get(&What::Narrow(rows)).copied();
    let cost = |rows: u64| Some((seconds(rows)? - seconds(0)?) / rows as f64 * 1e6);
    let lengths: Vec<u64> = lengths(args.longest).into_iter().filter(|rows| *rows > 0).collect();
    let costs: Vec<Option<f64>> = lengths.iter().map(|&rows| cost(rows)).collect();
    let mut lines = vec![Line::figure("a copy of no rows".to_owned(), seconds(0), " s", Bound::None)];
    lines.extend(
        lengths.iter().zip(&costs).map(|(rows, cost)| {
            Line::figure(format!("a row more, of {rows} narrow events"), *cost, " µs", Bound::None)
        }),
    );
    // A row that cost nothing was not measured: the copy of none was disturbed.
    let all: Option<Vec<f64>> = costs.into_iter().map(|cost| cost.filter(|cost| *cost > 0.0)).collect();
    let spread = all.map(|mut all| {
        all.sort_by(f64::total_cmp);
        all[all.len() - 1] / all[0]
    });
    lines.push(Line::figure("the dearest of these / the cheapest".to_owned(), spread, "", Bound::AtMost(BAND)));
    lines
}

/// A situation of the tool, for people.
fn name(what: What) -> String {
    match what {
        What::OursVectors => "vectors with HNSW".to_owned(),
        What::Narrow(rows) => format!("{rows} narrow events"),
        _ => "events and embeddings".to_owned(),
    }
}

/// Every copy, proven or not.
fn proofs(measured: &Measured) -> Line {
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for proof in &measured.proofs {
        *times.entry(proof.what).or_default() += 1;
    }
    let wrong: Vec<&str> = measured.proofs.iter().filter_map(|proof| proof.wrong.as_deref()).collect();
    let figure = if wrong.is_empty() { format!("{} copies", measured.proofs.len()) } else { wrong.join("; ") };
    Line::fact(
        "rows, keys and indexes after each copy".to_owned(),
        figure,
        "equal",
        wrong.is_empty() && !times.is_empty(),
    )
}
