//! The hash of a row: a chain in which each column is hashed under the hash of the columns before it.
//!
//! A chain is non-linear in its columns, so the sum over rows is no sum over columns: swapping one column's values
//! between two rows changes it. Columns are delimited by the chain itself: nothing is concatenated, so no value can
//! run over into its neighbour. A bitmap of nulls is hashed last.

use super::Image;
use super::image::is_null;
use crate::catalog::Column;

/// Columns chained in one expression. A longer row is hashed in groups, whose hashes are then hashed together: the
/// server's parser recurses once for each link.
pub(super) const GROUP: usize = 48;

/// One column with what is read of it, the form it is hashed in, whether it may be null on either side, and whether it may choose the
/// row's bucket.
#[derive(Debug, Clone)]
pub(super) struct Link<'a> {
    pub(super) column: &'a Column,
    /// The SQL expression that is read: the column's name, or what is to be compared in its place.
    pub(super) value: String,
    pub(super) image: Image,
    pub(super) nullable: bool,
    pub(super) cheap: bool,
}

/// An expression of type int8, never null, for the hash of the given columns in the given order.
pub(super) fn row_hash(links: &[Link<'_>]) -> String {
    row_hash_from(links, None)
}

/// The same, begun with another int8 that is never null, as if that were the first column.
pub(super) fn row_hash_from(links: &[Link<'_>], first: Option<&str>) -> String {
    let start = |group: usize| match first {
        Some(first) if group == 0 => first.to_owned(),
        _ => format!("{}::int8", group + 1),
    };
    let groups: Vec<String> =
        links.chunks(GROUP).enumerate().map(|(number, group)| chain(group, start(number))).collect();
    match groups.len() {
        0 => first.unwrap_or("0::int8").to_owned(),
        1 => groups.into_iter().collect(),
        _ => {
            let parts: Vec<String> = groups.iter().map(|group| format!("({group})::text")).collect();
            format!("hashtextextended(concat_ws(',', {}) collate \"C\", 0)", parts.join(", "))
        }
    }
}

fn chain(links: &[Link<'_>], start: String) -> String {
    let values = links.iter().fold(start, |seed, link| link.image.hash(link.column, &link.value, &seed));
    let nullable: Vec<&Link<'_>> = links.iter().filter(|link| link.nullable).collect();
    nullable.chunks(31).fold(values, |seed, chunk| {
        let bits: Vec<String> = chunk
            .iter()
            .enumerate()
            .map(|(bit, link)| {
                format!("case when {} then {} else 0 end", is_null(link.column, &link.value), 1u32 << bit)
            })
            .collect();
        format!("hashint4extended({}, {seed})", bits.join(" + "))
    })
}
