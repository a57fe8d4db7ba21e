//! The rules of the day: what a verify that says no means. Pure: it reads a report and answers.

use crate::config::{Decide, Otherwise};
use crate::model::{Choice, Finding, Outcome, RunReport, TableCopied, count, plural};

/// What the rules say, with the reasons, the weightiest first.
pub(super) fn judge(rules: &Decide, report: &RunReport, copied: &[TableCopied]) -> (Choice, Vec<String>) {
    let findings: Vec<&Finding> = report.units.iter().flat_map(|unit| unit.open_findings()).collect();
    let weighty: Vec<String> = [
        missing(rules, &findings, copied),
        orphans(rules, &findings).into_iter().collect(),
        unprotected(rules, &findings).into_iter().collect(),
    ]
    .concat();
    if !weighty.is_empty() {
        return (Choice::RollBack, weighty);
    }
    let unseen = report.units.iter().filter(|unit| matches!(unit.outcome, Outcome::Incomplete { .. })).count();
    if findings.is_empty() {
        let unseen = plural(unseen as u64, "unit");
        return (Choice::Hold, vec![format!("nothing was seen to differ, and {unseen} could not be looked at")]);
    }
    let rows: u64 = findings.iter().map(|finding| finding.total).sum();
    let only_rows = findings.iter().all(|finding| finding.check == "rows" && finding.total > 0);
    if only_rows && rows <= rules.held_rows {
        let object = &findings[0].object;
        return (
            Choice::Hold,
            vec![format!("no more than {} differ, in {object}: it may be acceptable", plural(rows, "row"))],
        );
    }
    let first = findings.iter().take(3).map(|finding| format!("{}: {}", finding.object, finding.message));
    let mut reasons: Vec<String> = first.collect();
    if findings.len() > 3 {
        reasons.push(format!("and {} more", count(findings.len() as u64 - 3)));
    }
    match rules.otherwise {
        Otherwise::Hold => (Choice::Hold, reasons),
        Otherwise::Rollback => (Choice::RollBack, reasons),
    }
}

/// Tables too many of whose rows are missing.
fn missing(rules: &Decide, findings: &[&Finding], copied: &[TableCopied]) -> Vec<String> {
    let missing = findings.iter().filter(|finding| finding.check == "rows" && finding.attribute == "rows missing");
    let over = missing.filter_map(|finding| {
        let table = copied.iter().find(|table| table.table.to_string() == finding.object.identity)?;
        // What was copied is what the source had; rows that nobody copied come on top.
        let rows = table.rows.max(finding.total);
        #[allow(clippy::cast_precision_loss)]
        let share = finding.total as f64 / rows as f64;
        (share > rules.missing_rows).then(|| {
            format!(
                "{}: {} of {} rows missing, more than {:.0}%",
                finding.object,
                count(finding.total),
                count(rows),
                rules.missing_rows * 100.0
            )
        })
    });
    over.collect()
}

fn orphans(rules: &Decide, findings: &[&Finding]) -> Option<String> {
    let orphans: u64 = findings.iter().filter(|finding| finding.check == "orphans").map(|one| one.total.max(1)).sum();
    (orphans > rules.orphans).then(|| format!("{} whose parent is absent", plural(orphans, "row")))
}

fn unprotected(rules: &Decide, findings: &[&Finding]) -> Option<String> {
    let is_off = |finding: &&&Finding| {
        finding.check == "rls"
            && finding.attribute == "row security"
            && finding.target.as_deref().is_some_and(|value| value != "enabled")
    };
    let off = findings.iter().filter(is_off);
    let off = off.count() as u64;
    (off > rules.unprotected_tables).then(|| format!("{} without row security", plural(off, "table")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Flags};
    use crate::model::{ObjectRef, RelationName, Unit};

    fn rules() -> Decide {
        Config::from_text("", &Flags::default()).unwrap().decide
    }

    fn table(rows: u64) -> TableCopied {
        TableCopied { table: RelationName::new("public", "hotels"), level: 0, rows, bytes: 0, seconds: 0.0 }
    }

    fn finding(check: &str, attribute: &str, total: u64) -> Finding {
        let object = ObjectRef::new("table", "public.hotels");
        Finding::new(check, object, attribute, "differs").with_rows(total, Vec::new())
    }

    fn said(findings: Vec<Finding>, rows: u64) -> (Choice, String) {
        let mut report = crate::migrate::testing::empty_report();
        for finding in findings {
            report.units.push(Unit::judged(&finding.check.clone(), finding.object.clone(), vec![finding]));
        }
        let (choice, reasons) = judge(&rules(), &report, &[table(rows)]);
        (choice, reasons.join("; "))
    }

    #[test]
    fn more_than_a_tenth_missing_is_the_way_back() {
        let (choice, why) = said(vec![finding("rows", "rows missing", 3333)], 4333);
        assert_eq!(choice, Choice::RollBack);
        assert!(why.contains("3,333 of 4,333 rows missing, more than 10%"), "{why}");
        // Nothing was copied at all.
        assert_eq!(said(vec![finding("rows", "rows missing", 5)], 0).0, Choice::RollBack);
    }

    #[test]
    fn one_or_two_rows_are_for_a_person() {
        assert_eq!(said(vec![finding("rows", "rows changed", 2)], 100).0, Choice::Hold);
        assert_eq!(said(vec![finding("rows", "rows missing", 1)], 100).0, Choice::Hold);
        assert_eq!(said(vec![finding("rows", "rows changed", 3)], 100).0, Choice::RollBack);
        let both = vec![finding("rows", "rows changed", 2), finding("rows", "rows extra", 1)];
        assert_eq!(said(both, 100).0, Choice::RollBack);
    }

    #[test]
    fn any_orphan_and_more_than_five_open_tables_are_the_way_back() {
        assert!(said(vec![finding("orphans", "orphans", 1)], 100).1.contains("1 row whose parent is absent"));
        let open = |number: usize| -> Vec<Finding> {
            let off = |_| finding("rls", "row security", 0).values(Some("enabled".into()), Some("disabled".into()));
            (0..number).map(off).collect()
        };
        assert!(said(open(6), 100).1.contains("6 tables without row security"));
        assert!(!said(open(5), 100).1.contains("without row security"));
    }

    #[test]
    fn what_could_not_be_looked_at_is_for_a_person_and_the_rest_as_the_file_says() {
        assert_eq!(said(Vec::new(), 100).0, Choice::Hold);
        assert_eq!(said(vec![finding("schema", "type", 0)], 100).0, Choice::RollBack);
        let config = Config::from_text("[decide]\notherwise = 'hold'\n", &Flags::default()).unwrap();
        let mut report = crate::migrate::testing::empty_report();
        let one = finding("schema", "type", 0);
        report.units.push(Unit::judged("schema", one.object.clone(), vec![one]));
        assert_eq!(judge(&config.decide, &report, &[]).0, Choice::Hold);
    }
}
