//! The shape of vector columns: how many, of which dimensions, and whether any has no direction.

use super::column::SideColumn;
use crate::check::SideView;
use crate::model::{Error, Result, plural};
use crate::postgres::Role;

/// What one scan says of one column.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Statistics {
    pub(super) vectors: u64,
    pub(super) nulls: u64,
    /// The fewest and the most; `None` where every value is NULL.
    pub(super) range: Option<(u64, u64)>,
    /// Vectors of length zero, which no search by angle can find.
    pub(super) zeros: u64,
    /// Vectors whose length is no number.
    pub(super) not_finite: u64,
}

/// Numbers the scan answers for each column.
const FIGURES: usize = 6;

impl Statistics {
    /// The dimensions as people write them.
    pub(super) fn dimensions(&self) -> String {
        match self.range {
            None => "none".to_owned(),
            Some((fewest, most)) if fewest == most => fewest.to_string(),
            Some((fewest, most)) => format!("{fewest} to {most}"),
        }
    }

    /// One line for the report.
    pub(super) fn describe(&self) -> String {
        match self.range {
            None => plural(self.vectors, "vector"),
            Some(_) => format!("{} of {} dimensions", plural(self.vectors, "vector"), self.dimensions()),
        }
    }
}

/// Scans a table once for all of its vector columns.
pub(super) async fn measure<R: Role>(view: &SideView<R>, columns: Vec<SideColumn<'_>>) -> Result<Vec<Statistics>> {
    let Some(first) = columns.first() else { return Ok(Vec::new()) };
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    for (n, column) in columns.iter().enumerate() {
        let name = column.sql();
        inner.push(format!("{name} as v{n}, {} as l{n}, {} as d{n}", length(column), dimensions(column)));
        outer.push(format!(
            "count(v{n}), count(*) - count(v{n}), min(d{n}), max(d{n}), count(*) filter (where l{n} = 0), \
             count(*) filter (where l{n} in ('NaN', 'Infinity'))"
        ));
    }
    // `offset 0` keeps the length from being computed once for each use: every computation fetches the whole vector.
    let (outer, inner) = (outer.join(", "), inner.join(", "));
    let sql = format!("select {outer} from (select {inner} from {} offset 0) measured", first.relation.from_item());
    let rows = view.readers.acquire().await?.rows(&sql).await?;
    let unexpected = || Error::failed("the scan of a vector column answered in an unexpected shape");
    let row = rows.into_iter().next().filter(|row| row.len() == columns.len() * FIGURES).ok_or_else(unexpected)?;
    let number = |value: &Option<String>| value.as_deref().and_then(|text| text.parse::<u64>().ok());
    row.chunks(FIGURES)
        .map(|figures| {
            let numbers: Vec<Option<u64>> = figures.iter().map(number).collect();
            let &[Some(vectors), Some(nulls), fewest, most, Some(zeros), Some(not_finite)] = numbers.as_slice() else {
                return Err(unexpected());
            };
            Ok(Statistics { vectors, nulls, range: fewest.zip(most), zeros, not_finite })
        })
        .collect()
}

fn length(column: &SideColumn<'_>) -> String {
    let function = if column.column.type_name == "vector" { "vector_norm" } else { "l2_norm" };
    format!("{}.{function}({})", column.schema(), column.sql())
}

/// The dimensions a value has. Where the type declares them the server keeps every value to them, and the value need
/// not be fetched.
fn dimensions(column: &SideColumn<'_>) -> String {
    let name = column.sql();
    match (declared(&column.column.declared_type), column.column.type_name.as_str()) {
        (Some(declared), _) => format!("case when {name} is not null then {declared} end"),
        (None, "sparsevec") => format!("split_part({name}::text, '/', 2)::int"),
        (None, _) => format!("{}.vector_dims({name})", column.schema()),
    }
}

/// The number in `vector(1536)`.
fn declared(declared_type: &str) -> Option<u64> {
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
