//! The text of the drafted configuration.

use std::collections::BTreeSet;

use super::busy::Busy;
use super::masks::Proposed as Mask;
use super::people::People;
use super::waivers::Proposed as Waiver;
use crate::check::Context;
use crate::model::{RelationName, count, plural};

/// How long a waiver holds that nobody has looked at yet.
const WAIVED_DAYS: i64 = 90;
/// Differences listed for somebody to decide; the rest is counted.
const LISTED: usize = 100;

/// What was found, as it is going to be written.
#[derive(Debug, Default)]
pub(super) struct Page {
    sides: [String; 2],
    schemas: Vec<String>,
    /// Globs of tables, where not all take part.
    tables: Vec<String>,
    /// Schemas that are left to the platform.
    of_platform: Vec<String>,
    /// Schemas in which most tables of the source have row security.
    protected: Vec<String>,
    pub(super) masks: Vec<Mask>,
    pub(super) busy: Vec<Busy>,
    /// Vector columns with an index of the source.
    pub(super) searched: BTreeSet<(RelationName, String)>,
    pub(super) people: People,
    pub(super) waivers: Vec<Waiver>,
}

impl Page {
    /// A page that knows the two databases and their schemas.
    pub(super) fn begin(context: &Context, of_platform: Vec<String>) -> Self {
        let catalog = &context.source.catalog;
        let protected = |schema: &&String| {
            let of_schema = || catalog.tables().filter(|table| table.name.schema == **schema);
            let secured = of_schema().filter(|table| table.row_security).count();
            secured > 0 && secured * 2 >= of_schema().count()
        };
        Self {
            sides: [catalog.server.database.clone(), context.target.catalog.server.database.clone()],
            schemas: catalog.schemas.clone(),
            tables: context.config.scope.tables.clone(),
            of_platform,
            protected: catalog.schemas.iter().filter(protected).cloned().collect(),
            ..Self::default()
        }
    }

    /// What was found, one line a kind.
    pub(super) fn found(&self) -> Vec<String> {
        let refused = self.masks.iter().filter(|mask| mask.refused.is_some()).count();
        let both = self.waivers.iter().filter(|waiver| waiver.on_both).count();
        let mut found = vec![plural(self.schemas.len() as u64, "schema")];
        let mut add = |number: usize, noun: &str, rest: &str| {
            if number > 0 {
                found.push(format!("{}{rest}", plural(number as u64, noun)));
            }
        };
        add(self.masks.len() - refused, "mask", " proposed: read them, nobody else knows what is personal");
        add(refused, "mask", " that would not fit, as comments with the reason");
        add(self.searched.len(), "vector probe", "");
        add(self.people.roles.len(), "persona", "");
        add(self.busy.len(), "busy table", ", tolerances as comments");
        add(both, "waiver", " for what is alike and wrong on both sides");
        add(self.waivers.len() - both, "difference", " today, waivers as comments: put them right, or accept them");
        found
    }

    /// The file.
    pub(super) fn text(&self) -> String {
        let mut out = Lines::default();
        self.sides(&mut out);
        self.scope(&mut out);
        self.masks(&mut out);
        self.tolerances(&mut out);
        self.probes(&mut out);
        self.people(&mut out);
        self.waivers(&mut out);
        out.comment("What the day decides by itself, whom it tells and what the gate demands: see [decide], [notify], [planned] and [gate] in docs/configuration.md.");
        out.0.join("\n") + "\n"
    }

    fn sides(&self, out: &mut Lines) {
        let [source, target] = &self.sides;
        out.comment("A first configuration, drafted from both databases. Read it and change it: what is not in it has a default.");
        out.comment("The URLs are in PG_REHEARSE_SOURCE_URL and PG_REHEARSE_TARGET_URL, in the environment, .env.local or .env.");
        out.blank();
        out.comment(&format!("Rows come from the database {}. It is never written to.", toml_text(source)));
        out.line("[source]");
        out.line("name = \"production\"");
        out.line("environment = \"production\"");
        out.blank();
        out.comment(&format!(
            "Rows go to the database {}. `--confirm` must give this name before anything is written.",
            toml_text(target)
        ));
        out.line("[target]");
        out.line("name = \"staging\"");
        out.line("environment = \"staging\"");
        out.blank();
    }

    fn scope(&self, out: &mut Lines) {
        if !self.of_platform.is_empty() {
            out.comment(&format!(
                "Left to the platform, which keeps its own in each project: {}.",
                self.of_platform.join(", ")
            ));
            out.comment("Rows of yours that refer to rows there, such as to users, need them in the target first: preflight counts those.");
        }
        out.line("[scope]");
        out.line(&format!("schemas = {}", toml_list(&self.schemas)));
        if !self.tables.is_empty() {
            out.line(&format!("tables = {}", toml_list(&self.tables)));
        }
        out.blank();
        out.comment("Tables that do not take part, each with the reason.");
        out.comment("[scope.excluded]");
        out.comment("\"public.audit_log\" = \"staging keeps its own\"");
        out.blank();
        if !self.protected.is_empty() {
            out.comment("Most tables here have row security: one without is a finding.");
            out.line("[verify]");
            out.line(&format!("require_row_security = {}", toml_list(&self.protected)));
            out.blank();
        }
    }

