//! A way to sign in that somebody is about to add.

use crate::{
    Core,
    people::{Kept, LoginSession, key_of},
    snapshot::RealmSnapshot,
    store::{EntryKind, StoreError},
};
use ::passkeys::RegistrationState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// How long someone may take.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// What was begun: one thing at a time in a session, and nothing of it counts in another (REG-05).
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Enrolment {
    /// A one-time password: its secret, sealed, base64url.
    Totp(String),
    /// A passkey.
    Passkey(Box<PasskeyEnrolment>),
}

/// A passkey that is being made.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PasskeyEnrolment {
    /// What the browser makes it by.
    pub(super) options: Value,
    /// What the answer is compared with.
    pub(super) state: RegistrationState,
}

impl Core {
    /// What was begun in this session, if anything was.
    pub(super) async fn enrolment(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
    ) -> Result<Option<Kept<Enrolment>>, StoreError> {
        let key = key_of(EntryKind::Enrolment, &session.record.key.0);
        self.find_kept(snapshot.key(), EntryKind::Enrolment, &key)
            .await
    }

    /// What is to be kept of something that begins now, in the place of what was begun before.
    pub(super) async fn new_enrolment(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
        value: Enrolment,
    ) -> Result<Kept<Enrolment>, StoreError> {
        let key = key_of(EntryKind::Enrolment, &session.record.key.0);
        let before = self
            .store()
            .find_entry(snapshot.key(), EntryKind::Enrolment, &key)
            .await?;
        let mut kept = Kept::new(EntryKind::Enrolment, key, value)
            .of(&session.person().id)
            .until(self.now().plus(LIFETIME));
        kept.version = before.map(|before| before.version);
        Ok(kept)
    }
}
