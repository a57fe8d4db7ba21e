//! The database: its owner, its limits, and what is set for whoever connects.

use super::facts::Known;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work, setting};
use crate::model::{ObjectRef, literal, quoted};

/// Settings that are lists of names: each name is a literal of its own.
const LISTS: [&str; 6] = [
    "search_path",
    "temp_tablespaces",
    "local_preload_libraries",
    "session_preload_libraries",
    "shared_preload_libraries",
    "unix_socket_directories",
];

/// Puts right what is set for a role or for everybody. Both sides may lack it.
pub(super) fn settings(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef, part: Part) {
    let held = |side: &Known| -> Vec<(String, String)> {
        let rows = side.rows(key, "settings").into_iter();
        rows.filter_map(|row| Some((row.first()?.clone()?, row.get(1)?.clone()?))).collect()
    };
    let (there, here) = (held(work.source), held(work.target));
    let home = if work.source.has(key) { work.source } else { work.target };
    let database = quoted(&work.target.database);
    let head = match (home.text(key, "role"), home.flag(key, "every")) {
        (Some(role), true) => format!("alter role {role}"),
        (Some(role), false) => format!("alter role {role} in database {database}"),
        (None, true) => "alter role all".to_owned(),
        (None, false) => format!("alter database {database}"),
    };
    for (name, value) in there.iter().filter(|one| !here.contains(one)) {
        if name.contains('.') {
            let why = format!("{name} may be a secret and is not read: {head} set {} = '...'", dotted(name));
            sheet.hand(key, "definition", why);
            continue;
        }
        sheet.push(Statement::new(part, key, format!("{head} set {} = {}", dotted(name), assigned(name, value))));
    }
    for (name, _) in here.iter().filter(|(name, _)| there.iter().all(|(other, _)| other != name)) {
        sheet.push(Statement::new(part, key, format!("{head} reset {}", dotted(name))));
    }
}

/// A setting's name, in which a dot stands between two identifiers.
fn dotted(name: &str) -> String {
    name.split('.').map(quoted).collect::<Vec<_>>().join(".")
}

/// A value as SET takes it.
fn assigned(name: &str, value: &str) -> String {
    if !LISTS.contains(&name) {
        return literal(value);
    }
    let (mut names, mut one, mut inside) = (Vec::new(), String::new(), false);
    let mut letters = value.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if inside && letters.peek() == Some(&'"') => {
                letters.next();
                one.push('"');
            }
            '"' => inside = !inside,
            ',' if !inside => names.push(std::mem::take(&mut one)),
            ' ' if !inside && one.is_empty() => {}
            _ => one.push(letter),
        }
    }
    names.push(one);
    names.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ")
}

pub(super) fn alter(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef, attribute: &str) -> Option<Way> {
    if key.identity.starts_with("settings for ") {
        settings(work, sheet, key, Part::Others);
        return None;
    }
    let database = quoted(&work.target.database);
    Some(match attribute {
        "connection limit" => {
            let limit = work.source.attribute(key, attribute).unwrap_or("-1");
            Way::one(setting(key, format!("alter database {database} connection limit {limit}")))
        }
        "tablespace" => Way::hand(
            "a database moves while nobody is connected and outside of a transaction: ALTER DATABASE ... SET TABLESPACE",
        ),
        _ => Way::hand(
            "a database keeps the encoding and the locale that it was made with: make a new database and restore into it",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_set_name_by_name() {
        assert_eq!(assigned("search_path", "\"$user\", public, \"a,\"\"b\""), "'$user', 'public', 'a,\"b'");
        assert_eq!(assigned("search_path", "\"\""), "''");
        assert_eq!(assigned("work_mem", "64MB"), "'64MB'");
        assert_eq!(dotted("app.tenant"), "\"app\".\"tenant\"");
    }
}
