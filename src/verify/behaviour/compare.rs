//! Whether a persona is shown the same rows on both sides. Rows that only one side has are no matter of policies: the rows
//! check reports them.

use std::collections::HashMap;

use super::sight::{Seen, Sight, Verb, acting};
use super::subject::Asked;
use crate::check::{Context, SideView};
use crate::config::Persona;
use crate::model::Result;
use crate::postgres::{Role, TextRow};
use crate::verify::trouble;

/// Rows of a relation whose hashes are fetched to tell a policy's work from rows that one side lacks.
const MOST: usize = 100_000;

/// What a comparison of one kind of rows came to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Same,
    /// What differs are rows that only one side has.
    LeftToRows,
    Different(Difference),
    Unknown(String),
}

/// A difference, as findings show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    /// Such as `rows seen`.
    pub(super) what: &'static str,
    pub(super) source: String,
    pub(super) target: String,
}

/// Compares what both sides answered.
///
/// # Errors
/// When a side cannot be asked at all.
pub(super) async fn judge(
    context: &Context,
    persona: &Persona,
    verb: Verb,
    asked: &Asked,
    seen: (&Seen, &Seen),
) -> Result<Judged> {
    let (source, target) = (seen.0.sight(verb), seen.1.sight(verb));
    let unknown = [("source", &source), ("target", &target)].into_iter().find_map(|(side, sight)| match sight {
        Sight::Unknown(reason) => Some(format!("{} of {} on the {side}: {reason}", verb.rows(), persona.name)),
        _ => None,
    });
    if let Some(reason) = unknown {
        return Ok(Judged::Unknown(reason));
    }
    if source == target {
        return Ok(Judged::Same);
    }
    let mut shown = Difference { what: verb.rows(), source: source.shown(), target: target.shown() };
    let (Sight::Rows(_), Sight::Rows(_)) = (&source, &target) else { return Ok(Judged::Different(shown)) };
    if shown.source == shown.target {
        shown.target.push_str(", and others");
    }
    let all = tokio::join!(asked.source.all(&context.source), asked.target.all(&context.target));
    match all {
        (Ok(one), Ok(two)) if one != two => {}
        // The same rows are there, or it cannot be told: what is shown differs all the same.
        _ => return Ok(Judged::Different(shown)),
    }
    let lists = tokio::join!(
        lists(&context.source, &asked.source, persona, verb, context),
        lists(&context.target, &asked.target, persona, verb, context),
    );
    let ([seen, all], [seen_here, all_here]) = match (lists.0?, lists.1?) {
        (Ok(one), Ok(two)) => (one, two),
        (Err(reason), _) | (_, Err(reason)) => {
            return Ok(Judged::Unknown(format!("{} of {}: {reason}", verb.rows(), persona.name)));
        }
    };
    let missing = within(&minus(&seen, &seen_here), &minus(&all, &all_here));
    let extra = within(&minus(&seen_here, &seen), &minus(&all_here, &all));
    Ok(if missing && extra { Judged::LeftToRows } else { Judged::Different(shown) })
}

type Hashes = HashMap<i64, u32>;

/// The hashes of the rows a persona is shown, and of all rows.
async fn lists<R: Role>(
    view: &SideView<R>,
    question: &super::sight::Question,
    persona: &Persona,
    verb: Verb,
    context: &Context,
) -> Result<Result<[Hashes; 2], String>> {
    let time = context.config.behaviour.timeout;
    let seen = match view.readers.answer_as(&acting(persona), &question.hashes(verb, MOST + 1), time).await? {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(trouble::reason(&error))),
    };
    let all = match view.readers.answer(&question.all_hashes(MOST + 1)).await {
        Ok(rows) => rows,
        Err(error) => return Ok(Err(trouble::reason(&error))),
    };
    if seen.len().max(all.len()) > MOST {
        let reason =
            format!("the rows differ, and of more than {MOST} it is not told apart why a persona is shown others");
        return Ok(Err(reason));
    }
    Ok(Ok([counted(seen), counted(all)]))
}

fn counted(rows: Vec<TextRow>) -> Hashes {
    let mut found = Hashes::new();
    for hash in rows.into_iter().flatten().flatten().filter_map(|text| text.parse().ok()) {
        *found.entry(hash).or_default() += 1;
    }
    found
}

/// What one has more of than the other.
fn minus(one: &Hashes, other: &Hashes) -> Hashes {
    let more = |(hash, number): (&i64, &u32)| {
        let left = number.saturating_sub(other.get(hash).copied().unwrap_or_default());
        (left > 0).then_some((*hash, left))
    };
    one.iter().filter_map(more).collect()
}

fn within(some: &Hashes, all: &Hashes) -> bool {
    some.iter().all(|(hash, number)| all.get(hash).is_some_and(|there| there >= number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(list: &[i64]) -> Hashes {
        counted(list.iter().map(|hash| vec![Some(hash.to_string())]).collect())
    }

    #[test]
    fn rows_are_told_apart_with_their_number() {
        let (one, two) = (hashes(&[1, 1, 2, 3]), hashes(&[1, 3, 3]));
        assert_eq!(minus(&one, &two), hashes(&[1, 2]));
        assert_eq!(minus(&two, &one), hashes(&[3]));
        assert!(within(&hashes(&[1]), &one) && !within(&hashes(&[3, 3]), &one) && within(&hashes(&[]), &two));
    }
}
