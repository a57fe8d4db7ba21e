//! Where the difference of two long values is worth more than the values themselves, and that difference.

use super::json;
use crate::catalog::Column;
use crate::model::TextDiff;

/// Texts of one line up to this many characters are shown whole.
const SHORT: usize = 80;
/// JSON up to this many characters is shown whole.
const SHORT_JSON: usize = 40;

/// What changed inside a long value; JSON is set out line by line for it, and for nothing else.
pub(super) fn inside(column: Option<&Column>, source: &str, target: &str) -> Option<TextDiff> {
    let is_json = column.is_some_and(|column| column.built_in && matches!(column.type_name.as_str(), "json" | "jsonb"));
    let longer = |limit: usize| source.chars().nth(limit).is_some() || target.chars().nth(limit).is_some();
    if is_json
        && longer(SHORT_JSON)
        && let (Some(one), Some(two)) = (json::pretty(source), json::pretty(target))
        && one != two
    {
        return Some(TextDiff::of(&one, &two));
    }
    let several = source.contains('\n') || target.contains('\n');
    (source != target && (several || longer(SHORT))).then(|| TextDiff::of(source, target))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DiffPart, DiffUnit};

    fn column(type_name: &str) -> Column {
        serde_json::from_value(serde_json::json!({
            "name": "c", "position": 1, "declared_type": type_name, "base_type": type_name, "not_null": false,
            "domain_not_null": false, "has_default": false,
            "generated": null, "identity": null, "can_select": true, "type_schema": "pg_catalog",
            "type_name": type_name, "type_class": "b", "built_in": true, "element": null, "send": null, "binary": true,
        }))
        .unwrap()
    }

    #[test]
    fn only_what_is_long_has_one() {
        assert_eq!(inside(None, "a", "b"), None);
        assert_eq!(inside(Some(&column("jsonb")), r#"{"a": 1}"#, r#"{"a": 2}"#), None);
        assert_eq!(inside(None, "a\nb", "a\nc").unwrap().by, DiffUnit::Lines);
        assert_eq!(inside(None, &"a ".repeat(50), &"b ".repeat(50)).unwrap().by, DiffUnit::Words);
    }

    #[test]
    fn json_is_set_out_unless_only_its_space_differs() {
        let (one, two) =
            (r#"{"name": "a house by the lake", "stars": 4}"#, r#"{"name": "a house by the lake", "stars": 5}"#);
        let diff = inside(Some(&column("jsonb")), one, two).unwrap();
        assert!(diff.parts.contains(&DiffPart::Removed("  \"stars\": 4".into())), "{diff:?}");
        let spaced = one.replace(": ", ":  ");
        let diff = inside(Some(&column("json")), one, &spaced);
        assert_eq!(diff, None, "short and of one line, so shown whole");
        let long = format!("{{\"a\": \"{}\"}}", "x".repeat(100));
        assert_eq!(inside(Some(&column("json")), &long, &long.replace(": ", ":")).unwrap().by, DiffUnit::Words);
    }
}
