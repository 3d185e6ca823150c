//! Verification of a JWS in compact serialization (RFC 7515 §5.2, RFC 7519 §7.2).

use crate::header::Parts;
use crate::{Algorithm, Header, JoseError, VerifyingKeys, base64url, parse_object};
use serde_json::{Map, Value};

/// Longest token read, in bytes (J13).
pub const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// What the verifier demands of the header, decided before the token is seen.
#[derive(Debug, Clone, Copy)]
pub struct Expect<'a> {
    /// The algorithms allowed (RFC 8725 §3.1).
    pub algs: &'a [Algorithm],
    /// The values of `typ` allowed (RFC 8725 §3.11).
    pub typ: &'a [&'a str],
    /// Whether a token without `typ` is allowed, as older client assertions need (RFC 7523).
    pub untyped: bool,
}

impl Expect<'_> {
    fn check(&self, header: &Header) -> Result<(), JoseError> {
        if !self.algs.contains(&header.algorithm) {
            return Err(JoseError::AlgorithmNotAllowed);
        }
        let fits = match header.typ {
            Some(_) => self.typ.iter().any(|typ| header.is_typ(typ)),
            None => self.untyped,
        };
        if fits {
            Ok(())
        } else {
            Err(JoseError::WrongType)
        }
    }
}

/// The content of a JWT whose signature is valid. Its claims are authentic, not yet judged:
/// see [`crate::RegisteredClaims`].
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// The protected header.
    pub header: Header,
    /// The claims set (RFC 7519 §4).
    pub claims: Map<String, Value>,
}

/// Verifies a JWT and returns its claims.
///
/// # Errors
/// As [`verify_payload`]; [`JoseError::Json`] or [`JoseError::DuplicateMember`] if the payload
/// is not a claims set. On any error nothing of the token is returned (J16).
pub fn verify_compact(
    token: &str,
    keys: &VerifyingKeys,
    expect: &Expect<'_>,
) -> Result<Verified, JoseError> {
    let (header, payload) = verify_payload(token, keys, expect)?;
    Ok(Verified {
        header,
        claims: parse_object(&payload)?,
    })
}

/// Verifies a JWS and returns its header and payload octets.
///
/// # Errors
/// [`JoseError`], named for the first rule broken. A token without `kid` is tried against every
/// key of its algorithm.
pub fn verify_payload(
    token: &str,
    keys: &VerifyingKeys,
    expect: &Expect<'_>,
) -> Result<(Header, Vec<u8>), JoseError> {
    let parts = Parts::split(token)?;
    expect.check(&parts.header)?;
    let signature = base64url::decode(parts.signature)?;
    let payload = base64url::decode(parts.payload)?;
    check_signature(&parts, &signature, keys)?;
    Ok((parts.header, payload))
}

fn check_signature(
    parts: &Parts<'_>,
    signature: &[u8],
    keys: &VerifyingKeys,
) -> Result<(), JoseError> {
    let message = parts.signing_input.as_bytes();
    let mut outcome = Err(JoseError::UnknownKey);
    for key in keys.candidates(parts.header.kid.as_deref(), parts.header.algorithm) {
        if key.verifies(message, signature) {
            return Ok(());
        }
        outcome = Err(JoseError::BadSignature);
    }
    outcome
}
