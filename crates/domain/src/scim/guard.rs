//! Whoever holds management rights is for those who hold them too (product §2.4, S13, T4).

use super::{ScimFailure, sub::SubPermit};
use crate::{
    Core,
    access::Caller,
    authorize::ADMINISTRATOR,
    people::Account,
    store::{Change, IndexRow, ResourceWrite, StoreError},
};
use scim::ScimError;
use scope::ManagementRight;

/// By what someone signs in or is found, and whether they may: each of it would give away their rights.
const CREDENTIALS: [&str; 3] = ["userName", "active", "emails.value"];

impl<K> SubPermit<K> {
    /// Whether the caller may change by what, and whether, the person signs in.
    ///
    /// # Errors
    /// As [`may_change_credentials`].
    pub(super) fn may_change_credentials(&self, account: &Account) -> Result<(), ScimFailure> {
        may_change_credentials(self.caller(), account)
    }
}

/// Whether a caller may change by what, and whether, a person signs in: anyone's but an administrator's,
/// whose rights it would otherwise get at. An app that an administrator let act for them is no
/// exception: they have their account pages, and `/Me/password` with the password of now.
///
/// # Errors
/// 403, which no scope of SCIM would turn.
pub(super) fn may_change_credentials(
    caller: &Caller,
    account: &Account,
) -> Result<(), ScimFailure> {
    let held = caller.grant().rights().management();
    let holds_all = || ManagementRight::all().all(|right| held.contains(right));
    if !account.roles.contains(ADMINISTRATOR) || holds_all() {
        return Ok(());
    }
    let detail = "this person holds management rights, which the token does not have";
    Err(ScimError::new(403, None, detail).into())
}

impl Core {
    /// Whether a caller may make a change of a resource.
    ///
    /// # Errors
    /// 403 as above; if the store fails.
    pub(super) async fn may_make(
        &self,
        caller: &Caller,
        identity: bool,
        change: &Change,
    ) -> Result<(), ScimFailure> {
        let person = match change {
            Change::DeleteResource { id, .. } => id,
            Change::PutResource { write, .. } if changes_credentials(write) => &write.resource.id,
            _ => return Ok(()),
        };
        if !identity {
            return Ok(());
        }
        let account = self.account(caller.realm(), person).await;
        let account = account.map_err(|error: StoreError| ScimFailure::from(error))?;
        may_change_credentials(caller, &account.value)
    }
}

fn changes_credentials(write: &ResourceWrite) -> bool {
    let values = |rows: &[IndexRow], path: &str| -> Vec<String> {
        let mut values: Vec<String> = rows
            .iter()
            .filter(|row| *row.path == *path)
            .map(|row| row.value.clone())
            .collect();
        values.sort_unstable();
        values
    };
    let changed = |path| values(&write.index, path) != values(&write.replaced, path);
    write.password_hash.is_some() || CREDENTIALS.into_iter().any(changed)
}
