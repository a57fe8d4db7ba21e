//! The tables: level, rows on both sides, size, how fast they were copied, and what became of them.

use std::collections::BTreeMap;

use super::page::Section;
use super::table::{Cell, Column, Row, Table, Tags};
use crate::model::{Finding, Outcome, PlannedTable, RunReport, TableCopied, Unit, count, plural};
use crate::report::digest;

/// What is known of one table.
#[derive(Default)]
struct Known<'a> {
    planned: Option<&'a PlannedTable>,
    copied: Option<&'a TableCopied>,
    rows: Option<&'a Unit>,
    /// The number of the first open finding of it or of what hangs on it, and how many they are.
    findings: Option<(usize, u64)>,
}

pub(super) fn section(report: &RunReport) -> Option<Section> {
    let known = known(report);
    if known.is_empty() {
        return None;
    }
    let plan = known.values().any(|table| table.planned.is_some());
    let copied = known.values().any(|table| table.copied.is_some());
    let mut columns = vec![Column::text("table")];
    columns.extend((plan || copied).then(|| Column::number("level")));
    columns.extend(["source rows", "target rows"].map(Column::number));
    columns.extend(plan.then(|| Column::number("on disk")));
    columns.extend(copied.then(|| ["copied", "time", "rows/s"].map(Column::number)).into_iter().flatten());
    columns.extend([Column::text("rows are"), Column::number("findings")]);
    let rows = known.iter().enumerate().map(|(at, (name, table))| table.row(name, at, plan, copied));
    let table = Table { caption: "Tables", columns, rows: rows.collect(), sortable: true, ..Table::default() };
    let total = digest::summary(report);
    let note = match copied {
        true => format!("{} of {} copied", plural(total.rows_copied, "row"), plural(total.tables_copied, "table")),
        false => plural(known.len() as u64, "table"),
    };
    Some(Section::new("tables", "Tables", note, table.html()))
}

/// Every table that the plan, the copy or the check of rows names.
fn known(report: &RunReport) -> BTreeMap<String, Known<'_>> {
    let mut known: BTreeMap<String, Known<'_>> = BTreeMap::new();
    for planned in report.plan.iter().flat_map(|plan| &plan.tables) {
        known.entry(planned.table.to_string()).or_default().planned = Some(planned);
    }
    for copied in &report.copied {
        known.entry(copied.table.to_string()).or_default().copied = Some(copied);
    }
    for unit in report.units_of("rows").filter(|unit| matches!(unit.object.kind.as_str(), "table" | "view")) {
        let rows = &mut known.entry(unit.object.identity.clone()).or_default().rows;
        // A table may be waived in part: what is open counts.
        if rows.is_none_or(|known| matches!(known.outcome, Outcome::Waived { .. })) {
            *rows = Some(unit);
        }
    }
    for (index, finding) in digest::open_findings(report).into_iter().enumerate() {
        if let Some(name) = table_of(finding, |name| known.contains_key(name)) {
            let findings = known.entry(name.to_owned()).or_default().findings.get_or_insert((index + 1, 0));
            findings.1 += 1;
        }
    }
    known
}

/// The table a finding is of: its object, or what the object's name begins with.
pub(super) fn table_of(finding: &Finding, exists: impl Fn(&str) -> bool) -> Option<&str> {
    let identity = finding.object.identity.as_str();
    let ends = identity.match_indices('.').map(|(at, _)| at);
    ends.chain([identity.len()]).map(|end| &identity[..end]).find(|name| exists(name))
}

impl Known<'_> {
    fn row(&self, name: &str, at: usize, plan: bool, copied: bool) -> Row {
        let number = |number: Option<u64>| match number {
            Some(number) => Cell::html(count(number)).sorted(number as f64),
            None => Cell::none(),
        };
        let size = |bytes: u64| Cell::html(bytesize::ByteSize(bytes).display().si().to_string()).sorted(bytes as f64);
        let level = self.planned.map(|table| table.level).or(self.copied.map(|table| table.level));
        let rows = self.rows.and_then(|unit| unit.rows);
        let mut cells = vec![Cell::text(name)];
        if plan || copied {
            cells.push(number(level.map(|level| level as u64)));
        }
        cells.push(number(rows.map(|rows| rows.source).or(self.copied.map(|table| table.rows))));
        cells.push(number(rows.map(|rows| rows.target)));
        if plan {
            cells.push(self.planned.map_or_else(Cell::none, |table| size(table.bytes)));
        }
        if copied {
            cells.push(self.copied.map_or_else(Cell::none, |table| size(table.bytes)));
            cells.push(self.copied.map_or_else(Cell::none, |table| Cell::seconds(table.seconds)));
            cells.push(self.copied.map_or_else(Cell::none, |table| {
                let rate = digest::rate(table.rows, table.seconds);
                Cell::html(rate).sorted(table.rows as f64 / table.seconds.max(0.001))
            }));
        }
        let (outcome, verdict) = match self.rows.map(|unit| &unit.outcome) {
            Some(Outcome::Same) => ("same", Cell::toned("good", "same")),
            Some(Outcome::Different { .. }) => ("different", Cell::toned("bad", "different")),
            Some(Outcome::Incomplete { .. }) => ("incomplete", Cell::toned("unsure", "incomplete")),
            Some(Outcome::Waived { .. }) => ("waived", Cell::text("waived")),
            None => ("not-compared", Cell::toned("unsure", "not compared")),
        };
        cells.push(verdict);
        cells.push(match self.findings {
            Some((first, many)) => {
                Cell::html(format!("<a class=\"bad\" href=\"#f-{first}\">{}</a>", count(many))).sorted(many as f64)
            }
            None => Cell::count("", 0),
        });
        Row::new(cells).tagged(Tags { outcome, ..Tags::default() }).id(format!("t-{}", at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ObjectRef;

    #[test]
    fn what_hangs_on_a_table_is_found_by_its_name() {
        let of = |identity: &str| {
            let finding = Finding::new("schema", ObjectRef::new("column", identity), "type", "another");
            table_of(&finding, |name| ["public.t", "public.\"a.b\""].contains(&name)).map(str::to_owned)
        };
        assert_eq!(of("public.t.name").as_deref(), Some("public.t"));
        assert_eq!(of("public.t").as_deref(), Some("public.t"));
        assert_eq!(of("public.\"a.b\".c").as_deref(), Some("public.\"a.b\""));
        assert_eq!(of("public.tt"), None);
    }
}
