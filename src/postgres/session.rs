//! One connection to one side. What a session can do depends on the side's type.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use serde::de::DeserializeOwned;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgRow};
use sqlx::{Connection, Executor, Row, ValueRef};

use super::error;
use super::lifeline::{Lifeline, PROCESS, in_line, within};
use super::memory::Memory;
use super::salt;
use super::settings::pinned;
use super::{CopyIn, CopyOut, Endpoint, Role, Target};
use crate::model::{Error, Result, Side};

/// One row of an answer, every value in its text form, NULL as `None`.
pub type TextRow = Vec<Option<String>>;

/// A connection with pinned settings. A session of the source is read-only by the server as well as by type:
/// nothing here writes, and `default_transaction_read_only` is on.
#[derive(Debug)]
pub struct Session<R> {
    connection: PgConnection,
    lifeline: Lifeline,
    place: String,
    /// Set by any error; the transaction, if one is open, is of no more use.
    failed: bool,
    /// Set while a COPY to the client is under way, and left set when it did not end: answers of the server are
    /// still on the wire, so the next statement would be given an answer that is not its own.
    broken: bool,
    /// Seconds after which the server ends a statement; 0 means never.
    statement_timeout: u64,
    /// Milliseconds that a time budget left when this session was last lent.
    left: Option<u64>,
    /// Answers of the snapshot this session reads, where they are kept.
    pub(super) memory: Option<Arc<Memory>>,
    role: PhantomData<R>,
}

/// How long the last words may take on their way; a wire that is cut in silence takes none.
const PARTING: Duration = Duration::from_secs(5);

/// How long a server may take to answer at all; one that starts up says so at once.
const REACH: Duration = Duration::from_secs(30);

impl<R: Role> Session<R> {
    /// Connects and pins the settings.
    ///
    /// # Errors
    /// Usage for a wrong password or database, failed for an unreachable server.
    pub async fn connect(endpoint: &Endpoint<R>) -> Result<Self> {
        let place = match R::SIDE {
            side if endpoint.name == side.to_string() => endpoint.name.clone(),
            side => format!("{} ({side})", endpoint.name),
        };
        let options: PgConnectOptions =
            endpoint.url.expose().parse().map_err(|problem| error::connecting(problem, &place))?;
        let options = options.application_name("pg-rehearse");
        let limit = REACH.min(endpoint.patience);
        let reach = async |options: &PgConnectOptions| within(limit, PgConnection::connect_with(options)).await;
        let connected = match &endpoint.salt {
            None => reach(&options).await,
            Some(salt) => match reach(&salt::told(options.clone(), salt)).await {
                Err(problem) if salt::refused(&problem) => reach(&options).await,
                connected => connected,
            },
        };
        let connection = connected.map_err(|problem| error::connecting(problem, &place))?;
        let mut session = Self {
            connection,
            lifeline: Lifeline::new(options, endpoint.patience),
            place,
            failed: false,
            broken: false,
            statement_timeout: endpoint.statement_timeout,
            left: None,
            memory: None,
            role: PhantomData,
        };
        let pinned = pinned(R::SIDE == Side::Source, endpoint.statement_timeout);
        let process = session.first(&format!("{pinned}{PROCESS}"), in_line(endpoint.patience)).await?;
        session.lifeline.process(process);
        if let Some(salt) = &endpoint.salt {
            salt::set(&mut session, salt).await?;
        }
        Ok(session)
    }

    /// The last value that the first statements answer. What would look after them is not known yet, so they have a time.
    async fn first(&mut self, sql: &str, time: Duration) -> Result<Option<String>> {
        let answered = within(time, self.connection.fetch_all(sqlx::raw_sql(sql))).await;
        let row = answered.map_err(|problem| error::connecting(problem, &self.place))?.pop();
        let row = row.map(|row| text_row(&row, &self.place)).transpose()?;
        Ok(row.into_iter().flatten().next().flatten())
    }

    /// Makes the setting that masks read, as a parameter: no statement holds it, so none that an error shows does.
    pub(super) async fn set_salt(&mut self, salt: &str) -> Result<()> {
        let set = sqlx::query("select set_config('pg_rehearse.salt', $1, false)").bind(salt);
        match self.lifeline.during(self.connection.execute(set.persistent(false))).await.flatten() {
            Ok(_) => Ok(()),
            Err(problem) => Err(self.fail(problem)),
        }
    }

    /// What people call this side, for messages.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether an earlier statement failed.
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether the connection can only be closed: a COPY to the client did not end.
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    /// Has the server end each statement after so long, or after the side's own limit where that is shorter.
    pub(super) async fn limit(&mut self, left: Duration) -> Result<()> {
        self.left = Some(milliseconds(left));
        self.run(&format!("set statement_timeout = {}", self.usual_limit())).await
    }

    /// Forgets an error that a savepoint has undone.
    pub(super) fn recovered(&mut self) {
        self.failed = false;
    }

    /// Has the session count as failed until [`Session::recovered`]: what it is in the midst of must not be gone on from.
    pub(super) fn abandoned(&mut self) {
        self.failed = true;
    }

