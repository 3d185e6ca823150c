//! What is asked of an upstream OpenID provider (OpenID Connect Core §3.1): Ambit is its client.
//!
//! A person is known by what the provider says of itself and of them, `iss` and `sub`, and by
//! nothing else: never by an e-mail address (REG-29). Nothing of a provider is believed before its
//! signature was verified with the keys that its own metadata names. What goes out belongs to one
//! flow in one browser, and comes back once: that is the business of
//! [`authorize`](crate::authorize), which this serves.

mod create;
mod discovery;
mod error;
mod id_token;
mod kept;
mod metadata;
mod proof;
mod request;
mod token;

use oauth::Issuer;
use uuid::Uuid;

pub(crate) use create::may_fill;
pub(crate) use error::UpstreamError;
pub(crate) use kept::Upstreams;
pub(crate) use proof::{Linking, Pending, Proof, split_state};
pub(crate) use request::Manner;
pub use token::ProviderAnswer;
pub(crate) use token::Upstream;

/// Where a provider sends people back to: our redirection URI there. Each has its own, so that what
/// comes from one is never taken for the answer of another (RFC 9700 §4.4.2.2).
pub(crate) fn provider_redirect_uri(realm: &Issuer, provider: Uuid) -> String {
    format!("{realm}/provider/{provider}/callback")
}
