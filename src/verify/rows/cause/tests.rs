//! Causes over rows made by hand.

use super::*;

/// What one kind of value tells of a change.
pub(super) fn collected(ways: impl Fn(&str, &str, &mut Vec<How>), source: &str, target: &str) -> Vec<How> {
    let mut found = Vec::new();
    ways(source, target, &mut found);
    found
}

fn changes(names: &[(&str, Kind)]) -> Changes {
    let column = |(name, kind): &(&str, Kind)| Column { name: (*name).to_owned(), kind: *kind, default: None };
    Changes { columns: names.iter().map(column).collect(), rows: Vec::new() }
}

fn value(text: Option<&str>) -> Value {
    (text.map(str::to_owned), text.map(str::to_owned))
}

fn row(values: &[&str]) -> Vec<Value> {
    values.iter().map(|text| value(Some(text))).collect()
}

fn told(changes: &Changes) -> Vec<(u64, String)> {
    changes.causes().into_iter().map(|cause| (cause.rows, cause.text)).collect()
}

fn cause(kind: Kind, pairs: &[(&str, &str)]) -> String {
    let mut changes = changes(&[("c", kind)]);
    pairs.iter().for_each(|(one, two)| changes.add(&row(&[one]), &row(&[two])));
    told(&changes).iter().map(|(rows, text)| format!("{rows}: {text}")).collect::<Vec<_>>().join("; ")
}

