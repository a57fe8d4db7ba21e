//! The customer's own queries and the answers they must give.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::gather::gather;
use super::trouble;
use crate::check::{Check, CheckOutcome, Context, SideView};
use crate::config::{Sample, SampleExpectation};
use crate::model::{Error, Event, Finding, ObjectRef, Outcome, Result, Side, Unit, plural};
use crate::postgres::{Role, TextRow};

const NAME: &str = "samples";
/// Rows of an answer shown in a finding, and characters of each.
const SHOWN_ROWS: usize = 10;
const SHOWN_LETTERS: usize = 200;

/// The sample check.
pub(super) struct Samples;

impl Check for Samples {
    fn name(&self) -> &'static str {
        NAME
    }

    fn proves(&self) -> &'static str {
        "the configured queries answer on the target as on the source, or exactly the rows the configuration expects; it \
         says nothing of rows they do not touch"
    }

    fn run<'a>(&'a self, context: &'a Context) -> LocalBoxFuture<'a, Result<CheckOutcome>> {
        async move {
            let samples = &context.config.samples;
            let needed = context.config.minimum_pass.unwrap_or(samples.len());
            if needed > samples.len() {
                let given = plural(samples.len() as u64, "sample");
                return Err(Error::usage(format!("samples.minimum_pass is {needed}, but there are {given}"))
                    .hint("ask for no more passes than there are samples"));
            }
            let tasks = samples.iter().map(|sample| judge(context, sample).boxed_local()).collect();
            let mut units = gather(tasks, context.config.verify_jobs).await;
            accept(&mut units, needed);
            Ok(CheckOutcome { units, ..CheckOutcome::default() })
        }
        .boxed_local()
    }
}

/// Waives the failing samples where enough others pass; they stay visible.
fn accept(units: &mut [Unit], needed: usize) {
    let passed = units.iter().filter(|unit| unit.outcome == Outcome::Same).count();
    if passed < needed {
        return;
    }
    let reason = format!("{needed} of {} samples need to pass; {passed} did", units.len());
    for unit in units {
        if let Outcome::Different { findings } = &mut unit.outcome {
            unit.outcome = Outcome::Waived { reason: reason.clone(), findings: std::mem::take(findings) };
        }
    }
}

async fn judge(context: &Context, sample: &Sample) -> Unit {
    let object = ObjectRef::new("sample", &sample.name);
    let answers = tokio::join!(answer(&context.source, sample), answer(&context.target, sample));
    context.events.send(&Event::UnitChecked { check: NAME.to_owned() });
    match answers {
        (Ok(source), Ok(target)) => {
            let detail = plural(target.len() as u64, "row");
            Unit::judged(NAME, object.clone(), finding(&object, sample, &source, &target).into_iter().collect())
                .detail(detail)
        }
        (Err(one), Err(two)) => {
            let reason = format!("{}; {}", trouble::reason(&one), trouble::reason(&two));
            Unit::incomplete(NAME, object, reason)
        }
        (Err(error), _) | (_, Err(error)) => Unit::incomplete(NAME, object, trouble::reason(&error)),
    }
}

async fn answer<R: Role>(view: &SideView<R>, sample: &Sample) -> Result<Vec<TextRow>> {
    let mut session = view.readers.acquire().await?;
    let rows = match sample.timeout {
        None => session.user_rows(&sample.sql).await,
        Some(seconds) => session.user_rows_within(&sample.sql, Duration::from_secs(seconds)).await,
    };
    let mut rows = rows.map_err(|error| view.readers.judged(error))?;
    if sample.any_order {
        rows.sort();
    }
    Ok(rows)
}

/// The rows a sample expects, in the order answers are compared in; nothing where both sides must only answer alike.
fn expected(sample: &Sample) -> Option<Vec<TextRow>> {
    let mut rows: Vec<TextRow> = match &sample.expect {
        SampleExpectation::Word(_) => return None,
        SampleExpectation::Literal { value } => vec![vec![Some(value.clone())]],
        SampleExpectation::Rows(rows) => rows.iter().map(|row| row.iter().cloned().map(Some).collect()).collect(),
    };
    if sample.any_order {
        rows.sort();
    }
    Some(rows)
}

fn finding(object: &ObjectRef, sample: &Sample, source: &[TextRow], target: &[TextRow]) -> Option<Finding> {
    let (message, side) = match expected(sample) {
        None if source == target => return None,
        None => ("the sides answer differently".to_owned(), None),
        Some(expected) => {
            let text = shown(&expected);
            match (source == expected.as_slice(), target == expected.as_slice()) {
                (true, true) => return None,
                (true, false) => (format!("the target does not answer as expected: {text}"), Some(Side::Target)),
                (false, true) => {
                    (format!("the target answers as expected, but the source does not: {text}"), Some(Side::Source))
                }
                (false, false) => (format!("neither side answers as expected: {text}"), None),
            }
        }
    };
    let finding =
        Finding::new(NAME, object.clone(), "answer", message).values(Some(shown(source)), Some(shown(target)));
    Some(side.into_iter().fold(finding, Finding::on))
}

/// An answer as people read it, cut where it is long.
fn shown(rows: &[TextRow]) -> String {
    let row = |row: &TextRow| {
        let values: Vec<&str> = row.iter().map(|value| value.as_deref().unwrap_or("NULL")).collect();
        let line = values.join(" | ");
        match line.char_indices().nth(SHOWN_LETTERS) {
            Some((at, _)) => format!("{}…", &line[..at]),
            None => line,
        }
    };
    let mut lines: Vec<String> = rows.iter().take(SHOWN_ROWS).map(row).collect();
    if rows.len() > SHOWN_ROWS {
        lines.push(format!("… and {} more", plural((rows.len() - SHOWN_ROWS) as u64, "row")));
    }
    if lines.is_empty() { "no rows".to_owned() } else { lines.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(same: bool) -> Unit {
        let object = ObjectRef::new("sample", "s");
        let finding = Finding::new(NAME, object.clone(), "answer", "differs");
        Unit::judged(NAME, object, if same { Vec::new() } else { vec![finding] })
    }

    #[test]
    fn failing_samples_are_waived_only_where_enough_pass() {
        let mut units = vec![unit(true), unit(true), unit(false)];
        accept(&mut units, 3);
        assert_eq!(units[2].open_findings().len(), 1);
        accept(&mut units, 2);
        assert!(matches!(&units[2].outcome, Outcome::Waived { reason, findings }
            if reason == "2 of 3 samples need to pass; 2 did" && findings.len() == 1));
    }

    #[test]
    fn null_is_no_text_and_order_counts() {
        let object = ObjectRef::new("sample", "s");
        let rows = |values: &[Option<&str>]| values.iter().map(|one| vec![one.map(Into::into)]).collect::<Vec<_>>();
        let expect = SampleExpectation::Rows(vec![vec!["NULL".into()]]);
        let sample = Sample { name: "s".into(), sql: String::new(), expect, any_order: false, timeout: None };
        let null = rows(&[None]);
        assert!(finding(&object, &sample, &null, &null).is_some());
        let same = Sample { expect: SampleExpectation::Word("same".into()), ..sample };
        let found = finding(&object, &same, &rows(&[Some("1"), Some("2")]), &rows(&[Some("2"), Some("1")]));
        assert_eq!(found.unwrap().target.unwrap(), "2\n1");
    }
}
