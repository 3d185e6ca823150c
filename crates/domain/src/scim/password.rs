//! Passwords: hashed apart from the document, never in it (S5).

use super::{ScimFailure, ScimPermit};
use crate::{
    Core,
    people::{
        Person, hash_password,
        password::{self, accepted},
    },
    store::{Change, StoreError, StoredResource},
};
use oauth::Secret;
use scim::{ResourceSchema, Returned, ScimError};
use serde_json::{Map, Value};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Longest password, in characters of its normal form (U4).
const MAX_LENGTH: usize = 128;
/// What stands in the place of a hash where a password was taken away: no password matches it.
const NO_PASSWORD: &str = "*";

/// What a write does to the password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PasswordChange {
    /// Nothing.
    Keep,
    /// It is taken away.
    Remove,
    /// It is this from now on.
    Set(Zeroizing<String>),
}

/// Takes the password out of a document, where the type has one (RFC 7643 §4.1.1).
///
/// # Errors
/// 400 `invalidValue` if it is empty or too long.
pub(super) fn take(
    schema: &ResourceSchema,
    document: &mut Map<String, Value>,
) -> Result<PasswordChange, ScimError> {
    let has = |node: &scim::Node| node.attribute.returned == Returned::Never;
    if !schema.root("password").is_some_and(has) {
        return Ok(PasswordChange::Keep);
    }
    let Some(Value::String(password)) = document.shift_remove("password") else {
        return Ok(PasswordChange::Keep);
    };
    let given = Zeroizing::new(password);
    // A normal form can be many times as long, and is not made of what no password can be.
    let too_long = given.len() > password::hash::MOST_BYTES;
    if too_long || !(1..=MAX_LENGTH).contains(&password::length(&given)) {
        let detail = format!("`password` must have 1 to {MAX_LENGTH} characters");
        return Err(ScimError::invalid_value(detail));
    }
    Ok(PasswordChange::Set(given))
}

impl PasswordChange {
    /// What a store keeps: a PHC string of Argon2id (RFC 9106), or `None` for what is there.
    pub(super) async fn into_hash(self) -> Result<Option<String>, StoreError> {
        match self {
            Self::Keep => Ok(None),
            Self::Remove => Ok(Some(NO_PASSWORD.to_owned())),
            Self::Set(password) => hash_password(password).await.map(Some),
        }
    }
}

impl Core {
    /// Holds a person's new password to the realm's policy; answers what their account gets to know of
    /// it. Of what is nobody's to sign in with, nothing.
    ///
    /// # Errors
    /// 400 with each requirement, if one is not met; 403 for an administrator's, without their rights.
    pub(super) async fn accept_password<K>(
        &self,
        permit: &ScimPermit<K>,
        change: &PasswordChange,
        (resource, document): (&StoredResource, &Map<String, Value>),
    ) -> Result<Option<Change>, ScimFailure> {
        let PasswordChange::Set(password) = change else {
            return Ok(None);
        };
        let snapshot = permit.snapshot();
        if snapshot.catalogue().identity_type() != Some(permit.entry().id) {
            return Ok(None);
        }
        let person = Person {
            id: resource.id.clone(),
            document: Arc::new(document.clone()),
            resource: Arc::new(resource.clone()),
        };
        let mut account = self.account(permit.realm(), &person.id).await?;
        // Before the policy tells anything of the passwords that they had.
        self.may_change_credentials(permit.caller(), &person.id)?;
        // Somebody else sets it: to them it is never too new.
        account.value.state.password_changed = None;
        let new = Secret::new(password.as_str());
        let checked = self
            .check_new(snapshot, &person, &account.value, &new)
            .await?;
        if !accepted(&checked) {
            return Err(ScimFailure::Password(checked));
        }
        let before = self.password_of(snapshot, &person.id).await?;
        let history = snapshot.config().realm.settings.password_policy.history;
        account.value.has_new_password(before, history, self.now());
        Ok(Some(account.put()?))
    }
}
