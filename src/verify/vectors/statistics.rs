//! The shape of vector columns: how many, of which dimensions, and whether any has no direction.

use std::collections::BTreeMap;

use super::column::SideColumn;
use crate::check::SideView;
use crate::model::{Error, Result, plural};
use crate::postgres::{Role, TextRow};

/// What one scan says of one column.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Statistics {
    pub(super) vectors: u64,
    pub(super) nulls: u64,
    /// How many vectors there are of each number of dimensions.
    pub(super) dimensions: BTreeMap<u64, u64>,
    /// Vectors of length zero, which no search by angle can find.
    pub(super) zeros: u64,
    /// Vectors whose length is no number: a component is none, or infinite.
    pub(super) not_finite: u64,
    /// The lengths that are numbers.
    pub(super) lengths: Lengths,
}

/// The shortest, the longest, and the sum of all.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(super) struct Lengths {
    pub(super) shortest: f64,
    pub(super) longest: f64,
    pub(super) sum: f64,
}

/// Numbers the scan answers for each column.
const FIGURES: usize = 7;
/// Dimensions named in a finding; more are counted.
const NAMED: usize = 6;

impl Statistics {
    /// The dimensions as people write them.
    fn range(&self) -> String {
        match (self.dimensions.keys().next(), self.dimensions.keys().next_back()) {
            (Some(fewest), Some(most)) if fewest == most => fewest.to_string(),
            (Some(fewest), Some(most)) => format!("{fewest} to {most}"),
            _ => "none".to_owned(),
        }
    }

    /// The dimensions with the number of vectors of each, where there are several; `None` for `counted` where only the
    /// dimensions themselves are asked for.
    pub(super) fn dimensions(&self, counted: bool) -> String {
        if self.dimensions.len() < 2 {
            return self.range();
        }
        let one = |(dimensions, vectors): (&u64, &u64)| match counted {
            true => format!("{dimensions} ({})", plural(*vectors, "vector")),
            false => dimensions.to_string(),
        };
        let mut shown: Vec<String> = self.dimensions.iter().take(NAMED).map(one).collect();
        let more = self.dimensions.len().saturating_sub(NAMED);
        shown.extend((more > 0).then(|| format!("and {more} more")));
        shown.join(", ")
    }

    /// One line for the report.
    pub(super) fn describe(&self) -> String {
        let vectors = plural(self.vectors, "vector");
        if self.dimensions.is_empty() { vectors } else { format!("{vectors} of {} dimensions", self.range()) }
    }
}

/// Scans a table once for all of its vector columns. The checksum's scan could answer this too and save a tenth of the time:
/// docs/measurements.md says why each has its own.
pub(super) async fn measure<R: Role>(view: &SideView<R>, columns: Vec<SideColumn<'_>>) -> Result<Vec<Statistics>> {
    let Some(first) = columns.first() else { return Ok(Vec::new()) };
    let rows = view.readers.acquire().await?.rows(&scan(&columns, &first.relation.from_item())).await?;
    read(&columns, rows).ok_or_else(|| Error::failed("the scan of a vector column answered in an unexpected shape"))
}

/// The scan: one row of figures for each column, and where a type declares no dimensions a row for each number of them.
fn scan(columns: &[SideColumn<'_>], from: &str) -> String {
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    for (n, column) in columns.iter().enumerate() {
        let name = column.sql();
        inner.push(format!("{name} as v{n}, {}({name}) as l{n}, {} as d{n}", column.norm(), dimensions(column)));
        // No number is greater than infinity, and NaN is: a length below infinity is a number.
        outer.push(format!(
            "count(v{n}), count(*) - count(v{n}), count(*) filter (where l{n} = 0), \
             count(*) filter (where l{n} in ('NaN', 'Infinity')), min(l{n}) filter (where l{n} < 'Infinity'), \
             max(l{n}) filter (where l{n} < 'Infinity'), sum(l{n}) filter (where l{n} < 'Infinity')"
        ));
    }
    let open = undeclared(columns);
    let (mut which, mut sets) = (Vec::new(), String::new());
    if !open.is_empty() {
        which.extend(open.iter().map(|n| format!("case when grouping(d{n}) = 0 then coalesce(d{n}, 0) end")));
        let each: Vec<String> = open.iter().map(|n| format!(", (d{n})")).collect();
        sets = format!("group by grouping sets ((){})", each.concat());
    }
    // `offset 0` keeps the length from being computed once for each use: every computation fetches the whole vector.
    let (outer, inner) = (which.into_iter().chain(outer).collect::<Vec<_>>().join(", "), inner.join(", "));
    format!("select {outer} from (select {inner} from {from} offset 0) measured {sets}")
}

/// Columns whose type declares no dimensions, by their place.
fn undeclared(columns: &[SideColumn<'_>]) -> Vec<usize> {
    let open = |(_, column): &(usize, &SideColumn<'_>)| declared(&column.column.declared_type).is_none();
    columns.iter().enumerate().filter(open).map(|(place, _)| place).collect()
}

fn read(columns: &[SideColumn<'_>], rows: Vec<TextRow>) -> Option<Vec<Statistics>> {
    let open = undeclared(columns);
    let mut found: Vec<Statistics> = columns.iter().map(|_| Statistics::default()).collect();
    let mut whole = None;
    for row in rows {
        let (groups, figures) = row.split_at_checked(open.len())?;
        let Some(at) = groups.iter().position(Option::is_some) else {
            whole = Some(figures.to_vec());
            continue;
        };
        let number = |text: Option<&Option<String>>| text?.as_ref()?.parse::<u64>().ok();
        let (dimensions, vectors) = (number(groups.get(at))?, number(figures.get(open[at] * FIGURES))?);
        // Rows without a vector make a group too, of none.
        if vectors > 0 {
            found[open[at]].dimensions.insert(dimensions, vectors);
        }
    }
    let whole = whole.filter(|figures| figures.len() == columns.len() * FIGURES)?;
    for ((column, statistics), figures) in columns.iter().zip(&mut found).zip(whole.chunks(FIGURES)) {
        let number = |at: usize| figures[at].as_ref()?.parse::<u64>().ok();
        let length = |at: usize| figures[at].as_ref().map_or(Some(0.0), |text| text.parse::<f64>().ok());
        statistics.vectors = number(0)?;
        statistics.nulls = number(1)?;
        statistics.zeros = number(2)?;
        statistics.not_finite = number(3)?;
        statistics.lengths = Lengths { shortest: length(4)?, longest: length(5)?, sum: length(6)? };
        if let Some(declared) = declared(&column.column.declared_type).filter(|_| statistics.vectors > 0) {
            statistics.dimensions.insert(declared, statistics.vectors);
        }
    }
    Some(found)
}

/// The dimensions a value has. Where the type declares them the server keeps every value to them, and the value need
/// not be fetched.
pub(super) fn dimensions(column: &SideColumn<'_>) -> String {
    let name = column.sql();
    match (declared(&column.column.declared_type), column.column.type_name.as_str()) {
        (Some(declared), _) => format!("case when {name} is not null then {declared} end"),
        (None, "sparsevec") => format!("split_part({name}::text, '/', 2)::int"),
        (None, _) => format!("{}.vector_dims({name})", column.schema()),
    }
}

/// The number in `vector(1536)`.
pub(super) fn declared(declared_type: &str) -> Option<u64> {
    declared_type.strip_suffix(')')?.rsplit_once('(')?.1.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_dimensions() {
        assert_eq!(declared("extensions.vector(1536)"), Some(1536));
        assert_eq!(declared("extensions.halfvec"), None);
        assert_eq!(declared("public.embedding"), None);
    }
}
