//! Loads a schema file into an empty database: statement by statement, with a stand-in for what the server does not have.
//!
//! Never true in here: a statement that was left out and is not listed, a table that is missing without an error.

use std::collections::BTreeSet;

use super::file::{SchemaFile, group};
use super::missing::{Missing, missing};
use super::skip::{Skip, skip};
use super::split::Statement;
use super::stand_in::{self, StandIn};
use super::subject::{Subject, beginning};
use crate::model::{Aside, Error, Result, plural, quoted};
use crate::postgres::{Endpoint, Session, Target, is_lost};

/// Stand-ins that one statement may need.
const TRIES: usize = 60;

/// What a load came to, beside the schema.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Loaded {
    pub(super) left_out: Vec<Aside>,
    pub(super) stood_in: Vec<Aside>,
}

/// What became of a statement.
enum Tried {
    Done,
    /// What it needs is made by a later statement of the file.
    Later(String),
    Refused(String),
    /// It is about something that is left out already.
    Follows,
}

struct Loader<'a> {
    file: &'a SchemaFile,
    session: Session<Target>,
    loaded: Loaded,
    /// Roles made on the server, which outlive the database.
    roles: &'a mut BTreeSet<String>,
    /// What is left out, by kind and name, so that what hangs on it is not listed again.
    absent: BTreeSet<(String, String)>,
    /// Statements about functions that are not there, and the functions.
    idle: (usize, BTreeSet<String>),
    /// Rows that stand in the file, and statements that write some.
    rows: (usize, usize),
}

/// Loads the file; `roles` takes those that were made on the server, also where the load fails.
///
/// # Errors
/// Usage, where a table cannot be made.
pub(super) async fn load(
    endpoint: &Endpoint<Target>,
    file: &SchemaFile,
    roles: &mut BTreeSet<String>,
) -> Result<Loaded> {
    let mut session = Session::connect(endpoint).await?;
    // The file speaks to a plain session, and messages are read.
    session
        .execute("reset all; set client_min_messages = error; set lc_messages = 'C'; set check_function_bodies = off; set jit = off")
        .await?;
    let mut loader = Loader {
        file,
        session,
        loaded: Loaded::default(),
        roles,
        absent: BTreeSet::new(),
        idle: (0, BTreeSet::new()),
        rows: (0, 0),
    };
    loader.all().await?;
    loader.session.close().await;
    Ok(loader.loaded)
}

