//! Pure planning: which tables, in which order, and what stands in the way.
//!
//! Never true in here: a connection, or an order that a foreign key contradicts.

mod columns;
mod expect;
mod layers;
mod mask;
mod mask_probe;
mod masked;
mod narrow;
mod order;

pub use columns::{TableMapping, mappings};
pub use expect::{Disagreement, ExpectedOrder, disagreements};
pub use layers::{Layers, layers};
pub use mask::MaskedColumn;
pub use mask_probe::MaskProbe;
pub use masked::{Readings, check_masks, mask_of};
pub use narrow::{Fit, Narrowed};
pub use order::{Plan, TablePlan};
