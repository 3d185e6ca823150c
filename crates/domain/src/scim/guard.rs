//! Whoever holds management rights is for those who hold them too (product §2.4, S13, T4).

use super::{ScimFailure, sub::SubPermit};
use crate::{
    Core,
    access::Caller,
    config::RealmConfig,
    store::{Change, IndexRow, ResourceId, ResourceWrite},
};
use scim::ScimError;

/// By what someone signs in or is found, and whether they may: each of it would give away their rights.
const CREDENTIALS: [&str; 3] = ["userName", "active", "emails.value"];

/// Whether what is asked for may be done to a person's standing.
struct Standing<'a> {
    core: &'a Core,
    caller: &'a Caller,
    person: &'a ResourceId,
}

impl Standing<'_> {
    /// Anyone's may be changed but that of whoever has management rights which the token lacks: they would
    /// be had by it. What the person may give to others counts as what they hold. An app that an
    /// administrator let act for them is no exception: they have their account pages, and
    /// `/Me/password` with the password of now.
    ///
    /// Answers what the commit must expect, so that the person gets no rights meanwhile (T6).
    fn may_change(&self) -> Result<Change, ScimFailure> {
        self.judged(|_| Ok(()))
    }

    /// Nor does anyone go who is a member of a role.
    fn may_end(&self) -> Result<Change, ScimFailure> {
        self.judged(|config| {
            let roles = config.roles_of(self.person);
            let names: Vec<String> = roles.iter().map(|r| format!("`{}`", r.name)).collect();
            match names.as_slice() {
                [] => Ok(()),
                names => {
                    let all = names.join(", ");
                    let detail = format!(
                        "this person is a member of the role {all}, and must leave it before"
                    );
                    Err(ScimError::new(409, None, detail).into())
                }
            }
        })
    }

    fn judged(
        &self,
        also: impl FnOnce(&RealmConfig) -> Result<(), ScimFailure>,
    ) -> Result<Change, ScimFailure> {
        let snapshot = self.core.realm_by_key(self.caller.realm());
        let snapshot = snapshot.ok_or(ScimFailure::NotFound)?;
        let theirs = snapshot.catalogue().rights_of_person(&self.person.0);
        let held = self.caller.grant().rights().management();
        if !theirs.holds.union(theirs.may_delegate).is_subset(held) {
            let detail = "this person holds management rights, which the token does not have";
            return Err(ScimError::new(403, None, detail).into());
        }
        also(snapshot.config())?;
        Ok(Change::ExpectRevision {
            revision: snapshot.revision(),
        })
    }
}

impl<K> SubPermit<K> {
    /// Whether the caller may change by what, and whether, the person signs in.
    ///
    /// # Errors
    /// As [`Core::may_change_credentials`].
    pub(super) fn may_change_credentials(
        &self,
        core: &Core,
        person: &ResourceId,
    ) -> Result<Change, ScimFailure> {
        core.may_change_credentials(self.caller(), person)
    }
}

impl Core {
    /// Whether a caller may change by what, and whether, a person signs in; and what the commit that does
    /// it must expect.
    ///
    /// # Errors
    /// 403, which no scope of SCIM would turn.
    pub(super) fn may_change_credentials(
        &self,
        caller: &Caller,
        person: &ResourceId,
    ) -> Result<Change, ScimFailure> {
        let standing = Standing {
            core: self,
            caller,
            person,
        };
        standing.may_change()
    }

    /// Whether a caller may make a change of a resource; and what the commit must expect, if anything.
    ///
    /// # Errors
    /// 403 as above; 409 for the end of a member of a role.
    pub(super) fn may_make(
        &self,
        caller: &Caller,
        identity: bool,
        change: &Change,
    ) -> Result<Option<Change>, ScimFailure> {
        let standing = |person| Standing {
            core: self,
            caller,
            person,
        };
        match change {
            _ if !identity => Ok(None),
            Change::DeleteResource { id, .. } => standing(id).may_end().map(Some),
            Change::PutResource { write, .. } if changes_credentials(write) => {
                standing(&write.resource.id).may_change().map(Some)
            }
            _ => Ok(None),
        }
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
