//! External identities: who a person is at a provider, so that they may sign in there (product §4).
//!
//! What is looked up is what the provider vouched for, and nothing that people choose themselves:
//! its id here, its issuer and its `sub` (OpenID Connect Core §5.7), never an e-mail address (S13).

use super::{entries::Kept, handle::key_of};
use crate::{
    Core, RealmKey, Timestamp,
    snapshot::RealmSnapshot,
    store::{Change, EntryKey, EntryKind, ResourceId, StoreError},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// An identity at a provider, linked to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalIdentity {
    /// The provider's id here.
    pub provider: Uuid,
    /// The issuer that vouched for it.
    pub issuer: String,
    /// Its `sub` there.
    pub subject: String,
    /// What the person is called there, for people to recognise it.
    pub label: Option<String>,
    /// When it was linked.
    pub linked: Timestamp,
}

/// The key of an identity at a provider: each part with its length, so that no two identities share
/// one (G6, T1).
fn external_key(provider: Uuid, issuer: &str, subject: &str) -> EntryKey {
    let mut name = Vec::new();
    for part in [
        provider.as_bytes().as_slice(),
        issuer.as_bytes(),
        subject.as_bytes(),
    ] {
        name.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        name.extend_from_slice(part);
    }
    key_of(EntryKind::ExternalIdentity, &name)
}

impl ExternalIdentity {
    /// The change that links it to a person; [`Conflict::Exists`](crate::store::Conflict::Exists) if it is
    /// linked already, to whomever.
    ///
    /// # Errors
    /// If it can't be written as JSON, which is a defect of ours.
    pub(crate) fn link(self, person: &ResourceId) -> Result<Change, StoreError> {
        let key = external_key(self.provider, &self.issuer, &self.subject);
        Kept::new(EntryKind::ExternalIdentity, key, self)
            .of(person)
            .put()
    }
}

impl ExternalIdentity {
    /// Whether it signs its person in: its provider is there, is active, and is who it was.
    pub(crate) fn is_active(&self, snapshot: &RealmSnapshot) -> bool {
        let provider = snapshot.config().identity_providers.get(&self.provider);
        provider.is_some_and(|provider| provider.active && provider.issuer == self.issuer)
    }
}

impl Kept<ExternalIdentity> {
    /// The change that unlinks it, as it was read.
    pub(crate) fn unlink(&self) -> Change {
        self.delete()
    }
}

impl Core {
    /// The identity that a provider vouches for, if it is linked; `person` says to whom.
    pub(crate) async fn find_external(
        &self,
        realm: &RealmKey,
        provider: Uuid,
        issuer: &str,
        subject: &str,
    ) -> Result<Option<Kept<ExternalIdentity>>, StoreError> {
        let key = external_key(provider, issuer, subject);
        self.find_kept(realm, EntryKind::ExternalIdentity, &key)
            .await
    }

    /// The identities that are linked to a person, in no order that means anything.
    pub(crate) async fn external_identities_of(
        &self,
        realm: &RealmKey,
        person: &ResourceId,
    ) -> Result<Vec<Kept<ExternalIdentity>>, StoreError> {
        self.list_kept(realm, EntryKind::ExternalIdentity, person)
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g6_no_two_identities_share_a_key() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let keys = [
            external_key(one, "https://a.example", "b"),
            external_key(other, "https://a.example", "b"),
            external_key(one, "https://a.exampleb", ""),
            external_key(one, "", "https://a.exampleb"),
            external_key(one, "https://a.example", "B"),
        ];
        for (index, key) in keys.iter().enumerate() {
            assert!(
                !keys.iter().skip(index + 1).any(|other| other == key),
                "{index}"
            );
        }
    }
}
