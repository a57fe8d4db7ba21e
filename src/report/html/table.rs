//! Tables of the page: a caption, headings with a scope, rows that the filters know, columns that can be sorted.
//!
//! Never true in here: a cell whose HTML was not escaped by whoever made it.

use crate::model::{count, seconds};
use crate::report::markup::escaped as esc;

/// A column's heading.
#[derive(Debug, Clone)]
pub(super) struct Column {
    title: &'static str,
    number: bool,
}

impl Column {
    pub(super) fn text(title: &'static str) -> Self {
        Self { title, number: false }
    }

    /// A column of figures, set to the right.
    pub(super) fn number(title: &'static str) -> Self {
        Self { title, number: true }
    }
}

/// A cell: HTML, and by what it is sorted where that is not its text.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    html: String,
    value: Option<f64>,
}

impl Cell {
    /// Text from anywhere. A long name may break after each of its words.
    pub(super) fn text(text: &str) -> Self {
        Self::html(esc(text).replace('_', "_<wbr>"))
    }

    /// Text that stays on one line, such as a date.
    pub(super) fn whole(text: &str) -> Self {
        Self::html(format!("<span class=\"whole\">{}</span>", esc(text)))
    }

    /// HTML of which every part was escaped.
    pub(super) fn html(html: String) -> Self {
        Self { html, value: None }
    }

    /// Text in a colour that says what it means; the text says so too.
    pub(super) fn toned(class: &str, text: &str) -> Self {
        if class.is_empty() {
            Self::text(text)
        } else {
            Self::html(format!("<span class=\"{class}\">{}</span>", esc(text)))
        }
    }

    /// A count; nought is a dot, so that what counts stands out.
    pub(super) fn count(class: &str, number: u64) -> Self {
        let text = if number == 0 { "·".to_owned() } else { count(number) };
        Self::toned(if number == 0 { "" } else { class }, &text).sorted(number as f64)
    }

    /// A duration.
    pub(super) fn seconds(value: f64) -> Self {
        Self::html(seconds(value)).sorted(value)
    }

    /// Nothing is known, or nothing applies.
    pub(super) fn none() -> Self {
        Self::html("·".to_owned()).sorted(-1.0)
    }

    /// Sorted by a number.
    pub(super) fn sorted(mut self, value: f64) -> Self {
        self.value = Some(value);
        self
    }
}

/// What the filters know of a row or a finding.
#[derive(Debug, Clone, Default)]
pub(super) struct Tags {
    /// The checks it is of.
    pub(super) checks: Vec<String>,
    pub(super) outcome: &'static str,
    pub(super) severity: &'static str,
}

impl Tags {
    pub(super) fn of(check: &str, outcome: &'static str) -> Self {
        Self { checks: vec![check.to_owned()], outcome, severity: "" }
    }

    pub(super) fn severity(mut self, severity: &'static str) -> Self {
        self.severity = severity;
        self
    }

    /// As attributes.
    pub(super) fn html(&self) -> String {
        let mut out = format!(" data-o=\"{}\"", self.outcome);
        if !self.checks.is_empty() {
            // Names of checks hold no space; one from a hostile file is two.
            out.push_str(&format!(" data-c=\"{}\"", esc(&self.checks.join(" "))));
        }
        if !self.severity.is_empty() {
            out.push_str(&format!(" data-s=\"{}\"", self.severity));
        }
        out
    }
}

/// A row; one with tags is found by the filters.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    cells: Vec<Cell>,
    tags: Option<Tags>,
    id: Option<String>,
}

impl Row {
    pub(super) fn new(cells: Vec<Cell>) -> Self {
        Self { cells, ..Self::default() }
    }

    pub(super) fn tagged(mut self, tags: Tags) -> Self {
        self.tags = Some(tags);
        self
    }

    /// Where links lead to.
    pub(super) fn id(mut self, id: String) -> Self {
        self.id = Some(id);
        self
    }
}

/// A table.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    /// What it shows, for screen readers; the section's heading says it to others.
    pub(super) caption: &'static str,
    pub(super) columns: Vec<Column>,
    /// The column that names the row.
    pub(super) head: usize,
    pub(super) rows: Vec<Row>,
    pub(super) sortable: bool,
}

impl Table {
    /// The table within a frame that scrolls where the page is narrower than it.
    pub(super) fn html(&self) -> String {
        let caption = self.caption;
        let class = if self.sortable { " class=\"sort\"" } else { "" };
        let mut out = format!(
            "<div class=\"wide\" role=\"region\" aria-label=\"{caption}\" tabindex=\"0\"><table{class}>\n\
             <caption class=\"sr\">{caption}</caption>\n<thead><tr>"
        );
        for column in &self.columns {
            let class = if column.number { " class=\"n\"" } else { "" };
            out.push_str(&format!("<th scope=\"col\"{class}>{}</th>", column.title));
        }
        out.push_str("</tr></thead>\n<tbody>\n");
        for row in &self.rows {
            self.row(&mut out, row);
        }
        out.push_str("</tbody>\n</table></div>\n");
        out
    }

    fn row(&self, out: &mut String, row: &Row) {
        let id = row.id.as_ref().map_or_else(String::new, |id| format!(" id=\"{id}\""));
        out.push_str(&format!("<tr{id}{}>", row.tags.as_ref().map_or_else(String::new, Tags::html)));
        for (at, (cell, column)) in row.cells.iter().zip(&self.columns).enumerate() {
            let class = if column.number { " class=\"n\"" } else { "" };
            let value = cell.value.map_or_else(String::new, |value| format!(" data-v=\"{value}\""));
            let (open, close) = if at == self.head { ("th scope=\"row\"", "th") } else { ("td", "td") };
            out.push_str(&format!("<{open}{class}{value}>{}</{close}>", cell.html));
        }
        out.push_str("</tr>\n");
    }
}
