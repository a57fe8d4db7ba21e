//! Whether a report is of the configuration's databases, and of the source as it is now.

use super::kind::is_rehearsed;
use super::version::is_of_this_tool;
use super::{GateRow, SchemaNow, Standard};
use crate::config::{ReportKind, SideConfig};
use crate::model::{RunReport, SideFacts};

const SCHEMA: &str = "schema";
const SCHEMA_WANTED: &str = "the source's schema as it was";

/// A row a side: its identity where the configuration pins one, else its name.
pub(super) fn databases(report: &RunReport, kind: ReportKind, standard: &Standard<'_>) -> Vec<GateRow> {
    let config = standard.config;
    if is_rehearsed(kind) {
        let pinned = config.source.identity.is_some() || config.target.identity.is_some();
        let row = GateRow::go("databases", "does not apply: a rehearsal makes its own", "those of the configuration");
        return if pinned { vec![row] } else { Vec::new() };
    }
    vec![database(&config.source, &report.source), database(&config.target, &report.target)]
}

fn database(wanted: &SideConfig, found: &SideFacts) -> GateRow {
    let rule = wanted.side.to_string();
    match (&wanted.identity, &found.identity) {
        (Some(pinned), Some(identity)) if pinned == identity => {
            GateRow::go(&rule, format!("{}, identity {identity}", found.name), format!("identity {pinned}"))
        }
        (Some(pinned), Some(identity)) => {
            GateRow::stop(&rule, format!("{}, identity {identity}", found.name), format!("identity {pinned}"))
                .fix("give the report of the database that the configuration names")
        }
        (Some(pinned), None) => {
            let found = format!("{} ({}): the report does not say which database it is", found.name, found.url);
            GateRow::unknown(&rule, found, format!("identity {pinned}"))
                .fix("make the report of the database itself, with this version of pg-rehearse")
        }
        (None, _) if wanted.name == found.name => GateRow::go(&rule, &found.name, &wanted.name),
        (None, _) => GateRow::warn(&rule, &found.name, &wanted.name)
            .fix(format!("is it another's report? `identity` below [{rule}] pins the database")),
    }
}

pub(super) fn schema(report: &RunReport, kind: ReportKind, standard: &Standard<'_>) -> Option<GateRow> {
    if standard.schema == SchemaNow::NotWanted {
        return None;
    }
    if is_rehearsed(kind) {
        let found = "does not apply: a rehearsal's source is a database made for it";
        return Some(GateRow::go(SCHEMA, found, SCHEMA_WANTED));
    }
    if kind == ReportKind::Advise {
        return Some(GateRow::go(SCHEMA, "does not apply: advisors read no schema as a whole", SCHEMA_WANTED));
    }
    let again = format!("run {} again", super::kind::command(kind));
    Some(match (&standard.schema, &report.source.schema) {
        (SchemaNow::NotWanted, _) => return None,
        (SchemaNow::LeftOut(why), _) => GateRow::warn(SCHEMA, format!("not asked: {why}"), SCHEMA_WANTED),
        (SchemaNow::Unread(why), _) => GateRow::unknown(SCHEMA, why, SCHEMA_WANTED)
            .fix("make the source reachable, or pass --offline to go without this rule"),
        (SchemaNow::Digest(..), None) => {
            let found = format!("the report does not hold it ({})", report.source.url);
            GateRow::unknown(SCHEMA, found, SCHEMA_WANTED).fix(format!("{again} on the source itself"))
        }
        (SchemaNow::Digest(now, _), Some(then)) if now == then => {
            GateRow::go(SCHEMA, format!("digest {} as it was", short(now)), SCHEMA_WANTED)
        }
        (SchemaNow::Digest(now, version), Some(then)) => {
            let found = format!("digest {} then, {} now", short(then), short(now));
            GateRow::stop(SCHEMA, found, SCHEMA_WANTED).fix(why_another(report, version, &again))
        }
    })
}

/// What may have made the digest another one.
fn why_another(report: &RunReport, version: &str, again: &str) -> String {
    let mut causes = vec!["production has changed since"];
    if !is_of_this_tool(report) {
        causes.push("or this version of pg-rehearse reads schemas otherwise");
    }
    if report.source.version != version {
        causes.push("or the server's other version prints them otherwise");
    }
    format!("{}: {again}, with the same schemas in scope", causes.join(", "))
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
