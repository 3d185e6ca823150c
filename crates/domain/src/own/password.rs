//! The password of somebody's own.

use super::Recent;
use crate::{
    Core,
    people::{ChangedBy, PasswordChangeError},
    snapshot::RealmSnapshot,
};
use oauth::Secret;

impl Core {
    /// Changes the password of whoever is signed in, or gives them their first: the current one is
    /// asked for if there is one, and their other sessions and grants end (B6).
    ///
    /// # Errors
    /// If the current one is wrong, or the new one does not do; if the store fails.
    pub async fn change_password(
        &self,
        snapshot: &RealmSnapshot,
        recent: &Recent<'_>,
        current: &Secret,
        new: &Secret,
    ) -> Result<(), PasswordChangeError> {
        let session = recent.session();
        if self.has_password(snapshot, session).await? {
            let changed = self.change_own_password(snapshot, session, current, new);
            return changed.await;
        }
        let by = ChangedBy::Session(&session.record);
        let account = session.account.clone();
        let set = self.set_password(snapshot, session.person(), account, new, by);
        set.await
    }
}
