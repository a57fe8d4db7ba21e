//! What many changed rows have in common: one cause that explains them all, or several with the number of rows of each.
//!
//! Of each row only its candidate causes are kept, never its values, so that thousands of rows can be looked at.

mod default;
mod kind;
mod number;
mod text;
mod time;
mod vector;
mod way;

use std::collections::{BTreeMap, HashMap};

pub(super) use self::default::defaults;
pub(super) use self::kind::Kind;
pub(super) use self::time::microseconds;
use self::way::How;
use super::values::Value;
use crate::catalog::Relation;
use crate::fingerprint::TableShape;
use crate::model::{Cause, count};

/// Fewer rows than this have nothing in common worth a sentence.
const FEWEST: usize = 2;
/// Causes named; the rows of the others are counted together.
const MOST: usize = 5;
/// Ways told apart within one column.
const WAYS: usize = 8;
/// Columns named in one cause.
const NAMED: usize = 4;
/// Changed columns of one row between which exchanged values are looked for.
const EXCHANGES: usize = 16;

/// A compared column.
struct Column {
    name: String,
    kind: Kind,
    /// What the target puts into it where nobody names it.
    default: Option<String>,
}

/// Changed rows, each as its changed columns and the ways that could explain each.
pub(super) struct Changes {
    columns: Vec<Column>,
    rows: Vec<BTreeMap<usize, Vec<How>>>,
}

impl Changes {
    /// Nothing looked at yet. `defaults` holds the text of the target's defaults, by column.
    pub(super) fn new(
        shape: &TableShape,
        source: &Relation,
        target: &Relation,
        mut defaults: BTreeMap<String, String>,
    ) -> Self {
        let columns = shape.columns.iter().map(|column| Column {
            name: column.name.clone(),
            kind: Kind::of(source.column(&column.name), target.column(&column.name)),
            default: defaults.remove(&column.name),
        });
        let partition = Column { name: "the row".to_owned(), kind: Kind::Partition, default: None };
        let partition = Some(partition).filter(|_| shape.by_partition);
        Self { columns: columns.chain(partition).collect(), rows: Vec::new() }
    }

    /// Looks at a row as each side has it.
    pub(super) fn add(&mut self, source: &[Value], target: &[Value]) {
        let changed: Vec<usize> = (0..self.columns.len().min(source.len()).min(target.len()))
            .filter(|&index| source[index] != target[index])
            .collect();
        let mut row = BTreeMap::new();
        for &index in &changed {
            let (one, two) = (&source[index].0, &target[index].0);
            let mut ways = way::ways(self.columns[index].kind, one.as_deref(), two.as_deref());
            // Values that changed places within the row.
            let other = changed
                .iter()
                .take(EXCHANGES)
                .find(|&&other| other != index && one != two && source[other].0 == *two && target[other].0 == *one);
            let is_default = two.is_some() && one != two && *two == self.columns[index].default;
            ways.extend(is_default.then_some(How::Default));
            ways.extend(other.map(|&other| How::Exchanged(self.columns[other].name.clone())));
            row.insert(index, ways);
        }
        self.rows.push(row);
    }

    /// Whether a row stands in another partition.
    pub(super) fn moves(&self) -> bool {
        let partition = self.columns.iter().position(|column| column.kind == Kind::Partition);
        partition.is_some_and(|partition| self.rows.iter().any(|row| row.contains_key(&partition)))
    }

    /// How many rows were looked at.
    pub(super) fn looked_at(&self) -> usize {
        self.rows.len()
    }

