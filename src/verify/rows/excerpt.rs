//! Cuts two long values down to where they differ.

/// Values up to this many characters are shown whole.
const WHOLE: usize = 400;
/// Characters kept around the difference of longer ones.
const AROUND: usize = 120;

/// Both values, cut around their first difference where they are long.
pub(super) fn excerpt(one: &str, two: &str) -> (String, String) {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), two.chars().collect());
    if a.len() <= WHOLE && b.len() <= WHOLE {
        return (one.to_owned(), two.to_owned());
    }
    let same = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    (cut(&a, same), cut(&b, same))
}

fn cut(text: &[char], at: usize) -> String {
    if text.len() <= WHOLE {
        return text.iter().collect();
    }
    let (start, end) = (at.saturating_sub(AROUND), (at + AROUND).min(text.len()));
    let middle: String = text[start.min(text.len())..end].iter().collect();
    let before = if start > 0 { "…" } else { "" };
    let after = if end < text.len() { "…" } else { "" };
    format!("{before}{middle}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_around_the_difference() {
        let (one, mut two) = ("a".repeat(1000), "a".repeat(1000));
        two.replace_range(600..601, "b");
        let (one, two) = excerpt(&one, &two);
        assert!(one.starts_with('…') && one.ends_with('…'), "{one}");
        assert!(two.contains("ab") && two.len() < 300);
        assert_eq!(excerpt("x", "y"), ("x".to_owned(), "y".to_owned()));
        let (one, two) = excerpt(&"a".repeat(1000), &("a".repeat(1000) + "!"));
        assert_eq!(two, one + "!");
    }
}
