//! Searches: the rows searched for, and their nearest neighbours with and without an index.

use super::column::{SideColumn, VectorColumn};
use super::index::VectorIndex;
use super::probe::Probe;
use super::{recall, statistics};
use crate::catalog::Key;
use crate::check::SideView;
use crate::model::{Error, Result, quoted};
use crate::postgres::{Role, Session, TextRow};

/// A row searched for.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) key: String,
    vector: String,
    pub(super) length: f64,
}

impl Seed {
    /// How many components its vector has.
    pub(super) fn dimensions(&self) -> u64 {
        let sparse = self.vector.rsplit_once('/').and_then(|(_, dimensions)| dimensions.parse().ok());
        sparse.unwrap_or_else(|| self.vector.matches(',').count() as u64 + 1)
    }
}

/// A row found, and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Neighbour {
    pub(super) key: String,
    pub(super) distance: f64,
    /// The length of its vector, where it was asked for.
    pub(super) length: f64,
}

/// What one side answers to one seed.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) exact: Vec<Neighbour>,
    /// What the index found; `None` without an index.
    pub(super) by_index: Option<Vec<Neighbour>>,
}

/// The key of a row as text: unlike columns run together, no two keys read alike.
fn key_text(key: &Key) -> String {
    let columns: Vec<String> = key.columns.iter().map(|column| format!("t.{}::text", quoted(column))).collect();
    format!("json_build_array({})::text", columns.join(", "))
}

/// Rows spread evenly over the source by the hash of their keys, the same ones in every run.
pub(super) async fn seeds<R: Role>(
    view: &SideView<R>,
    column: &VectorColumn<'_>,
    key: &Key,
    probe: &Probe,
) -> Result<Vec<Seed>> {
    let (name, table) = (column.source.sql(), column.source.relation.from_as("t"));
    let sql = format!(
        "select seed.key, seed.vector::text, {length}(seed.vector)::text from (
           select {} as key, t.{name} as vector from {table} where t.{name} is not null
           order by md5({0}), 1 limit {}) seed",
        key_text(key),
        probe.rows,
        length = column.source.norm()
    );
    let rows = view.readers.acquire().await?.rows(&sql).await?;
    rows.into_iter()
        .map(|row| match <[Option<String>; 3]>::try_from(row) {
            Ok([Some(key), Some(vector), Some(length)]) => Ok(Seed { length: number(&key, &length)?, key, vector }),
            _ => Err(Error::failed("a row searched for has no key or no vector")),
        })
        .collect()
}

/// How one side is searched.
#[derive(Debug)]
pub(super) struct Search<'a> {
    pub(super) column: SideColumn<'a>,
    pub(super) key: &'a Key,
    pub(super) operator: &'a str,
    pub(super) neighbours: u32,
    pub(super) index: Option<&'a VectorIndex>,
}

impl Search<'_> {
    /// Searches for every seed. An exact search that went by an index proves nothing, nor does an approximate one that
    /// did not: then `Err` says so.
    pub(super) async fn run<R: Role>(&self, view: &SideView<R>, seeds: &[Seed]) -> Result<Vec<Found>> {
        let mut session = view.readers.acquire().await?;
        let mut found = Vec::new();
        for seed in seeds {
            let sql = self.exact(seed);
            if !recall::is_exact(&plan(&mut session, &sql).await?) {
                let message = format!("on the {} the server takes the exact search to an index", R::SIDE);
                return Err(Error::incomplete(message));
            }
            let exact = neighbours(session.rows(&sql).await?)?;
            let by_index = match self.index {
                Some(index) => Some(self.by_index(&mut session, seed, index).await?),
                None => None,
            };
            found.push(Found { exact, by_index });
        }
        Ok(found)
    }

    fn distance(&self, seed: &Seed) -> String {
        let column = self.column;
        let operator = format!("operator({}.{})", column.schema(), self.operator);
        format!("t.{} {operator} {}", column.sql(), column.value(&seed.vector))
    }

    /// `offset 0` parts the distance from the sort, so that no index can give an approximate order. Lengths are asked of
    /// the neighbours alone.
    fn exact(&self, seed: &Seed) -> String {
        let (key, distance, column) = (key_text(self.key), self.distance(seed), self.column.sql());
        format!(
            "select nearest.key, nearest.distance::text, {}(nearest.vector)::text from (
               select near.key, near.distance, near.vector from (
                 select {key} as key, {distance} as distance, t.{column} as vector
                 from {} where t.{column} is not null{} offset 0) near
               order by near.distance, near.key collate \"C\" limit {}) nearest",
            self.column.norm(),
            self.column.relation.from_as("t"),
            self.of_dimensions(seed),
            self.neighbours
        )
    }

    /// Only vectors of equal dimensions have a distance. Where a type declares none, a column may hold others beside
    /// them, and no index.
    fn of_dimensions(&self, seed: &Seed) -> String {
        let open = statistics::declared(&self.column.column.declared_type).is_none();
        let dimensions = || statistics::dimensions(&self.column);
        if open { format!(" and {} = {}", dimensions(), seed.dimensions()) } else { String::new() }
    }

    fn approximate(&self, seed: &Seed) -> String {
        let (key, distance, column) = (key_text(self.key), self.distance(seed), self.column.sql());
        format!(
            "select {key} as key, ({distance})::text, '0' from {} where t.{column} is not null order by {distance} limit {}",
            self.column.relation.from_as("t"),
            self.neighbours
        )
    }

    /// The savepoint takes the setting back: sessions are shared.
    async fn by_index<R: Role>(
        &self,
        session: &mut Session<R>,
        seed: &Seed,
        index: &VectorIndex,
    ) -> Result<Vec<Neighbour>> {
        let sql = self.approximate(seed);
        session.rows("savepoint by_index; set local enable_seqscan = off").await?;
        let plan = plan(session, &sql).await?;
        let answer = session.rows(&sql).await?;
        session.rows("rollback to savepoint by_index; release savepoint by_index").await?;
        if !recall::uses_index(&plan, index, self.column.relation.kind) {
            return Err(Error::incomplete(format!(
                "on the {} the server does not use the index {}",
                R::SIDE,
                index.name
            )));
        }
        neighbours(answer)
    }
}

/// How the server would answer a query.
async fn plan<R: Role>(session: &mut Session<R>, sql: &str) -> Result<String> {
    let lines = session.rows(&format!("explain (format json, costs off) {sql}")).await?;
    Ok(lines.into_iter().flatten().flatten().collect::<Vec<_>>().join("\n"))
}

fn neighbours(rows: Vec<TextRow>) -> Result<Vec<Neighbour>> {
    let neighbour = |row: TextRow| match <[Option<String>; 3]>::try_from(row) {
        Ok([Some(key), Some(distance), Some(length)]) => {
            Ok(Neighbour { distance: number(&key, &distance)?, length: number(&key, &length)?, key })
        }
        _ => Err(Error::failed("a neighbour has no key or no distance")),
    };
    rows.into_iter().map(neighbour).collect()
}

fn number(key: &str, text: &str) -> Result<f64> {
    text.parse().map_err(|_| Error::failed(format!("the distance or length of {key} is no number")))
}
