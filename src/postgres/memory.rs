//! Answers of one snapshot, kept: where the same snapshot is asked the same many times, as the defect matrix asks its
//! source, the second answer costs nothing. Only queries are kept, and only short answers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::TextRow;

/// Answers longer than this are not kept.
const MOST_ROWS: usize = 10_000;

/// What a snapshot has answered so far.
#[derive(Debug, Default)]
pub(super) struct Memory(Mutex<HashMap<String, Vec<TextRow>>>);

impl Memory {
    /// The answer to a query, if it was asked before.
    pub(super) fn recall(&self, sql: &str) -> Option<Vec<TextRow>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(sql).cloned()
    }

    /// Keeps an answer, where the statement is a query: anything else is asked for its effect.
    pub(super) fn keep(&self, sql: &str, rows: &[TextRow]) {
        if sql.trim_start().starts_with("select") && rows.len() <= MOST_ROWS {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(sql.to_owned(), rows.to_vec());
        }
    }
}
