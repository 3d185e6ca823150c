//! Hashing passwords, a few at a time: each takes 19 MiB and a processor (U4).

use crate::store::StoreError;
use factors::password::hash::{self, Verdict};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// How many passwords are hashed at once.
static HASHING: Semaphore = Semaphore::const_new(2);

/// What became of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hashed {
    /// It is the password.
    Right,
    /// It is the password, and was hashed with other parameters than those of today.
    RightButOutdated,
    /// It is not.
    Wrong,
}

/// A PHC string of Argon2id (RFC 9106).
///
/// # Errors
/// If hashing fails.
pub(crate) async fn hash_password(password: Zeroizing<String>) -> Result<String, StoreError> {
    bounded(move || {
        let salt = jose::random_bytes().map_err(|error| error.to_string())?;
        hash::hash(&password, salt).map_err(|error| error.to_string())
    })
    .await
}

/// Whether `password` is the one that was hashed; where there is none, it takes as long to say no
/// (U5).
///
/// # Errors
/// If hashing fails.
pub(crate) async fn verify_password(
    phc: Option<String>,
    password: Zeroizing<String>,
) -> Result<Hashed, StoreError> {
    bounded(move || {
        let known = phc.as_deref().filter(|phc| phc.starts_with('$'));
        let verdict = hash::verify(known.unwrap_or(hash::NO_ONE), &password);
        Ok(match (known, verdict) {
            (Some(_), Verdict::Right) => Hashed::Right,
            (Some(_), Verdict::RightButOutdated) => Hashed::RightButOutdated,
            _ => Hashed::Wrong,
        })
    })
    .await
}

async fn bounded<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, StoreError> {
    let failed = |error: &dyn std::fmt::Display| StoreError::Engine(format!("hashing: {error}"));
    let _permit = HASHING.acquire().await.map_err(|error| failed(&error))?;
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| failed(&error))?
        .map_err(|error| failed(&error))
}