impl Loader<'_> {
    async fn all(&mut self) -> Result<()> {
        let mut later = Vec::new();
        for statement in &self.file.statements {
            let subject = Subject::of(&statement.sql);
            match skip(&subject, &statement.sql) {
                Some(Skip::Silently) => continue,
                Some(Skip::Rows) => {
                    self.rows = (self.rows.0 + statement.data, self.rows.1 + 1);
                    continue;
                }
                Some(Skip::Role(role)) => {
                    self.stand_in(Missing::Role(role)).await?;
                    continue;
                }
                Some(Skip::Said(reason)) => {
                    self.leave_out(&subject, statement, reason.to_owned());
                    continue;
                }
                None => {}
            }
            if let Some(reason) = self.settle(&subject, statement, false).await? {
                later.push((statement, subject, reason));
            }
        }
        // What failed because of its place in the file.
        loop {
            let before = later.len();
            let mut still = Vec::new();
            for (statement, subject, _) in later {
                if let Some(reason) = self.settle(&subject, statement, false).await? {
                    still.push((statement, subject, reason));
                }
            }
            later = still;
            if later.is_empty() || later.len() == before {
                break;
            }
        }
        for (statement, subject, _) in later {
            self.settle(&subject, statement, true).await?;
        }
        self.tell_rest();
        Ok(())
    }

    /// Runs a statement; gives why it has to wait.
    async fn settle(&mut self, subject: &Subject, statement: &Statement, last: bool) -> Result<Option<String>> {
        match self.attempt(subject, statement, last).await? {
            Tried::Done | Tried::Follows => Ok(None),
            Tried::Later(reason) => Ok(Some(reason)),
            Tried::Refused(reason) if subject.creates("table") => Err(self.no_table(subject, statement, &reason)),
            Tried::Refused(reason) => {
                self.leave_out(subject, statement, reason);
                Ok(None)
            }
        }
    }

    async fn attempt(&mut self, subject: &Subject, statement: &Statement, last: bool) -> Result<Tried> {
        let mut sql = statement.sql.clone();
        let mut reason = String::new();
        // A function that was made up, and whose type turns out to be another.
        let mut made_up: Option<(Vec<String>, String)> = None;
        for _ in 0..TRIES {
            let error = match self.session.execute(&sql).await {
                Ok(()) => return Ok(Tried::Done),
                Err(error) if is_lost(&error) => return Err(error),
                Err(error) => error,
            };
            reason = super::said(&self.session, &error);
            let missing = missing(error.sqlstate().unwrap_or_default(), &reason);
            match &missing {
                Missing::Nothing => return Ok(Tried::Done),
                Missing::Extension => {
                    self.is_gone(subject);
                    return Ok(Tried::Refused(reason));
                }
                Missing::Version if subject.kind == "extension" => {
                    let name = subject.name.last().cloned().unwrap_or_default();
                    sql = format!("create extension if not exists {}{}", quoted(&name), schema_clause(&sql));
                    continue;
                }
                Missing::Modifier(name) => match stand_in::without_modifiers(&sql, name) {
                    Some(without) => {
                        sql = without;
                        continue;
                    }
                    None => return Ok(Tried::Refused(reason)),
                },
                Missing::Wanted(wanted) => match &made_up {
                    Some((name, arguments)) => {
                        let function = stand_in::empty_function(name, arguments, wanted);
                        self.loaded.stood_in.retain(|one| one.object != function.object);
                        self.make(function).await?;
                        continue;
                    }
                    None => return Ok(Tried::Refused(reason)),
                },
                _ => {}
            }
            if !last && self.comes_later(&missing) {
                return Ok(Tried::Later(reason));
            }
            if self.hangs_on_absent(subject, &missing) {
                return Ok(Tried::Follows);
            }
            if self.stand_in(missing.clone()).await? {
                continue;
            }
            match missing {
                // Who may call it, or what it is for: it is an extension's, and has gone with it.
                Missing::Function(name, arguments) if subject.kind == "function" && subject.verb != "create" => {
                    self.idle.0 += 1;
                    self.idle.1.insert(format!("{}({arguments})", name.join(".")));
                    return Ok(Tried::Follows);
                }
                Missing::Function(name, arguments)
                    if subject.creates("table")
                        && made_up.as_ref().is_none_or(|one| (&one.0, &one.1) != (&name, &arguments)) =>
                {
                    self.make(stand_in::empty_function(&name, &arguments, "text")).await?;
                    made_up = Some((name, arguments));
                }
                _ => return Ok(Tried::Refused(reason)),
            }
        }
        Ok(Tried::Refused(reason))
    }

    /// Whether the file makes it further down.
    fn comes_later(&self, missing: &Missing) -> bool {
        match missing {
            Missing::Type(name) => self.file.makes("type", name) || self.file.makes("relation", name),
            Missing::Relation(name) => self.file.makes("relation", name) && !self.is_absent("relation", name),
            Missing::Function(name, _) => self.file.makes("function", name) && !self.is_absent("function", name),
            Missing::Collation(name) => self.file.makes("collation", name) && !self.is_absent("collation", name),
            _ => false,
        }
    }

    fn is_absent(&self, kind: &str, name: &[String]) -> bool {
        name.last().is_some_and(|name| self.absent.contains(&(group(kind).to_owned(), name.clone())))
    }

    fn is_gone(&mut self, subject: &Subject) {
        let name = subject.name.last().map(|name| (group(&subject.kind).to_owned(), name.clone()));
        self.absent.extend(name);
    }

    /// Whether a statement only adds to what is left out: a comment, an owner, a grant.
    fn hangs_on_absent(&self, subject: &Subject, missing: &Missing) -> bool {
        if !matches!(subject.verb.as_str(), "comment" | "alter" | "grant" | "revoke" | "drop" | "security") {
            return false;
        }
        let of_absent = self.is_absent(&subject.kind, &subject.name) || self.is_absent("relation", &subject.of);
        of_absent || subject.kind == "extension" && *missing == Missing::Other
    }

    /// Makes what stands in for something missing, if anything can; gives whether another try is worth it.
    async fn stand_in(&mut self, missing: Missing) -> Result<bool> {
        if let Some(part) = stand_in::platform(&missing) {
            if self.loaded.stood_in.iter().any(|one| one.object == part.shown) {
                return Ok(false);
            }
            let made = StandIn {
                sql: part.sql.to_owned(),
                object: part.shown.to_owned(),
                reason: format!("Supabase's platform, schema {}: what a schema refers to of it", part.schema),
            };
            return self.make(made).await;
        }
        match stand_in::stand_in(&missing) {
            Some(made) if !self.loaded.stood_in.iter().any(|one| one.object == made.object) => {
                if let Missing::Role(role) = missing {
                    if self.has_role(&role).await? {
                        return Ok(false);
                    }
                    self.roles.insert(role);
                }
                self.make(made).await
            }
            _ => Ok(false),
        }
    }

    async fn has_role(&mut self, role: &str) -> Result<bool> {
        let sql = format!(
            "select exists (select from pg_catalog.pg_roles where rolname = {})::text",
            crate::model::literal(role)
        );
        Ok(self.session.value(&sql).await?.as_deref() == Some("true"))
    }

    async fn make(&mut self, made: StandIn) -> Result<bool> {
        match self.session.execute(&made.sql).await {
            Ok(()) => {
                self.loaded.stood_in.push(Aside { object: made.object, reason: made.reason });
                Ok(true)
            }
            Err(error) if is_lost(&error) => Err(error),
            // The schema that it would be in is missing too.
            Err(error) => match missing(error.sqlstate().unwrap_or_default(), &super::said(&self.session, &error)) {
                Missing::Schema(schema) => {
                    if let Some(schema) = stand_in::stand_in(&Missing::Schema(schema)) {
                        self.session.execute(&schema.sql).await?;
                        self.loaded.stood_in.push(Aside { object: schema.object, reason: schema.reason });
                        self.session.execute(&made.sql).await?;
                        self.loaded.stood_in.push(Aside { object: made.object, reason: made.reason });
                        return Ok(true);
                    }
                    Ok(false)
                }
                _ => Ok(false),
            },
        }
    }

    fn leave_out(&mut self, subject: &Subject, statement: &Statement, reason: String) {
        if subject.verb == "create" {
            self.is_gone(subject);
        }
        let object = format!("{} (line {})", subject.shown(&statement.sql), statement.line);
        self.loaded.left_out.push(Aside { object, reason });
    }

    fn no_table(&self, subject: &Subject, statement: &Statement, reason: &str) -> Error {
        Error::usage(format!(
            "{}, line {}: {} cannot be made on a throwaway server: {reason}\n  {}",
            self.file.name,
            statement.line,
            subject.shown(&statement.sql),
            beginning(&statement.sql)
        ))
        .hint("take the table or what it needs out of a copy of the file, or give servers that have it with --source and --target")
    }

    fn tell_rest(&mut self) {
        let (idle, functions) = std::mem::take(&mut self.idle);
        if idle > 0 {
            let functions: Vec<String> = functions.into_iter().collect();
            let object = format!("{} about functions that are not there", plural(idle as u64, "statement"));
            self.loaded.left_out.push(Aside { object, reason: functions.join(", ") });
        }
        let (rows, statements) = self.rows;
        if statements > 0 {
            let object = match rows {
                0 => format!("rows of {}", plural(statements as u64, "statement")),
                _ => format!("{} in {}", plural(rows as u64, "row"), plural(statements as u64, "statement")),
            };
            let reason = "the rehearsal makes rows of its own, and none of a file is needed for it".to_owned();
            self.loaded.left_out.push(Aside { object, reason });
        }
    }
}

/// ` schema x` of a `CREATE EXTENSION`, where it says one.
fn schema_clause(sql: &str) -> String {
    let tokens = super::lex::tokens(sql);
    let at = tokens.iter().position(|token| token.is(sql, "schema"));
    let name = at.and_then(|at| tokens.get(at + 1)).and_then(|token| token.identifier(sql));
    name.map(|name| format!(" schema {}", quoted(&name))).unwrap_or_default()
}
