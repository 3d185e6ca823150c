//! Grants whose code was just made: whoever redeems it does not ask the store for them.
//!
//! Nothing here decides. Tokens are recorded on the condition that their grant is of the generation that
//! was read and is not revoked, and so what became of it meanwhile is noticed there.

use super::{ReadGrant, live::At};
use crate::{RealmKey, store::GrantId};
use quick_cache::sync::Cache;

/// Most grants kept: more codes are hardly on their way at once, for they live a minute.
const MAX_GRANTS: usize = 10_000;
/// The longest body of one, in bytes, so that all are some megabytes: `claims` can make it longer.
const MAX_BODY: usize = 1024;

/// See the module's documentation. Keys lead with the realm (G6).
#[derive(Debug)]
pub(crate) struct FreshGrants(Cache<(RealmKey, GrantId), ReadGrant>);

impl Default for FreshGrants {
    fn default() -> Self {
        Self(Cache::new(MAX_GRANTS))
    }
}

impl FreshGrants {
    /// Keeps a grant that was recorded, unless it is large (R8).
    pub(crate) fn keep(&self, realm: &RealmKey, grant: ReadGrant) {
        if grant.record.body.len() <= MAX_BODY {
            self.0.insert((realm.clone(), grant.record.id), grant);
        }
    }

    /// Whoever comes first gets it; whoever comes after that reads what became of it.
    pub(super) fn take(&self, realm: &RealmKey, id: GrantId) -> Option<ReadGrant> {
        self.0.remove(&At(realm, &id)).map(|(_, grant)| grant)
    }
}
