//! Asks the rules of one side, one after another over one connection, in one read-only snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::Rule;
use super::fill::fill;
use crate::catalog::{self, ServerFacts};
use crate::check;
use crate::config::SideConfig;
use crate::model::{Error, ObjectRef, Result, SideFacts, literal};
use crate::postgres::{Endpoint, Readers, Role, Session};

/// The time one rule may take; the side's own limit holds where it is shorter.
const TIME: Duration = Duration::from_secs(60);

/// One row of a rule's answer.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Row {
    pub(super) detail: Option<String>,
    pub(super) metadata: serde_json::Value,
    pub(super) cache_key: Option<String>,
    kind: String,
    identity: String,
    /// What two sides' findings are matched by, where the cache key is too narrow for it.
    #[serde(default)]
    matched_by: Option<String>,
    /// Why the object could not be looked at; it is no finding then.
    #[serde(default)]
    pub(super) unread: Option<String>,
}

impl Row {
    pub(super) fn object(&self) -> ObjectRef {
        ObjectRef::new(&self.kind, &self.identity)
    }

    /// What makes it the same finding on the other side.
    pub(super) fn key(&self) -> (String, String, String) {
        let matched_by = self.matched_by.as_ref().or(self.cache_key.as_ref());
        (self.kind.clone(), self.identity.clone(), matched_by.cloned().unwrap_or_default())
    }
}

/// What a rule answered.
pub(super) type Answer = Result<Vec<Row>>;

/// A side that was asked.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) facts: SideFacts,
    pub(super) server: ServerFacts,
    /// By the rules' numbers.
    pub(super) answers: BTreeMap<u16, Answer>,
}

/// Asks rules of a side.
///
/// # Errors
/// When the side cannot be reached. What a single rule meets is its answer.
pub(super) async fn look<R: Role>(config: &SideConfig, rules: &[&Rule]) -> Result<Looked> {
    let endpoint = Endpoint::<R>::new(config)?;
    let readers = Readers::open(&endpoint, 1).await?;
    let asked = ask_all(&endpoint, &readers, rules).await;
    readers.close().await;
    asked
}

async fn ask_all<R: Role>(endpoint: &Endpoint<R>, readers: &Readers<R>, rules: &[&Rule]) -> Result<Looked> {
    let mut session = readers.acquire().await?;
    let server = catalog::server(&mut *session).await?;
    let served = session.value(include_str!("sql/served.sql")).await?.unwrap_or_default();
    drop(session);
    let served: Vec<String> = served.split(',').map(|name| name.trim().trim_matches('"').to_owned()).collect();
    let time = match endpoint.statement_timeout {
        0 => TIME,
        seconds => TIME.min(Duration::from_secs(seconds)),
    };
    let mut answers = BTreeMap::new();
    for rule in rules {
        // After an error the session is put back into the snapshot here.
        let answer = match readers.acquire().await {
            Ok(mut session) => ask(&mut *session, rule, &served, server.major(), time).await,
            Err(error) => Err(error),
        };
        answers.insert(rule.number, answer);
    }
    Ok(Looked { facts: check::facts(endpoint, &server), server, answers })
}

async fn ask<R: Role>(session: &mut Session<R>, rule: &Rule, served: &[String], major: u32, time: Duration) -> Answer {
    for relation in &rule.needs {
        if session.value(&format!("select to_regclass({})", literal(relation))).await?.is_none() {
            return Ok(Vec::new());
        }
    }
    let sql = format!("select row_to_json(q)::text from (\n{}\n) q", fill(rule.sql, served, major).trim());
    let rows = session.rows_within(&sql, time).await?;
    let read = |text: String| {
        serde_json::from_str(&text).map_err(|problem| {
            Error::failed(format!("rule {}: a row has an unexpected shape", rule.name)).caused_by(problem)
        })
    };
    rows.into_iter().flatten().flatten().map(read).collect()
}
