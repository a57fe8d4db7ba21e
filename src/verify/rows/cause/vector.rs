//! Ways in which a vector becomes another.

use super::way::How;

/// Binary digits of the significand of a float16, and its smallest exponent.
const HALF: (i32, i32) = (10, -14);

pub(super) fn ways(source: &str, target: &str, found: &mut Vec<How>) {
    let (Some(one), Some(two)) = (elements(source), elements(target)) else { return };
    if one.len() != two.len() {
        return;
    }
    let near = |(one, two): (&f32, &f32)| f64::from((one - two).abs()) <= step(*one) / 2.0;
    if !one.iter().zip(&two).all(near) {
        return;
    }
    let exact = |value: &f32| (f64::from(*value) / step(*value)).fract() == 0.0;
    found.push(if two.iter().all(exact) && !one.iter().all(exact) { How::Half } else { How::NearHalf });
}

/// The distance between neighbouring float16 numbers around a value.
fn step(value: f32) -> f64 {
    let exponent = if value == 0.0 { HALF.1 } else { (f64::from(value.abs()).log2().floor() as i32).max(HALF.1) };
    2f64.powi(exponent - HALF.0)
}

fn elements(text: &str) -> Option<Vec<f32>> {
    text.strip_prefix('[')?.strip_suffix(']')?.split(',').map(|element| element.trim().parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::collected;
    use super::*;

    fn all(source: &str, target: &str) -> Vec<How> {
        collected(ways, source, target)
    }

    #[test]
    fn half_precision_is_seen() {
        assert_eq!(all("[0.1,-0.333333,0]", "[0.099975586,-0.33325195,0]"), [How::Half]);
        assert_eq!(all("[0.1,0.2]", "[0.10001,0.2]"), [How::NearHalf]);
        assert_eq!(all("[0.1,0.2]", "[0.2,0.1]"), []);
        assert_eq!(all("[0.1,0.2]", "[0.1]"), []);
    }
}
