//! What a table's rows come to: hash expressions, bucketed checksums, and the portable manifest of one database.
//!
//! Never true in here: a hash in which two different values of a column are alike by construction, a row hash that is
//! linear in its columns, a sum that wraps, a row value in a manifest,
//! or the salt of its masks.

mod access;
mod checksum;
mod file;
mod image;
mod leaf;
mod manifest;
mod masks;
mod piece;
mod record;
mod row_hash;
mod shape;
mod strong;
mod table;

pub use access::Access;
pub use checksum::{Bucket, TableChecksum, checksum};
pub use file::{private_file, write_private};
pub use image::Image;
pub use manifest::{Fingerprint, FingerprintDifference, MANIFEST_VERSION, TableFingerprint};
pub use masks::{MaskRecord, SaltDigest};
pub use piece::Piece;
pub use record::{CopyRecord, RecordedTable};
pub use shape::{ShapeColumn, Strength, TableShape};
pub use table::{Blind, Instead, TableSql};
