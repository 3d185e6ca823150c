//! Consents and their history as kept.

use crate::{
    Timestamp,
    config::Application,
    id::new_id,
    people::{Kept, key_of},
    store::{EntryKey, EntryKind, ResourceId},
};
use jose::{JoseError, base64url};
use scope::{ClientId, ConsentState, ConsentedScope, ScopeId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a person allowed a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentRecord {
    /// Its id.
    pub id: Uuid,
    /// The client.
    pub client: ClientId,
    /// Each scope that was asked about.
    pub scopes: BTreeMap<ScopeId, ScopeConsent>,
    /// What the client was: with other redirection URIs it is another (A11).
    pub registered: String,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
}

/// What became of one scope.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ScopeConsent {
    /// Allowed, left out, or taken back.
    pub state: ConsentState,
    /// The version of the scope that was asked about.
    pub version: u32,
    /// When.
    pub at: Timestamp,
}

/// Something that became of a consent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentEvent {
    /// Its id.
    pub id: Uuid,
    /// The consent.
    pub consent: Uuid,
    /// The client, and what it was called.
    pub client: ClientId,
    /// Its name then.
    pub client_name: String,
    /// What happened.
    pub action: ConsentAction,
    /// Scopes that were allowed, by their names then.
    pub granted: Vec<String>,
    /// Scopes that were left out, by their names then.
    pub denied: Vec<String>,
    /// When.
    pub at: Timestamp,
}

/// What happened to a consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentAction {
    /// Given, for the first time or again.
    Given,
    /// Refused as a whole.
    Refused,
    /// Taken back.
    Revoked,
}

impl ConsentRecord {
    /// What was said of a scope.
    pub(crate) fn of(&self, scope: ScopeId) -> Option<ConsentedScope> {
        let said = self.scopes.get(&scope)?;
        Some(ConsentedScope {
            scope,
            version: said.version,
            state: said.state,
        })
    }

    /// Whether it was given to the client as it is registered now (A11).
    pub(crate) fn is_for(&self, client: &Application) -> bool {
        self.registered == registered(client)
    }

    /// Whether anything is allowed by it still.
    pub fn is_given(&self) -> bool {
        let mut scopes = self.scopes.values();
        scopes.any(|scope| scope.state == ConsentState::Granted)
    }
}

/// The redirection URIs of a client, as a hash; and of one that registered itself, which may change
/// itself at any time, all that people judge it by. The name stands last: it alone may have lines.
pub(crate) fn registered(client: &Application) -> String {
    let mut lines = client.redirect_uris.clone();
    lines.sort();
    if client.registered_itself() {
        let mut scopes: Vec<String> = client
            .assigned
            .iter()
            .map(|a| a.scope.to_string())
            .collect();
        scopes.sort();
        let uri = client.openid.client_uri.clone().unwrap_or_default();
        let parts = [vec![String::new()], scopes, vec![uri, client.name.clone()]];
        lines.extend(parts.into_iter().flatten());
    }
    base64url::encode(jose::sha256(lines.join("\n").as_bytes()))
}

/// The key of the consent of a person to a client. Both have a fixed form, and the client's a
/// fixed width (G6).
pub(crate) fn consent_key(person: &ResourceId, client: ClientId) -> EntryKey {
    let name = [client.0.as_bytes().as_slice(), person.0.as_bytes()].concat();
    key_of(EntryKind::Consent, &name)
}

/// A consent that says nothing yet.
pub(crate) fn new_consent(
    person: &ResourceId,
    client: &Application,
    now: Timestamp,
) -> Kept<ConsentRecord> {
    let record = ConsentRecord {
        id: new_id(now),
        client: client.id,
        scopes: BTreeMap::new(),
        registered: registered(client),
        created: now,
        updated: now,
    };
    Kept::new(EntryKind::Consent, consent_key(person, client.id), record)
        .of(person)
        .for_client(client.id)
}

impl Kept<ConsentRecord> {
    /// The same, given to the client as it is now: what was said to the one that it was before is
    /// said to it no longer (A11).
    pub(crate) fn registered_anew(mut self, client: &Application, now: Timestamp) -> Self {
        if !self.value.is_for(client) {
            self.value.scopes.clear();
        }
        self.value.registered = registered(client);
        self.value.updated = now;
        self
    }
}

/// Something that became of a consent; it is kept even when the client goes.
///
/// # Errors
/// If there is no randomness.
pub(crate) fn new_event(
    person: &ResourceId,
    event: ConsentEvent,
) -> Result<Kept<ConsentEvent>, JoseError> {
    let key = key_of(EntryKind::ConsentEvent, &jose::random_bytes::<32>()?);
    Ok(Kept::new(EntryKind::ConsentEvent, key, event).of(person))
}
