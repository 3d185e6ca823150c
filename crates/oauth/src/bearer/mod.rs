//! Bearer tokens at a protected resource (RFC 6750).

mod challenge;
mod credentials;

pub use challenge::Challenge;
pub use credentials::{BearerToken, MAX_BEARER_BYTES, extract};
