//! Errors, each named for the rule that was broken. None of them carries key material or any
//! part of a token, so they may be logged.

use thiserror::Error;

/// Why a key, a token or a sealed value was refused. The whole input is refused with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum JoseError {
    /// The token is longer than [`crate::MAX_TOKEN_BYTES`].
    #[error("the token is too long")]
    TooLong,
    /// Not a JWS in compact serialization (RFC 7515 §7.1).
    #[error("not a JWS in compact serialization")]
    NotCompactJws,
    /// Not unpadded base64url in its one canonical form (RFC 7515 §2).
    #[error("invalid base64url")]
    Base64,
    /// Not a JSON object in UTF-8, or nested too deeply.
    #[error("not a JSON object")]
    Json,
    /// A member name occurs twice in one JSON object (RFC 7515 §4, RFC 7519 §4).
    #[error("a JSON object has a duplicate member")]
    DuplicateMember,
    /// A protected header parameter has the wrong type or size (RFC 7515 §4.1).
    #[error("invalid header parameter `{0}`")]
    Header(&'static str),
    /// `crit` is present: no extension is understood here (RFC 7515 §4.1.11).
    #[error("a critical header extension is not understood")]
    Critical,
    /// `alg` is unknown, `none`, or not among those expected (RFC 8725 §3.1).
    #[error("the signature algorithm is not allowed")]
    AlgorithmNotAllowed,
    /// `typ` is not the one expected (RFC 8725 §3.11).
    #[error("the token is of another type")]
    WrongType,
    /// No key of the set fits `kid` and `alg`.
    #[error("no key fits the token")]
    UnknownKey,
    /// The signature does not verify.
    #[error("the signature is invalid")]
    BadSignature,
    /// The JWK is of a kind, curve, use or algorithm that signs nothing here.
    #[error("unsupported key: {0}")]
    UnsupportedKey(&'static str),
    /// The JWK lacks a member, or one is malformed or out of range (RFC 7517, RFC 7518 §6).
    #[error("invalid key: {0}")]
    InvalidKey(&'static str),
    /// The key set holds more than [`crate::MAX_KEYS`] keys.
    #[error("too many keys in the set")]
    TooManyKeys,
    /// A sealed value was altered, or sealed under another key or purpose.
    #[error("the sealed value does not open")]
    Unsealable,
    /// The crypto library refused an operation that does not depend on outside input.
    #[error("the cryptographic operation failed")]
    Crypto,
}

/// Which registered claim broke which rule (RFC 7519 §4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClaimError {
    /// The claim must be there.
    #[error("claim `{0}` is missing")]
    Missing(&'static str),
    /// The claim has the wrong JSON type, or is out of range.
    #[error("claim `{0}` is malformed")]
    Malformed(&'static str),
    /// The claim has another value than the one demanded.
    #[error("claim `{0}` has an unexpected value")]
    Mismatch(&'static str),
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// `nbf` or `iat` lies in the future.
    #[error("the token is not yet valid")]
    NotYetValid,
}
