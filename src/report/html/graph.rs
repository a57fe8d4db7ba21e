//! The plan as a drawing: tables by dependency level, an arrow for each table another refers to; and the same as a list.

use std::collections::{BTreeMap, BTreeSet};

use unicode_width::UnicodeWidthChar;

use super::layout::{HEIGHT, Layout, WIDTH, layout};
use super::page::Section;
use super::tables::table_of;
use crate::model::{PlanPicture, PlannedTable, RelationName, RunReport, plural};
use crate::report::digest;
use crate::report::markup::escaped as esc;
use crate::report::value::visible;

/// Columns of a name that fit a node.
const NAME: usize = 23;

/// The plan with everything looked up by number.
struct Graph<'a> {
    tables: &'a [PlannedTable],
    /// `(child, parent)`.
    edges: Vec<(usize, usize)>,
    /// The cycle each table is in, by number.
    cycle: BTreeMap<usize, usize>,
    /// Whether something of it differs.
    differs: Vec<bool>,
    /// Whether all tables are of one schema.
    one_schema: bool,
}

pub(super) fn section(report: &RunReport) -> Option<Section> {
    let plan = report.plan.as_ref().filter(|plan| !plan.tables.is_empty())?;
    let graph = Graph::new(plan, report);
    let levels: Vec<usize> = plan.tables.iter().map(|table| table.level).collect();
    let drawn = layout(&levels, &graph.edges);
    let note = format!(
        "{} in {}, {} between them, {}",
        plural(plan.tables.len() as u64, "table"),
        plural(drawn.levels.len() as u64, "level"),
        plural(graph.edges.len() as u64, "reference"),
        plural(plan.cycles.len() as u64, "cycle")
    );
    let body = format!(
        "<p class=\"faint\">An arrow leads from a table to one it refers to, which is copied before it. A loop marks a table that refers to itself, \
         broken lines a cycle, <b>≠</b> a table of which something differs.</p>\n\
         <div class=\"wide\" role=\"region\" aria-label=\"Drawing of the plan\" tabindex=\"0\">{}</div>\n\
         <details><summary>The same as a list</summary>\n{}</details>\n",
        graph.svg(&drawn, &note),
        graph.list()
    );
    Some(Section::new("plan", "Plan", note, body))
}

impl<'a> Graph<'a> {
    fn new(plan: &'a PlanPicture, report: &RunReport) -> Self {
        let tables = plan.tables.as_slice();
        let number: BTreeMap<&RelationName, usize> = tables.iter().map(|table| &table.table).zip(0..).collect();
        let parents = |(child, table): (usize, &'a PlannedTable)| {
            let known = table.parents.iter().filter_map(|parent| number.get(parent).copied());
            known.map(|parent| (child, parent)).collect::<Vec<_>>()
        };
        let edges = tables.iter().enumerate().flat_map(parents).collect();
        let members = plan.cycles.iter().enumerate().flat_map(|(at, cycle)| cycle.iter().map(move |name| (name, at)));
        let cycle = members.filter_map(|(name, at)| Some((*number.get(name)?, at))).collect();
        let names: BTreeSet<String> = tables.iter().map(|table| table.table.to_string()).collect();
        let findings = digest::open_findings(report);
        let of_table = findings.iter().filter_map(|finding| table_of(finding, |name| names.contains(name)));
        let differing: BTreeSet<&str> = of_table.collect();
        let differs = tables.iter().map(|table| differing.contains(table.table.to_string().as_str())).collect();
        let schemas: BTreeSet<&str> = tables.iter().map(|table| table.table.schema.as_str()).collect();
        Self { tables, edges, cycle, differs, one_schema: schemas.len() == 1 }
    }

    /// Whether both are in one cycle.
    fn is_cyclic(&self, one: usize, two: usize) -> bool {
        self.cycle.get(&one).is_some_and(|cycle| self.cycle.get(&two) == Some(cycle))
    }

    fn svg(&self, drawn: &Layout, label: &str) -> String {
        let (width, height) = (drawn.width, drawn.height);
        let mut out = format!(
            "<svg class=\"graph\" role=\"img\" aria-label=\"Plan: {label}; the list below says the same\" \
             viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\">\n\
             <defs><marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
             orient=\"auto\"><path d=\"M0 0L8 4L0 8z\"/></marker></defs>\n"
        );
        for (level, left) in &drawn.levels {
            out.push_str(&format!("<text class=\"level\" x=\"{left:.0}\" y=\"16\">level {level}</text>\n"));
        }
        for &(child, parent) in &self.edges {
            self.edge(&mut out, drawn, child, parent);
        }
        for at in 0..self.tables.len() {
            self.node(&mut out, drawn.places[at], at);
        }
        out.push_str("</svg>");
        out
    }

