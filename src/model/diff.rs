//! What changed inside a long text: line by line, or word by word where a text is one line.
//!
//! Never true in here: work or length without a bound; a difference of unequal texts that shows none; a cut without a word.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// Equal lines kept on either side of a change.
const LINES_AROUND: usize = 2;
/// Removed and added lines kept.
const LINES: usize = 40;
/// Characters kept of a line.
const LINE: usize = 200;
/// Lines compared after the common beginning.
const LINES_COMPARED: usize = 2_000;
/// Equal characters kept on either side of a changed word.
const WORDS_AROUND: usize = 24;
/// Characters kept of one removed or added piece.
const PIECE: usize = 80;
/// Changes kept of a text of one line.
const CHANGES: usize = 6;
/// Characters compared after the common beginning of a text of one line.
const COMPARED: usize = 4_000;
/// Stands where a part was shortened.
const MARK: char = '…';

/// The difference of two long texts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TextDiff {
    /// What the parts are.
    pub by: DiffUnit,
    /// The parts in order; equal ones far from a change are left out.
    pub parts: Vec<DiffPart>,
    /// Whether what differs further on was left out.
    #[serde(default, skip_serializing_if = "is_false")]
    pub cut: bool,
}

/// What the parts of a difference are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiffUnit {
    /// Each part is a line, without its end.
    Lines,
    /// Each part is a piece of the one line.
    Words,
}

/// One part of a difference; `…` stands where its text was shortened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiffPart {
    /// On both sides.
    Same(String),
    /// Only on the source.
    Removed(String),
    /// Only on the target.
    Added(String),
    /// So many equal lines left out.
    Skipped(u64),
}

impl DiffPart {
    /// Whether the sides differ in it.
    pub fn is_change(&self) -> bool {
        matches!(self, Self::Removed(_) | Self::Added(_))
    }
}

fn is_false(value: &bool) -> bool {
    !*value
}

impl TextDiff {
    /// The difference of two texts: by lines where one of them has several, else by words.
    pub fn of(source: &str, target: &str) -> Self {
        if source.contains('\n') || target.contains('\n') { lines(source, target) } else { words(source, target) }
    }
}

fn lines(source: &str, target: &str) -> TextDiff {
    let (old, new): (Vec<&str>, Vec<&str>) = (source.split('\n').collect(), target.split('\n').collect());
    let head = old.iter().zip(&new).take_while(|(one, two)| one == two).count();
    let rest = old[head..].iter().rev().zip(new[head..].iter().rev());
    let tail = rest.take_while(|(one, two)| one == two).count();
    let (old_middle, new_middle) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let mut out = Lines { parts: Vec::new(), changes: 0, cut: false };
    out.same(&old[..head], true, old_middle.is_empty() && new_middle.is_empty());
    let bounded = |lines: &[&str]| lines.len().min(LINES_COMPARED);
    let (old_seen, new_seen) = (&old_middle[..bounded(old_middle)], &new_middle[..bounded(new_middle)]);
    for operation in capture_diff_slices(Algorithm::Myers, old_seen, new_seen) {
        match operation {
            DiffOp::Equal { old_index, len, .. } => out.same(&old_seen[old_index..old_index + len], false, false),
            other => out.changed(&old_seen[other.old_range()], &new_seen[other.new_range()]),
        }
    }
    if old_seen.len() < old_middle.len() || new_seen.len() < new_middle.len() {
        out.cut = true;
    } else {
        out.same(&old[old.len() - tail..], false, true);
    }
    out.finish()
}

/// Lines under way.
struct Lines {
    parts: Vec<DiffPart>,
    changes: usize,
    cut: bool,
}

impl Lines {
    /// Equal lines, of which only those next to a change are kept.
    fn same(&mut self, lines: &[&str], first: bool, last: bool) {
        if self.cut {
            return;
        }
        let before = if first { 0 } else { LINES_AROUND };
        let after = if last { 0 } else { LINES_AROUND };
        let (kept, left) = (before + after, lines.len());
        // A single line left out would take as much room as the line.
        if left <= kept + 1 {
            self.parts.extend(lines.iter().map(|line| DiffPart::Same(clipped(line, 0))));
            return;
        }
        self.parts.extend(lines[..before].iter().map(|line| DiffPart::Same(clipped(line, 0))));
        self.parts.push(DiffPart::Skipped((left - kept) as u64));
        self.parts.extend(lines[left - after..].iter().map(|line| DiffPart::Same(clipped(line, 0))));
    }

