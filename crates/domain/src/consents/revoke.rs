//! Taking a consent back.

use super::{ConsentAction, ConsentEvent, ConsentRecord, consent_key, new_event};
use crate::{
    Core, Timestamp,
    config::ScopeRecord,
    id::new_id,
    people::Kept,
    snapshot::RealmSnapshot,
    store::{Change, CommitError, Conflict, EntryKind, GrantsOf, ResourceId, StoreError},
};
use scope::{ClientId, ConsentState};
use std::sync::Arc;

/// How often a consent is read again because it was changed at the same time.
const MAX_TRIES: usize = 16;

impl Core {
    /// Takes back what a person allowed a client: every scope of the consent is revoked, which its
    /// history tells, and the client's grants end at once, whatever they rest on. Answers whether
    /// there was a consent.
    ///
    /// # Errors
    /// If the store fails, or never stands still.
    pub async fn revoke_consent(
        &self,
        snapshot: &RealmSnapshot,
        person: &ResourceId,
        client: ClientId,
    ) -> Result<bool, StoreError> {
        let key = consent_key(person, client);
        for _ in 0..MAX_TRIES {
            let found = self.find_kept::<ConsentRecord>(snapshot.key(), EntryKind::Consent, &key);
            let (found, now) = (found.await?, self.now());
            let existed = found.is_some();
            let mut changes = Vec::new();
            if let Some(consent) = found.filter(|consent| consent.value.is_given()) {
                changes.extend(taken_back(snapshot, person, consent, now)?);
            }
            changes.push(revoked_grants(person, client, now));
            match self.commit_ending(snapshot.key(), changes).await {
                Ok(()) => return Ok(existed),
                Err(CommitError::Conflict(Conflict::Version)) => {}
                // The client went, and with it all that it had.
                Err(CommitError::Conflict(Conflict::Gone)) => return Ok(existed),
                Err(CommitError::Conflict(other)) => {
                    return Err(StoreError::Engine(other.to_string()));
                }
                Err(CommitError::Store(error)) => return Err(error),
            }
        }
        Err(StoreError::Unavailable(
            "a consent was changed again and again".to_owned(),
        ))
    }
}

/// The end of what a person granted a client. It comes after the change of the consent: whoever is just
/// making a grant that rests on that is waited for, and the grant is then seen.
pub(crate) fn revoked_grants(person: &ResourceId, client: ClientId, at: Timestamp) -> Change {
    let person = person.clone();
    let of = GrantsOf::Consent { person, client };
    Change::RevokeGrants { of, at }
}

/// The changes by which a consent is taken back: each scope that was allowed is revoked, and its
/// history says which. Its grants are another matter.
///
/// # Errors
/// If there is no randomness.
pub(crate) fn taken_back(
    snapshot: &RealmSnapshot,
    person: &ResourceId,
    mut consent: Kept<ConsentRecord>,
    now: Timestamp,
) -> Result<[Change; 2], StoreError> {
    let config = snapshot.config();
    let mut granted = Vec::new();
    for (scope, said) in &mut consent.value.scopes {
        if said.state == ConsentState::Granted {
            (said.state, said.at) = (ConsentState::Revoked, now);
            let name = |scope: &Arc<ScopeRecord>| scope.definition.name.to_string();
            granted.extend(config.scopes.get(scope).map(name));
        }
    }
    consent.value.updated = now;
    let client = consent.value.client;
    let name = config.applications.get(&client);
    let event = ConsentEvent {
        id: new_id(now),
        consent: consent.value.id,
        client,
        client_name: name.map(|client| client.name.clone()).unwrap_or_default(),
        action: ConsentAction::Revoked,
        granted,
        denied: Vec::new(),
        at: now,
    };
    let event = new_event(person, event).map_err(|error| StoreError::Engine(error.to_string()))?;
    Ok([consent.put()?, event.put()?])
}
