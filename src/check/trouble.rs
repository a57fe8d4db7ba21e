//! Why a unit could not be looked at, in words for people.

use crate::model::Error;
use crate::postgres::{is_permission, is_row_security, is_timeout};

/// The reason an incomplete unit gives.
pub fn reason(error: &Error) -> String {
    let why = if is_row_security(error) {
        "row security would hide rows from the connected role"
    } else if is_permission(error) {
        "the connected role may not read it"
    } else if is_timeout(error) {
        "the server ended the statement after its time limit"
    } else {
        return error.chain();
    };
    format!("{why}: {}", error.chain())
}
