//! What a rehearsal on the user's own schema was made of, and what took no part in it: what each format shows of it.

use crate::model::{Aside, OwnSchema, RunReport, plural};

/// What was loaded and made, in one line.
pub(super) fn line(own: &OwnSchema) -> String {
    let file = match &own.target_file {
        Some(target) => format!("{}, and {target} on the target", own.file),
        None => own.file.clone(),
    };
    let (tables, keys) = (plural(own.tables, "table"), plural(own.foreign_keys, "foreign key"));
    format!("{file}: {tables}, {keys}, {}, {} made", plural(own.policies, "policy"), plural(own.rows, "row"))
}

/// The lists that are not empty, each with its title.
pub(super) fn lists(report: &RunReport) -> Vec<(&'static str, &[Aside])> {
    let Some(own) = &report.own_schema else { return Vec::new() };
    let all = [
        ("Not part of this rehearsal", own.left_out.as_slice()),
        ("Stood in for", &own.stood_in),
        ("Fewer rows than asked for", &own.fewer_rows),
        ("Defects without a place", &own.not_planted),
    ];
    all.into_iter().filter(|(_, list)| !list.is_empty()).collect()
}

/// What of the schema nothing is shown of, for the headline.
pub(super) fn left_out(report: &RunReport) -> Option<String> {
    let number = report.own_schema.as_ref().map_or(0, |own| own.left_out.len());
    (number > 0).then(|| format!("{} of the schema left out", plural(number as u64, "part")))
}
