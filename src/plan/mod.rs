//! Pure planning: which tables, in which order, and what stands in the way.
//!
//! Never true in here: a connection, or an order that a foreign key contradicts.

mod expect;
mod layers;
mod order;

pub use expect::{Disagreement, ExpectedOrder, disagreements};
pub use layers::{Layers, layers};
pub use order::{Plan, TablePlan};
