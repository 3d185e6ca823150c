//! Grants whose code was just made: whoever redeems it does not ask the store for them.
//!
//! Nothing here decides. Tokens are recorded on the condition that their grant is of the generation that
//! was read and is not revoked, and so what became of it meanwhile is noticed there.

use super::{ReadGrant, live::At};
use crate::{RealmKey, store::GrantId};
use quick_cache::sync::Cache;

/// Most grants kept: more codes are hardly on their way at once, for they live a minute.
const MAX_GRANTS: usize = 10_000;

/// See the module's documentation. Keys lead with the realm (G6).
#[derive(Debug)]
pub(crate) struct FreshGrants(Cache<(RealmKey, GrantId), ReadGrant>);

impl Default for FreshGrants {
    fn default() -> Self {
        Self(Cache::new(MAX_GRANTS))
    }
}

impl FreshGrants {
    /// Keeps a grant that was recorded.
    pub(crate) fn keep(&self, realm: &RealmKey, grant: ReadGrant) {
        let id = grant.record.id;
        self.0.insert((realm.clone(), id), grant);
    }

    /// Whoever comes first gets it; whoever comes after that reads what became of it.
    pub(super) fn take(&self, realm: &RealmKey, id: GrantId) -> Option<ReadGrant> {
        self.0.remove(&At(realm, &id)).map(|(_, grant)| grant)
    }
}
