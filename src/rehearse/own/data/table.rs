//! Fills one table: values for its columns, combinations for its units, rows of them, which the server takes or refuses.
//!
//! Never true in here: a row that the server has not tried against every condition of the table.

use std::collections::{BTreeMap, BTreeSet};

use super::chance::{mix, pick, seed};
use super::facts::{Column, Facts};
use super::pool::{self, array};
use super::unit::{Choice, Combination, Reference, Unit, divide};
use crate::catalog::{ForeignKey, Relation};
use crate::model::{RelationName, Result, quoted};
use crate::postgres::{Session, Target, is_lost};

/// Rounds of rows that are tried.
const ROUNDS: usize = 8;
/// Combinations tried for a unit with conditions, in each of its rounds.
const TRIED: usize = 2_000;
/// Keys of a parent that rows refer to.
const KEYS: usize = 5_000;

/// A table to be filled.
pub(super) struct Filling<'a> {
    pub(super) facts: &'a Facts,
    pub(super) relation: &'a Relation,
    /// Tables that hold their rows already.
    pub(super) filled: &'a BTreeSet<RelationName>,
    pub(super) wanted: usize,
    /// Where generated values begin: another number makes other rows.
    pub(super) shift: u64,
    /// Keys of parents whose rows are yet to come, by parent and column.
    pub(super) foreseen: &'a BTreeMap<(RelationName, String), Vec<String>>,
}

/// What a table came to hold.
#[derive(Debug, Default)]
pub(super) struct Held {
    pub(super) rows: usize,
    /// Why there are fewer than were wanted.
    pub(super) why: Option<String>,
}