    /// Opens a read-only transaction whose first statement takes the snapshot; with an id, the snapshot of another session.
    pub(super) async fn begin_read(&mut self, snapshot: Option<&str>) -> Result<()> {
        self.run("begin isolation level repeatable read, read only").await?;
        match snapshot {
            Some(id) => self.run(&format!("set transaction snapshot {}", crate::model::literal(id))).await,
            None => Ok(()),
        }
    }

    /// Leaves a failed transaction and opens a new one in the same snapshot.
    pub(super) async fn begin_again(&mut self, snapshot: &str) -> Result<()> {
        self.run("rollback").await?;
        self.begin_read(Some(snapshot)).await?;
        self.failed = false;
        Ok(())
    }

    /// Runs statements whose answers are of no interest. Private to the room: only [`Session<Target>`] offers it.
    pub(super) async fn run(&mut self, sql: &str) -> Result<()> {
        let answer = Executor::execute(&mut self.connection, sqlx::raw_sql(sql));
        match self.lifeline.during(answer).await.flatten() {
            Ok(_) => Ok(()),
            Err(problem) => Err(self.fail(problem)),
        }
    }

    /// All rows of a query as text.
    ///
    /// # Errors
    /// The server's error with its SQLSTATE.
    pub async fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>> {
        if let Some(known) = self.memory.as_ref().and_then(|memory| memory.recall(sql)) {
            return Ok(known);
        }
        let answer = self.connection.fetch_all(sqlx::raw_sql(sql));
        let rows = match self.lifeline.during(answer).await.flatten() {
            Ok(rows) => rows.iter().map(|row| text_row(row, &self.place)).collect::<Result<Vec<_>>>()?,
            Err(problem) => return Err(self.fail(problem)),
        };
        Ok(self.kept(sql, rows))
    }

    fn kept(&self, sql: &str, rows: Vec<TextRow>) -> Vec<TextRow> {
        if let Some(memory) = &self.memory {
            memory.keep(sql, &rows);
        }
        rows
    }

    /// The rows of a query as they arrive: memory stays flat however many there are.
    pub fn stream<'a>(&'a mut self, sql: &'a str) -> BoxStream<'a, Result<TextRow>> {
        let Self { connection, place, failed, .. } = self;
        // Taken back only when the stream ends well: a stream dropped half-way leaves rows under way.
        *failed = true;
        let place: &'a str = place;
        let mut rows = sqlx::raw_sql(sql).fetch(connection);
        futures_util::stream::poll_fn(move |context| {
            let polled = rows.poll_next_unpin(context);
            if matches!(polled, std::task::Poll::Ready(None)) {
                *failed = false;
            }
            polled
        })
        .map(move |row| row.map_err(|problem| error::running(problem, place)).and_then(|row| text_row(&row, place)))
        .boxed()
    }

    /// The first column of the first row.
    ///
    /// # Errors
    /// The server's error, or failed when there is no row.
    pub async fn value(&mut self, sql: &str) -> Result<Option<String>> {
        let rows = self.rows(sql).await?;
        rows.into_iter()
            .next()
            .and_then(|row| row.into_iter().next())
            .ok_or_else(|| Error::failed(format!("{}: a query that must answer one row answered none", self.place)))
    }

    /// Each row of a query as a value of `T`, by column name: the server makes JSON of the row.
    ///
    /// # Errors
    /// The server's error, or failed when a row does not have the expected shape.
    pub async fn read<T: DeserializeOwned>(&mut self, sql: &str) -> Result<Vec<T>> {
        let wrapped = format!("select row_to_json(q)::text from (\n{}\n) q", sql.trim().trim_end_matches(';'));
        let rows = self.rows(&wrapped).await?;
        rows.into_iter()
            .flatten()
            .flatten()
            .map(|text| {
                serde_json::from_str(&text).map_err(|problem| {
                    Error::failed(format!("{}: a catalog row has an unexpected shape", self.place)).caused_by(problem)
                })
            })
            .collect()
    }

    /// The rows of one statement that a user wrote: the extended protocol takes a single statement, so the text
    /// cannot end the read-only transaction it runs in. Every value is the server's text, so that 1.00 stays 1.00.
    ///
    /// # Errors
    /// The server's error.
    pub async fn user_rows(&mut self, sql: &str) -> Result<Vec<TextRow>> {
        let wrapped = format!(
            "select (select json_agg(e.value order by e.place) \
             from json_each_text(row_to_json(q)) with ordinality as e(key, value, place))::text from (\n{}\n) q",
            sql.trim().trim_end_matches(';')
        );
        if let Some(known) = self.memory.as_ref().and_then(|memory| memory.recall(&wrapped)) {
            return Ok(known);
        }
        // Settings that the statement makes for its session go with the savepoint: others use the session after it.
        self.run("savepoint written_by_a_user").await?;
        let query = sqlx::query(&wrapped).persistent(false);
        let answer = self.connection.fetch_all(query);
        let rows: Vec<PgRow> = match self.lifeline.during(answer).await.flatten() {
            Ok(rows) => rows,
            Err(problem) => return Err(self.fail(problem)),
        };
        self.run("rollback to savepoint written_by_a_user; release savepoint written_by_a_user").await?;
        let rows: Result<Vec<TextRow>> = rows
            .iter()
            .map(|row| {
                // NULL where the statement selects no column at all.
                let text: Option<String> = row.try_get(0).map_err(|problem| error::running(problem, &self.place))?;
                serde_json::from_str(text.as_deref().unwrap_or("[]"))
                    .map_err(|problem| Error::failed("a sample's answer is not readable").caused_by(problem))
            })
            .collect();
        Ok(self.kept(&wrapped, rows?))
    }

