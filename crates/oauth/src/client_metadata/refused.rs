//! Members that are known, and not supported.
//!
//! Members that nobody knows are ignored (RFC 7591 §2). These are not: a client that says one relies
//! on what it demands, and would be served with less than that without a word.

use super::members::{Members, wrong};
use crate::{ErrorCode, OAuthError};
use serde_json::Value;

/// Each with what to do instead.
const UNSUPPORTED: [(&str, &str); 18] = [
    (
        "jwks_uri",
        "nothing is fetched; send the keys themselves in 'jwks'",
    ),
    (
        "sector_identifier_uri",
        "nothing is fetched, and 'sub' is the same for every client",
    ),
    (
        "request_uris",
        "nothing is fetched; push requests (RFC 9126)",
    ),
    ("frontchannel_logout_uri", USE_BACK_CHANNEL),
    ("frontchannel_logout_session_required", USE_BACK_CHANNEL),
    ("id_token_encrypted_response_alg", NO_ENCRYPTION),
    ("id_token_encrypted_response_enc", NO_ENCRYPTION),
    ("userinfo_encrypted_response_alg", NO_ENCRYPTION),
    ("userinfo_encrypted_response_enc", NO_ENCRYPTION),
    ("request_object_encryption_alg", NO_ENCRYPTION),
    ("request_object_encryption_enc", NO_ENCRYPTION),
    ("authorization_signed_response_alg", NOT_SIGNED),
    ("authorization_encrypted_response_alg", NO_ENCRYPTION),
    ("introspection_signed_response_alg", NOT_SIGNED),
    ("introspection_encrypted_response_alg", NO_ENCRYPTION),
    ("dpop_bound_access_tokens", NOT_BOUND),
    ("tls_client_certificate_bound_access_tokens", NOT_BOUND),
    ("authorization_details_types", "leave it out"),
];

const USE_BACK_CHANNEL: &str = "use 'backchannel_logout_uri'";
const NO_ENCRYPTION: &str = "nothing is encrypted but by TLS";
const NOT_SIGNED: &str = "these answers are not signed";
const NOT_BOUND: &str = "access tokens are bearer tokens";

/// Refuses what can't be had.
///
/// # Errors
/// `invalid_client_metadata`, and for a software statement its own two errors (RFC 7591 §3.2.2).
pub(super) fn refuse(members: &Members<'_>) -> Result<(), OAuthError> {
    for (name, instead) in UNSUPPORTED {
        if members.get(name).is_some_and(demands) {
            return Err(wrong(name, format!("is not supported: {instead}")));
        }
    }
    members
        .get("software_statement")
        .map_or(Ok(()), |statement| Err(unapproved(statement)))
}

/// Whether a value asks for anything.
fn demands(value: &Value) -> bool {
    match value {
        Value::Bool(flag) => *flag,
        Value::Array(values) => !values.is_empty(),
        _ => true,
    }
}

/// Nobody is trusted to vouch for clients, so that no statement can be approved.
fn unapproved(statement: &Value) -> OAuthError {
    let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(base64url);
    let text = statement.as_str().unwrap_or_default();
    match text.split('.').count() == 3 && text.split('.').all(is_part) {
        true => OAuthError::new(
            ErrorCode::UnapprovedSoftwareStatement,
            "software statements are not approved here: send the metadata itself",
        ),
        false => OAuthError::new(
            ErrorCode::InvalidSoftwareStatement,
            "the software statement is no signed JWT (RFC 7591 §2.3)",
        ),
    }
}