impl<'a> Filling<'a> {
    fn columns(&self) -> &'a [Column] {
        self.facts.columns(&self.relation.name)
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.columns().iter().position(|one| one.name == column)
    }

    /// Whether a foreign key is given its values after the rows are there.
    pub(super) fn is_later(&self, key: &ForeignKey) -> bool {
        let parent = self.facts.root(&key.parent);
        let unfilled = parent == self.relation.name || !self.filled.contains(&parent);
        unfilled && key.columns.iter().any(|name| self.may_be_null(name))
    }

    fn may_be_null(&self, column: &str) -> bool {
        self.columns().iter().any(|one| one.name == column && !one.not_null)
    }

    /// Fills the table.
    pub(super) async fn fill(&self, session: &mut Session<Target>) -> Result<Held> {
        let columns = self.columns();
        let place = match self.facts.place(&self.relation.name) {
            Some(Err(why)) => return Ok(Held { rows: 0, why: Some(why) }),
            Some(Ok(condition)) => Some(condition),
            None => None,
        };
        let conditions = self.conditions(place);
        let references = match self.references(session).await? {
            Ok(references) => references,
            Err(why) => return Ok(Held { rows: 0, why: Some(why) }),
        };
        let referring: BTreeSet<usize> = references.iter().flat_map(|it| it.columns.iter().copied()).collect();
        let mut choices = Vec::new();
        for (number, column) in columns.iter().enumerate() {
            let mut choice = Choice {
                name: column.name.clone(),
                may_be_null: !column.not_null,
                unique: self.is_unique(&[number]),
                values: Vec::new(),
            };
            if self.stays_open(&column.name) {
                choice.may_be_null = true;
            } else if !referring.contains(&number) {
                let alone: Vec<&str> = conditions
                    .iter()
                    .filter(|(_, places)| places.len() == 1 && places.contains(&number))
                    .map(|(text, _)| text.as_str())
                    .collect();
                let touching: Vec<&str> = conditions
                    .iter()
                    .filter(|(_, places)| places.len() > 1 && places.contains(&number))
                    .map(|(text, _)| text.as_str())
                    .collect();
                choice.values = self.values(session, column, &alone, &touching).await?;
                if choice.values.is_empty() && !choice.may_be_null {
                    let why = match alone.is_empty() {
                        true => format!("no value of type {} is known for column {}", column.declared, column.name),
                        false => {
                            format!("no value was found for column {} that keeps {}", column.name, alone.join(" and "))
                        }
                    };
                    return Ok(Held { rows: 0, why: Some(why) });
                }
            }
            choices.push(choice);
        }
        let tied = conditions.iter().filter(|(_, places)| places.len() > 1).cloned().collect();
        let mut units = divide(columns.len(), references, tied);
        for unit in &mut units {
            if let Some(why) = self.combine(session, unit, &choices).await? {
                return Ok(Held { rows: 0, why: Some(why) });
            }
        }
        self.rows(session, &units, &conditions).await
    }

    /// A column that a later step fills: of a key whose parent's rows are yet to come.
    fn stays_open(&self, column: &str) -> bool {
        let keys = self.facts.foreign_keys(&self.relation.name);
        let shared =
            |name: &str| keys.iter().any(|key| !self.is_later(key) && key.columns.iter().any(|other| other == name));
        keys.iter().any(|key| self.is_later(key) && key.columns.iter().any(|name| name == column))
            && self.may_be_null(column)
            && !shared(column)
    }

    /// What rows have to keep, with the places of the columns each looks at.
    fn conditions(&self, place: Option<String>) -> Vec<(String, BTreeSet<usize>)> {
        let checks = self.relation.checks.iter().map(|check| (check.expression.clone(), check.columns.clone()));
        let places = |names: Vec<String>| names.iter().filter_map(|name| self.place(name)).collect::<BTreeSet<usize>>();
        let mut all: Vec<(String, BTreeSet<usize>)> =
            checks.map(|(text, columns)| (text, places(columns.unwrap_or_default()))).collect();
        if let Some(place) = place {
            let tokens = super::super::lex::tokens(&place);
            let names = tokens.iter().filter_map(|token| token.identifier(&place)).collect();
            all.push((place.clone(), places(names)));
        }
        // A condition over columns that the server computes can only be tried with the row.
        all.retain(|(_, places)| !places.is_empty());
        all
    }

    async fn values(
        &self,
        session: &mut Session<Target>,
        column: &Column,
        alone: &[&str],
        touching: &[&str],
    ) -> Result<Vec<String>> {
        // Where no two rows may agree, a row that something else refuses takes its value with it.
        let unique = self.place(&column.name).is_some_and(|place| self.is_unique(&[place]));
        let wanted = if unique { self.wanted * 4 + 200 } else { self.wanted + 64 };
        let mut values = pool::values(session, self.facts, column, alone, wanted, self.shift).await?;
        if !touching.is_empty() {
            // What the shared conditions name may be just what they ask for.
            let mut hinted = pool::named(session, self.facts, column, alone, touching).await?;
            hinted.retain(|value| !values.contains(value));
            hinted.append(&mut values);
            values = hinted;
        }
        Ok(values)
    }

    /// The foreign keys that are given their values with the row; or why no row can be.
    async fn references(&self, session: &mut Session<Target>) -> Result<Result<Vec<Reference>, String>> {
        let mut all = Vec::new();
        for key in self.facts.foreign_keys(&self.relation.name) {
            // A row that has to refer to one of its own table refers to itself.
            if self.is_later(key) || self.facts.root(&key.parent) == self.relation.name {
                continue;
            }
            let columns: Option<Vec<usize>> = key.columns.iter().map(|name| self.place(name)).collect();
            // A key over a column that the server computes: whether it holds shows in the proof.
            let Some(columns) = columns else { continue };
            let optional = key.columns.iter().any(|name| self.may_be_null(name));
            let keys = match (self.foreseen.get(&(key.parent.clone(), key.parent_columns.join(","))), key.columns.len())
            {
                (Some(values), 1) if !self.filled.contains(&self.facts.root(&key.parent)) => {
                    values.iter().map(|value| vec![value.clone()]).collect()
                }
                _ => keys(session, self.facts, key).await?,
            };
            if keys.is_empty() && !optional {
                return Ok(Err(format!("{}, to which {} refers, holds no rows", key.parent, key.name)));
            }
            all.push(Reference { columns, keys, optional });
        }
        Ok(Ok(all))
    }

    /// Whether these columns must differ from row to row whatever the others hold.
    fn is_unique(&self, places: &[usize]) -> bool {
        let named = |names: &[String]| {
            let all: Option<Vec<usize>> = names.iter().map(|name| self.place(name)).collect();
            all.is_some_and(|all| !all.is_empty() && all.iter().all(|place| places.contains(place)))
        };
        self.relation.uniques.iter().filter_map(|rule| rule.columns.as_ref()).any(|names| named(names))
            || self.relation.keys.iter().any(|key| named(&key.columns))
    }

    /// Finds the combinations of a unit; gives why there are none.
    async fn combine(
        &self,
        session: &mut Session<Target>,
        unit: &mut Unit,
        choices: &[Choice],
    ) -> Result<Option<String>> {
        let table = self.relation.name.to_string();
        if unit.conditions.is_empty() {
            let room =
                unit.columns.iter().filter_map(|place| choices.get(*place)).map(|choice| choice.values.len()).max();
            let wanted = (self.wanted * 3 + 64).max(room.unwrap_or(0) * 5 / 4);
            unit.combinations = unit.draw(&table, choices, wanted, 0);
        } else {
            let (mut from, mut seen) = (0, BTreeSet::new());
            for _ in 0..ROUNDS {
                let tried = unit.draw(&table, choices, TRIED, from);
                from += TRIED as u64;
                let kept = self.kept(session, unit, &tried).await?;
                unit.combinations.extend(kept.into_iter().filter(|one| seen.insert(one.clone())));
                if unit.combinations.len() >= self.wanted * 2 {
                    break;
                }
            }
        }
        if !unit.combinations.is_empty() {
            return Ok(None);
        }
        let names: Vec<&str> =
            unit.columns.iter().filter_map(|place| choices.get(*place)).map(|choice| choice.name.as_str()).collect();
        let why = match unit.conditions.is_empty() {
            true => "no rows of other tables agree in them".to_owned(),
            false => format!("none was found that keeps {}", unit.conditions.join(" and ")),
        };
        Ok(Some(format!("no values for {} together: {why}", names.join(", "))))
    }

    /// The combinations that meet the unit's conditions.
    async fn kept(
        &self,
        session: &mut Session<Target>,
        unit: &Unit,
        tried: &[Combination],
    ) -> Result<Vec<Combination>> {
        if tried.is_empty() {
            return Ok(Vec::new());
        }
        let columns: Vec<&Column> = unit.columns.iter().filter_map(|place| self.columns().get(*place)).collect();
        let source = typed(&columns, tried);
        let met: Vec<String> = unit.conditions.iter().map(|condition| format!("({condition}) is not false")).collect();
        let sql = format!("select pgr_place::text from {source} where {} order by pgr_place", met.join(" and "));
        match session.rows(&sql).await {
            Ok(rows) => {
                let places = rows.into_iter().filter_map(|row| row.first()?.as_deref()?.parse::<usize>().ok());
                Ok(places.filter_map(|place| tried.get(place.checked_sub(1)?).cloned()).collect())
            }
            Err(error) if is_lost(&error) => Err(error),
            // Not every row can be tried so: then each is, when it is written.
            Err(_) => Ok(tried.iter().take(self.wanted * 4).cloned().collect()),
        }
    }

    /// Writes rows until there are enough, or no more can be.
    async fn rows(
        &self,
        session: &mut Session<Target>,
        units: &[Unit],
        conditions: &[(String, BTreeSet<usize>)],
    ) -> Result<Held> {
        let columns: Vec<&Column> = self.columns().iter().collect();
        let (mut held, mut next) = (0_usize, 0_u64);
        let mut refused: Option<String> = None;
        for round in 0..ROUNDS {
            let missing = self.wanted.saturating_sub(held);
            if missing == 0 {
                break;
            }
            let number = if round == 0 { missing } else { (missing * 3).max(50) };
            let rows: Vec<Combination> =
                (0..number as u64).map(|more| self.row(units, columns.len(), next + more)).collect();
            next += number as u64;
            let before = held;
            let limit = missing;
            match self.write(session, &columns, &rows, conditions, Some(limit)).await {
                Ok(written) => held += written,
                Err(error) if is_lost(&error) => return Err(error),
                // One row of them is in the way: each on its own.
                Err(_) => {
                    for row in &rows {
                        if held >= self.wanted {
                            break;
                        }
                        match self.write(session, &columns, std::slice::from_ref(row), conditions, None).await {
                            Ok(written) => held += written,
                            Err(error) if is_lost(&error) => return Err(error),
                            Err(error) => refused = Some(super::super::said(session, &error)),
                        }
                    }
                }
            }
            if held == before && round > 3 {
                break;
            }
        }
        let why = (held < self.wanted).then(|| match refused {
            Some(refused) => refused,
            None => "its unique keys, and what they refer to, leave room for no more".to_owned(),
        });
        Ok(Held { rows: held, why })
    }

    /// The nth row.
    fn row(&self, units: &[Unit], columns: usize, n: u64) -> Combination {
        let mut row = vec![None; columns];
        let table = seed(&self.relation.name.to_string());
        for (number, unit) in units.iter().enumerate() {
            let of = unit.combinations.len();
            let at = match self.is_unique(&unit.columns) {
                true => usize::try_from(n % of.max(1) as u64).unwrap_or(0),
                false => pick(mix(table, number as u64), n, of),
            };
            let Some(combination) = unit.combinations.get(at) else { continue };
            for (place, value) in unit.columns.iter().zip(combination) {
                if let Some(slot) = row.get_mut(*place) {
                    slot.clone_from(value);
                }
            }
        }
        for (place, own) in self.to_itself() {
            row[place] = row[own].clone();
        }
        row
    }

    /// Columns of keys by which a row has to refer to one of its own table, each with the column it refers to.
    fn to_itself(&self) -> Vec<(usize, usize)> {
        let keys = self.facts.foreign_keys(&self.relation.name).into_iter();
        let own = keys.filter(|key| !self.is_later(key) && self.facts.root(&key.parent) == self.relation.name);
        own.flat_map(|key| key.columns.iter().zip(&key.parent_columns))
            .filter_map(|(column, parent)| Some((self.place(column)?, self.place(parent)?)))
            .collect()
    }

    async fn write(
        &self,
        session: &mut Session<Target>,
        columns: &[&Column],
        rows: &[Combination],
        conditions: &[(String, BTreeSet<usize>)],
        limit: Option<usize>,
    ) -> Result<usize> {
        let table = self.relation.name.sql();
        if columns.is_empty() {
            let number = rows.len().min(limit.unwrap_or(1));
            session.execute(&format!("insert into {table} select from generate_series(1, {number})")).await?;
            return Ok(number);
        }
        let names: Vec<String> = columns.iter().map(|column| quoted(&column.name)).collect();
        let mut met: Vec<String> = conditions.iter().map(|(text, _)| format!("({text}) is not false")).collect();
        if met.is_empty() {
            met.push("true".to_owned());
        }
        let limit = limit.map(|limit| format!(" limit {limit}")).unwrap_or_default();
        let sql = format!(
            "with written as (insert into {table} ({names}) overriding system value select {names} from {} where {} order by pgr_place{limit} \
             on conflict do nothing returning 1) select count(*)::text from written",
            typed(columns, rows),
            met.join(" and "),
            names = names.join(", "),
        );
        let written = session.value(&sql).await?;
        Ok(written.and_then(|text| text.parse().ok()).unwrap_or(0))
    }
}

