//! Additions to audit trails.

use super::keyed;
use crate::{driver::Step, statements, value::params};
use domain::store::{AuditAppend, Conflict};

/// Moves the end of a chain that ends where it is expected to, and adds its events. An event that is
/// there already was put there by someone else: the store is at fault then.
pub(super) fn append(append: &AuditAppend) -> Vec<Step> {
    let (realm, head) = (&append.realm, &append.head);
    let (hash, seal) = (head.hash.as_slice(), head.seal.as_slice());
    let moved = match append.expected {
        0 => {
            let params = keyed(realm, params![head.sequence, hash, seal]);
            Step::new(statements::BEGIN_AUDIT, params)
        }
        expected => {
            let params = keyed(realm, params![head.sequence, hash, seal, expected]);
            Step::new(statements::MOVE_AUDIT_HEAD, params)
        }
    };
    let rows = append.rows.iter().map(|row| {
        let params = params![
            row.sequence,
            row.at.micros(),
            row.client.as_deref(),
            row.person.as_deref(),
            row.action.as_str(),
            row.resource.as_str(),
            row.id.as_str(),
            row.body.as_str(),
            row.hash.as_slice(),
            row.seal.as_slice(),
        ];
        Step::new(statements::INSERT_AUDIT_EVENT, keyed(realm, params)).counted()
    });
    let moved = moved.or(Conflict::StaleRevision);
    std::iter::once(moved).chain(rows).collect()
}
