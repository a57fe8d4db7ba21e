//! Tables of answers that are no reports.

use comfy_table::{CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};

use super::progress::tame;

/// Columns apart, one rule below the header.
const LOOK: TableStyle = TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─'));

/// A table no wider than `width`; columns named in `right` are set to the right. A cell may have several lines.
pub(super) fn grid(header: &[&str], rows: &[Vec<String>], right: &[usize], width: usize) -> String {
    let mut table = Table::new();
    table.load_style(LOOK).set_content_arrangement(ContentArrangement::Dynamic).set_header(header.to_vec());
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX)).force_no_tty();
    for row in rows {
        let cell = |text: &String| text.lines().map(tame).collect::<Vec<_>>().join("\n");
        table.add_row(row.iter().map(cell).collect::<Vec<_>>());
    }
    for column in right {
        if let Some(column) = table.column_mut(*column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
