//! What a rehearsal on the user's own schema was made of, and what of it took no part.

use super::page::Section;
use super::table::{Cell, Column, Row, Table};
use crate::model::RunReport;
use crate::report::markup::escaped as esc;
use crate::report::own_schema;

pub(super) fn section(report: &RunReport) -> Option<Section> {
    let own = report.own_schema.as_ref()?;
    let mut body = format!("<p>{}</p>\n", esc(&own_schema::line(own)));
    for (title, asides) in own_schema::lists(report) {
        let table = Table {
            caption: title,
            columns: ["what", "why"].map(Column::text).to_vec(),
            rows: asides
                .iter()
                .map(|one| Row::new([&one.object, &one.reason].map(|text| Cell::text(text)).to_vec()))
                .collect(),
            sortable: true,
            ..Table::default()
        };
        body.push_str(&format!("<h3>{title}</h3>\n{}", table.html()));
    }
    let note = own_schema::left_out(report).unwrap_or_default();
    Some(Section::new("own-schema", "Your schema", note, body))
}