    fn masks(&self, out: &mut Lines) {
        if self.masks.is_empty() {
            return;
        }
        out.comment("Columns that look personal by their names. Only you know what else is: notes, documents and json are copied as they are.");
        out.comment(
            "The masks need a secret of 16 characters or more in PG_REHEARSE_MASK_SALT, the same from run to run.",
        );
        for mask in &self.masks {
            out.blank();
            match &mask.refused {
                None => mask.lines().iter().for_each(|line| out.line(line)),
                Some(reason) => {
                    out.comment(&format!("Not as it stands: {reason}"));
                    mask.lines().iter().for_each(|line| out.comment(line));
                }
            }
        }
        out.blank();
    }

    fn tolerances(&self, out: &mut Lines) {
        if self.busy.is_empty() {
            return;
        }
        out.comment("Tables in use on the source. Without a tolerance every row that is written between copy and comparison is a difference.");
        for busy in &self.busy {
            out.blank();
            out.comment(&format!("about {} rows written a day, {} held", count(busy.daily), count(busy.rows)));
            out.comment("[[tolerance]]");
            out.comment(&format!("table = {}", toml_text(&busy.table.to_string())));
            out.comment("rows = \"1%\"");
        }
        out.blank();
    }

    fn probes(&self, out: &mut Lines) {
        for (table, column) in &self.searched {
            out.line("[[vector_probe]]");
            out.line(&format!("table = {}", toml_text(&table.to_string())));
            out.line(&format!("column = {}", toml_text(column)));
            out.line("minimum_recall = 0.9");
            out.blank();
        }
    }

    fn people(&self, out: &mut Lines) {
        if let Some((column, tables)) = &self.people.tenant {
            let claim = self.people.claim.as_deref();
            out.comment(&format!(
                "{} have the column {column}, which seems to hold a row's tenant.",
                plural(*tables as u64, "table")
            ));
            let mut lines = vec!["[behaviour]".to_owned(), format!("tenant_column = {}", toml_text(column))];
            lines.push(format!("tenant_claim = {}", toml_text(claim.unwrap_or("app_metadata.tenant_id"))));
            match claim {
                Some(_) => lines.iter().for_each(|line| out.line(line)),
                None => {
                    out.comment("No policy was seen to read it from a claim. If tokens hold it, name the claim:");
                    lines.iter().for_each(|line| out.comment(line));
                }
            }
            out.blank();
        }
        for role in &self.people.roles {
            out.line("[[persona]]");
            out.line(&format!("name = {}", toml_text(role)));
            out.line(&format!("role = {}", toml_text(role)));
            out.blank();
        }
    }

    fn waivers(&self, out: &mut Lines) {
        let (both, open): (Vec<&Waiver>, Vec<&Waiver>) = self.waivers.iter().partition(|waiver| waiver.on_both);
        let until = jiff::Zoned::now().date().saturating_add(jiff::Span::new().days(WAIVED_DAYS));
        if !both.is_empty() {
            out.comment("Wrong on both sides alike, so not made by a migration. Each is accepted until its last day.");
        }
        for waiver in both {
            let reason = format!("On both sides when this was drafted: {}", waiver.message);
            waiver_lines(waiver, &reason, Some(&until.to_string())).iter().for_each(|line| out.line(line));
            out.blank();
        }
        if open.is_empty() {
            return;
        }
        out.comment("The target differs here today. `verify --ddl FILE` writes the statements that put it right; to accept one, take the # away");
        out.comment("and say why.");
        for waiver in open.iter().take(LISTED) {
            out.blank();
            out.comment(&waiver.message);
            waiver_lines(waiver, "", None).iter().for_each(|line| out.comment(line));
        }
        if open.len() > LISTED {
            out.blank();
            out.comment(&format!("And {} more, which `verify` lists.", count((open.len() - LISTED) as u64)));
        }
        out.blank();
    }
}

fn waiver_lines(waiver: &Waiver, reason: &str, until: Option<&str>) -> Vec<String> {
    let mut lines = vec!["[[waive]]".to_owned()];
    let mut add = |key: &str, value: &str| lines.push(format!("{key} = {}", toml_text(value)));
    add("check", &waiver.check);
    add("object", &waiver.object);
    add("attribute", &waiver.attribute);
    add("reason", reason);
    if let Some(until) = until {
        add("until", until);
    }
    lines
}

/// A text as the file's format quotes it.
pub(super) fn toml_text(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn toml_list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| toml_text(text)).collect::<Vec<_>>().join(", "))
}

/// The lines of the file so far.
#[derive(Debug, Default)]
struct Lines(Vec<String>);

impl Lines {
    fn line(&mut self, text: &str) {
        self.0.push(text.to_owned());
    }

    /// A comment; a text of several lines, which a name in a database may make it, stays one.
    fn comment(&mut self, text: &str) {
        self.0.extend(text.lines().map(|line| format!("# {line}")));
    }

    fn blank(&mut self) {
        if self.0.last().is_some_and(|line| !line.is_empty()) {
            self.0.push(String::new());
        }
    }
}
