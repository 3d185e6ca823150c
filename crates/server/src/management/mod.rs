//! The management API (product §7).

use crate::Route;

/// The routes of the management API.
pub(crate) fn routes() -> Vec<Route> {
    Vec::new()
}
