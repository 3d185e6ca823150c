//! Why a registration, or something about one, was not done.

use crate::{
    EditError,
    store::{Conflict, StoreError},
};
use jose::JoseError;
use oauth::OAuthError;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// The client, or whoever wants to be one, hears why (RFC 7591 §3.2.2).
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// The registration access token is not one that opens this client now: whatever the reason, it
    /// is told in the same words (RFC 7592 §2).
    #[error("the registration access token is not valid for this client")]
    Unauthenticated,
    /// There were too many of late (RFC 7591 §5).
    #[error("too many registrations, or changes of one: try again later")]
    TooMany {
        /// Seconds until the next may be made.
        retry_after: u64,
    },
    /// Registration is closed: there is nothing at these addresses (H1).
    #[error("clients can't register themselves in this realm")]
    Closed,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl RegistrationError {
    /// Something failed that is not the client's doing.
    pub(super) fn failed(cause: &dyn std::fmt::Display) -> Self {
        StoreError::Unavailable(cause.to_string()).into()
    }
}

impl From<JoseError> for RegistrationError {
    fn from(error: JoseError) -> Self {
        Self::failed(&error)
    }
}

impl From<EditError<Self>> for RegistrationError {
    fn from(error: EditError<Self>) -> Self {
        match error {
            EditError::Refused(error) => error,
            EditError::Store(error) => error.into(),
            // An administrator gave the name, and the id of the client as its version, to another.
            EditError::Conflict(Conflict::Duplicate { .. }) => {
                super::policy::wrong("client_name", "is another application's").into()
            }
            other => Self::failed(&other),
        }
    }
}
