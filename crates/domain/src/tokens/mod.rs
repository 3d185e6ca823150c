//! Access tokens: issue, verify, introspect, revoke.
//!
//! Every token is recorded, whatever its form, so that it can be revoked at once, listed and
//! counted by scope. What it allows is never in the token: it is what was granted, measured by
//! the realm as it is now.

mod audience;
mod authenticate;
mod client_assertion;
mod client_auth;
mod client_secret;
mod handle;
mod introspect;
mod issue;
mod known;
mod live;
mod resolve;
mod revoke;
mod scope_set;

pub use authenticate::AuthenticateError;
pub use client_assertion::ASSERTION_ALGORITHMS;
pub use client_auth::{AuthenticatedClient, Endpoint};
pub use client_secret::NewSecret;
pub use handle::InvalidTokenId;
pub use issue::MAX_ACCESS_TOKEN_LIFETIME;
pub(crate) use live::LiveTokens;
pub use resolve::{InvalidToken, PresentedToken};

use crate::store::StoreError;
use oauth::{ErrorCode, OAuthError};

/// Why a request of a client was not served.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// It is refused, with the standard's error.
    #[error(transparent)]
    Refused(#[from] OAuthError),
    /// The store failed: nothing is known, and nothing was done that was acknowledged.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Something that can't be, was: the log has it, the client gets no more than that.
fn unexpected(cause: &dyn std::fmt::Display) -> OAuthError {
    tracing::error!(%cause, "a request of a client failed");
    OAuthError::new(ErrorCode::ServerError, "the server failed at this request")
}
