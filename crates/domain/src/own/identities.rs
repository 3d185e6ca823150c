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
        let own_way = self.has_own_way_in(snapshot, session).await?;
        let providers = &snapshot.config().identity_providers;
        let others = |kept: &Kept<ExternalIdentity>| has_others(snapshot, &linked, kept);
        let can_unlink: Vec<bool> = linked.iter().map(|kept| own_way || others(kept)).collect();
        let shown = |(kept, can_unlink): (Kept<ExternalIdentity>, bool)| OwnIdentity {
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
        let mut shown: Vec<OwnIdentity> = linked.into_iter().zip(can_unlink).map(shown).collect();
        shown.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        Ok(shown)
    }

    /// Unlinks an identity, unless it is the only way to sign in. Sessions and grants that came by it
    /// end, be it this very session.
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
        let mut each = linked.iter();
        let found = each.find(|kept| base64url::encode(kept.key.0) == id);
        let found = found.ok_or(OwnError::Unknown)?;
        if !has_others(snapshot, &linked, found) && !self.has_own_way_in(snapshot, session).await? {
            return Err(OwnError::OnlyWayIn);
        }
        let alive = session.record.expect().into_iter().collect();
        let whose = (person, found.value.provider);
        self.unlink_provider(snapshot, &session.account, whose, &linked, alive)
            .await
            .map_err(OwnError::from)
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

/// Whether there is an identity to sign in with besides those at the provider of `this`. One at a provider that is
/// switched off, or gone, is none; and whoever has only such ones loses nothing with it.
fn has_others(
    snapshot: &RealmSnapshot,
    linked: &[Kept<ExternalIdentity>],
    this: &Kept<ExternalIdentity>,
) -> bool {
    let opens = |kept: &Kept<ExternalIdentity>| kept.value.is_active(snapshot);
    let another = |kept: &Kept<ExternalIdentity>| kept.value.provider != this.value.provider;
    !opens(this) || linked.iter().any(|kept| another(kept) && opens(kept))
}
