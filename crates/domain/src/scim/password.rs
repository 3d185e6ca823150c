//! Passwords: hashed apart from the document, never in it (S5).

use crate::{people::hash_password, store::StoreError};
use scim::{ResourceSchema, Returned, ScimError};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// Longest password, in characters (U4).
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
    let password = Zeroizing::new(password);
    if !(1..=MAX_LENGTH).contains(&password.chars().count()) {
        let detail = format!("`password` must have 1 to {MAX_LENGTH} characters");
        return Err(ScimError::invalid_value(detail));
    }
    Ok(PasswordChange::Set(password))
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
