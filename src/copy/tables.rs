//! How far each table is, told as events and kept for the report.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::journal::Moved;
use crate::model::{Event, Events, RelationName};
use crate::plan::Plan;

/// The tables of a plan under way, as this process sees them.
pub(super) struct Tables<'a> {
    plan: &'a Plan,
    events: &'a Events,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    begun: BTreeMap<RelationName, Instant>,
    /// Rows and bytes.
    moved: BTreeMap<String, (u64, u64)>,
    ended: Vec<RelationName>,
    levels: BTreeMap<usize, (usize, u64)>,
}

impl<'a> Tables<'a> {
    pub(super) fn new(plan: &'a Plan, events: &'a Events) -> Self {
        Self { plan, events, state: Mutex::default() }
    }

    /// A worker has begun with rows of a table.
    pub(super) fn begun(&self, table: &RelationName) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.begun.contains_key(table) {
            return;
        }
        state.begun.insert(table.clone(), Instant::now());
        if let Some(planned) = self.plan.tables.iter().find(|planned| planned.table == *table) {
            let (table, level, rows) = (table.clone(), planned.level, planned.estimated_rows);
            self.events.send(&Event::TableStarted { table, level, rows });
        }
    }

    /// Rows have been committed; with `last` all of these tables'.
    pub(super) fn moved(&self, tables: &[&RelationName], moved: &[Moved], last: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for more in moved {
            let sums = state.moved.entry(more.relation.clone()).or_default();
            *sums = (sums.0 + more.rows, sums.1 + more.bytes);
        }
        for &table in tables.iter().filter(|_| last) {
            // Two workers may both see that nothing is left.
            if state.ended.contains(table) {
                continue;
            }
            state.ended.push(table.clone());
            let seconds = state.begun.get(table).map_or(0.0, |begun| begun.elapsed().as_secs_f64());
            let rows = state.moved.get(&table.to_string()).map_or(0, |sums| sums.0);
            self.events.send(&Event::TableEnded { table: table.clone(), rows, seconds });
            self.level(&mut state, table, rows);
        }
    }

    /// Tells when a level is complete.
    fn level(&self, state: &mut State, table: &RelationName, rows: u64) {
        let Some(planned) = self.plan.tables.iter().find(|planned| planned.table == *table) else { return };
        let level = planned.level;
        let tables = self.plan.tables.iter().filter(|planned| planned.level == level).count();
        let (ended, sum) = state.levels.entry(level).or_default();
        *ended += 1;
        *sum += rows;
        if *ended == tables {
            self.events.send(&Event::LevelCopied { level, tables, rows: *sum });
        }
    }

    /// Rows and bytes that this process has brought in.
    pub(super) fn moved_here(&self) -> (u64, u64) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.moved.values().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// The tables all of whose rows this process has seen come in.
    pub(super) fn ended(&self) -> Vec<RelationName> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).ended.clone()
    }
}