    fn changed(&mut self, old: &[&str], new: &[&str]) {
        if self.cut {
            return;
        }
        // Both sides of a change are shown, however long the first is.
        let room = LINES.saturating_sub(self.changes).max(2);
        let (mut removed, mut added) = (old.len().min(room), new.len().min(room));
        if removed + added > room {
            removed = removed.min((room / 2).max(room.saturating_sub(added)));
            added = added.min(room - removed);
        }
        self.cut = removed < old.len() || added < new.len();
        self.changes += removed + added;
        // Long lines are cut around the place where the pair differs.
        let pair = |index: usize, this: &[&str], other: &[&str]| match other.get(index) {
            Some(twin) => clipped(this[index], common(this[index], twin)),
            None => clipped(this[index], 0),
        };
        self.parts.extend((0..removed).map(|index| DiffPart::Removed(pair(index, old, new))));
        self.parts.extend((0..added).map(|index| DiffPart::Added(pair(index, new, old))));
        self.cut |= self.changes >= LINES;
    }

    fn finish(self) -> TextDiff {
        TextDiff { by: DiffUnit::Lines, parts: self.parts, cut: self.cut }
    }
}

/// Characters both texts begin with.
fn common(one: &str, two: &str) -> usize {
    one.chars().zip(two.chars()).take_while(|(one, two)| one == two).count()
}

/// A line, cut around a place where it is long.
fn clipped(line: &str, at: usize) -> String {
    let length = line.chars().count();
    if length <= LINE {
        return line.to_owned();
    }
    let start = at.saturating_sub(LINE / 2).min(length - LINE);
    let shown: String = line.chars().skip(start).take(LINE).collect();
    let (before, after) = (start > 0, start + LINE < length);
    format!("{}{shown}{}", if before { "…" } else { "" }, if after { "…" } else { "" })
}

fn words(source: &str, target: &str) -> TextDiff {
    let (prefix, suffix) = common_ends(source, target);
    let (head, tail) = (&source[..prefix], &source[source.len() - suffix..]);
    let (old, old_cut) = bounded(&source[prefix..source.len() - suffix]);
    let (new, new_cut) = bounded(&target[prefix..target.len() - suffix]);
    let (old, new) = (tokens(old), tokens(new));
    let mut diff = TextDiff { by: DiffUnit::Words, parts: Vec::new(), cut: old_cut || new_cut };
    if !head.is_empty() {
        diff.parts.push(DiffPart::Same(ending(head)));
    }
    let mut changes = 0;
    let operations = capture_diff_slices(Algorithm::Myers, &old, &new);
    for (index, operation) in operations.iter().enumerate() {
        if let DiffOp::Equal { old_index, len, .. } = *operation {
            let text = old[old_index..old_index + len].concat();
            let last = index + 1 == operations.len();
            diff.parts.push(DiffPart::Same(if last && tail.is_empty() { beginning(&text) } else { middle(&text) }));
            continue;
        }
        if changes == CHANGES {
            diff.cut = true;
            return diff;
        }
        changes += 1;
        let (removed, added) = (old[operation.old_range()].concat(), new[operation.new_range()].concat());
        if !removed.is_empty() {
            diff.parts.push(DiffPart::Removed(cut(&removed, PIECE)));
        }
        if !added.is_empty() {
            diff.parts.push(DiffPart::Added(cut(&added, PIECE)));
        }
    }
    if !diff.cut && !tail.is_empty() {
        diff.parts.push(DiffPart::Same(beginning(tail)));
    }
    diff
}

/// Bytes both texts begin and end with, up to where a word stands whole.
fn common_ends(source: &str, target: &str) -> (usize, usize) {
    let same = |(a, b): &(char, char)| a == b;
    let prefix: usize = source.chars().zip(target.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let prefix = source[..prefix].trim_end_matches(char::is_alphanumeric).len();
    let (rest, other) = (&source[prefix..], &target[prefix..]);
    let suffix: usize = rest.chars().rev().zip(other.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let suffix = rest[rest.len() - suffix..].trim_start_matches(char::is_alphanumeric).len();
    (prefix, suffix)
}

fn bounded(text: &str) -> (&str, bool) {
    match text.char_indices().nth(COMPARED) {
        Some((at, _)) => (&text[..at], true),
        None => (text, false),
    }
}

/// Words, and every other character on its own.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut word = 0;
    for (at, c) in text.char_indices() {
        if !c.is_alphanumeric() {
            if word < at {
                out.push(&text[word..at]);
            }
            word = at + c.len_utf8();
            out.push(&text[at..word]);
        }
    }
    if word < text.len() {
        out.push(&text[word..]);
    }
    out
}

fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((at, _)) => format!("{}{MARK}", &text[..at]),
        None => text.to_owned(),
    }
}