    fn edge(&self, out: &mut String, drawn: &Layout, child: usize, parent: usize) {
        let ((from, top), (to, parent_top)) = (drawn.places[child], drawn.places[parent]);
        let (y1, y2) = (top + HEIGHT / 2.0, parent_top + HEIGHT / 2.0);
        let right = |x: f64| x + WIDTH;
        // Out of the left side and into the right one; within a cycle's column around the outside.
        let (x1, x2, bend1, bend2) = if to < from {
            let bend = ((from - right(to)) / 2.0).max(24.0);
            (from, right(to), -bend, bend)
        } else if to > from {
            let bend = ((to - right(from)) / 2.0).max(24.0);
            (right(from), to, bend, -bend)
        } else {
            (right(from), right(to), 34.0, 34.0)
        };
        let class = if self.is_cyclic(child, parent) { "edge cycle" } else { "edge" };
        out.push_str(&format!(
            "<path class=\"{class}\" data-a=\"{child}\" data-b=\"{parent}\" marker-end=\"url(#arrow)\" \
             d=\"M{x1:.0} {y1:.0}C{:.0} {y1:.0} {:.0} {y2:.0} {x2:.0} {y2:.0}\"/>\n",
            x1 + bend1,
            x2 + bend2
        ));
    }

    fn node(&self, out: &mut String, (x, y): (f64, f64), at: usize) {
        let table = &self.tables[at];
        let whole = table.table.to_string();
        let name = if self.one_schema { crate::model::readable(&table.table.name) } else { whole.clone() };
        let mut class = String::from("node");
        if self.cycle.contains_key(&at) {
            class.push_str(" cycle");
        }
        if self.differs[at] {
            class.push_str(" differs");
        }
        if !table.self_references.is_empty() {
            let (right, top) = (x + WIDTH, y + 2.0);
            out.push_str(&format!("<path class=\"edge loop\" d=\"M{right:.0} {top:.0}c16 -7 16 12 0 6\"/>\n"));
        }
        let mark = if self.differs[at] { "≠ " } else { "" };
        let shown = cut(&visible(&name), NAME - mark.len().min(2));
        out.push_str(&format!(
            "<g class=\"{class}\" data-n=\"{at}\"><title>{}</title><rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" rx=\"4\"/><text x=\"{:.0}\" y=\"{:.0}\">{mark}{}</text></g>\n",
            esc(&whole),
            x + 8.0,
            y + 15.0,
            esc(&shown)
        ));
    }

    /// The plan in words: a list a level.
    fn list(&self) -> String {
        let mut lists: BTreeMap<usize, String> = BTreeMap::new();
        for (at, table) in self.tables.iter().enumerate() {
            lists.entry(table.level).or_default().push_str(&format!(
                "<li>{}{}</li>\n",
                esc(&table.table.to_string()),
                self.words(at)
            ));
        }
        let list = |(level, items): (usize, String)| format!("<h3>Level {level}</h3>\n<ul>\n{items}</ul>\n");
        lists.into_iter().map(list).collect()
    }

    fn words(&self, at: usize) -> String {
        let table = &self.tables[at];
        let named =
            |names: &[RelationName]| names.iter().map(|name| esc(&name.to_string())).collect::<Vec<_>>().join(", ");
        let mut words = Vec::new();
        if !table.parents.is_empty() {
            words.push(format!("refers to {}", named(&table.parents)));
        }
        if !table.self_references.is_empty() {
            words.push(format!("refers to itself by {}", esc(&table.self_references.join(", "))));
        }
        if let Some(cycle) = self.cycle.get(&at) {
            let others = self.cycle.iter().filter(|(other, number)| **other != at && *number == cycle);
            let others: Vec<RelationName> = others.map(|(other, _)| self.tables[*other].table.clone()).collect();
            words.push(format!("in a cycle with {}", named(&others)));
        }
        if self.differs[at] {
            words.push("differs".to_owned());
        }
        if words.is_empty() { String::new() } else { format!(": {}", words.join("; ")) }
    }
}

/// A name cut to what fits, by the columns its characters take.
fn cut(name: &str, room: usize) -> String {
    let width = |c: char| c.width().unwrap_or(0);
    if name.chars().map(width).sum::<usize>() <= room {
        return name.to_owned();
    }
    let mut used = 1;
    let fits = |c: &char| {
        used += width(*c);
        used <= room
    };
    name.chars().take_while(fits).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_by_their_width() {
        assert_eq!(cut("hotels", 8), "hotels");
        assert_eq!(cut("tenant_subdomain", 8), "tenant_…");
        assert_eq!(cut("日本のホテル", 8), "日本の…");
    }
}
