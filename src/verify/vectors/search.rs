//! Searches: the rows searched for, and their nearest neighbours with and without an index.

use super::column::{SideColumn, VectorColumn};
use super::index::VectorIndex;
use super::probe::Probe;
use super::recall;
use crate::catalog::Key;
use crate::check::SideView;
use crate::model::{Error, Result, quoted};
use crate::postgres::{Role, Session, TextRow};

/// A row searched for.
#[derive(Debug)]
pub(super) struct Seed {
    pub(super) key: String,
    vector: String,
}

/// A row found, and how far it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Neighbour {
    pub(super) key: String,
    pub(super) distance: f64,
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
    let (name, table) = (column.source.sql(), column.source.relation.from_item());
    let sql = format!(
        "select seed.key, seed.vector::text from (
           select {} as key, t.{name} as vector from {table} t where t.{name} is not null
           order by md5({0}), 1 limit {}) seed",
        key_text(key),
        probe.rows
    );
    let rows = view.readers.acquire().await?.rows(&sql).await?;
    rows.into_iter()
        .map(|row| match <[Option<String>; 2]>::try_from(row) {
            Ok([Some(key), Some(vector)]) => Ok(Seed { key, vector }),
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
    /// Searches for every seed. An index that the server would not use proves nothing: then `Err` names it.
    pub(super) async fn run<R: Role>(&self, view: &SideView<R>, seeds: &[Seed]) -> Result<Vec<Found>> {
        let mut session = view.readers.acquire().await?;
        let mut found = Vec::new();
        for seed in seeds {
            let exact = neighbours(session.rows(&self.exact(seed)).await?)?;
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

    /// `offset 0` parts the distance from the sort, so that no index can give an approximate order.
    fn exact(&self, seed: &Seed) -> String {
        let (key, distance, column) = (key_text(self.key), self.distance(seed), self.column.sql());
        format!(
            "select near.key, near.distance::text from (
               select {key} as key, {distance} as distance from {} t where t.{column} is not null offset 0) near
             order by near.distance, near.key collate \"C\" limit {}",
            self.column.relation.from_item(),
            self.neighbours
        )
    }

    fn approximate(&self, seed: &Seed) -> String {
        let (key, distance, column) = (key_text(self.key), self.distance(seed), self.column.sql());
        format!(
            "select {key} as key, ({distance})::text from {} t where t.{column} is not null order by {distance} limit {}",
            self.column.relation.from_item(),
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
        let plan = session.rows(&format!("explain (format json, costs off) {sql}")).await?;
        let answer = session.rows(&sql).await?;
        session.rows("rollback to savepoint by_index; release savepoint by_index").await?;
        let plan = plan.into_iter().flatten().flatten().collect::<Vec<_>>().join("\n");
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

fn neighbours(rows: Vec<TextRow>) -> Result<Vec<Neighbour>> {
    rows.into_iter()
        .map(|row| match <[Option<String>; 2]>::try_from(row) {
            Ok([Some(key), Some(distance)]) => Ok((key, distance.parse())),
            _ => Err(Error::failed("a neighbour has no key or no distance")),
        })
        .map(|row| match row? {
            (key, Ok(distance)) => Ok(Neighbour { key, distance }),
            (key, Err(_)) => Err(Error::failed(format!("the distance of {key} is no number"))),
        })
        .collect()
}
