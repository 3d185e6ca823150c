//! Signing keys: made, published, used, retired (R17).
//!
//! A key is published before it signs, so that whoever keeps a copy of the JWK Set has it in time,
//! and stays published while tokens that it signed may live. Every change here is an
//! [`Edit`](crate::Edit), decided on the realm as it is.

mod lifecycle;
mod maintain;
mod make;
mod stock;

pub use jose::Algorithm;
pub(crate) use lifecycle::{KeyError, promote, provide, publish_next, remove};
pub use maintain::MaintainError;
pub(crate) use maintain::upkeep;
pub(crate) use make::NewPair;
pub(crate) use stock::Stock;

use std::time::Duration;

/// How long a copy of a JWK Set may be kept (`max-age`, RFC 9111 §5.2.2.1), and therefore how long
/// a key is published before it signs.
pub const JWKS_MAX_AGE: Duration = Duration::from_secs(300);

/// How long a key signs before the next takes its place.
const ROTATION_AGE: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// How long a key that signs no more stays published: while a token of it may live, and a little
/// longer for clocks that differ.
const RETIREMENT: Duration =
    Duration::from_secs(crate::tokens::MAX_ACCESS_TOKEN_LIFETIME as u64 + 60);