/// The last characters of what stands before a change.
fn ending(text: &str) -> String {
    let start = text.char_indices().rev().nth(WORDS_AROUND - 1).map_or(0, |(at, _)| at);
    let mark = if start > 0 { "…" } else { "" };
    format!("{mark}{}", &text[start..])
}

/// The first characters of what stands after the last change.
fn beginning(text: &str) -> String {
    cut(text, WORDS_AROUND)
}

/// Both ends of what stands between two changes.
fn middle(text: &str) -> String {
    if text.chars().count() <= 2 * WORDS_AROUND + 1 {
        return text.to_owned();
    }
    format!("{}{}", beginning(text), ending(text).trim_start_matches(MARK))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn plain(diff: &TextDiff) -> String {
        let part = |part: &DiffPart| match (part, diff.by) {
            (DiffPart::Same(text), DiffUnit::Lines) => format!(" {text}\n"),
            (DiffPart::Removed(text), DiffUnit::Lines) => format!("-{text}\n"),
            (DiffPart::Added(text), DiffUnit::Lines) => format!("+{text}\n"),
            (DiffPart::Skipped(lines), _) => format!("@{lines}\n"),
            (DiffPart::Same(text), DiffUnit::Words) => text.clone(),
            (DiffPart::Removed(text), DiffUnit::Words) => format!("[-{text}-]"),
            (DiffPart::Added(text), DiffUnit::Words) => format!("{{+{text}+}}"),
        };
        diff.parts.iter().map(part).collect()
    }

    #[test]
    fn changed_words_stand_in_their_context() {
        let source = format!("{} the lake has ten rooms {}", "before ".repeat(20), "after ".repeat(20));
        let target = source.replace("ten", "twelve");
        let diff = TextDiff::of(&source, &target);
        assert_eq!(plain(&diff), "…re before  the lake has [-ten-]{+twelve+} rooms after after after…");
        assert_eq!(plain(&TextDiff::of("a b", "a b ")), "a b{+ +}");
    }

    #[test]
    fn changed_lines_stand_in_their_context() {
        let source: Vec<String> = (1..=20).map(|n| format!("line {n}")).collect();
        let mut target = source.clone();
        target[9] = "line ten".to_owned();
        target.remove(14);
        let diff = TextDiff::of(&source.join("\n"), &target.join("\n"));
        assert_eq!(
            plain(&diff),
            "@7\n line 8\n line 9\n-line 10\n+line ten\n line 11\n line 12\n line 13\n line 14\n-line 15\n line 16\n line 17\n@3\n"
        );
        assert!(!diff.cut);
        assert_eq!(plain(&TextDiff::of("a", "a\n")), " a\n+\n");
        assert_eq!(plain(&TextDiff::of("a\r\nb", "a\nb")), "-a\r\n+a\n b\n");
    }

    #[test]
    fn what_is_long_is_cut_and_says_so() {
        let (source, target) = ("0.1,".repeat(200_000), "0.2,".repeat(200_000));
        let diff = TextDiff::of(&source, &target);
        assert!(diff.cut && plain(&diff).len() < 2_000);
        let diff = TextDiff::of(&"x\n".repeat(50_000), &"y\n".repeat(50_000));
        assert!(diff.cut && diff.parts.len() <= LINES + 2, "{}", diff.parts.len());
        assert!(
            diff.parts.contains(&DiffPart::Removed("x".into())) && diff.parts.contains(&DiffPart::Added("y".into()))
        );
        let long = format!("{}\nend", "a".repeat(1_000));
        let mut other = long.clone();
        other.replace_range(700..701, "b");
        let diff = TextDiff::of(&long, &other);
        assert!(matches!(&diff.parts[1], DiffPart::Added(line) if line.contains("ab") && line.chars().count() < 210));
    }

    proptest! {
        #[test]
        fn unequal_texts_show_a_change(source in "[a-c \\n']{0,80}", target in "[a-c \\n']{0,80}") {
            let changed = TextDiff::of(&source, &target).parts.iter().any(DiffPart::is_change);
            prop_assert_eq!(changed, source != target);
        }
    }
}
