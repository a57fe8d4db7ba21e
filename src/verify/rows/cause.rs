//! What many differences have in common: one cause that explains all of those looked at, where there is one.

use std::collections::BTreeSet;

use crate::model::{RowChange, RowDifference};

/// Fewer rows than this have nothing in common worth a sentence.
const FEWEST: usize = 2;

/// How one value became another.
#[derive(Debug, Clone, PartialEq, Eq)]
enum How {
    NullToEmpty,
    EmptyToNull,
    NowNull,
    WasNull,
    TrailingSpace,
    Space,
    Case,
    Scale,
    /// Microseconds between two times.
    Shift(i128),
    /// Characters that are left of a longer value.
    Cut(usize),
    Image,
    Other,
}

/// The cause of changed rows, as a sentence's end: `created_at shifted by +9 h`.
pub(super) fn of_changes(rows: &[RowDifference]) -> Option<String> {
    let changed: Vec<&RowDifference> = rows.iter().filter(|row| row.change == RowChange::Changed).collect();
    let (first, others) = changed.split_first().filter(|_| changed.len() >= FEWEST)?;
    let columns = |row: &RowDifference| row.columns.iter().map(|column| column.column.clone()).collect::<BTreeSet<_>>();
    let alike = columns(first);
    if alike.is_empty() || !others.iter().all(|row| columns(row) == alike) {
        return None;
    }
    let parts: Vec<String> = alike
        .iter()
        .map(|name| {
            let ways: Vec<How> = changed.iter().filter_map(|row| way(row, name)).collect();
            let same = ways.windows(2).all(|pair| pair[0] == pair[1]);
            match ways.first() {
                Some(how) if same => format!("{name} {}", describe(how)),
                _ => format!("{name} changed"),
            }
        })
        .collect();
    Some(parts.join(", "))
}

fn way(row: &RowDifference, name: &str) -> Option<How> {
    let column = row.columns.iter().find(|column| column.column == name)?;
    Some(match (column.source.as_deref(), column.target.as_deref()) {
        (None, Some("")) => How::NullToEmpty,
        (Some(""), None) => How::EmptyToNull,
        (Some(_), None) => How::NowNull,
        (None, _) => How::WasNull,
        (Some(source), Some(target)) => between(source, target),
    })
}

fn between(source: &str, target: &str) -> How {
    if source.trim_end() == target.trim_end() && source != target {
        return How::TrailingSpace;
    }
    if source.split_whitespace().eq(target.split_whitespace()) && source != target {
        return How::Space;
    }
    if source.to_lowercase() == target.to_lowercase() && source != target {
        return How::Case;
    }
    if plain_number(source).is_some() && plain_number(source) == plain_number(target) && source != target {
        return How::Scale;
    }
    if let (Some(one), Some(two)) = (microseconds(source), microseconds(target)) {
        return How::Shift(two - one);
    }
    if source == target || source.ends_with("(same text, other binary value)") {
        return How::Image;
    }
    if !target.is_empty() && source.starts_with(target) {
        return How::Cut(target.chars().count());
    }
    How::Other
}

/// A decimal number without the zeros that only show its scale.
fn plain_number(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let number =
        digits.contains(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !number {
        return None;
    }
    Some(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text })
}

/// A time in microseconds, from the ISO text the sessions pin.
fn microseconds(text: &str) -> Option<i128> {
    let (day, time) = text.split_once(' ')?;
    let zoned = time.rsplit_once(['+', '-']).map(|(time, _)| time);
    let plain = format!("{day}T{}", zoned.unwrap_or(time));
    let civil: jiff::civil::DateTime = plain.parse().ok()?;
    // Sessions run in UTC, so a zone, where there is one, is always +00.
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_nanosecond() / 1000)
}

fn describe(how: &How) -> String {
    match how {
        How::NullToEmpty => "'' instead of NULL".to_owned(),
        How::EmptyToNull => "NULL instead of ''".to_owned(),
        How::NowNull => "NULL instead of a value".to_owned(),
        How::WasNull => "a value instead of NULL".to_owned(),
        How::TrailingSpace => "by trailing spaces".to_owned(),
        How::Space => "by white space".to_owned(),
        How::Case => "by upper and lower case".to_owned(),
        How::Scale => "by its scale, of equal value".to_owned(),
        How::Shift(by) => format!("shifted by {}", span(*by)),
        How::Cut(left) => format!("cut off after {left} characters"),
        How::Image => "by its binary value, of equal text".to_owned(),
        How::Other => "changed".to_owned(),
    }
}

/// A length of time with its sign, in the largest unit that shows it whole.
fn span(microseconds: i128) -> String {
    let sign = if microseconds < 0 { '-' } else { '+' };
    let size = microseconds.abs();
    for (unit, length) in
        [("d", 86_400_000_000), ("h", 3_600_000_000), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1000)]
    {
        if size >= length && size % length == 0 {
            return format!("{sign}{} {unit}", size / length);
        }
    }
    format!("{sign}{size} µs")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ColumnDifference;

    fn rows(pairs: &[(Option<&str>, Option<&str>)]) -> Vec<RowDifference> {
        let row = |(source, target): &(Option<&str>, Option<&str>)| RowDifference {
            change: RowChange::Changed,
            key: String::new(),
            columns: vec![ColumnDifference {
                column: "c".to_owned(),
                source: source.map(str::to_owned),
                target: target.map(str::to_owned),
            }],
        };
        pairs.iter().map(row).collect()
    }

    fn cause(pairs: &[(&str, &str)]) -> String {
        let pairs: Vec<_> = pairs.iter().map(|(one, two)| (Some(*one), Some(*two))).collect();
        of_changes(&rows(&pairs)).unwrap_or_default()
    }

    #[test]
    fn one_cause_is_named() {
        assert_eq!(cause(&[("a", "a "), ("b", "b  ")]), "c by trailing spaces");
        assert_eq!(cause(&[("Ab", "aB"), ("X", "x")]), "c by upper and lower case");
        assert_eq!(cause(&[("1.0", "1.00"), ("2", "2.0")]), "c by its scale, of equal value");
        assert_eq!(cause(&[("100", "10"), ("200", "2000")]), "c changed");
        let hours = [
            ("2025-01-01 00:00:00+00", "2025-01-01 09:00:00+00"),
            ("2025-05-01 20:30:00.5+00", "2025-05-02 05:30:00.5+00"),
        ];
        assert_eq!(cause(&hours), "c shifted by +9 h");
        assert_eq!(cause(&[("abcdef", "abc"), ("uvwxyz", "uvw")]), "c cut off after 3 characters");
        assert_eq!(of_changes(&rows(&[(None, Some("")), (None, Some(""))])).as_deref(), Some("c '' instead of NULL"));
    }

    #[test]
    fn several_causes_are_not_called_one() {
        assert_eq!(cause(&[("a", "a "), ("b", "c")]), "c changed");
        let mut different = rows(&[(Some("a"), Some("b")), (Some("a"), Some("b"))]);
        different[1].columns[0].column = "d".to_owned();
        assert_eq!(of_changes(&different), None);
        assert_eq!(of_changes(&different[..1]), None);
    }
}
