//! Ways in which a time becomes another.

use super::way::How;

const HOUR: i128 = 3_600_000_000;
/// Units finer than which something may be lost, in microseconds.
const UNITS: [(i128, &str); 4] =
    [(1000, "milliseconds"), (1_000_000, "seconds"), (60_000_000, "minutes"), (24 * HOUR, "days")];

pub(super) fn ways(source: &str, target: &str, found: &mut Vec<How>) {
    let (Some(one), Some(two)) = (microseconds(source), microseconds(target)) else { return };
    for (unit, name) in UNITS {
        let below = one.div_euclid(unit) * unit;
        let rounded = (one + unit / 2).div_euclid(unit) * unit;
        if one != below && (two == below || two == rounded) {
            found.push(How::Precision(name));
        }
    }
    let by = two - one;
    if by != 0 {
        found.push(How::Shift(by));
        found.extend(daylight(source, by));
    }
}

/// The pairs of shifts an hour apart of which this one may be a half: one holds from April to September, the other
/// from November to February; in between either may.
fn daylight(source: &str, by: i128) -> Vec<How> {
    if by % (HOUR / 4) != 0 || by.abs() > 15 * HOUR {
        return Vec::new();
    }
    let month: Option<u8> = source.get(5..7).and_then(|month| month.parse().ok());
    let halves: &[bool] = match month {
        Some(4..=9) => &[true],
        Some(11..=12 | 1..=2) => &[false],
        Some(_) => &[true, false],
        None => &[],
    };
    let mut found = Vec::new();
    for &middle_of_year in halves {
        // In the pair either this shift is the larger one or the other is.
        found.push(How::Daylight(by - HOUR, by, middle_of_year));
        found.push(How::Daylight(by, by + HOUR, !middle_of_year));
    }
    found
}

/// A time in microseconds, from the ISO text the sessions pin.
pub(in crate::verify::rows) fn microseconds(text: &str) -> Option<i128> {
    let civil: jiff::civil::DateTime = match text.split_once(' ') {
        None => text.parse::<jiff::civil::Date>().ok()?.at(0, 0, 0, 0),
        Some((day, time)) => {
            let zoned = time.rsplit_once(['+', '-']).map(|(time, _)| time);
            format!("{day}T{}", zoned.unwrap_or(time)).parse().ok()?
        }
    };
    // Sessions run in UTC, so a zone, where there is one, is always +00.
    Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_nanosecond() / 1000)
}

/// A length of time with its sign, in the largest unit that shows it whole.
pub(super) fn span(microseconds: i128) -> String {
    let sign = if microseconds < 0 { '-' } else { '+' };
    let size = microseconds.abs();
    for (unit, length) in [("d", 24 * HOUR), ("h", HOUR), ("min", 60_000_000), ("s", 1_000_000), ("ms", 1000)] {
        if size >= length && size % length == 0 {
            return format!("{sign}{} {unit}", size / length);
        }
    }
    format!("{sign}{size} µs")
}

#[cfg(test)]
mod tests {
    use super::super::tests::collected;
    use super::*;

    fn all(source: &str, target: &str) -> Vec<How> {
        collected(ways, source, target)
    }

    #[test]
    fn shifts_and_lost_precision_are_seen() {
        assert_eq!(all("2025-01-31", "2025-01-30"), [How::Shift(-24 * HOUR)]);
        assert_eq!(
            all("2025-01-01 00:00:00.123456+00", "2025-01-01 00:00:00.123+00")[..1],
            [How::Precision("milliseconds")]
        );
        assert!(all("2025-01-01 13:07:00", "2025-01-01 00:00:00").contains(&How::Precision("days")));
        assert_eq!(all("infinity", "2025-01-01"), []);
        assert_eq!(span(-90 * 60_000_000), "-90 min");
        assert_eq!(span(1), "+1 µs");
    }

    #[test]
    fn summer_and_winter_share_a_pair_of_shifts() {
        let summer = all("2025-07-01 00:00:00+00", "2025-07-01 02:00:00+00");
        let winter = all("2025-01-01 00:00:00+00", "2025-01-01 01:00:00+00");
        let shared: Vec<&How> = summer.iter().filter(|how| winter.contains(how)).collect();
        assert_eq!(shared, [&How::Daylight(HOUR, 2 * HOUR, true)]);
        // Two summers that differ follow no daylight saving.
        let other = all("2025-07-01 00:00:00+00", "2025-07-01 01:00:00+00");
        assert!(!summer.iter().any(|how| other.contains(how)));
    }
}
