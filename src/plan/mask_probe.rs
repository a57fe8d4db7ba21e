//! What the masked rows of a table must be asked before they may travel: whether they keep what the target demands. Pure:
//! the questions are handed out as SQL for the source, and each answers how many rows or values are in the way.

use super::masked::Readings;
use crate::catalog::Relation;
use crate::config::MaskKind;
use crate::model::{plural, quoted};

/// A question to the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MaskProbe {
    /// The query; it answers a number.
    pub sql: String,
    /// What a number above zero counts: `row` or `value`.
    noun: &'static str,
    /// What is wrong with them.
    wrong: String,
}

impl MaskProbe {
    /// What stands in the way, where the answer is above zero.
    pub fn problem(&self, answer: Option<&str>) -> Option<String> {
        let number: u64 = answer?.parse().ok()?;
        (number > 0).then(|| format!("{} {}", plural(number, self.noun), self.wrong))
    }

    /// What is not known, where the source did not answer.
    pub fn unanswered(&self) -> String {
        format!("it is not known whether {}s {}", self.noun, self.wrong)
    }
}

/// The questions about one table.
pub(super) fn probes(readings: &Readings, source: &Relation, target: &Relation) -> Vec<MaskProbe> {
    if readings.masked.is_empty() {
        return Vec::new();
    }
    let columns = source.columns.iter().filter(|column| column.can_select).map(|column| column.name.as_str());
    let rows = format!("(select {} from {}) masked", readings.select_list(columns), source.from_item());
    let touched = |columns: &Option<Vec<String>>| {
        columns.as_ref().is_none_or(|columns| columns.iter().any(|column| readings.instead.contains_key(column)))
    };
    let mut probes = Vec::new();
    for masked in &readings.masked {
        let name = quoted(&masked.column);
        let there = target.column(&masked.column);
        if matches!(masked.kind, MaskKind::Sql(_)) && there.is_some_and(|column| column.not_null) {
            probes.push(MaskProbe {
                sql: format!("select count(*) from {rows} where {name} is null"),
                noun: "row",
                wrong: format!("would have NULL in {name}, which is NOT NULL on the target"),
            });
        }
        let limits =
            [source.column(&masked.column), there].into_iter().flatten().filter_map(|column| column.characters);
        if let (Some(uncast), Some(limit)) = (&masked.uncast, limits.min()) {
            let from = source.from_item();
            probes.push(MaskProbe {
                sql: format!("select count(*) from {from} where char_length(({uncast})::text) > {limit}"),
                noun: "row",
                wrong: format!("would have more than {limit} characters in {name}"),
            });
        }
    }
    for check in target.checks.iter().filter(|check| touched(&check.columns)) {
        probes.push(MaskProbe {
            sql: format!("select count(*) from {rows} where not ({})", check.expression),
            noun: "row",
            wrong: format!("would break the check {} once masked", quoted(&check.name)),
        });
    }
    for unique in target.uniques.iter().filter(|unique| touched(&unique.columns)) {
        let mut conditions: Vec<String> = unique.predicate.iter().map(|predicate| format!("({predicate})")).collect();
        if !unique.nulls_not_distinct {
            conditions.extend(unique.expressions.iter().map(|expression| format!("num_nulls({expression}) = 0")));
        }
        let filter = if conditions.is_empty() { String::new() } else { format!(" where {}", conditions.join(" and ")) };
        let grouped = unique.expressions.iter().map(|expression| format!("({expression})")).collect::<Vec<_>>();
        probes.push(MaskProbe {
            sql: format!(
                "select count(*) from (select from {rows}{filter} group by {} having count(*) > 1) twice",
                grouped.join(", ")
            ),
            noun: "value",
            wrong: format!(
                "would stand in several rows once masked, against the unique index {}",
                quoted(&unique.name)
            ),
        });
    }
    probes
}
