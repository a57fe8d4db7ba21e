//! Whether a unit says exactly what is expected of it: these rows, these keys, these columns, these totals, no more.

use std::collections::BTreeMap;

use pg_rehearse::model::{Outcome, RowChange, Unit};

use super::table::Report;

/// The attribute of the finding for each kind of change.
fn attribute(change: RowChange) -> &'static str {
    match change {
        RowChange::Missing => "rows missing",
        RowChange::Extra => "rows extra",
        RowChange::Changed => "rows changed",
    }
}

/// Why a unit is not as expected.
pub(super) fn judge(unit: &Unit, expected: &[Report]) -> Result<(), String> {
    let findings = match &unit.outcome {
        Outcome::Same if expected.is_empty() => return Ok(()),
        Outcome::Different { findings } if !expected.is_empty() => findings,
        other => return Err(format!("expected {expected:?}, got {other:?}")),
    };
    let mut wanted: BTreeMap<&str, Vec<&Report>> = BTreeMap::new();
    expected.iter().for_each(|report| wanted.entry(attribute(report.0)).or_default().push(report));
    let named: Vec<&str> = findings.iter().map(|finding| finding.attribute.as_str()).collect();
    if named.len() != wanted.len() || !wanted.keys().all(|name| named.contains(name)) {
        return Err(format!("expected findings {:?}, got {named:?}", wanted.keys()));
    }
    for finding in findings {
        let reports = &wanted[finding.attribute.as_str()];
        if finding.check != "rows" || finding.object != unit.object || finding.total != reports.len() as u64 {
            return Err(format!("expected {} rows, got {finding:?}", reports.len()));
        }
        // Without a key a row is shown once, however often it is missing or extra.
        if reports[0].1.is_none() {
            let one_kind = finding.rows.iter().all(|row| attribute(row.change) == finding.attribute);
            if !one_kind || finding.rows.is_empty() || finding.rows.len() > reports.len() {
                return Err(format!("other rows than expected: {finding:?}"));
            }
            continue;
        }
        let sorted = |columns: &mut Vec<String>| columns.sort();
        let mut shown: Vec<Report> = finding
            .rows
            .iter()
            .map(|row| {
                let mut columns: Vec<String> = row.columns.iter().map(|column| column.column.clone()).collect();
                sorted(&mut columns);
                (row.change, Some(row.key.clone()), columns)
            })
            .collect();
        let mut reports: Vec<Report> = reports.iter().map(|report| (*report).clone()).collect();
        reports.iter_mut().for_each(|report| sorted(&mut report.2));
        let order = |one: &Report, two: &Report| one.1.cmp(&two.1);
        shown.sort_by(order);
        reports.sort_by(order);
        if shown != reports {
            return Err(format!("expected {reports:?}, got {shown:?}"));
        }
    }
    Ok(())
}
