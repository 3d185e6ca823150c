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
mod code;
mod device;
mod fresh;
mod grant_body;
mod grant_handle;
mod handle;
mod id_token;
mod introspect;
mod issue;
mod known;
mod live;
mod mint;
mod refresh;
mod resolve;
mod revoke;
mod scope_set;
mod subject;

pub(crate) use audience::check_resources;
pub use authenticate::AuthenticateError;
pub use client_assertion::ASSERTION_ALGORITHMS;
pub use client_auth::{AuthenticatedClient, Endpoint};
pub use client_secret::NewSecret;
pub(crate) use fresh::FreshGrants;
pub(crate) use grant_body::{CodeBinding, GrantBody, OFFLINE_ACCESS, OPENID, ReadGrant};
pub(crate) use grant_handle::CODE;
pub use handle::InvalidTokenId;
pub(crate) use id_token::{at_hash, sign};
pub(crate) use live::LiveTokens;
pub use mint::MAX_ACCESS_TOKEN_LIFETIME;
pub(crate) use mint::may_use;
pub use resolve::{InvalidToken, PresentedToken};
pub(crate) use subject::{Hint, session_of, subject_of, subject_of_hint};

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
pub(crate) fn unexpected(cause: &dyn std::fmt::Display) -> OAuthError {
    tracing::error!(%cause, "a request of a client failed");
    OAuthError::new(ErrorCode::ServerError, "the server failed at this request")
}