/// Rows as a source of typed columns, with the place of each.
fn typed(columns: &[&Column], rows: &[Combination]) -> String {
    let lists = (0..columns.len()).map(|at| array(rows.iter().map(|row| row.get(at).and_then(Option::as_deref))));
    let lists: Vec<String> = lists.collect();
    let casts: Vec<String> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| format!("cast(pgr_{at} as {}) as {}", column.declared, quoted(&column.name)))
        .collect();
    let names: Vec<String> = (0..columns.len()).map(|at| format!("pgr_{at}")).collect();
    format!(
        "(select {}, pgr_place from unnest({}) with ordinality u({}, pgr_place)) q",
        casts.join(", "),
        lists.join(", "),
        names.join(", ")
    )
}

/// The keys of a parent's rows, as texts.
async fn keys(session: &mut Session<Target>, facts: &Facts, key: &ForeignKey) -> Result<Vec<Vec<String>>> {
    let columns: Vec<String> = key.parent_columns.iter().map(|name| format!("{}::text", quoted(name))).collect();
    let sql = format!(
        "select distinct {} from {} order by {} limit {KEYS}",
        columns.join(", "),
        facts.rows_of(&key.parent),
        ordinals(columns.len())
    );
    let rows = session.rows(&sql).await?;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().collect::<Option<Vec<String>>>()).collect())
}

fn ordinals(number: usize) -> String {
    (1..=number).map(|at| at.to_string()).collect::<Vec<_>>().join(", ")
}
