//! What roles, users and tenants are shown, and could change: asked as them, on both sides.
//!
//! Never true in here: a statement that writes, on either side; a persona that could not be asked as and reads as the same.

mod compare;
mod matrix;
mod people;
mod rights;
mod sight;
mod subject;
mod tenants;
mod units;

pub(super) use tenants::check;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use self::compare::{Difference, Judged};
use self::people::{People, Who};
use self::rights::Rights;
use self::sight::{Seen, Verb};
use self::subject::{OneSide, Subject};
use super::gather::gather;
use crate::check::{Check, CheckOutcome, Context};
use crate::model::{Event, RelationName, Result, readable};

const NAME: &str = "behaviour";

/// The behaviour check.
pub(super) struct Behaviour;

impl Check for Behaviour {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "each persona is shown the same rows of every table and view on both sides, the same rows are open to it for \
         change as far as policies and privileges go, it reaches the same functions and views that use their owner's rights, \
         and no tenant is shown rows of another; it says nothing of personas that are not asked as, nor of what triggers do"
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        look(context).boxed_local()
    }
}

/// Both sides' rights of a role, or why nobody can be asked as it.
type OfRole = Result<(Rights, Rights), String>;

/// What a persona was shown of one relation.
#[derive(Debug, Default)]
struct Answer {
    differences: Vec<Difference>,
    unknown: Vec<String>,
    left_to_rows: bool,
    only_counted: Option<&'static str>,
    /// Rows seen on each side.
    rows: (u64, u64),
    /// What is seen on each side, as reports show it; `None` where it is not known.
    shown: (Option<String>, Option<String>),
    /// Rows of another tenant on each side, where tenants are told apart; `None` where that is not known.
    of_others: Option<(Option<u64>, Option<u64>)>,
}

async fn look(context: &Context) -> Result<CheckOutcome> {
    let subjects = subject::subjects(context).await?;
    let people = people::people(context, &subjects.all).await;
    if people.all.is_empty() && people.unknown.is_empty() {
        return Ok(CheckOutcome::default());
    }
    let roles: BTreeSet<&str> = people.all.iter().map(|who| who.persona.role.as_str()).collect();
    let mut rights: BTreeMap<&str, OfRole> = BTreeMap::new();
    for role in roles {
        rights.insert(role, of_role(context, role).await?);
    }
    let mut tasks: Vec<LocalBoxFuture<'_, Result<(usize, usize, Answer)>>> = Vec::new();
    for (number, who) in people.all.iter().enumerate() {
        let Some(Ok(sides)) = rights.get(who.persona.role.as_str()) else { continue };
        for (place, subject) in subjects.all.iter().enumerate() {
            let people = &people;
            tasks.push(
                async move { Ok((number, place, ask(context, people, who, subject, sides).await?)) }.boxed_local(),
            );
        }
    }
    let mut answers = BTreeMap::new();
    for answer in gather(tasks, context.config.verify_jobs).await {
        let (number, place, answer) = answer?;
        context.events.send(&Event::UnitChecked { check: NAME.to_owned() });
        answers.insert((number, place), answer);
    }
    Ok(units::outcome(context, &people, subjects, &rights, &answers))
}

async fn of_role(context: &Context, role: &str) -> Result<OfRole> {
    let time = context.config.behaviour.timeout;
    let (source, target) =
        tokio::try_join!(rights::read(&context.source, role, time), rights::read(&context.target, role, time))?;
    Ok(match (source, target) {
        (Ok(source), Ok(target)) => Ok((source, target)),
        (Err(one), Err(two)) => Err(format!("{one}; {two}")),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
    })
}

