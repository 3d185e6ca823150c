//! Identities at providers, of somebody's own.

use super::{OwnError, Recent};
use crate::{
    Core, Timestamp,
    people::{ExternalIdentity, Kept, LoginSession},
    snapshot::RealmSnapshot,
    store::StoreError,
};
use jose::base64url;
use uuid::Uuid;

/// An identity at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnIdentity {
    /// What it is called to unlink it.
    pub id: String,
    /// The provider's id here.
    pub provider: Uuid,
    /// The provider's name; its issuer where it is gone.
    pub name: String,
    /// What the person is called there.
    pub label: String,
    /// When it was linked.
    pub linked: Timestamp,
    /// Whether it can be unlinked: not if it is the only way to sign in.
    pub can_unlink: bool,
}

impl Core {
    /// The identities that sign somebody in here.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn own_identities(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<Vec<OwnIdentity>, StoreError> {
        let person = &session.person().id;
        let linked = self.external_identities_of(snapshot.key(), person).await?;
        let can_unlink = linked.len() > 1 || self.has_own_way_in(snapshot, session).await?;
        let providers = &snapshot.config().identity_providers;
        let shown = |kept: Kept<ExternalIdentity>| OwnIdentity {
            id: base64url::encode(kept.key.0),
            provider: kept.value.provider,
            name: match providers.get(&kept.value.provider) {
                Some(provider) => provider.name.clone(),
                None => kept.value.issuer.clone(),
            },
            label: kept.value.label.unwrap_or(kept.value.subject),
            linked: kept.value.linked,
            can_unlink,
        };
        let mut shown: Vec<OwnIdentity> = linked.into_iter().map(shown).collect();
        shown.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(shown)
    }

    /// Unlinks an identity, unless it is the only way to sign in.
    ///
    /// # Errors
    /// If there is no such identity, or no other way in; if the store fails.
    pub async fn unlink_own_identity(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
        id: &str,
    ) -> Result<(), OwnError> {
        let session = recent.session();
        let person = &session.person().id;
        let linked = self.external_identities_of(snapshot.key(), person).await?;
        let others = linked.len() > 1;
        let mut linked = linked.into_iter();
        let found = linked.find(|kept| base64url::encode(kept.key.0) == id);
        let found = found.ok_or(OwnError::Unknown)?;
        if !others && !self.has_own_way_in(snapshot, session).await? {
            return Err(OwnError::OnlyWayIn);
        }
        // Whoever takes another way in away writes the account.
        let account = session.account.put()?;
        let changes = vec![found.unlink(), account];
        self.commit_own(snapshot, session, changes).await
    }

    /// Whether there is a password or a passkey to sign in with.
    async fn has_own_way_in(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<bool, StoreError> {
        Ok(!session.account().passkeys.is_empty() || self.has_password(snapshot, session).await?)
    }
}