    /// The causes, the one that explains most rows first.
    pub(super) fn causes(&self) -> Vec<Cause> {
        if self.rows.len() < FEWEST {
            return Vec::new();
        }
        let chosen: Vec<HashMap<usize, How>> = (0..self.columns.len()).map(|column| self.chosen(column)).collect();
        let mut groups: BTreeMap<Vec<(usize, How)>, u64> = BTreeMap::new();
        for (number, row) in self.rows.iter().enumerate() {
            let how = |column: &usize| (*column, chosen[*column].get(&number).cloned().unwrap_or(How::Other));
            *groups.entry(row.keys().map(how).collect()).or_default() += 1;
        }
        let mut groups: Vec<(Vec<(usize, How)>, u64)> = groups.into_iter().collect();
        groups.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        if groups.first().is_none_or(|(_, rows)| (*rows as usize) < FEWEST) {
            return self.only_columns();
        }
        let room = if groups.len() > MOST { MOST - 1 } else { MOST };
        let rest: u64 = groups.iter().skip(room).map(|(_, rows)| rows).sum();
        let named = groups.iter().take(room);
        let mut causes: Vec<Cause> =
            named.map(|(group, rows)| Cause { text: self.describe(group), rows: *rows }).collect();
        causes.extend((rest > 0).then(|| Cause { text: "other changes".to_owned(), rows: rest }));
        causes
    }

    /// Where no way is shared: at least that the same columns changed in every row.
    fn only_columns(&self) -> Vec<Cause> {
        let Some((first, others)) = self.rows.split_first() else { return Vec::new() };
        if first.is_empty() || !others.iter().all(|row| row.keys().eq(first.keys())) {
            return Vec::new();
        }
        let group: Vec<(usize, How)> = first.keys().map(|column| (*column, How::Other)).collect();
        vec![Cause { text: self.describe(&group), rows: self.rows.len() as u64 }]
    }

    /// For each row in which a column changed, the way that also explains the most others.
    fn chosen(&self, column: usize) -> HashMap<usize, How> {
        let of = |(number, row): (usize, &'_ BTreeMap<usize, Vec<How>>)| row.contains_key(&column).then_some(number);
        let mut open: Vec<usize> = self.rows.iter().enumerate().filter_map(of).collect();
        let ways = |number: usize| self.rows[number].get(&column).map_or(&[][..], Vec::as_slice);
        let mut chosen = HashMap::new();
        for _ in 0..WAYS {
            let mut counts: HashMap<&How, usize> = HashMap::new();
            for &number in &open {
                ways(number).iter().for_each(|how| *counts.entry(how).or_default() += 1);
            }
            let fitting = counts.into_iter().filter(|(how, rows)| *rows >= FEWEST || !how.needs_several());
            let Some((best, _)) = fitting.max_by(|(one, a), (two, b)| a.cmp(b).then_with(|| two.cmp(one))) else {
                break;
            };
            let best = best.clone();
            open.retain(|&number| {
                let fits = ways(number).contains(&best);
                if fits {
                    chosen.insert(number, best.clone());
                }
                !fits
            });
        }
        chosen
    }

    /// The changes of one group in words; columns that changed alike are named together.
    fn describe(&self, group: &[(usize, How)]) -> String {
        let name = |column: usize| self.columns[column].name.as_str();
        let mut parts: Vec<(Vec<&str>, &How)> = Vec::new();
        for (column, how) in group {
            let twin = |(other, way): &(usize, How)| other < column && *way == How::Exchanged(name(*column).to_owned());
            if matches!(how, How::Exchanged(_)) && group.iter().any(twin) {
                continue;
            }
            match parts.iter_mut().find(|(_, way)| *way == how) {
                Some((names, _)) => names.push(name(*column)),
                None => parts.push((vec![name(*column)], how)),
            }
        }
        let part = |(names, how): &(Vec<&str>, &How)| {
            let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
            let more = names.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!("{shown}{more} {}", how.describe())
        };
        parts.iter().map(part).collect::<Vec<_>>().join(", ")
    }
}

/// The first cause as the end of a finding's message, with how many rows it was shown for.
pub(super) fn sentence(causes: &[Cause], looked_at: u64, total: u64) -> String {
    let Some(first) = causes.first() else { return String::new() };
    let looked = if looked_at == total { "" } else { " looked at" };
    let of = match first.rows == looked_at {
        true => format!("all {}{looked}", count(looked_at)),
        false => format!("{} of {}{looked}", count(first.rows), count(looked_at)),
    };
    let more = match causes.len() {
        1 => String::new(),
        2 => " (and 1 more cause)".to_owned(),
        more => format!(" (and {} more causes)", more - 1),
    };
    format!("; {of}: {}{more}", first.text)
}

#[cfg(test)]
mod tests;
