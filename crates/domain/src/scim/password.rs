//! Passwords: hashed apart from the document, never in it (S5).

use crate::store::StoreError;
use argon2::{Algorithm, Argon2, Params, Version, password_hash::PasswordHasher};
use scim::{ResourceSchema, Returned, ScimError};
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// Longest password, in characters (U4).
const MAX_LENGTH: usize = 128;
/// What stands in the place of a hash where a password was taken away: no password matches it.
const NO_PASSWORD: &str = "*";
/// How many passwords are hashed at once: each takes 19 MiB and a processor (U4).
static HASHING: Semaphore = Semaphore::const_new(2);

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
            Self::Set(password) => hash(password).await.map(Some),
        }
    }
}

async fn hash(password: Zeroizing<String>) -> Result<String, StoreError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::Engine(format!("hashing: {error}"));
    let _permit = HASHING.acquire().await.map_err(|error| failed(&error))?;
    let hashed = tokio::task::spawn_blocking(move || {
        let params = Params::new(19_456, 2, 1, None).map_err(|error| error.to_string())?;
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password(password.as_bytes())
            .map(|hash| hash.to_string())
            .map_err(|error| error.to_string())
    });
    hashed
        .await
        .map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))
}
