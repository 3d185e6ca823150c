//! What people allowed clients: one record for each person and client, with what became of each
//! scope (product §4).

mod record;
mod revoke;

pub use record::{ConsentAction, ConsentEvent, ConsentRecord, ScopeConsent};
pub(crate) use record::{consent_key, new_consent, new_event, registered};
pub(crate) use revoke::{revoked_grants, taken_back};
