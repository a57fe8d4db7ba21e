//! Texts that a regular expression or a LIKE pattern should accept. What is not understood makes a text that does not fit, which
//! the server then refuses: nothing here is trusted.

use super::chance::{mix, pick};

/// A text for a LIKE pattern.
pub(super) fn like(pattern: &str, n: u64) -> String {
    let mut made = String::new();
    let mut all = pattern.chars();
    while let Some(it) = all.next() {
        match it {
            '%' => made.push_str(["", "a", "abc"][pick(n, made.len() as u64, 3)]),
            '_' => made.push('a'),
            '\\' => made.extend(all.next()),
            other => made.push(other),
        }
    }
    made
}

/// A text for a regular expression.
pub(super) fn regex(pattern: &str, n: u64) -> String {
    let mut maker = Maker { all: pattern.chars().collect(), at: 0, seed: n, drawn: 0 };
    maker.alternatives(0)
}

struct Maker {
    all: Vec<char>,
    at: usize,
    seed: u64,
    drawn: u64,
}

impl Maker {
    fn peek(&self) -> Option<char> {
        self.all.get(self.at).copied()
    }

    fn draw(&mut self, of: usize) -> usize {
        self.drawn += 1;
        pick(mix(self.seed, 11), self.drawn, of)
    }

    fn alternatives(&mut self, depth: usize) -> String {
        let mut branches = vec![self.branch(depth)];
        while self.peek() == Some('|') {
            self.at += 1;
            branches.push(self.branch(depth));
        }
        let chosen = self.draw(branches.len());
        branches.swap_remove(chosen)
    }

    fn branch(&mut self, depth: usize) -> String {
        let mut made = String::new();
        while let Some(it) = self.peek() {
            if it == '|' || it == ')' && depth > 0 {
                break;
            }
            let from = self.at;
            let once = self.atom(depth);
            let to = self.at;
            let times = self.times();
            for time in 0..times {
                if time == 0 {
                    made.push_str(&once);
                } else {
                    // Again from the beginning, so that each time is another.
                    let after = std::mem::replace(&mut self.at, from);
                    let again = self.atom(depth);
                    made.push_str(&again);
                    self.at = after;
                }
            }
            if self.at < to || made.len() > 4_000 {
                break;
            }
        }
        made
    }

    /// One atom as a text; what only looks around is empty.
    fn atom(&mut self, depth: usize) -> String {
        let Some(it) = self.peek() else { return String::new() };
        self.at += 1;
        match it {
            '^' | '$' => String::new(),
            '.' => self.one(&['a', 'b', 'c', '1', '2']),
            '(' if depth < 20 => {
                if self.peek() == Some('?') {
                    let skipped = self.all.get(self.at + 1).copied();
                    self.at += 2;
                    if matches!(skipped, Some('=' | '!' | '<')) {
                        self.alternatives(depth + 1);
                        self.at += 1;
                        return String::new();
                    }
                }
                let inside = self.alternatives(depth + 1);
                self.at += usize::from(self.peek() == Some(')'));
                inside
            }
            '[' => self.class(),
            '\\' => {
                let escaped = self.peek().unwrap_or('\\');
                self.at += 1;
                match escaped {
                    'd' => self.one(&['0', '1', '2', '3', '7', '9']),
                    'w' => self.one(&['a', 'b', 'z', '1', '_']),
                    's' => " ".to_owned(),
                    'D' | 'W' | 'S' => self.one(&['-', '.']),
                    'm' | 'M' | 'y' | 'Y' | 'A' | 'Z' | 'b' => String::new(),
                    'n' => "\n".to_owned(),
                    't' => "\t".to_owned(),
                    other => other.to_string(),
                }
            }
            other => other.to_string(),
        }
    }

    fn one(&mut self, of: &[char]) -> String {
        let chosen = self.draw(of.len());
        of.get(chosen).map(char::to_string).unwrap_or_default()
    }

    fn class(&mut self) -> String {
        let negated = self.peek() == Some('^');
        self.at += usize::from(negated);
        let mut members: Vec<char> = Vec::new();
        let first = self.at;
        while let Some(it) = self.peek() {
            self.at += 1;
            match it {
                ']' if self.at - 1 > first => break,
                '[' if self.peek() == Some(':') => {
                    let rest: String = self.all.iter().skip(self.at + 1).take_while(|it| **it != ':').collect();
                    self.at += rest.chars().count() + 3;
                    members.extend(match rest.as_str() {
                        "digit" => "0179".chars(),
                        "upper" => "ABZ".chars(),
                        "space" => " ".chars(),
                        "alnum" => "ab1Z".chars(),
                        _ => "abz".chars(),
                    });
                }
                '\\' => {
                    let escaped = self.peek().unwrap_or('\\');
                    self.at += 1;
                    match escaped {
                        'd' => members.extend("0179".chars()),
                        'w' => members.extend("abz1_".chars()),
                        's' => members.push(' '),
                        other => members.push(other),
                    }
                }
                _ => {
                    let last = self.all.get(self.at + 1).copied().filter(|last| *last != ']');
                    match (self.peek(), last) {
                        (Some('-'), Some(last)) => {
                            self.at += 2;
                            members.extend((it..=last).take(64));
                        }
                        _ => members.push(it),
                    }
                }
            }
        }
        if negated {
            let others: Vec<char> = "abcxyz0189-_ ".chars().filter(|it| !members.contains(it)).collect();
            return self.one(&others);
        }
        self.one(&members)
    }

    /// How often an atom is repeated, from what follows it.
    fn times(&mut self) -> usize {
        let times = match self.peek() {
            Some('*') => (0, 4),
            Some('+') => (1, 6),
            Some('?') => (0, 1),
            Some('{') => {
                let inside: String = self.all.iter().skip(self.at + 1).take_while(|it| **it != '}').collect();
                let (low, high) = inside.split_once(',').unwrap_or((&inside, &inside));
                let Ok(low) = low.trim().parse::<usize>() else { return 1 };
                self.at += inside.chars().count() + 1;
                (low.min(200), high.trim().parse::<usize>().unwrap_or(low + 3).min(200))
            }
            _ => return 1,
        };
        self.at += 1;
        if self.peek() == Some('?') {
            self.at += 1;
        }
        times.0 + self.draw(times.1.saturating_sub(times.0) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_fit_the_usual_patterns() {
        for n in 0..50 {
            let code = regex("^[A-Z]{3}$", n);
            assert!(code.len() == 3 && code.chars().all(|it| it.is_ascii_uppercase()), "{code}");
            let phone = regex(r"^\+?\d{6,9}$", n);
            assert!(phone.trim_start_matches('+').chars().all(|it| it.is_ascii_digit()), "{phone}");
            assert!((6..=9).contains(&phone.trim_start_matches('+').len()), "{phone}");
            let mail = regex(r"^[^@\s]+@[^@\s]+\.[a-z]{2,}$", n);
            assert!(mail.matches('@').count() == 1 && mail.contains('.'), "{mail}");
            assert!(["a1", "b1"].contains(&regex("^(a|b)1$", n).as_str()));
            assert!(regex("^#(?:[0-9a-f]{3}){1,2}$", n).starts_with('#'));
        }
        assert_eq!(like("a\\%_", 1), "a%a");
    }

    proptest! {
        #[test]
        fn no_pattern_is_too_much(pattern in "\\PC{0,40}", n: u64) {
            regex(&pattern, n);
            like(&pattern, n);
        }

        #[test]
        fn nor_one_of_signs(pattern in "[\\[\\](){}|^$*+?.\\\\a0,:-]{0,30}", n: u64) {
            regex(&pattern, n);
        }
    }
}
