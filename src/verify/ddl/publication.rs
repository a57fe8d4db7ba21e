//! Publications.

use super::address::name;
use super::statement::{Part, Statement};
use super::work::{Sheet, Way, Work};
use crate::model::{ObjectRef, literal};

pub(super) fn create(work: &Work<'_>, sheet: &mut Sheet, key: &ObjectRef) {
    let (source, objects) = (work.source, work.source.list(key, "objects"));
    let of = match source.attribute(key, "all tables") {
        Some("true") => " for all tables".to_owned(),
        _ if objects.is_empty() => String::new(),
        _ => format!(" for {}", objects.join(", ")),
    };
    let mut options = vec![published(work, key), via_root(work, key)];
    options.extend(source.attribute(key, "generated columns").map(|_| generated(work, key)));
    let sql = format!("create publication {}{of} with ({})", name(&key.identity), options.join(", "));
    sheet.push(Statement::new(Part::Publications, key, sql));
}

fn published(work: &Work<'_>, key: &ObjectRef) -> String {
    format!("publish = {}", literal(work.source.attribute(key, "operations").unwrap_or_default()))
}

fn via_root(work: &Work<'_>, key: &ObjectRef) -> String {
    format!("publish_via_partition_root = {}", work.source.attribute(key, "via root").unwrap_or("false"))
}

fn generated(work: &Work<'_>, key: &ObjectRef) -> String {
    let stored = work.source.attribute(key, "generated columns") == Some("s");
    format!("publish_generated_columns = {}", if stored { "stored" } else { "none" })
}

pub(super) fn alter(work: &Work<'_>, key: &ObjectRef, attribute: &str) -> Way {
    let option = match attribute {
        "operations" => published(work, key),
        "via root" => via_root(work, key),
        "generated columns" => generated(work, key),
        _ => {
            let (there, here) = (work.source.list(key, "objects"), work.target.list(key, "objects"));
            let all = [work.source, work.target].iter().any(|side| side.attribute(key, "all tables") == Some("true"));
            if all || there.is_empty() || here.is_empty() {
                return Way::Again;
            }
            let sql = format!("alter publication {} set {}", name(&key.identity), there.join(", "));
            return Way::one(Statement::new(Part::Publications, key, sql));
        }
    };
    Way::one(Statement::new(
        Part::Publications,
        key,
        format!("alter publication {} set ({option})", name(&key.identity)),
    ))
}
