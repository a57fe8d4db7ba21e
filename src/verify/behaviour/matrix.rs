//! What was answered as a matrix for reports: each persona and tenant by each table and view.
//!
//! Never true in here: a cell that reads as the same and was not looked at; more cells than a bound, without their number.

use super::Answer;
use super::people::People;
use super::subject::Subject;
use super::units::Answers;
use crate::model::{Sight, SightMatrix, SightOutcome, SightPersona, SightRow};

/// Cells kept.
const CELLS: usize = 5_000;

/// The matrix; `None` where nobody was asked as, or for nothing.
pub(super) fn matrix(people: &People, subjects: &[Subject<'_>], answers: &Answers) -> Option<SightMatrix> {
    if people.all.is_empty() || subjects.is_empty() {
        return None;
    }
    let personas = people.all.iter().map(|who| SightPersona {
        name: who.persona.name.clone(),
        role: who.persona.role.clone(),
        tenant: who.persona.tenant.clone(),
    });
    let row = |(place, subject): (usize, &Subject<'_>)| SightRow {
        object: subject.object.clone(),
        cells: (0..people.all.len()).map(|number| cell(answers.get(&(number, place)))).collect(),
    };
    let rows = subjects.iter().enumerate().map(row).collect();
    Some(bounded(personas.collect(), rows, CELLS))
}

/// What one answer says; nobody was answered where the role's rights are not known.
fn cell(answer: Option<&Answer>) -> Sight {
    let Some(answer) = answer else {
        return Sight { comes_to: SightOutcome::Unknown, source: None, target: None, of_others: None };
    };
    let comes_to = match (answer.differences.is_empty(), answer.unknown.is_empty(), answer.left_to_rows) {
        (false, ..) => SightOutcome::Different,
        (true, false, _) => SightOutcome::Unknown,
        (true, true, true) => SightOutcome::LeftToRows,
        (true, true, false) => SightOutcome::Same,
    };
    let (source, target) = answer.shown.clone();
    Sight { comes_to, source, target, of_others: answer.of_others.and_then(|(_, here)| here) }
}

/// As many relations as fit; those that differ stay before those that are not known, and these before the rest.
fn bounded(personas: Vec<SightPersona>, rows: Vec<SightRow>, cells: usize) -> SightMatrix {
    let fit = (cells / personas.len().max(1)).max(1);
    let left_out = rows.len().saturating_sub(fit) as u64;
    let any = |row: &SightRow, wanted: SightOutcome| row.cells.iter().any(|cell| cell.comes_to == wanted);
    let weight = |row: &SightRow| (!any(row, SightOutcome::Different), !any(row, SightOutcome::Unknown));
    let mut relations: Vec<(usize, SightRow)> = rows.into_iter().enumerate().collect();
    relations.sort_by_key(|(_, row)| weight(row));
    relations.truncate(fit);
    relations.sort_by_key(|(place, _)| *place);
    SightMatrix { personas, relations: relations.into_iter().map(|(_, row)| row).collect(), left_out }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ObjectRef, RelationName};
    use crate::verify::behaviour::compare::Difference;

    #[test]
    fn what_was_not_answered_is_not_known() {
        assert_eq!(cell(None).comes_to, SightOutcome::Unknown);
        let shown = (Some("1 row".to_owned()), Some("1 row".to_owned()));
        let answer = || Answer { shown: shown.clone(), of_others: Some((None, Some(0))), ..Answer::default() };
        let seen = cell(Some(&answer()));
        assert_eq!((seen.comes_to, seen.of_others), (SightOutcome::Same, Some(0)));
        let unknown = Answer { unknown: vec!["timeout".to_owned()], left_to_rows: true, ..answer() };
        assert_eq!(cell(Some(&unknown)).comes_to, SightOutcome::Unknown);
        assert_eq!(cell(Some(&Answer { left_to_rows: true, ..answer() })).comes_to, SightOutcome::LeftToRows);
        let what = Difference { what: "rows seen", source: "1 row".into(), target: "2 rows".into() };
        let both = Answer { differences: vec![what], ..unknown };
        assert_eq!(cell(Some(&both)).comes_to, SightOutcome::Different);
    }

    #[test]
    fn what_differs_is_left_out_last() {
        let row = |name: &str, comes_to| SightRow {
            object: ObjectRef::table(&RelationName::new("public", name)),
            cells: vec![Sight { comes_to, source: None, target: None, of_others: None }; 2],
        };
        let rows = vec![
            row("a", SightOutcome::Same),
            row("b", SightOutcome::Unknown),
            row("c", SightOutcome::Same),
            row("d", SightOutcome::Different),
        ];
        let persona = SightPersona { name: "anon".into(), role: "anon".into(), tenant: None };
        let matrix = bounded(vec![persona.clone(), persona], rows, 5);
        let kept: Vec<&str> = matrix.relations.iter().map(|row| row.object.identity.as_str()).collect();
        assert_eq!(kept, ["public.b", "public.d"]);
        assert_eq!(matrix.left_out, 2);
    }
}
