//! Columns whose values depend on each other, and the combinations of values they may take together.
//!
//! A column alone is a unit; so are the columns of a foreign key, and columns that conditions or overlapping keys tie together.

use std::collections::{BTreeMap, BTreeSet};

use super::chance::{mix, pick, seed};

/// Values for the columns of a unit, in their order; `None` is NULL.
pub(super) type Combination = Vec<Option<String>>;

/// A foreign key within a unit.
#[derive(Debug, Clone)]
pub(super) struct Reference {
    /// Places of its columns among the table's.
    pub(super) columns: Vec<usize>,
    /// Keys of the parent's rows.
    pub(super) keys: Vec<Vec<String>>,
    /// Whether it may be left open.
    pub(super) optional: bool,
}

/// Columns that are chosen together.
#[derive(Debug, Clone, Default)]
pub(super) struct Unit {
    /// Places among the table's columns, ascending.
    pub(super) columns: Vec<usize>,
    pub(super) references: Vec<Reference>,
    /// Conditions that look at two of its columns or more.
    pub(super) conditions: Vec<String>,
    pub(super) combinations: Vec<Combination>,
}

/// What a column may take on its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) values: Vec<String>,
    pub(super) may_be_null: bool,
    /// No two rows may have the same, whatever the other columns hold.
    pub(super) unique: bool,
}

/// Divides columns into units: those that share a key or a condition belong together.
pub(super) fn divide(
    columns: usize,
    references: Vec<Reference>,
    conditions: Vec<(String, BTreeSet<usize>)>,
) -> Vec<Unit> {
    let mut group: Vec<usize> = (0..columns).collect();
    let mut join = |members: Vec<usize>| {
        let Some(to) = members.iter().filter_map(|place| group.get(*place).copied()).min() else { return };
        let from: BTreeSet<usize> = members.iter().filter_map(|place| group.get(*place).copied()).collect();
        group.iter_mut().filter(|it| from.contains(it)).for_each(|it| *it = to);
    };
    references.iter().for_each(|reference| join(reference.columns.clone()));
    conditions.iter().for_each(|(_, columns)| join(columns.iter().copied().collect()));
    let mut units: BTreeMap<usize, Unit> = BTreeMap::new();
    for (place, of) in group.iter().enumerate() {
        units.entry(*of).or_default().columns.push(place);
    }
    let home = |place: usize| group.get(place).copied().unwrap_or_default();
    for reference in references {
        let of = reference.columns.first().map(|place| home(*place)).unwrap_or_default();
        if let Some(unit) = units.get_mut(&of) {
            unit.references.push(reference);
        }
    }
    for (condition, columns) in conditions {
        let of = columns.first().map(|place| home(*place)).unwrap_or_default();
        if let Some(unit) = units.get_mut(&of) {
            unit.conditions.push(condition);
        }
    }
    units.into_values().collect()
}

impl Unit {
    /// Whether nothing ties its column to others.
    #[cfg(test)]
    pub(super) fn is_plain(&self) -> bool {
        self.references.is_empty() && self.conditions.is_empty()
    }

    /// Combinations to try, in the order of their number; what conditions make of them is the server's to say.
    pub(super) fn draw(&self, table: &str, choices: &[Choice], wanted: usize, from: u64) -> Vec<Combination> {
        let by_key: Vec<Index> = self.references.iter().map(|_| Index::new()).collect();
        let mut drawer = Drawer { unit: self, choices, indexes: by_key, seed: seed(table) };
        let mut seen = BTreeSet::new();
        let drawn = (0..wanted as u64).filter_map(|n| drawer.one(from + n));
        drawn.filter(|one| seen.insert(one.clone())).collect()
    }
}

/// Keys of a parent by the values of some of their parts.
type Index = BTreeMap<(Vec<usize>, Vec<String>), Vec<usize>>;

struct Drawer<'a> {
    unit: &'a Unit,
    choices: &'a [Choice],
    indexes: Vec<Index>,
    seed: u64,
}