#[test]
fn one_cause_is_named() {
    assert_eq!(cause(Kind::Text, &[("a", "a "), ("b", "b  ")]), "2: c by trailing spaces");
    assert_eq!(cause(Kind::Text, &[("Ab", "aB"), ("X", "x")]), "2: c by upper and lower case");
    assert_eq!(cause(Kind::Number, &[("1.0", "1.00"), ("2", "2.0")]), "2: c by its scale, of equal value");
    assert_eq!(cause(Kind::Number, &[("100", "10"), ("200", "2000")]), "2: c changed");
    assert_eq!(cause(Kind::Number, &[("1.04", "1"), ("2.37", "2.4")]), "2: c rounded to 1 decimal");
    assert_eq!(cause(Kind::Bool, &[("true", "false"), ("false", "true")]), "2: c with true and false exchanged");
    assert_eq!(cause(Kind::Text, &[("abcdef", "abc"), ("uvwxyz", "uvw")]), "2: c cut off after 3 characters");
    assert_eq!(cause(Kind::Text, &[("abcdef", "abc"), ("uvwxyz", "u")]), "2: c cut off, at several lengths");
    let hours = [
        ("2025-01-01 00:00:00+00", "2025-01-01 09:00:00+00"),
        ("2025-05-01 20:30:00.5+00", "2025-05-02 05:30:00.5+00"),
    ];
    assert_eq!(cause(Kind::Time, &hours), "2: c shifted by +9 h");
    let json = [(r#"{"a":1,"b":2}"#, r#"{"b":2,"a":1}"#), (r#"{"x":[],"y":2}"#, r#"{"y":2, "x":[]}"#)];
    assert_eq!(cause(Kind::Json, &json), "2: c by the order of its JSON keys");
    let hosts =
        [("https://old.example/a", "https://new.example/a"), ("https://old.example/b", "https://new.example/b")];
    assert_eq!(cause(Kind::Text, &hosts), "2: c with 'new' in place of 'old'");
    let mut nulls = changes(&[("c", Kind::Text)]);
    (0..2).for_each(|_| nulls.add(&[value(None)], &[value(Some(""))]));
    assert_eq!(told(&nulls), [(2, "c '' instead of NULL".to_owned())]);
    let mut words = changes(&[("c", Kind::Text)]);
    (0..2).for_each(|_| words.add(&[value(None)], &[value(Some("NULL"))]));
    assert_eq!(told(&words), [(2, "c the text 'NULL' instead of NULL".to_owned())]);
}

#[test]
fn daylight_saving_is_one_cause() {
    let rows = [
        ("2025-01-10 08:00:00+00", "2025-01-10 09:00:00+00"),
        ("2025-07-10 08:00:00+00", "2025-07-10 10:00:00+00"),
        ("2025-03-31 08:00:00+00", "2025-03-31 10:00:00+00"),
    ];
    assert!(cause(Kind::Time, &rows).starts_with("3: c shifted by +1 h or +2 h, following daylight saving"));
}

#[test]
fn several_causes_are_counted() {
    let mut both = changes(&[("created_at", Kind::Time), ("body", Kind::Text)]);
    for day in 10..28 {
        both.add(&row(&[&format!("2025-01-{day} 00:00:00"), "a"]), &row(&[&format!("2025-01-{day} 09:00:00"), "a"]));
    }
    both.add(&row(&["2025-01-01", "a"]), &row(&["2025-01-01", "a "]));
    both.add(&row(&["2025-01-01", "b"]), &row(&["2025-01-01", "b "]));
    let causes = both.causes();
    assert_eq!(told(&both), [(18, "created_at shifted by +9 h".to_owned()), (2, "body by trailing spaces".to_owned())]);
    assert_eq!(sentence(&causes, 20, 20), "; 18 of 20: created_at shifted by +9 h (and 1 more cause)");
    assert_eq!(sentence(&causes[..1], 18, 18), "; all 18: created_at shifted by +9 h");
    assert_eq!(sentence(&causes[..1], 18, 40), "; all 18 looked at: created_at shifted by +9 h");
    assert_eq!(sentence(&[], 18, 40), "");
}

#[test]
fn many_causes_are_bounded() {
    let names: Vec<String> = (0..9).map(|n| format!("c{n}")).collect();
    let columns: Vec<(&str, Kind)> = names.iter().map(|name| (name.as_str(), Kind::Text)).collect();
    let mut many = changes(&columns);
    for n in 0..18 {
        let source = vec!["x"; 9];
        let mut target = source.clone();
        target[n / 2] = "x ";
        many.add(&row(&source), &row(&target));
    }
    let told = told(&many);
    assert_eq!(told.len(), MOST);
    assert_eq!(told[MOST - 1], (10, "other changes".to_owned()));
}

#[test]
fn exchanged_columns_are_one_cause() {
    let mut names = changes(&[("first_name", Kind::Text), ("last_name", Kind::Text)]);
    names.add(&row(&["Ana", "Gil"]), &row(&["Gil", "Ana"]));
    names.add(&row(&["Eva", "Paz"]), &row(&["Paz", "Eva"]));
    assert_eq!(told(&names), [(2, "first_name and last_name exchanged".to_owned())]);
}

#[test]
fn a_default_is_named_where_several_rows_have_it() {
    let mut state = changes(&[("state", Kind::Text)]);
    state.columns[0].default = Some("new".to_owned());
    state.add(&row(&["sold"]), &row(&["new"]));
    assert_eq!(told(&state), []);
    state.add(&row(&["let"]), &row(&["new"]));
    assert_eq!(told(&state), [(2, "state at its default, as a copy that leaves the column out writes".to_owned())]);
    // What the source has is not asked of the target's default.
    let mut other = changes(&[("state", Kind::Text)]);
    other.columns[0].default = Some("new".to_owned());
    other.add(&row(&["new"]), &row(&["sold"]));
    other.add(&row(&["new"]), &row(&["let"]));
    assert_eq!(told(&other), [(2, "state changed".to_owned())]);
}

#[test]
fn nothing_in_common_is_no_cause() {
    assert_eq!(cause(Kind::Text, &[("a", "a "), ("b", "c")]), "2: c changed");
    assert_eq!(cause(Kind::Text, &[("a", "b")]), "");
    let mut different = changes(&[("a", Kind::Text), ("b", Kind::Text)]);
    different.add(&row(&["1", "1"]), &row(&["2", "1"]));
    different.add(&row(&["1", "1"]), &row(&["1", "2"]));
    assert_eq!(told(&different), []);
}
