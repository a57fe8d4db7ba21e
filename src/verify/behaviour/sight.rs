//! What one persona is shown of one relation on one side: how many rows, and the sum of their keys' hashes.

use std::time::Duration;

use crate::check::SideView;
use crate::config::Persona;
use crate::model::{Error, Result, plural};
use crate::postgres::{Acting, Role, TextRow};
use crate::verify::trouble;

/// The classes of errors that policies, and the functions they call, raise over the rows they are shown.
const ANSWERS: [&str; 8] = ["22", "23", "2F", "38", "39", "42", "54001", "P0"];

/// What is done with rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verb {
    See,
    Insert,
    Update,
    Delete,
}

impl Verb {
    pub(super) const ALL: [Self; 4] = [Self::See, Self::Insert, Self::Update, Self::Delete];

    /// What findings call the rows.
    pub(super) fn rows(self) -> &'static str {
        match self {
            Self::See => "rows seen",
            Self::Insert => "rows open to insert",
            Self::Update => "rows open to update",
            Self::Delete => "rows open to delete",
        }
    }
}

/// How many rows, and the exact sum of their hashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) rows: u64,
    hashes: i128,
}

/// What came of a look at some rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Sight {
    /// Those.
    Rows(Sum),
    /// The server refuses.
    Refused,
    /// Whoever asks gets this error, by its SQLSTATE: its text may quote values.
    Fails(String),
    /// It could not be looked at.
    Unknown(String),
}

impl Sight {
    /// As findings show it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Rows(sum) => plural(sum.rows, "row"),
            Self::Refused => "refused".to_owned(),
            Self::Fails(state) => format!("fails with SQLSTATE {state}"),
            Self::Unknown(reason) => reason.clone(),
        }
    }

    /// The same; `None` where it is not known.
    pub(super) fn known(&self) -> Option<String> {
        (!matches!(self, Self::Unknown(_))).then(|| self.shown())
    }

    /// What an error means for whoever asked.
    fn of(error: &Error) -> Self {
        match error.sqlstate() {
            Some("42501") => Self::Refused,
            Some(state) if ANSWERS.iter().any(|class| state.starts_with(class)) => Self::Fails(state.to_owned()),
            _ => Self::Unknown(trouble::reason(error)),
        }
    }
}

/// What is asked of one relation on one side.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// The hash of a row, an expression of type int8.
    pub(super) hash: String,
    /// What is read.
    pub(super) from: String,
    /// Conditions for rows that are open to a command.
    pub(super) open: Vec<(Verb, String)>,
    /// The condition for rows of another tenant.
    pub(super) of_others: Option<String>,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Seen {
    sights: Vec<(Verb, Sight)>,
    /// Rows of another tenant among those seen; `None` where that was not asked, or is not known.
    pub(super) of_others: Option<u64>,
}

impl Seen {
    /// Everything refused: not even one column may be read.
    pub(super) fn refused() -> Self {
        Self { sights: vec![(Verb::See, Sight::Refused)], of_others: Some(0) }
    }

    /// What came of a look at these rows; what nobody is let to is no rows.
    pub(super) fn sight(&self, verb: Verb) -> Sight {
        let found = self.sights.iter().find(|(known, _)| *known == verb);
        found.map_or(Sight::Rows(Sum::default()), |(_, sight)| sight.clone())
    }

    /// Rows seen.
    pub(super) fn rows(&self) -> u64 {
        match self.sight(Verb::See) {
            Sight::Rows(sum) => sum.rows,
            _ => 0,
        }
    }
}

impl Question {
    /// One row: for the rows seen and for those open to each command their number and the sum of their hashes; last, how
    /// many are another tenant's.
    fn sql(&self, open: &[(Verb, String)]) -> String {
        let sums = |filter: &str| format!("(count(*){filter})::text, coalesce(sum(h){filter}, 0)::text");
        let mut outer = vec![sums("")];
        let mut inner = vec![format!("{} as h", self.hash)];
        for (at, (_, condition)) in open.iter().enumerate() {
            outer.push(sums(&format!(" filter (where open_{at})")));
            inner.push(format!("({condition}) as open_{at}"));
        }
        if let Some(condition) = &self.of_others {
            outer.push("(count(*) filter (where of_others))::text".to_owned());
            inner.push(format!("({condition}) as of_others"));
        }
        format!("select {} from (select {} from {} offset 0) seen", outer.join(", "), inner.join(", "), self.from)
    }

    /// The hashes of the rows that hold a condition, at most so many.
    pub(super) fn hashes(&self, verb: Verb, most: usize) -> String {
        let condition = self.open.iter().find(|(known, _)| *known == verb).map_or("true", |(_, it)| it.as_str());
        format!("select ({})::text from {} where {condition} limit {most}", self.hash, self.from)
    }

