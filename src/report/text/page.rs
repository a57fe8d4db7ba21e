//! Lines of toned text, wrapped by what they take on the screen.
//!
//! Never true in here: a control character reaching the page, or a line wider than the page.

use unicode_width::UnicodeWidthChar;

use super::grid::Grid;
use crate::report::Style;

/// What a stretch of text means, and so its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    Strong,
    Faint,
    Good,
    Bad,
    Unsure,
}

impl Tone {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Strong => "\u{1b}[1m",
            Self::Faint => "\u{1b}[2m",
            Self::Good => "\u{1b}[32m",
            Self::Bad => "\u{1b}[31m",
            Self::Unsure => "\u{1b}[33m",
        }
    }
}

/// A text report being written.
pub(super) struct Page {
    out: String,
    style: Style,
}

impl Page {
    pub(super) fn new(style: Style) -> Self {
        Self { out: String::new(), style: Style { width: style.width.max(40), ..style } }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// A heading with room above it.
    pub(super) fn title(&mut self, text: &str) {
        self.blank();
        self.line(0, &[(text, Tone::Strong)]);
    }

    /// A table.
    pub(super) fn grid(&mut self, grid: Grid) {
        for line in grid.lines(self.style) {
            self.out.push_str(line.trim_end());
            self.out.push('\n');
        }
    }

    /// A line, wrapped with every line of it equally indented.
    pub(super) fn line(&mut self, indent: usize, spans: &[(&str, Tone)]) {
        self.hanging(indent, 0, spans);
    }

    /// A line whose continuation stands `hang` columns further in.
    pub(super) fn hanging(&mut self, indent: usize, hang: usize, spans: &[(&str, Tone)]) {
        let mut letters: Vec<(char, Tone)> = Vec::new();
        for (text, tone) in spans {
            letters.extend(text.chars().filter(|c| !c.is_control()).map(|c| (c, *tone)));
        }
        let mut rest = letters.as_slice();
        let mut margin = indent;
        loop {
            let taken = fitting(rest, self.style.width.saturating_sub(margin));
            self.write(margin, &rest[..taken]);
            rest = &rest[taken..];
            let space = rest.iter().take_while(|(c, _)| *c == ' ').count();
            rest = &rest[space..];
            margin = indent + hang;
            if rest.is_empty() {
                return;
            }
        }
    }

    fn write(&mut self, margin: usize, letters: &[(char, Tone)]) {
        let length = letters.iter().rposition(|(c, _)| *c != ' ').map_or(0, |last| last + 1);
        self.out.push_str(&" ".repeat(margin));
        let mut current = Tone::Plain;
        for (c, tone) in &letters[..length] {
            if *tone != current && self.style.color {
                if current != Tone::Plain {
                    self.out.push_str("\u{1b}[0m");
                }
                self.out.push_str(tone.code());
                current = *tone;
            }
            self.out.push(*c);
        }
        if current != Tone::Plain {
            self.out.push_str("\u{1b}[0m");
        }
        self.out.push('\n');
    }
}

/// How many letters fit into `room`: up to the last space, or hard where one word is wider than half the line.
fn fitting(letters: &[(char, Tone)], room: usize) -> usize {
    let mut used = 0;
    let mut space = None;
    for (index, (c, _)) in letters.iter().enumerate() {
        used += c.width().unwrap_or(0);
        if *c == ' ' {
            space = Some((index, used));
        }
        if used > room {
            return match space {
                Some((at, width)) if width > room / 2 => at.max(1),
                _ => index.max(1),
            };
        }
    }
    letters.len()
}
