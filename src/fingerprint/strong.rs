//! The strong hash of a row: SHA-256 over one token of fixed length for each column, so that nothing can run over into
//! its neighbour. It costs a few times what the chain costs, and holds against rows made up to go unseen.

use super::Image;
use super::row_hash::{GROUP, Link};

/// An expression of type bytea, never null: 32 bytes for the given columns in the given order.
pub(super) fn digest(links: &[Link<'_>]) -> String {
    let groups: Vec<String> = links.chunks(GROUP).map(group).collect();
    match groups.len() {
        0 => "sha256('')".to_owned(),
        1 => groups.into_iter().collect(),
        _ => format!("sha256({})", groups.join(" || ")),
    }
}

fn group(links: &[Link<'_>]) -> String {
    let tokens: Vec<String> = links.iter().map(token).collect();
    format!("sha256({})", tokens.join(" || "))
}

/// A column's token: short images as they are behind a byte that says they are there, others as their own digest; NULL
/// as zeros of the same length.
fn token(link: &Link<'_>) -> String {
    let image = link.image.bytes(link.column, &link.value);
    let width = match link.image {
        Image::Int4 | Image::Oid => 4,
        Image::Int8 => 8,
        Image::Uuid => 16,
        Image::Text | Image::Utf8 | Image::Send => {
            return format!("coalesce(sha256({image}), '\\x{}'::bytea)", "00".repeat(32));
        }
    };
    format!("coalesce('\\x01'::bytea || {image}, '\\x{}'::bytea)", "00".repeat(1 + width))
}
