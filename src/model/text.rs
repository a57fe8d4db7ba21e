//! Numbers and times as people read them.

/// A count with thousands separators: `4,333`.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count and its noun: `1 row`, `4,333 rows`.
pub fn plural(number: u64, noun: &str) -> String {
    let ending = match (number, noun) {
        (1, _) => "",
        (_, noun) if noun.ends_with('x') => "es",
        _ => "s",
    };
    match noun.strip_suffix('y') {
        Some(stem) if number != 1 && !noun.ends_with("ey") => format!("{} {stem}ies", count(number)),
        _ => format!("{} {noun}{ending}", count(number)),
    }
}

/// A duration in seconds: `0.42 s`, `12.3 s`, `3 min 05 s`, `2 h 30 min`.
pub fn seconds(value: f64) -> String {
    let whole = value.round() as u64;
    if value >= 3600.0 {
        format!("{} h {:02} min", whole / 3600, whole % 3600 / 60)
    } else if value >= 60.0 {
        format!("{} min {:02} s", whole / 60, whole % 60)
    } else if value >= 10.0 {
        format!("{value:.1} s")
    } else {
        format!("{value:.2} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(count(4333), "4,333");
        assert_eq!(count(12), "12");
        assert_eq!(plural(1, "row"), "1 row");
        assert_eq!(plural(2, "policy"), "2 policies");
        assert_eq!(plural(3, "foreign key"), "3 foreign keys");
        assert_eq!(plural(2, "index"), "2 indexes");
        assert_eq!(seconds(0.4216), "0.42 s");
        assert_eq!(seconds(185.2), "3 min 05 s");
        assert_eq!(seconds(9000.0), "2 h 30 min");
    }
}
