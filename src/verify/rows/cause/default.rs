//! What the target puts into a column that nobody names: a copy that left the column out shows by it.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::catalog::Column;
use crate::model::ObjectRef;
use crate::verify::rows::column_object;
use crate::verify::rows::drill::Drill;

/// Time the target is given to answer.
const TIME: Duration = Duration::from_secs(5);
/// Columns asked about at once.
const MOST: usize = 200;

/// The text of each compared column's constant default on the target, by the column's name. Where the target does not
/// answer there are none: the rows differ all the same, and one cause fewer is known.
pub(in crate::verify::rows) async fn defaults(drill: &Drill<'_>) -> BTreeMap<String, String> {
    let constants: Vec<(&Column, &str)> = drill
        .shape
        .columns
        .iter()
        .filter(|column| !drill.instead.contains_key(&column.name))
        .filter_map(|column| {
            let expression = written(drill, &column_object(&drill.target.name, &column.name))?;
            Some((drill.target.column(&column.name)?, expression)).filter(|_| is_constant(expression))
        })
        .take(MOST)
        .collect();
    if constants.is_empty() {
        return BTreeMap::new();
    }
    let texts: Vec<String> = constants
        .iter()
        .map(|(column, expression)| format!("(({expression})::{})::text", column.declared_type))
        .collect();
    let sql = format!("select {}", texts.join(", "));
    let answer = match drill.context.target.readers.acquire().await {
        Ok(mut session) => session.rows_within(&sql, TIME).await,
        Err(error) => Err(error),
    };
    let row = answer.unwrap_or_default().into_iter().next().unwrap_or_default();
    constants.iter().zip(row).filter_map(|((column, _), text)| Some((column.name.clone(), text?))).collect()
}

/// The default as the target's catalog writes it.
fn written<'a>(drill: &Drill<'a>, column: &ObjectRef) -> Option<&'a str> {
    drill.context.target.catalog.inventory.get(column)?.attributes.get("default")?.as_deref()
}

/// Whether an expression is a literal with casts and nothing else: no function is called, whose value may be another each
/// time, or which may be anybody's.
fn is_constant(expression: &str) -> bool {
    let outside = expression.split('\'').step_by(2);
    let mut bare = outside.flat_map(str::chars);
    !bare.any(|c| c == '(') && !expression.starts_with("CURRENT_") && !expression.starts_with("LOCAL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_literals_are_constant() {
        for constant in ["0", "true", "'x (y)'::text", "'it''s (so)'::text", "'-1'::integer", "ARRAY[]::text[]"] {
            assert!(is_constant(constant), "{constant}");
        }
        for other in ["now()", "nextval('s'::regclass)", "CURRENT_DATE", "LOCALTIMESTAMP", "public.f('x'::text)"] {
            assert!(!is_constant(other), "{other}");
        }
    }
}