impl Drawer<'_> {
    fn one(&mut self, n: u64) -> Option<Combination> {
        let mut taken: BTreeMap<usize, Option<String>> = BTreeMap::new();
        for number in 0..self.unit.references.len() {
            self.reference(number, n, &mut taken)?;
        }
        for place in &self.unit.columns {
            if taken.contains_key(place) {
                continue;
            }
            let choice = self.choices.get(*place)?;
            let salt = mix(self.seed, *place as u64);
            // Where conditions tie columns together, NULL is often what they ask for.
            let often = if self.unit.conditions.is_empty() { 6 } else { 2 };
            let null = choice.may_be_null && (choice.values.is_empty() || mix(salt, n ^ 0x55).is_multiple_of(often));
            let value = match null {
                true => None,
                false if choice.unique => Some(choice.values.get(sequential(n, choice.values.len())?)?.clone()),
                false => Some(choice.values.get(pick(salt, n, choice.values.len()))?.clone()),
            };
            taken.insert(*place, value);
        }
        Some(self.unit.columns.iter().map(|place| taken.remove(place).flatten()).collect())
    }

    /// Takes a key of the parent that agrees with what is taken already.
    fn reference(&mut self, number: usize, n: u64, taken: &mut BTreeMap<usize, Option<String>>) -> Option<()> {
        let reference = self.unit.references.get(number)?;
        let salt = mix(self.seed, 1_000 + number as u64);
        let unique = reference.columns.iter().any(|place| self.choices.get(*place).is_some_and(|choice| choice.unique));
        let often = if self.unit.conditions.is_empty() { 7 } else { 2 };
        let open = reference.optional && mix(salt, n ^ 0xaa).is_multiple_of(often);
        let fixed: Vec<usize> =
            (0..reference.columns.len()).filter(|part| taken.contains_key(&reference.columns[*part])).collect();
        let given = fixed.iter().map(|part| taken.get(&reference.columns[*part]).cloned().flatten());
        let given: Option<Vec<String>> = given.collect();
        let chosen = match given {
            // A key that is open in one part refers to nothing.
            None => return self.fill(number, n, taken),
            Some(_) if fixed.is_empty() || open => {
                let at = if unique {
                    sequential(n, reference.keys.len())
                } else {
                    some(pick(salt, n, reference.keys.len()), &reference.keys)
                };
                at.and_then(|at| reference.keys.get(at)).cloned()
            }
            Some(given) => {
                let index = self.indexes.get_mut(number)?;
                let fits =
                    |key: &Vec<String>| fixed.iter().zip(&given).all(|(part, value)| key.get(*part) == Some(value));
                let fitting = index.entry((fixed.clone(), given.clone())).or_insert_with(|| {
                    reference.keys.iter().enumerate().filter(|(_, key)| fits(key)).map(|(at, _)| at).collect()
                });
                fitting.get(pick(salt, n, fitting.len())).and_then(|at| reference.keys.get(*at)).cloned()
            }
        };
        match chosen {
            Some(key) if !open => {
                for (place, value) in reference.columns.iter().zip(key) {
                    taken.entry(*place).or_insert(Some(value));
                }
                Some(())
            }
            key if reference.optional => {
                let mut left_open = false;
                for (part, place) in reference.columns.iter().enumerate() {
                    if taken.contains_key(place) {
                        continue;
                    }
                    let may_be_null = self.choices.get(*place).is_some_and(|choice| choice.may_be_null);
                    let value = key.as_ref().and_then(|key| key.get(part).cloned()).filter(|_| !may_be_null);
                    left_open |= may_be_null;
                    if value.is_none() && !may_be_null {
                        return None;
                    }
                    taken.insert(*place, value);
                }
                left_open.then_some(())
            }
            _ => None,
        }
    }

    /// The rest of a key that refers to nothing, since a part of it is open.
    fn fill(&self, number: usize, n: u64, taken: &mut BTreeMap<usize, Option<String>>) -> Option<()> {
        let reference = self.unit.references.get(number)?;
        for (part, place) in reference.columns.iter().enumerate() {
            let may_be_null = self.choices.get(*place).is_some_and(|choice| choice.may_be_null);
            if taken.contains_key(place) {
                continue;
            }
            let key = reference.keys.get(pick(self.seed, n, reference.keys.len()));
            let value = key.and_then(|key| key.get(part).cloned()).filter(|_| !may_be_null);
            if value.is_none() && !may_be_null {
                return None;
            }
            taken.insert(*place, value);
        }
        Some(())
    }
}

/// The nth of so many, beginning again after the last.
fn sequential(n: u64, of: usize) -> Option<usize> {
    usize::try_from(n.checked_rem(of as u64)?).ok()
}

fn some(at: usize, of: &[Vec<String>]) -> Option<usize> {
    (at < of.len()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(name: &str, values: &[&str], may_be_null: bool) -> Choice {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        Choice { name: name.into(), values, may_be_null, unique: false }
    }

    fn keys(list: &[&[&str]]) -> Vec<Vec<String>> {
        list.iter().map(|key| key.iter().map(|part| (*part).to_owned()).collect()).collect()
    }

    #[test]
    fn what_shares_a_key_or_a_condition_is_one_unit() {
        let reference = Reference { columns: vec![0, 1], keys: Vec::new(), optional: false };
        let units = divide(5, vec![reference], vec![("c".into(), BTreeSet::from([1, 3]))]);
        let columns: Vec<Vec<usize>> = units.iter().map(|unit| unit.columns.clone()).collect();
        assert_eq!(columns, [vec![0, 1, 3], vec![2], vec![4]]);
        assert_eq!((units[0].references.len(), units[0].conditions.len()), (1, 1));
        assert!(units[1].is_plain());
    }

    #[test]
    fn overlapping_keys_agree() {
        let one = Reference { columns: vec![0, 1], keys: keys(&[&["a", "1"], &["b", "2"]]), optional: false };
        let two = Reference { columns: vec![0, 2], keys: keys(&[&["a", "x"], &["b", "y"]]), optional: false };
        let choices = [choice("t", &[], false), choice("p", &[], false), choice("q", &[], false)];
        let unit = divide(3, vec![one, two], Vec::new()).remove(0);
        let drawn = unit.draw("t", &choices, 50, 0);
        assert_eq!(drawn.len(), 2);
        for row in drawn {
            let row: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap()).collect();
            assert!(row == ["a", "1", "x"] || row == ["b", "2", "y"], "{row:?}");
        }
    }

    #[test]
    fn an_optional_key_is_open_now_and_then_and_a_demanded_one_never() {
        let reference = |optional| Reference { columns: vec![0], keys: keys(&[&["a"], &["b"]]), optional };
        for optional in [true, false] {
            let unit = divide(1, vec![reference(optional)], Vec::new()).remove(0);
            let drawn = unit.draw("t", &[choice("p", &[], optional)], 100, 0);
            assert_eq!(drawn.len(), if optional { 3 } else { 2 });
        }
        let none = Reference { columns: vec![0], keys: Vec::new(), optional: false };
        let unit = divide(1, vec![none], Vec::new()).remove(0);
        assert!(unit.draw("t", &[choice("p", &[], false)], 10, 0).is_empty());
    }
}
