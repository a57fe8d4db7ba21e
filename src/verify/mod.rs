//! The checks. Each stands in a file of its own and is listed once, here.

mod rows;

use crate::check::Check;

/// Every check, in the order reports show them.
pub fn checks() -> Vec<Box<dyn Check>> {
    vec![Box::new(rows::Rows)]
}