    /// The same within a time of its own, after which the server ends the statement; what is left of a time budget
    /// holds all the same.
    ///
    /// # Errors
    /// The server's error; SQLSTATE 57014 when the time is over.
    pub async fn user_rows_within(&mut self, sql: &str, time: Duration) -> Result<Vec<TextRow>> {
        self.within(time).await?;
        let rows = self.user_rows(sql).await?;
        self.without_limit().await?;
        Ok(rows)
    }

    /// As [`Session::rows`], within a time of its own.
    ///
    /// # Errors
    /// The server's error; SQLSTATE 57014 when the time is over.
    pub async fn rows_within(&mut self, sql: &str, time: Duration) -> Result<Vec<TextRow>> {
        self.within(time).await?;
        let rows = self.rows(sql).await?;
        self.without_limit().await?;
        Ok(rows)
    }

    async fn within(&mut self, time: Duration) -> Result<()> {
        let limit = shorter(milliseconds(time), self.left.unwrap_or(0));
        self.run(&format!("set local statement_timeout = {limit}")).await
    }

    /// After an error this is not needed: the transaction is left, and the setting with it.
    async fn without_limit(&mut self) -> Result<()> {
        self.run(&format!("set local statement_timeout = {}", self.usual_limit())).await
    }

    /// Milliseconds after which the server ends a statement of that time, should no other limit be shorter.
    pub(super) fn limit_within(&self, time: Duration) -> u64 {
        shorter(milliseconds(time), self.usual_limit())
    }

    /// Milliseconds after which the server ends a statement that has no time of its own.
    fn usual_limit(&self) -> u64 {
        let own = self.statement_timeout.saturating_mul(1000).min(i32::MAX as u64);
        self.left.map_or(own, |left| shorter(left, own))
    }

    /// Starts a COPY ... TO STDOUT.
    ///
    /// # Errors
    /// The server's error.
    pub async fn copy_out<'a>(&'a mut self, sql: &'a str) -> Result<CopyOut<'a>> {
        let Self { connection, lifeline, place, failed, broken, .. } = self;
        // A stream dropped half-way, or refused at its start, leaves the connection unusable; `CopyOut` clears this
        // at its end.
        *broken = true;
        match lifeline.during(connection.copy_out_raw(sql)).await.flatten() {
            Ok(stream) => Ok(CopyOut::new(stream, lifeline, place, broken)),
            Err(problem) => {
                *failed = true;
                Err(error::running(problem, place))
            }
        }
    }

    /// Ends the connection in good order.
    pub async fn close(self) {
        // The server ends the session either way; there is nothing to tell the user.
        let _ = tokio::time::timeout(PARTING, self.connection.close()).await;
    }

    fn fail(&mut self, problem: sqlx::Error) -> Error {
        self.failed = true;
        error::running(problem, &self.place)
    }
}

impl Session<Target> {
    /// Runs statements that may write.
    ///
    /// # Errors
    /// The server's error with its SQLSTATE.
    pub async fn execute(&mut self, sql: &str) -> Result<()> {
        self.run(sql).await
    }

    /// Starts a COPY ... FROM STDIN.
    ///
    /// # Errors
    /// The server's error.
    pub async fn copy_in(&mut self, sql: &str) -> Result<CopyIn<'_>> {
        match self.lifeline.during(self.connection.copy_in_raw(sql)).await.flatten() {
            Ok(copy) => Ok(CopyIn::new(copy, &self.lifeline, &self.place)),
            Err(problem) => Err(error::running(problem, &self.place)),
        }
    }
}

/// A time as the server's settings take it; none at all would mean no limit.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).clamp(1, i32::MAX as u64)
}

/// The shorter of a time and a limit, of which 0 means none.
fn shorter(time: u64, limit: u64) -> u64 {
    if limit == 0 { time } else { time.min(limit) }
}

fn text_row(row: &PgRow, place: &str) -> Result<TextRow> {
    (0..row.len())
        .map(|index| {
            let value = row.try_get_raw(index).map_err(|problem| error::running(problem, place))?;
            if value.is_null() {
                return Ok(None);
            }
            let text = value
                .as_str()
                .map_err(|problem| Error::failed(format!("{place}: an answer is not UTF-8")).caused_by(problem))?;
            Ok(Some(text.to_owned()))
        })
        .collect()
}
