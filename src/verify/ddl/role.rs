//! Roles and their members. Passwords are never read.

use super::address::name;
use super::default_privileges::identifier;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work};
use crate::model::{ObjectRef, literal};

/// The first major version in which a membership says how it may be used.
const SAYS_HOW: u32 = 16;

const ATTRIBUTES: [&str; 9] = [
    "superuser",
    "bypasses row security",
    "may log in",
    "inherits",
    "creates roles",
    "creates databases",
    "replication",
    "connection limit",
    "valid until",
];

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let options: Vec<String> = ATTRIBUTES.iter().filter_map(|one| option(work, key, one)).collect();
    let statement =
        Statement::new(Part::Roles, key, format!("create role {} {}", name(&key.identity), options.join(" ")));
    let login = work.source.attribute(key, "may log in") == Some("true");
    sheet.push(if login { statement.note("has no password: set one by hand (\\password)") } else { statement });
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let usual = match attribute {
        "connection limit" => "connection limit -1",
        "valid until" => "valid until 'infinity'",
        _ => "",
    };
    match option(work, key, attribute).or((!usual.is_empty()).then(|| usual.to_owned())) {
        Some(option) => {
            Way::one(Statement::new(Part::Roles, key, format!("alter role {} {option}", name(&key.identity))))
        }
        None => Way::hand("no statement is known that changes it"),
    }
}

/// An attribute of the source as CREATE ROLE takes it.
fn option(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Option<String> {
    let value = work.source.attribute(key, attribute)?;
    let word = match attribute {
        "superuser" => "superuser",
        "bypasses row security" => "bypassrls",
        "may log in" => "login",
        "inherits" => "inherit",
        "creates roles" => "createrole",
        "creates databases" => "createdb",
        "replication" => "replication",
        "connection limit" => return Some(format!("connection limit {value}")),
        "valid until" => return Some(format!("valid until {}", literal(value))),
        _ => return None,
    };
    Some(if value == "true" { word.to_owned() } else { format!("no{word}") })
}

/// The member and the role of a membership, in SQL.
fn pair(key: &ObjectRef) -> Option<(String, String)> {
    let (member, rest) = identifier(&key.identity)?;
    Some((name(member), name(rest.strip_prefix(" in ")?)))
}

/// Gives a role to its member as on the source; what was given otherwise is given anew.
pub(super) fn create_membership(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let member = identifier(&key.identity).map_or("", |(member, _)| member);
    let there = ObjectRef::new("role", member);
    if !work.target.has(&there) && !work.made.contains(&there) {
        return sheet.hand(key, "missing", "the target has no such member: make the role first, where it is wanted");
    }
    match alter_membership(work, key, "missing") {
        Way::Done(statements) => statements.into_iter().for_each(|one| sheet.push(one)),
        Way::Hand(why) => sheet.hand(key, "missing", why),
        Way::Again => {}
    }
}

pub(super) fn alter_membership(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let Some((member, role)) = pair(key) else { return Way::hand("who is a member of what is not known") };
    let is = |attribute: &str| work.source.attribute(key, attribute) == Some("true");
    let sql = match (work.target.major >= SAYS_HOW, attribute) {
        (true, _) => {
            let (admin, inherit, set) = (is("admin"), is("inherits"), is("may become it"));
            format!("grant {role} to {member} with admin {admin}, inherit {inherit}, set {set}")
        }
        (false, "admin" | "missing") if is("admin") => format!("grant {role} to {member} with admin option"),
        (false, "admin") => format!("revoke admin option for {role} from {member}"),
        (false, "missing") => format!("grant {role} to {member}"),
        _ => return Way::hand("before 16 the member says whether it inherits: ALTER ROLE ... INHERIT or NOINHERIT"),
    };
    Way::one(Statement::new(Part::Memberships, key, sql))
}

pub(super) fn drop_membership(key: &ObjectRef, part: Part) -> Option<Statement> {
    let (member, role) = pair(key)?;
    Some(Statement::new(part, key, format!("revoke {role} from {member}")))
}

pub(super) fn drop(key: &ObjectRef, part: Part) -> Statement {
    Statement::new(part, key, format!("drop role {}", name(&key.identity)))
        .note("fails while another database of the server names it")
}