    /// The hashes of all rows, at most so many.
    pub(super) fn all_hashes(&self, most: usize) -> String {
        format!("select ({})::text from {} limit {most}", self.hash, self.from)
    }

    /// Asks as a persona.
    ///
    /// # Errors
    /// When the side cannot be asked at all.
    pub(super) async fn ask<R: Role>(&self, view: &SideView<R>, persona: &Persona, time: Duration) -> Result<Seen> {
        let acting = acting(persona);
        let whole = view.readers.answer_as(&acting, &self.sql(&self.open), time).await?;
        let error = match whole {
            Ok(rows) => return self.seen(&self.open, rows),
            Err(error) => error,
        };
        // Where a command's policy fails, what is seen may be known all the same.
        let failed: Vec<(Verb, Sight)> = self.open.iter().map(|(verb, _)| (*verb, Sight::of(&error))).collect();
        let alone = match self.open.is_empty() {
            true => Err(error),
            false => view.readers.answer_as(&acting, &self.sql(&[]), time).await?,
        };
        Ok(match alone {
            Ok(rows) => {
                let mut seen = self.seen(&[], rows)?;
                seen.sights.extend(failed);
                seen
            }
            Err(error) => {
                let sight = Sight::of(&error);
                let known = !matches!(sight, Sight::Unknown(_));
                // Whoever is shown nothing is shown nothing of others.
                let of_others = (known && self.of_others.is_some()).then_some(0);
                let mut sights = vec![(Verb::See, sight)];
                if !known {
                    sights.extend(failed);
                }
                Seen { sights, of_others }
            }
        })
    }

    fn seen(&self, open: &[(Verb, String)], rows: Vec<TextRow>) -> Result<Seen> {
        let unexpected = || Error::failed("a sum of rows seen has an unexpected shape");
        let row = rows.into_iter().next().ok_or_else(unexpected)?;
        let numbers: Option<Vec<i128>> = row.iter().map(|cell| cell.as_deref()?.parse().ok()).collect();
        let numbers = numbers.ok_or_else(unexpected)?;
        let verbs = std::iter::once(Verb::See).chain(open.iter().map(|(verb, _)| *verb));
        let (sums, rest) = numbers.split_at((2 * (open.len() + 1)).min(numbers.len()));
        let sights = verbs.zip(sums.chunks_exact(2));
        let sights = sights
            .map(|(verb, pair)| {
                let rows = u64::try_from(pair[0]).map_err(|_| unexpected())?;
                Ok((verb, Sight::Rows(Sum { rows, hashes: pair[1] })))
            })
            .collect::<Result<Vec<_>>>()?;
        let of_others = rest.first().and_then(|number| u64::try_from(*number).ok());
        Ok(Seen { sights, of_others })
    }

    /// The number and the sum of all rows, as the connected role sees them.
    ///
    /// # Errors
    /// The server's error; one that row security would cut short among them.
    pub(super) async fn all<R: Role>(&self, view: &SideView<R>) -> Result<Sum> {
        let rows = view.readers.answer(&self.sql(&[])).await?;
        match self.seen(&[], rows)?.sight(Verb::See) {
            Sight::Rows(sum) => Ok(sum),
            _ => Err(Error::failed("a sum of rows has an unexpected shape")),
        }
    }
}

/// How a session acts as a persona.
pub(super) fn acting(persona: &Persona) -> Acting {
    Acting { role: persona.role.clone(), settings: persona.settings.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_scan_answers_for_every_command() {
        let open = vec![(Verb::Delete, "a > 1".to_owned())];
        let question =
            Question { hash: "h(a)".into(), from: "only t".into(), open, of_others: Some("tenant <> 'x'".into()) };
        let row = |values: &[&str]| vec![values.iter().map(|value| Some((*value).to_owned())).collect()];
        let seen = question.seen(&question.open, row(&["3", "-7", "1", "9", "2"])).unwrap();
        assert_eq!(seen.sight(Verb::See), Sight::Rows(Sum { rows: 3, hashes: -7 }));
        assert_eq!(seen.sight(Verb::Delete), Sight::Rows(Sum { rows: 1, hashes: 9 }));
        assert_eq!(seen.sight(Verb::Update), Sight::Rows(Sum::default()));
        assert_eq!(seen.of_others, Some(2));
        assert!(question.seen(&question.open, row(&["3", "x"])).is_err());
    }

    #[test]
    fn only_what_a_policy_does_is_an_answer() {
        let sight = |state: &str| Sight::of(&Error::failed("e").with_sqlstate(state));
        assert_eq!(sight("42501"), Sight::Refused);
        assert_eq!(sight("42P17"), Sight::Fails("42P17".into()));
        for state in ["57014", "55P03", "0A000", "53100", "XX000"] {
            assert!(matches!(sight(state), Sight::Unknown(_)), "{state}");
        }
    }
}
