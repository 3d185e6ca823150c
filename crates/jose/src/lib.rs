//! JOSE for Ambit: JWS (RFC 7515), JWK (RFC 7517), JWA (RFC 7518), JWT (RFC 7519) and the few
//! other primitives the program needs, held to RFC 8725.
//!
//! This is the one place that knows the crypto library. Invariants:
//! - no clock, no I/O, no HTTP: the present time is an argument;
//! - a key is parsed once and bound to exactly one algorithm (RFC 8725 §3.1);
//! - nothing of a token is believed before its signature has been verified; what must be read
//!   earlier, to find the key, comes in types whose names say so ([`Unverified`],
//!   [`UntrustedClaims`]);
//! - private bytes are never printed.

mod algorithm;
pub mod base64url;
mod claims;
mod compact;
mod der;
mod error;
mod header;
mod jwk;
mod jwk_set;
mod key_params;
mod primitives;
mod roca;
mod seal;
mod signing;
mod strict_json;
mod untrusted;
mod verifying;

pub use algorithm::Algorithm;
pub use claims::{Audience, ClaimRules, RegisteredClaims};
pub use compact::{Expect, MAX_TOKEN_BYTES, Verified, verify_compact, verify_payload};
pub use error::{ClaimError, JoseError};
pub use header::Header;
pub use jwk::Jwk;
pub use jwk_set::{JwkSet, MAX_KEYS};
pub use key_params::{Curve, KeyParams};
pub use primitives::{
    HmacKey, constant_time_eq, derive_key, hmac_sha256, random_bytes, sha256, sha256_parts,
};
pub use seal::SealingKey;
pub use signing::SigningKey;
pub use strict_json::{StrictValue, parse_object};
pub use untrusted::{UntrustedClaims, Unverified};
pub use verifying::{VerifyingKey, VerifyingKeys};