async fn ask(
    context: &Context,
    people: &People,
    who: &Who,
    subject: &Subject<'_>,
    (there, here): &(Rights, Rights),
) -> Result<Answer> {
    let sides = there.relations.get(&subject.name).zip(here.relations.get(&subject.name));
    let Some((one, two)) = sides else {
        let reason = format!("the rights of {} are not known", who.persona.name);
        return Ok(Answer { unknown: vec![reason], ..Answer::default() });
    };
    let mut answer = Answer::default();
    answer.differences.extend(columns(one, two));
    let tenant = who.persona.tenant.as_deref().and_then(|tenant| Some((people.tenant_column(&subject.name)?, tenant)));
    let source = OneSide { rights: one, catalog: &context.source.catalog };
    let target = OneSide { rights: two, catalog: &context.target.catalog };
    let asked = match subject.asked(source, target, tenant) {
        Ok(asked) => asked,
        Err(reason) => return Ok(Answer { unknown: vec![reason], ..answer }),
    };
    answer.only_counted = asked.only_counted;
    let time = context.config.behaviour.timeout;
    let (source, target) = tokio::try_join!(
        async {
            match one.readable().is_empty() {
                true => Ok(Seen::refused()),
                false => asked.source.ask(&context.source, &who.persona, time).await,
            }
        },
        async {
            match two.readable().is_empty() {
                true => Ok(Seen::refused()),
                false => asked.target.ask(&context.target, &who.persona, time).await,
            }
        },
    )?;
    answer.rows = (source.rows(), target.rows());
    answer.shown = (source.sight(Verb::See).known(), target.sight(Verb::See).known());
    if asked.source.of_others.is_some() || asked.target.of_others.is_some() {
        answer.of_others = Some((source.of_others, target.of_others));
    }
    let mut differences = Vec::new();
    for verb in Verb::ALL {
        match compare::judge(context, &who.persona, verb, &asked, (&source, &target)).await? {
            Judged::Same => {}
            Judged::LeftToRows => answer.left_to_rows = true,
            Judged::Different(difference) => differences.push(difference),
            Judged::Unknown(reason) => answer.unknown.push(reason),
        }
    }
    answer.differences.extend(joined(differences));
    Ok(answer)
}

/// One cause is one finding: where other rows are seen, other rows are open to change, and that is told along with it.
fn joined(mut differences: Vec<Difference>) -> Vec<Difference> {
    let seen = differences.iter().position(|difference| difference.what == Verb::See.rows());
    let Some(mut seen) = seen.map(|at| differences.remove(at)) else { return differences };
    for open in differences {
        let command = open.what.trim_start_matches("rows ");
        seen.source.push_str(&format!("; {command}: {}", open.source));
        seen.target.push_str(&format!("; {command}: {}", open.target));
    }
    vec![seen]
}

/// The difference in the columns that may be read, where some may be on both sides: where none may, no row is seen.
fn columns(one: &rights::RelationRights, two: &rights::RelationRights) -> Option<Difference> {
    let there = Subject::shared(one.readable(), one, two);
    let here = Subject::shared(two.readable(), one, two);
    let same = there.iter().collect::<BTreeSet<_>>() == here.iter().collect::<BTreeSet<_>>();
    if same || there.is_empty() || here.is_empty() {
        return None;
    }
    let shown = |columns: Vec<&String>| columns.into_iter().map(|name| readable(name)).collect::<Vec<_>>();
    Some(Difference { what: "columns seen", source: shown(there).join(", "), target: shown(here).join(", ") })
}

/// The column that holds the tenant, by relation.
type TenantColumns = BTreeMap<RelationName, String>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_to_change_is_told_with_what_is_seen() {
        let difference = |verb: Verb, source: &str, target: &str| Difference {
            what: verb.rows(),
            source: source.to_owned(),
            target: target.to_owned(),
        };
        let (seen, delete) = (difference(Verb::See, "1 row", "2 rows"), difference(Verb::Delete, "0 rows", "1 row"));
        assert_eq!(joined(vec![delete.clone()]), std::slice::from_ref(&delete));
        let one = Difference {
            what: "rows seen",
            source: "1 row; open to delete: 0 rows".to_owned(),
            target: "2 rows; open to delete: 1 row".to_owned(),
        };
        assert_eq!(joined(vec![seen, delete]), [one]);
    }
}
