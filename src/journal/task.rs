//! The parts of a copy, each committed whole with its mark.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Run;
use crate::model::{Error, Result, literal};
use crate::postgres::{Session, Target};

/// A task to be journaled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewTask {
    /// Its number within the copy.
    pub number: i32,
    /// Lower ranks come first.
    pub rank: i32,
    /// Among those of a rank, the heavier come first.
    pub weight: u64,
    /// The tasks that must be done before.
    pub needs: Vec<i32>,
    /// The relation, where there is one.
    pub relation: Option<String>,
    /// What is to be done, in the words of who does it.
    pub work: Value,
}

/// A claimed task.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Task {
    /// Its number.
    pub number: i32,
    /// The relation, where there is one.
    pub relation: Option<String>,
    /// What is to be done.
    pub work: Value,
}

/// What asking for a task came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// This one, locked until the transaction ends.
    Task(Task),
    /// None for now: others work, or what is left needs what they do.
    Wait,
    /// Nothing is left to do.
    Nothing,
    /// The copy has been given up, or has moved on to another snapshot.
    Over,
}

/// What came in of a relation by one task.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved {
    /// The relation, as people read it.
    pub relation: String,
    /// Rows.
    pub rows: u64,
    /// Bytes of COPY data.
    pub bytes: u64,
}

/// What was done of a relation.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Done {
    /// The relation.
    pub relation: String,
    /// Rows.
    pub rows: u64,
    /// Bytes of COPY data.
    pub bytes: u64,
    /// From the first task's start to the last one's end, in seconds.
    pub seconds: f64,
}

/// Journals tasks.
///
/// # Errors
/// The server's error.
pub async fn add(session: &mut Session<Target>, run: &Run, tasks: &[NewTask]) -> Result<()> {
    let json =
        serde_json::to_string(tasks).map_err(|problem| Error::failed("tasks cannot be written").caused_by(problem))?;
    session
        .execute(&format!(
            "insert into pgrehearse.task (run, attempt, number, rank, weight, needs, relation, work) \
             select {}, {}, number, rank, weight, array(select json_array_elements_text(needs)::int), relation, work \
             from json_to_recordset({}) as t(number int, rank int, weight bigint, needs json, relation text, work jsonb)",
            run.id,
            run.attempt,
            literal(&json)
        ))
        .await
}

/// Claims a task within the open transaction.
///
/// # Errors
/// The server's error.
pub async fn claim(session: &mut Session<Target>, run: &Run) -> Result<Claim> {
    let sql = include_str!("sql/claim.sql")
        .replace(":run", &run.id.to_string())
        .replace(":attempt", &run.attempt.to_string());
    // A row lock does not go into a subquery, so the JSON is made of its answer.
    let sql = format!("with claimed as materialized (\n{sql}\n) select * from claimed");
    if let Some(task) = session.read::<Task>(&sql).await?.into_iter().next() {
        return Ok(Claim::Task(task));
    }
    // A copy that has ended since the last look is no news to who worked beside it.
    let state = format!(
        "select case when not exists (select 1 from pgrehearse.run where id = {0} and attempt = {1}) then 'over' \
         when exists (select 1 from pgrehearse.task where run = {0} and done is null) then 'wait' else 'nothing' end",
        run.id, run.attempt
    );
    Ok(match session.value(&state).await?.as_deref() {
        Some("wait") => Claim::Wait,
        Some("nothing") => Claim::Nothing,
        _ => Claim::Over,
    })
}

/// Whether the tasks of this attempt are those in the journal. They are not yet while whoever has moved the copy on finds out what
/// is left to do; until then nobody is given any.
///
/// # Errors
/// The server's error; failed where the copy has moved on.
pub async fn is_planned(session: &mut Session<Target>, run: &Run) -> Result<bool> {
    let sql = format!(
        "select not exists (select 1 from pgrehearse.task where run = {0} and attempt <> {1}) \
         from pgrehearse.run where id = {0} and attempt = {1}",
        run.id, run.attempt
    );
    let planned = session.rows(&sql).await?.into_iter().flatten().flatten().next().ok_or_else(super::over)?;
    Ok(planned == "t")
}

/// Marks a task as done, in the transaction that did it.
///
/// A claim looks at the copy's attempt and only then locks its task, so the copy may have moved on in between: the attempt is
/// looked at again here, under the lock that moving on waits for.
///
/// # Errors
/// The server's error; failed where the task is not there to be marked, or the copy has moved on.
pub async fn finish(session: &mut Session<Target>, run: &Run, number: i32, moved: &[Moved]) -> Result<()> {
    let json =
        serde_json::to_string(moved).map_err(|problem| Error::failed("a task cannot be marked").caused_by(problem))?;
    let sql = format!(
        "update pgrehearse.task set started = now(), done = clock_timestamp(), moved = {0} \
         where run = {1} and number = {number} and done is null \
           and exists (select from pgrehearse.run r where r.id = {1} and r.attempt = {2} and r.ended is null) returning number",
        literal(&json),
        run.id,
        run.attempt
    );
    match session.rows(&sql).await?.len() {
        1 => Ok(()),
        _ => Err(super::over()),
    }
}

/// How many tasks of a rank, and of a relation where one is named, are not done.
///
/// # Errors
/// The server's error; failed where the copy has moved on.
pub async fn left(session: &mut Session<Target>, run: &Run, relation: Option<&str>, rank: i32) -> Result<u64> {
    let of = relation.map_or_else(String::new, |name| format!(" and relation = {}", literal(name)));
    let sql = format!(
        "select case when exists (select 1 from pgrehearse.run where id = {0} and attempt = {1}) then \
         (select count(*) from pgrehearse.task where run = {0} and done is null and rank = {rank}{of}) end",
        run.id, run.attempt
    );
    session.value(&sql).await?.and_then(|text| text.parse().ok()).ok_or_else(super::over)
}

/// What the tasks of a rank have done, by relation.
///
/// # Errors
/// The server's error.
pub async fn totals(session: &mut Session<Target>, run: &Run, rank: i32) -> Result<Vec<Done>> {
    session
        .read(&format!(
            "select m.relation, sum(m.rows)::bigint as rows, sum(m.bytes)::bigint as bytes, \
             coalesce(extract(epoch from max(t.done) - min(t.started)), 0)::float8 as seconds \
             from pgrehearse.task t, jsonb_to_recordset(t.moved) as m(relation text, rows bigint, bytes bigint) \
             where t.run = {} and t.rank = {rank} and t.done is not null group by 1 order by 1",
            run.id
        ))
        .await
}
