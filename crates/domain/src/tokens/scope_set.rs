//! The name of a set of granted scopes.

use crate::store::{ScopeSet, ScopeSetId};
use scope::{ClientId, GrantedScope};

impl ScopeSet {
    /// The set of what a client was granted.
    pub(crate) fn new(client: ClientId, mut scopes: Vec<GrantedScope>) -> Self {
        scopes.sort_unstable();
        scopes.dedup();
        Self {
            id: ScopeSetId::of(client, &scopes),
            client,
            scopes,
        }
    }
}

impl ScopeSetId {
    /// The first half of the SHA-256 of client and scopes. Every part has a fixed width, so that
    /// no two sets are hashed from the same bytes (G6).
    fn of(client: ClientId, scopes: &[GrantedScope]) -> Self {
        let mut bytes = client.0.as_bytes().to_vec();
        for GrantedScope { scope, version } in scopes {
            bytes.extend_from_slice(scope.0.as_bytes());
            bytes.extend_from_slice(&version.to_be_bytes());
        }
        let mut id = [0; 16];
        id.iter_mut()
            .zip(jose::sha256(&bytes))
            .for_each(|(to, from)| *to = from);
        Self(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scope::ScopeId;
    use std::collections::BTreeSet;
    use uuid::Uuid;

    fn granted(scope: u128, version: u32) -> GrantedScope {
        GrantedScope {
            scope: ScopeId(Uuid::from_u128(scope)),
            version,
        }
    }

    #[test]
    fn order_and_repetition_make_no_difference() {
        let client = ClientId(Uuid::from_u128(1));
        let one = ScopeSet::new(client, vec![granted(2, 1), granted(1, 1), granted(2, 1)]);
        let other = ScopeSet::new(client, vec![granted(1, 1), granted(2, 1)]);
        assert_eq!(one, other);
    }

    #[test]
    fn g6_client_scope_and_version_all_count() {
        let client = |n| ClientId(Uuid::from_u128(n));
        let sets = [
            ScopeSet::new(client(1), vec![]),
            ScopeSet::new(client(2), vec![]),
            ScopeSet::new(client(1), vec![granted(1, 1)]),
            ScopeSet::new(client(1), vec![granted(1, 2)]),
            ScopeSet::new(client(1), vec![granted(2, 1)]),
            ScopeSet::new(client(2), vec![granted(1, 1)]),
            ScopeSet::new(client(1), vec![granted(1, 1), granted(1, 2)]),
        ];
        let ids: BTreeSet<_> = sets.iter().map(|set| set.id).collect();
        assert_eq!(ids.len(), sets.len());
    }
}
