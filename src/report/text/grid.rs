//! Tables that fit the page.

use comfy_table::{Cell, CellAlignment, Color, ContentArrangement, LineStyle, Table, TableStyle};

use crate::model::count;
use crate::report::{Style, value};

/// Columns apart, one rule below the header.
const LOOK: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table under way.
pub(super) struct Grid {
    table: Table,
}

impl Grid {
    pub(super) fn new(header: &[&str]) -> Self {
        let mut table = Table::new();
        table.load_style(LOOK).set_content_arrangement(ContentArrangement::Dynamic).set_header(header.to_vec());
        for column in table.column_iter_mut() {
            column.set_padding((1, 1));
        }
        Self { table }
    }

    /// Sets a column of figures to the right.
    pub(super) fn right(&mut self, column: usize) {
        if let Some(column) = self.table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }

    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.table.add_row(cells.into_iter().collect::<Vec<Cell>>());
    }

    pub(super) fn lines(mut self, style: Style) -> Vec<String> {
        self.table.set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
        self.table.force_no_tty();
        if style.color {
            self.table.enforce_styling();
        }
        self.table.lines().collect()
    }
}

/// A cell of text from anywhere.
pub(super) fn plain(text: &str) -> Cell {
    Cell::new(value::visible(text))
}

/// A cell of text in a colour.
pub(super) fn colored(text: &str, color: Color) -> Cell {
    plain(text).fg(color)
}

/// A count; nought is a dot, so that what counts stands out.
pub(super) fn number(number: u64, color: Option<Color>) -> Cell {
    match (number, color) {
        (0, _) => Cell::new("·"),
        (number, Some(color)) => Cell::new(count(number)).fg(color),
        (number, None) => Cell::new(count(number)),
    }
}
