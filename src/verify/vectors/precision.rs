//! How far apart two sides may be that hold the same vectors: what adding floats in another order can change, and what
//! the rounding of whole floats to half ones can.
//!
//! A half float has a significand of 11 bits, so rounding to the nearest moves a component by at most `2^-11` of itself,
//! or by `2^-25` where it is below the smallest normal half. Over a vector `v` of `n` components that makes a vector of
//! length `shift(v) = 2^-11 |v| + 2^-25 sqrt(n)` at most (triangle inequality). All bounds here follow from it.

/// Half the distance between neighbouring halves, as a part of the value.
const HALF: f64 = 1.0 / 2048.0;
/// The same for values too small to be normal halves.
const TINY: f64 = 1.0 / 33_554_432.0;
/// What servers that add floats in different orders come to, as a part of what was added.
const ADDED: f64 = 1e-5;

/// Two sides' vectors of one column.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Precision {
    /// Whether one side's vectors are the other's, rounded to half floats.
    pub(super) rounded: bool,
    pub(super) dimensions: u64,
}

impl Precision {
    /// How far rounding moves a vector of this length.
    fn shift(&self, length: f64) -> f64 {
        if self.rounded { HALF * length + TINY * (self.dimensions as f64).sqrt() } else { 0.0 }
    }

    /// How far apart two lengths (or two sums over `vectors` lengths) may be.
    pub(super) fn of_lengths(&self, one: f64, two: f64, vectors: u64) -> f64 {
        let longer = one.abs().max(two.abs());
        // Lengths are computed and summed in double precision.
        let added = longer * f64::EPSILON * (vectors.max(4) as f64);
        if self.rounded {
            HALF * longer + TINY * (self.dimensions as f64).sqrt() * vectors as f64 + added
        } else {
            added
        }
    }

    /// How far apart two distances from a vector of length `from` to one of length `to` may be.
    pub(super) fn of_distances(&self, operator: &str, distance: f64, from: f64, to: f64) -> f64 {
        let (shift_from, shift_to) = (self.shift(from), self.shift(to));
        let (rounding, scale) = match operator {
            // Cosine: turning a vector by its shift turns its direction by at most twice shift / length (Dunkl and
            // Williams); the cosine moves by no more than both directions do.
            "<=>" => {
                let turned = |shift: f64, length: f64| if length > 0.0 { 2.0 * shift / length } else { 2.0 * shift };
                (turned(shift_from, from) + turned(shift_to, to), 1.0)
            }
            // Inner product: x'y' - xy = x'(y' - y) + (x' - x)y, each by Cauchy and Schwarz.
            "<#>" => ((from + shift_from) * shift_to + shift_from * to, from * to),
            // Taxicab: no sum of n parts exceeds sqrt(n) times the length they make.
            "<+>" => ((self.dimensions as f64).sqrt() * (shift_from + shift_to), distance.abs()),
            // Euclidean: the triangle inequality.
            _ => (shift_from + shift_to, distance.abs()),
        };
        rounding + ADDED * scale.max(ADDED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// To the nearest half, ties to even, as the server does.
    fn half(value: f64) -> f64 {
        if value == 0.0 {
            return 0.0;
        }
        let step = 2f64.powi((value.abs().log2().floor() as i32).max(-14) - 10);
        (value / step).round_ties_even() * step
    }

    fn length(v: &[f64]) -> f64 {
        v.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    fn product(v: &[f64], w: &[f64]) -> f64 {
        v.iter().zip(w).map(|(x, y)| x * y).sum()
    }

    fn distance(operator: &str, v: &[f64], w: &[f64]) -> f64 {
        match operator {
            "<=>" => 1.0 - product(v, w) / length(v) / length(w),
            "<#>" => -product(v, w),
            "<+>" => v.iter().zip(w).map(|(x, y)| (x - y).abs()).sum(),
            _ => v.iter().zip(w).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt(),
        }
    }

    #[test]
    fn rounding_never_leaves_the_bounds_and_comes_near_them() {
        let mut state = 7u64;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64 * 2.0 - 1.0
        };
        for (dimensions, scale) in [(1, 1.0), (3, 1e-7), (16, 1.0), (16, 1e-3), (512, 1.0), (512, 30_000.0)] {
            let precision = Precision { rounded: true, dimensions };
            let mut most = 0.0f64;
            for _ in 0..200 {
                let mut vector = || (0..dimensions).map(|_| random() * scale).collect::<Vec<f64>>();
                let (v, w) = (vector(), vector());
                let (rv, rw): (Vec<f64>, Vec<f64>) =
                    (v.iter().copied().map(half).collect(), w.iter().copied().map(half).collect());
                let (one, two) = (length(&v), length(&rv));
                let bound = precision.of_lengths(one, two, 1);
                assert!((one - two).abs() <= bound, "{dimensions} {scale}: {one} {two}");
                most = most.max((one - two).abs() / bound);
                for operator in ["<->", "<=>", "<#>", "<+>"] {
                    if length(&rv) == 0.0 || length(&rw) == 0.0 {
                        continue;
                    }
                    let (one, two) = (distance(operator, &v, &w), distance(operator, &rv, &rw));
                    let bound = precision.of_distances(operator, one, length(&v), length(&w));
                    assert!((one - two).abs() <= bound, "{operator} {dimensions} {scale}: {one} {two} {bound}");
                }
            }
            assert!(dimensions > 1 || most > 0.5, "the bound of one component is nearly reached: {most}");
        }
    }

    #[test]
    fn whole_floats_are_held_to_what_adding_can_change() {
        let precision = Precision { rounded: false, dimensions: 1536 };
        assert_eq!(precision.of_distances("<->", 0.5, 1.0, 1.0), 5e-6);
        assert_eq!(precision.of_distances("<=>", 0.01, 3.0, 4.0), 1e-5);
        assert!(precision.of_lengths(10.0, 10.0, 1) < 1e-13);
    }
}
