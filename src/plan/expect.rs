//! Compares a documented order (levels, names, counts, arrows) with the catalog, and with itself.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Plan;
use crate::model::{Error, Result};

/// Documents that describe the order, transcribed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedOrder {
    /// The documents.
    #[serde(default)]
    pub document: Vec<Document>,
}

/// One document.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// What it is called.
    pub name: String,
    /// Whether its lists are partial ("and any others"), so that a table it leaves out is no disagreement.
    #[serde(default)]
    pub partial: bool,
    /// How many tables it says there are.
    pub stated_tables: Option<usize>,
    /// How many foreign keys it says there are.
    pub stated_foreign_keys: Option<usize>,
    /// How many levels it says there are.
    pub stated_levels: Option<usize>,
    /// Its levels.
    #[serde(default)]
    pub level: Vec<DocumentLevel>,
    /// Tables it lists outside the levels.
    pub special: Option<Special>,
    /// Row counts it states.
    #[serde(default)]
    pub rows: BTreeMap<String, u64>,
    /// Arrows it draws.
    #[serde(default)]
    pub parent: Vec<DocumentParents>,
    /// Self-references it names.
    #[serde(default)]
    pub self_reference: Vec<SelfReference>,
}

/// One documented level.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentLevel {
    /// Its number.
    pub number: usize,
    /// How many tables its heading says it has.
    pub stated_count: Option<usize>,
    /// The tables it lists.
    pub tables: Vec<String>,
}

/// Tables listed outside the levels.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Special {
    /// Their names.
    pub tables: Vec<String>,
}

/// The documented parents of a table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentParents {
    /// The table.
    pub table: String,
    /// Its parents.
    pub parents: Vec<String>,
}

/// A documented self-reference.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SelfReference {
    /// The table.
    pub table: String,
    /// The referring column.
    pub column: String,
}

/// One place where a document disagrees with the catalog or with itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// The document.
    pub document: String,
    /// What it is about: a table, a level, a total.
    pub subject: String,
    /// What the document says.
    pub documented: String,
    /// What is so.
    pub found: String,
}

impl ExpectedOrder {
    /// Reads the transcription.
    ///
    /// # Errors
    /// Usage, naming the line and key.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Error::usage(error.to_string().trim_end().to_owned()))
    }

    /// Every table whose rows a document states.
    pub fn counted_tables(&self) -> BTreeSet<&str> {
        self.document.iter().flat_map(|document| document.rows.keys().map(String::as_str)).collect()
    }
}

/// All disagreements of all documents; `rows` holds the exact counts of the tables that documents count.
pub fn disagreements(expected: &ExpectedOrder, plan: &Plan, rows: &BTreeMap<String, u64>) -> Vec<Disagreement> {
    expected.document.iter().flat_map(|document| Comparison { document, plan, found: Vec::new() }.run(rows)).collect()
}

struct Comparison<'a> {
    document: &'a Document,
    plan: &'a Plan,
    found: Vec<Disagreement>,
}

impl<'a> Comparison<'a> {
    fn run(mut self, rows: &BTreeMap<String, u64>) -> Vec<Disagreement> {
        self.totals();
        self.levels();
        self.names();
        self.arrows();
        self.self_references();
        for (table, &stated) in &self.document.rows {
            let so = rows.get(table).map_or("no such table".to_owned(), u64::to_string);
            self.note(format!("rows of {table}"), stated.to_string(), so);
        }
        self.found
    }

    /// Adds a disagreement unless both say the same.
    fn note(&mut self, subject: impl Into<String>, documented: impl Into<String>, found: impl Into<String>) {
        let (documented, found) = (documented.into(), found.into());
        if documented != found {
            let document = self.document.name.clone();
            self.found.push(Disagreement { document, subject: subject.into(), documented, found });
        }
    }

    fn listed(&self) -> Vec<&'a str> {
        let document = self.document;
        let levels = document.level.iter().flat_map(|level| &level.tables);
        levels.chain(document.special.iter().flat_map(|special| &special.tables)).map(String::as_str).collect()
    }

    fn totals(&mut self) {
        let (document, plan) = (self.document, self.plan);
        if let (Some(stated), false) = (document.stated_tables, document.partial) {
            self.note("tables it lists itself", stated.to_string(), self.listed().len().to_string());
        }
        if let Some(stated) = document.stated_tables {
            self.note("tables", stated.to_string(), plan.tables.len().to_string());
        }
        if let Some(stated) = document.stated_foreign_keys {
            self.note("foreign keys", stated.to_string(), plan.foreign_keys.to_string());
        }
        if let Some(stated) = document.stated_levels {
            self.note("levels", stated.to_string(), plan.levels().len().to_string());
        }
    }

    fn levels(&mut self) {
        for level in &self.document.level {
            if let Some(stated) = level.stated_count {
                let listed = level.tables.len();
                self.note(
                    format!("tables level {} lists itself", level.number),
                    stated.to_string(),
                    listed.to_string(),
                );
            }
            for table in &level.tables {
                if let Some(planned) = self.plan.tables.iter().find(|planned| planned.table.name == *table) {
                    let found = format!("level {}{}", planned.level, below(planned));
                    if planned.level != level.number {
                        self.note(table.clone(), format!("level {}", level.number), found);
                    }
                }
            }
        }
    }

    fn names(&mut self) {
        let listed: BTreeSet<&str> = self.listed().into_iter().collect();
        let counted: BTreeSet<&str> = self.document.rows.keys().map(String::as_str).collect();
        let catalog: BTreeSet<&str> = self.plan.tables.iter().map(|planned| planned.table.name.as_str()).collect();
        for name in listed.union(&counted).filter(|name| !catalog.contains(*name)).copied().collect::<Vec<_>>() {
            self.note(name, "named", "not in the catalog");
        }
        if !self.document.partial {
            for name in catalog.difference(&listed).copied().collect::<Vec<_>>() {
                self.note(name, "not named", "in the catalog");
            }
        }
    }

    fn arrows(&mut self) {
        for arrow in &self.document.parent {
            let Some(planned) = self.plan.tables.iter().find(|planned| planned.table.name == arrow.table) else {
                continue;
            };
            let found: BTreeSet<&str> = planned.parents.iter().map(|parent| parent.name.as_str()).collect();
            let stated: BTreeSet<&str> = arrow.parents.iter().map(String::as_str).collect();
            if !stated.is_subset(&found) {
                self.note(format!("parents of {}", arrow.table), join(&stated), join(&found));
            }
        }
    }

    fn self_references(&mut self) {
        let stated: BTreeSet<String> =
            self.document.self_reference.iter().map(|one| format!("{}.{}", one.table, one.column)).collect();
        let found: BTreeSet<String> = self
            .plan
            .tables
            .iter()
            .flat_map(|planned| planned.self_references.iter().map(|column| format!("{}.{column}", planned.table.name)))
            .collect();
        for one in found.difference(&stated) {
            self.note(one.clone(), "not named", "refers to its own table");
        }
        for one in stated.difference(&found) {
            self.note(one.clone(), "refers to its own table", "no such foreign key");
        }
    }
}

fn below(planned: &super::TablePlan) -> String {
    if planned.parents.is_empty() {
        return String::new();
    }
    let parents: Vec<&str> = planned.parents.iter().map(|parent| parent.name.as_str()).collect();
    format!(", below {}", parents.join(", "))
}

fn join(names: &BTreeSet<&str>) -> String {
    if names.is_empty() { "none".to_owned() } else { names.iter().copied().collect::<Vec<_>>().join(", ") }
}
