//! Whoever has rights by a role is for those who have them too (product §2.4, S13, T4).

use super::{ScimFailure, sub::SubPermit};
use crate::{
    Core,
    access::Caller,
    config::RealmConfig,
    store::{Change, IndexRow, ResourceId, ResourceWrite},
};
use scim::ScimError;
use scope::RoleRights;

/// By what someone signs in or is found, and whether they may: each of it would give away their rights.
const CREDENTIALS: [&str; 3] = ["userName", "active", "emails.value"];

/// The scopes that reach the resources of every type, without which no realm is.
const RESOURCE_SCOPES: [&str; 2] = ["scim:read", "scim:write"];

/// Whether what is asked for may be done to a person's standing.
struct Standing<'a> {
    core: &'a Core,
    caller: &'a Caller,
    person: &'a ResourceId,
}

impl Standing<'_> {
    /// Anyone's may be changed but that of whoever has management rights which the token lacks: they would
    /// be had by it. What the person may give to others counts as what they hold, and that they delegate
    /// capabilities as every scope on resources that the realm brings. An app that an administrator let
    /// act for them is no exception: they have their account pages, and `/Me/password` with the password
    /// of now.
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
        if theirs != RoleRights::default() {
            // Whoever lost a right since they were let in has it no more.
            has_what_comes_with(theirs, &self.caller.within(&snapshot))?;
        }
        also(snapshot.config())?;
        Ok(Change::ExpectRevision {
            revision: snapshot.revision(),
        })
    }
}

/// Whether a caller has all that whoever signs in as somebody with these roles can get.
fn has_what_comes_with(theirs: RoleRights, caller: &Caller) -> Result<(), ScimFailure> {
    let held = caller.grant().rights().management();
    let refused = if !theirs.holds.union(theirs.may_delegate).is_subset(held) {
        "this person holds management rights, which the token does not have"
    } else if theirs.delegates_capabilities && !reaches_resources(caller) {
        "this person lets applications reach every resource, which the token does not"
    } else {
        return Ok(());
    };
    Err(ScimError::new(403, None, refused).into())
}

/// Whether a caller may reach resources as far as the realm's own scopes do, or give clients scopes that do.
fn reaches_resources(caller: &Caller) -> bool {
    let catalogue = caller.snapshot().catalogue();
    let has = |name| {
        let scope = catalogue.scope_named(name);
        let rights = scope.and_then(|scope| scope.rights(scope.version()));
        rights.is_some_and(|rights| rights.is_subset(caller.grant().rights()))
    };
    caller.delegates_capabilities() || RESOURCE_SCOPES.into_iter().all(has)
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
