//! Roles that the configuration leaves out, such as those this tool connects as: they and what they are given are listed, not
//! compared.

use std::collections::BTreeMap;

use super::inventory_diff::Comparison;
use crate::model::{ObjectRef, readable};

/// Takes out of a comparison what is about such roles alone.
pub(super) fn leave_out(comparison: &mut Comparison, roles: &BTreeMap<String, String>) {
    let (out, compared) = std::mem::take(&mut comparison.compared)
        .into_iter()
        .partition(|one| roles.keys().any(|role| is_about(&one.key, role)));
    comparison.compared = compared;
    for one in out {
        let why = roles.iter().find(|(role, _)| is_about(&one.key, role)).map(|(_, why)| why.as_str());
        comparison.uncovered.push((one.key, format!("its role is left out: {}", why.unwrap_or_default())));
    }
}

/// Whether an object is the role, its membership in another, its settings or what it is granted. That another role is a member
/// of it is not about it alone.
fn is_about(key: &ObjectRef, role: &str) -> bool {
    let role = readable(role);
    match key.kind.as_str() {
        "role" => key.identity == role,
        "membership" => key.identity.starts_with(&format!("{role} in ")),
        "grant" => key.identity.ends_with(&format!(" to {role}")),
        "database" => key.identity.starts_with(&format!("settings for {role} in ")),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_about_the_role_alone_is_left_out() {
        let about = |kind: &str, identity: &str| is_about(&ObjectRef::new(kind, identity), "me");
        assert!(
            about("role", "me") && about("membership", "me in pg_monitor") && about("grant", "table public.t to me")
        );
        assert!(about("database", "settings for me in every database"));
        assert!(
            !about("role", "me2") && !about("membership", "boss in me") && !about("grant", "table public.t to me2")
        );
        assert!(!about("grant", "table public.me to boss") && !about("policy", "public.t.me"));
    }
}
