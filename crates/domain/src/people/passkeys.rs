//! What is kept of passkeys, and whom they are made for.

use super::{Account, PasskeyRecord, key_of};
use crate::{
    Core,
    snapshot::RealmSnapshot,
    store::{EntryKey, EntryKind},
};
use ::passkeys::{Passkey, RelyingParty};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A user handle of WebAuthn: whose it is, is said by its entry.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct UserHandle {}

/// The key of a user handle.
pub(crate) fn handle_key(handle: Uuid) -> EntryKey {
    key_of(EntryKind::UserHandle, handle.as_bytes())
}

impl PasskeyRecord {
    /// The passkey itself.
    pub(crate) fn key(&self) -> Option<Passkey> {
        Passkey::deserialize(&self.passkey).ok()
    }
}

impl Account {
    /// The passkeys themselves.
    pub(crate) fn known_passkeys(&self) -> Vec<Passkey> {
        self.passkeys
            .iter()
            .filter_map(PasskeyRecord::key)
            .collect()
    }
}

impl Core {
    /// Whom passkeys are made for; nobody where browsers would refuse (an IP address, plain HTTP).
    ///
    /// Realms share an origin, and so a relying party: a passkey is of one realm by the user handle
    /// that it was made for.
    pub(crate) fn relying_party(&self, snapshot: &RealmSnapshot) -> Option<RelyingParty> {
        let realm = &snapshot.config().realm;
        let name = realm.display_name.as_deref();
        RelyingParty::new(self.base_url(), name.unwrap_or(realm.name.as_str())).ok()
    }
}
