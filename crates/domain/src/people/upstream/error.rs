//! What can go wrong with a provider. People and their applications hear one sentence (F6); the log
//! says more.

use crate::{OutboundError, config::IdentityProvider, store::StoreError};
use jose::{ClaimError, JoseError};

/// Why a provider signed nobody in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    /// It can't be asked.
    #[error("it gave no usable answer: {}", .0.detail())]
    Outbound(#[from] OutboundError),
    /// It could not be asked a moment ago, and is left in peace for a while (F4).
    #[error("it could not be used a moment ago")]
    Resting,
    /// Its metadata can't be used (OpenID Connect Discovery §4.3).
    #[error("its metadata {0}")]
    Metadata(&'static str),
    /// It answered with an error (RFC 6749 §4.1.2.1, §5.2).
    #[error("it answered with the error {0}")]
    Refused(String),
    /// Its answer is not one to our request.
    #[error("its answer {0}")]
    Answer(&'static str),
    /// Its ID token is no proof (OpenID Connect Core §3.1.3.7).
    #[error("its ID token {0}")]
    IdToken(&'static str),
    /// Its ID token is not signed as it must be.
    #[error("its ID token or a key of it is refused: {0}")]
    Jose(#[from] JoseError),
    /// A claim of its ID token is not as it must be.
    #[error("its ID token is refused: {0}")]
    Claim(#[from] ClaimError),
    /// What it says of a person makes no person here.
    #[error("its claims make no person here: {0}")]
    Person(String),
    /// The store failed, or this server did otherwise.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl UpstreamError {
    /// Writes it to the log, which is where it ends.
    pub(crate) fn log(&self, provider: &IdentityProvider) {
        tracing::warn!(provider = %provider.id, error = %self, "a provider signed nobody in");
    }
}
