//! Ways in which a number becomes another.

use super::way::How;

/// More digits than this are not reckoned with.
const DIGITS: usize = 36;
/// Decimals tried.
const PLACES: u32 = 15;

pub(super) fn ways(source: &str, target: &str, found: &mut Vec<How>) {
    if plain(source).is_some() && plain(source) == plain(target) {
        found.push(How::Scale);
        return;
    }
    if let (Ok(one), Ok(two)) = (source.parse::<f64>(), target.parse::<f64>())
        && one.is_finite()
        && two.is_finite()
    {
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
        let single = (f64::from(one as f32) == two) || (one as f32 == two as f32 && digits(target) <= 9);
        if single && one != two {
            found.push(How::Single);
        }
        if one == two && digits(source) > 15 && plain(target) == plain(&two.to_string()) {
            found.push(How::Double);
        }
        if one == -two && one != 0.0 {
            found.push(How::Negated);
        }
    }
    let (Some(one), Some(two)) = (Decimal::of(source), Decimal::of(target)) else { return };
    for places in 0..PLACES.min(one.places) {
        let Some(goal) = two.at(places) else { continue };
        let step = 10_i128.pow(one.places - places);
        let (whole, rest) = (one.digits / step, (one.digits % step).abs());
        let away = whole + one.digits.signum();
        if rest == 0 {
            continue;
        }
        let near = if rest * 2 > step { goal == away } else { goal == whole };
        if near || (rest * 2 == step && goal == away) {
            found.push(How::Rounded(places));
        }
        if goal == whole {
            found.push(How::Truncated(places));
        }
    }
}

/// A decimal number without the zeros that only show its scale.
fn plain(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let number =
        digits.contains(|c: char| c.is_ascii_digit()) && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    if !number {
        return None;
    }
    Some(if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text })
}

/// A decimal number as whole digits and how many of them are decimals.
struct Decimal {
    digits: i128,
    places: u32,
}

impl Decimal {
    fn of(text: &str) -> Option<Self> {
        let text = plain(text).filter(|text| text.len() <= DIGITS)?;
        let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
        Some(Self { digits: format!("{whole}{decimals}").parse().ok()?, places: u32::try_from(decimals.len()).ok()? })
    }

    /// The digits with so many decimals; nothing where it has more.
    fn at(&self, places: u32) -> Option<i128> {
        self.digits.checked_mul(10_i128.checked_pow(places.checked_sub(self.places)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::collected;
    use super::*;

    fn all(source: &str, target: &str) -> Vec<How> {
        collected(ways, source, target)
    }

    #[test]
    fn rounding_is_told_from_cutting() {
        assert_eq!(all("2.678", "2.68"), [How::Rounded(2)]);
        assert_eq!(all("-2.678", "-2.67"), [How::Truncated(2)]);
        assert_eq!(all("2.5", "3"), [How::Rounded(0)]);
        assert_eq!(all("2.5", "2"), [How::Rounded(0), How::Truncated(0)]);
        assert_eq!(all("1.04", "1"), [How::Rounded(0), How::Truncated(0), How::Rounded(1), How::Truncated(1)]);
        assert_eq!(all("1.00", "1.0"), [How::Scale]);
        assert_eq!(all("100", "2000"), []);
        assert_eq!(all("5", "-5"), [How::Negated]);
    }

    #[test]
    fn binary_precision_is_seen() {
        assert_eq!(all("9007199254740993", "9007199254740992"), [How::Double]);
        assert!(all("0.1", "0.10000000149011612").contains(&How::Single));
        assert!(all("123456.789", "123456.79").contains(&How::Single));
        assert_eq!(all("NaN", "1"), []);
    }
}
