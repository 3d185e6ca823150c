//! Unlinking an identity at a provider: whoever came in by it is out.

use super::{Account, ExternalIdentity, Kept};
use crate::{
    Core, RealmKey,
    snapshot::RealmSnapshot,
    store::{Change, CommitError, GrantQuery, GrantsOf, ResourceId, StoreError},
    tokens::GrantBody,
};
use uuid::Uuid;

/// How many grants are read at once.
const PAGE: u32 = 200;

impl Core {
    /// Unlinks the identities of a person at one provider, in one commit with `changes`; the sessions that began there
    /// end, applications are told so, and all grants end that were made in them.
    ///
    /// `account` is as it was read before them: whoever signs in writes it, so that nobody does meanwhile.
    ///
    /// # Errors
    /// If something of it changed at the same time, or the store fails.
    pub(crate) async fn unlink_provider(
        &self,
        snapshot: &RealmSnapshot,
        account: &Kept<Account>,
        (person, provider): (&ResourceId, Uuid),
        linked: &[Kept<ExternalIdentity>],
        mut changes: Vec<Change>,
    ) -> Result<(), CommitError> {
        let realm = snapshot.key();
        changes.push(account.put()?);
        let there = linked
            .iter()
            .filter(|identity| identity.value.provider == provider);
        changes.extend(there.map(Kept::<ExternalIdentity>::unlink));
        let mut sessions = self.sessions(snapshot, person).await?;
        sessions.retain(|session| session.value.provider == Some(provider));
        changes.extend(self.grants_by(realm, person, provider).await?);
        self.end_sessions(snapshot, &sessions, changes).await?;
        // What was granted between the look and the end; from here on, no session is left to grant in.
        let late = self.grants_by(realm, person, provider).await?;
        match late.is_empty() {
            true => Ok(()),
            false => self.commit_ending(realm, late).await,
        }
    }

    /// The changes by which every live grant ends that a person made while a provider vouched for them, also those
    /// that outlive the session.
    async fn grants_by(
        &self,
        realm: &RealmKey,
        person: &ResourceId,
        provider: Uuid,
    ) -> Result<Vec<Change>, StoreError> {
        let now = self.now();
        let mut query = GrantQuery {
            person: Some(person.clone()),
            live_at: Some(now),
            limit: PAGE,
            ..GrantQuery::default()
        };
        let mut changes = Vec::new();
        loop {
            let page = self.store().list_grants(realm, &query).await?;
            for grant in &page.items {
                if GrantBody::of(grant)?.provider == Some(provider) {
                    changes.push(Change::RevokeGrants {
                        of: GrantsOf::One(grant.id),
                        at: now,
                    });
                }
            }
            query.after = page.items.last().map(|grant| grant.id);
            if !page.more || query.after.is_none() {
                return Ok(changes);
            }
        }
    }
}
