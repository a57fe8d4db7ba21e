//! Foreign data wrappers and servers. Values that sound like secrets, and whatever users log in with, are never read.

use super::address::name;
use super::facts::Known;
use super::statement::{Part, Statement};
use super::work::{ForeignOptions, Sheet, Way, Work, foreign_options, new_options};
use crate::model::{ObjectRef, literal};

fn options(side: &Known, key: &ObjectRef) -> ForeignOptions {
    let rows = side.rows(key, "options").into_iter();
    rows.filter_map(|row| Some((row.first()?.clone()?, row.get(1)?.clone()))).collect()
}

/// The statement's word for the kind.
fn word(key: &ObjectRef) -> &'static str {
    if key.kind == "foreign server" { "server" } else { "foreign data wrapper" }
}

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let (source, own, options) = (work.source, name(&key.identity), options(work.source, key));
    let wrapper = key.kind == "foreign data wrapper";
    let mut sql = format!("create {} {own}", word(key));
    if wrapper {
        for part in ["handler", "validator"] {
            sql.push_str(&source.text(key, part).map(|it| format!(" {part} {it}")).unwrap_or_default());
        }
    } else {
        for part in ["type", "version"] {
            sql.push_str(&source.attribute(key, part).map(|it| format!(" {part} {}", literal(it))).unwrap_or_default());
        }
        sql.push_str(&format!(" foreign data wrapper {}", source.text(key, "wrapper").unwrap_or_default()));
    }
    sheet.push(Statement::new(Part::Types, key, format!("{sql}{}", new_options(&options))));
    secrets(sheet, key, &options, &Vec::new());
    for user in source.list(key, "users") {
        sheet.push(Statement::new(Part::Others, key, format!("create user mapping for {user} server {own}")));
    }
    if source.attribute(key, "user options").is_some() {
        sheet.hand(key, "user options", USER_OPTIONS);
    }
}

const USER_OPTIONS: &str = "what users log in with is not read: ALTER USER MAPPING ... OPTIONS (ADD ...)";

/// Names the options of which only a digest is known.
fn secrets(sheet: &mut Sheet, key: &ObjectRef, there: &ForeignOptions, here: &ForeignOptions) {
    for (option, _) in there.iter().filter(|(_, value)| value.is_none()) {
        let verb = if here.iter().any(|(other, _)| other == option) { "SET" } else { "ADD" };
        let why =
            format!("the option {option} may be a secret and is not read: ALTER ... OPTIONS ({verb} {option} '...')");
        sheet.hand(key, "options", why);
    }
}

pub(super) fn alter(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef, attribute: &str) -> Way {
    let (source, target, own) = (work.source, work.target, name(&key.identity));
    let change = |clause: String| Statement::new(Part::Types, key, format!("alter {} {own} {clause}", word(key)));
    match attribute {
        "definition" | "validator" if key.kind == "foreign data wrapper" => {
            let part = if attribute == "definition" { "handler" } else { "validator" };
            Way::one(change(source.text(key, part).map_or_else(|| format!("no {part}"), |it| format!("{part} {it}"))))
        }
        "version" => Way::one(change(
            source.attribute(key, attribute).map_or("version null".into(), |it| format!("version {}", literal(it))),
        )),
        "options" => {
            let (there, here) = (options(source, key), options(target, key));
            let clause = foreign_options(&there, &here);
            let shown = |list: &ForeignOptions| list.iter().filter(|(_, value)| value.is_some()).count();
            if clause.is_none() || shown(&there) < there.len() {
                secrets(sheet, key, &there, &here);
            }
            Way::Done(clause.map(change).into_iter().collect())
        }
        "users" => {
            let (there, here) = (source.list(key, "users"), target.list(key, "users"));
            let made = there.iter().filter(|user| !here.contains(user)).map(|user| ("create", user));
            let gone = here.iter().filter(|user| !there.contains(user)).map(|user| ("drop", user));
            let statement = |(verb, user): (&str, &&str)| {
                Statement::new(Part::Others, key, format!("{verb} user mapping for {user} server {own}"))
            };
            Way::Done(made.chain(gone).map(statement).collect())
        }
        "user options" => Way::hand(USER_OPTIONS),
        _ => Way::Again,
    }
}
