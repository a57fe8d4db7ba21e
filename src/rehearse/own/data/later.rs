//! References that could not be given with the row: to the row's own table, and around a cycle of tables.

use super::facts::Facts;
use super::table::Filling;
use crate::catalog::ForeignKey;
use crate::model::{RelationName, Result, literal, quoted};
use crate::postgres::{Session, Target};

/// Gives rows of a table the references that were left open. A row refers to one before it, so that no row is its own ancestor; a
/// third of the rows, and those that a condition refuses, refer to nothing.
pub(super) async fn refer(session: &mut Session<Target>, filling: &Filling<'_>) -> Result<()> {
    for key in filling.facts.foreign_keys(&filling.relation.name) {
        if filling.is_later(key) {
            session.execute(&statement(filling.facts, key, &filling.relation.name)).await?;
        }
    }
    Ok(())
}

fn statement(facts: &Facts, key: &ForeignKey, child: &RelationName) -> String {
    let open: Vec<(&String, &String)> = pairs(key).filter(|(column, _)| may_be_null(facts, child, column)).collect();
    let fixed: Vec<(&String, &String)> = pairs(key).filter(|(column, _)| !may_be_null(facts, child, column)).collect();
    let own = facts.root(&key.parent) == *child;
    let (parent, rows) = (facts.rows_of(&key.parent), facts.rows_of(child));
    // Rows of the parent that agree in what is given already are numbered on their own.
    let parted = |alias: &str, columns: &[&String]| match columns.is_empty() {
        true => String::new(),
        false => format!("partition by {}", list(columns, alias)),
    };
    let child_fixed: Vec<&String> = fixed.iter().map(|(column, _)| *column).collect();
    let parent_fixed: Vec<&String> = fixed.iter().map(|(_, parent)| *parent).collect();
    let all_parent: Vec<&String> = key.parent_columns.iter().collect();
    // Within one table both sides are numbered alike, so that a row finds one before it.
    let order = match own {
        true => list(&all_parent, "c"),
        false => "c.tableoid, c.ctid".to_owned(),
    };
    let agree: String =
        fixed.iter().map(|(column, parent)| format!(" and p.{} = c.{}", quoted(parent), quoted(column))).collect();
    let place = match own {
        true => "p.n = c.n / 2".to_owned(),
        false => "p.n = 1 + c.n % p.total".to_owned(),
    };
    let set: Vec<String> = open.iter().map(|(column, _)| quoted(column)).collect();
    let values: Vec<String> = open.iter().map(|(_, parent)| format!("p.{}", quoted(parent))).collect();
    let update = format!(
        "update {0} t set ({1}) = (select {2} from {3} p where p.tableoid = $1 and p.ctid = $2) where t.tableoid = $3 and t.ctid = $4",
        rows,
        set.join(", "),
        values.join(", "),
        parent
    );
    let update = match set.len() {
        1 => update.replacen(&format!("set ({})", set.join("")), &format!("set {}", set.join("")), 1),
        _ => update,
    };
    let body = format!(
        "declare r record; begin\n\
         for r in\n\
           with p as materialized (select tableoid, ctid, {all_parent}, row_number() over ({p_part} order by {p_order}) as n, \
                count(*) over ({p_part}) as total from {parent} p),\n\
           c as materialized (select tableoid, ctid{c_columns}, row_number() over ({c_part} order by {order}) as n from {child} c)\n\
           select p.tableoid as pt, p.ctid as pc, c.tableoid as ct, c.ctid as cc from c join p on {place}{agree} where c.n % 3 <> 0\n\
         loop begin execute {update} using r.pt, r.pc, r.ct, r.cc; exception when others then null; end; end loop; end",
        all_parent = list(&all_parent, "p"),
        p_part = parted("p", &parent_fixed),
        p_order = list(&all_parent, "p"),
        c_columns = child_fixed.iter().map(|name| format!(", c.{}", quoted(name))).collect::<String>(),
        c_part = parted("c", &child_fixed),
        child = rows,
        update = literal(&update),
    );
    format!("do {}", literal(&body))
}

fn pairs(key: &ForeignKey) -> impl Iterator<Item = (&String, &String)> {
    key.columns.iter().zip(&key.parent_columns)
}

fn may_be_null(facts: &Facts, table: &RelationName, column: &str) -> bool {
    facts.columns(table).iter().any(|one| one.name == column && !one.not_null)
}

fn list(columns: &[&String], alias: &str) -> String {
    columns.iter().map(|name| format!("{alias}.{}", quoted(name))).collect::<Vec<_>>().join(", ")
}
