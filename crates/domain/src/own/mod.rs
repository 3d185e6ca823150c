//! What people see and change of themselves: the account pages (product §4).
//!
//! Everything here reads and writes the person of a [`LoginSession`], and nobody else (T2). What
//! concerns the ways to sign in takes a [`Recent`], so that a browser that was left alone gives away
//! no more than it shows.

mod apps;
mod enrolment;
mod error;
mod identities;
mod methods;
mod passkeys;
mod password;
mod profile;
mod sessions;
mod totp;

pub use apps::OwnApp;
pub use error::{OwnError, ProfileError, ProfileProblem};
pub use identities::OwnIdentity;
pub use methods::{Methods, PasskeyShown};
pub use profile::{ProfileAttribute, ProfileField, ProfileShown};
pub use sessions::OwnSession;
pub use totp::NewTotp;

use crate::{Core, Timestamp, people::LoginSession, snapshot::RealmSnapshot, store::Change};
use std::time::Duration;

/// How long after a sign-in its ways may be changed.
pub const RECENT: Duration = Duration::from_secs(15 * 60);

/// Proof that whoever is signed in was authenticated a short while ago.
#[derive(Debug, Clone, Copy)]
pub struct Recent<'a>(&'a LoginSession);

impl LoginSession {
    /// The proof, if it can be given at `now`.
    pub fn recent(&self, now: Timestamp) -> Option<Recent<'_>> {
        let since = self.record().proven_auth_time()?;
        (now < since.plus(RECENT)).then_some(Recent(self))
    }
}

impl Recent<'_> {
    /// The session that it is of.
    pub fn session(&self) -> &LoginSession {
        self.0
    }
}

impl Core {
    /// Commits what somebody changes of their own, as long as their session lasts.
    async fn commit_own(
        &self,
        snapshot: &RealmSnapshot,
        session: &LoginSession,
        mut changes: Vec<Change>,
    ) -> Result<(), OwnError> {
        changes.extend(session.record.expect());
        self.commit_unbound(snapshot, changes).await
    }

    /// Commits what may end the very session that it is done in.
    async fn commit_unbound(
        &self,
        snapshot: &RealmSnapshot,
        changes: Vec<Change>,
    ) -> Result<(), OwnError> {
        let committed = self.commit_ending(snapshot.key(), changes).await;
        Ok(committed?)
    }
}
