//! Error answers (RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, and the extensions' own).

use serde::{Serialize, Serializer};
use std::fmt;
use thiserror::Error;

/// Longest description sent, in bytes.
const MAX_DESCRIPTION_BYTES: usize = 500;

/// A registered OAuth error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// Malformed, incomplete or repeated parameters (RFC 6749 §5.2).
    InvalidRequest,
    /// Client authentication failed (RFC 6749 §5.2).
    InvalidClient,
    /// The grant is invalid, expired, revoked or another client's (RFC 6749 §5.2).
    InvalidGrant,
    /// The client may not use this grant type (RFC 6749 §5.2).
    UnauthorizedClient,
    /// The grant type is not supported (RFC 6749 §5.2).
    UnsupportedGrantType,
    /// The scope is invalid, unknown, malformed or more than allowed (RFC 6749 §5.2).
    InvalidScope,
    /// The person or the server refused (RFC 6749 §4.1.2.1).
    AccessDenied,
    /// The response type is not supported (RFC 6749 §4.1.2.1).
    UnsupportedResponseType,
    /// Something unexpected went wrong here (RFC 6749 §4.1.2.1).
    ServerError,
    /// Overload or maintenance (RFC 6749 §4.1.2.1).
    TemporarilyUnavailable,
    /// The access token is expired, revoked, malformed or not for here (RFC 6750 §3.1).
    InvalidToken,
    /// The access token's scope does not reach this far (RFC 6750 §3.1).
    InsufficientScope,
    /// The type of token can't be revoked (RFC 7009 §2.2.1).
    UnsupportedTokenType,
    /// The resource is invalid, unknown or malformed (RFC 8707 §2).
    InvalidTarget,
    /// The person must sign in, and may not be asked (OIDC Core §3.1.2.6).
    LoginRequired,
    /// The person must consent, and may not be asked (OIDC Core §3.1.2.6).
    ConsentRequired,
    /// The person must do something else, and may not be asked (OIDC Core §3.1.2.6).
    InteractionRequired,
    /// The person must choose an account, and may not be asked (OIDC Core §3.1.2.6).
    AccountSelectionRequired,
    /// The `request` parameter is not supported (RFC 9101 §7).
    RequestNotSupported,
    /// The `request_uri` parameter is not supported, or not this kind of it (RFC 9101 §7).
    RequestUriNotSupported,
    /// The `request_uri` is unknown, expired, used up or another client's (RFC 9101 §7).
    InvalidRequestUri,
    /// The request object is invalid (RFC 9101 §7).
    InvalidRequestObject,
    /// The `registration` parameter is not supported (OIDC Core §3.1.2.6).
    RegistrationNotSupported,
    /// The person has not answered yet (RFC 8628 §3.5).
    AuthorizationPending,
    /// As `authorization_pending`, and the client asks too often (RFC 8628 §3.5).
    SlowDown,
    /// The device code has expired (RFC 8628 §3.5).
    ExpiredToken,
    /// A redirection URI can't be registered (RFC 7591 §3.2.2).
    InvalidRedirectUri,
    /// Another member of the client's metadata is wrong (RFC 7591 §3.2.2).
    InvalidClientMetadata,
    /// The software statement is invalid (RFC 7591 §3.2.2).
    InvalidSoftwareStatement,
    /// The software statement is of no use here (RFC 7591 §3.2.2).
    UnapprovedSoftwareStatement,
    /// The sign-in that was asked for as essential could not be had (OpenID Connect Core Error
    /// Code unmet_authentication_requirements 1.0).
    UnmetAuthenticationRequirements,
    /// The access token comes from a sign-in too weak or too old (RFC 9470 §3).
    InsufficientUserAuthentication,
}

impl ErrorCode {
    /// The registered code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::ServerError => "server_error",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
            Self::UnsupportedTokenType => "unsupported_token_type",
            Self::InvalidTarget => "invalid_target",
            Self::LoginRequired => "login_required",
            Self::ConsentRequired => "consent_required",
            Self::InteractionRequired => "interaction_required",
            Self::AccountSelectionRequired => "account_selection_required",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
            Self::InvalidRequestUri => "invalid_request_uri",
            Self::InvalidRequestObject => "invalid_request_object",
            Self::RegistrationNotSupported => "registration_not_supported",
            Self::AuthorizationPending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::ExpiredToken => "expired_token",
            Self::InvalidRedirectUri => "invalid_redirect_uri",
            Self::InvalidClientMetadata => "invalid_client_metadata",
            Self::InvalidSoftwareStatement => "invalid_software_statement",
            Self::UnapprovedSoftwareStatement => "unapproved_software_statement",
            Self::UnmetAuthenticationRequirements => "unmet_authentication_requirements",
            Self::InsufficientUserAuthentication => "insufficient_user_authentication",
        }
    }

    /// The HTTP status of an answer that carries the code, other than a redirect: 400 unless
    /// RFC 6749 §5.2, RFC 6750 §3.1 or RFC 9470 §3 names another.
    pub const fn http_status(self) -> u16 {
        match self {
            Self::InvalidClient | Self::InvalidToken | Self::InsufficientUserAuthentication => 401,
            Self::AccessDenied | Self::InsufficientScope => 403,
            Self::ServerError => 500,
            Self::TemporarilyUnavailable => 503,
            _ => 400,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for ErrorCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// An error answer; as JSON it is the body of RFC 6749 §5.2.
#[derive(Debug, Clone, PartialEq, Eq, Error, Serialize)]
#[error("{code}: {description}")]
pub struct OAuthError {
    #[serde(rename = "error")]
    code: ErrorCode,
    #[serde(rename = "error_description")]
    description: String,
    #[serde(rename = "error_uri", skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
}

impl OAuthError {
    /// An error with a description for the developer of the client. Whatever RFC 6749 §5.2
    /// doesn't allow in a description is replaced, and a long one is cut.
    pub fn new(code: ErrorCode, description: impl AsRef<str>) -> Self {
        let description = description
            .as_ref()
            .chars()
            .map(allowed_in_description)
            .take(MAX_DESCRIPTION_BYTES)
            .collect();
        Self {
            code,
            description,
            uri: None,
        }
    }

    /// Adds the address of a page about the error. Characters outside RFC 6749 §5.2's set for
    /// `error_uri` are percent-encoded.
    #[must_use]
    pub fn with_uri(mut self, uri: &url::Url) -> Self {
        self.uri = Some(uri.to_string());
        self
    }

    /// `invalid_request`, with what is wrong.
    pub fn invalid_request(description: impl AsRef<str>) -> Self {
        Self::new(ErrorCode::InvalidRequest, description)
    }

    pub(crate) fn invalid_client(description: impl AsRef<str>) -> Self {
        Self::new(ErrorCode::InvalidClient, description)
    }

    /// `invalid_request` for a parameter that is not there.
    pub fn missing(parameter: &str) -> Self {
        Self::invalid_request(format!("parameter '{parameter}' is missing"))
    }

    /// The code.
    pub const fn code(&self) -> ErrorCode {
        self.code
    }

    /// The description as sent.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The address of a page about the error.
    pub fn uri(&self) -> Option<&str> {
        self.uri.as_deref()
    }

    /// The HTTP status of the answer.
    pub const fn http_status(&self) -> u16 {
        self.code.http_status()
    }

    /// The `WWW-Authenticate` of a failed client authentication. RFC 6749 §5.2 demands it where
    /// the client tried by `Authorization`, RFC 9110 §15.5.2 in every 401. `None` for any code
    /// but `invalid_client`.
    pub fn basic_challenge(&self, realm: &str) -> Option<String> {
        (self.code == ErrorCode::InvalidClient)
            .then(|| format!("Basic realm={}, charset=\"UTF-8\"", quoted_string(realm)))
    }
}

/// RFC 6749 §5.2: "Values for the "error_description" parameter MUST NOT include characters
/// outside the set %x20-21 / %x23-5B / %x5D-7E."
pub(crate) const fn allowed_in_description(character: char) -> char {
    match character {
        '"' => '\'',
        '\\' => '/',
        ' '..='~' => character,
        _ => '?',
    }
}

/// A quoted-string of RFC 9110 §5.6.4; what can't stand in a header is replaced by `?`.
pub(crate) fn quoted_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            ' '..='~' => quoted.push(character),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn rfc6749_5_2_body() {
        let error = OAuthError::new(ErrorCode::InvalidScope, "scope 'x' is unknown");
        assert_eq!(
            serde_json::to_value(&error).unwrap(),
            json!({"error": "invalid_scope", "error_description": "scope 'x' is unknown"})
        );
        let error = error.with_uri(&"https://as.example/help?a=\"é".parse().unwrap());
        assert_eq!(
            serde_json::to_value(&error).unwrap()["error_uri"],
            "https://as.example/help?a=%22%C3%A9"
        );
    }

    /// RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 7009 §2.2.1, RFC 8707 §2.
    #[test]
    fn registered_codes_and_their_statuses() {
        use ErrorCode as E;
        for (code, registered, status) in [
            (E::InvalidRequest, "invalid_request", 400),
            (E::InvalidClient, "invalid_client", 401),
            (E::InvalidGrant, "invalid_grant", 400),
            (E::UnauthorizedClient, "unauthorized_client", 400),
            (E::UnsupportedGrantType, "unsupported_grant_type", 400),
            (E::InvalidScope, "invalid_scope", 400),
            (E::AccessDenied, "access_denied", 403),
            (E::UnsupportedResponseType, "unsupported_response_type", 400),
            (E::InvalidToken, "invalid_token", 401),
            (E::InsufficientScope, "insufficient_scope", 403),
            (E::InvalidTarget, "invalid_target", 400),
            (E::UnsupportedTokenType, "unsupported_token_type", 400),
            (E::ServerError, "server_error", 500),
            (E::TemporarilyUnavailable, "temporarily_unavailable", 503),
        ] {
            assert_eq!((code.as_str(), code.http_status()), (registered, status));
        }
    }

    /// OIDC Core §3.1.2.6, RFC 9101 §7, RFC 8628 §3.5, RFC 7591 §3.2.2, RFC 9470 §3.
    #[test]
    fn codes_of_the_extensions_and_their_statuses() {
        use ErrorCode as E;
        for (code, registered, status) in [
            (E::LoginRequired, "login_required", 400),
            (E::ConsentRequired, "consent_required", 400),
            (E::InteractionRequired, "interaction_required", 400),
            (
                E::AccountSelectionRequired,
                "account_selection_required",
                400,
            ),
            (E::RequestNotSupported, "request_not_supported", 400),
            (E::RequestUriNotSupported, "request_uri_not_supported", 400),
            (E::InvalidRequestUri, "invalid_request_uri", 400),
            (E::InvalidRequestObject, "invalid_request_object", 400),
            (
                E::RegistrationNotSupported,
                "registration_not_supported",
                400,
            ),
            (E::AuthorizationPending, "authorization_pending", 400),
            (E::SlowDown, "slow_down", 400),
            (E::ExpiredToken, "expired_token", 400),
            (E::InvalidRedirectUri, "invalid_redirect_uri", 400),
            (E::InvalidClientMetadata, "invalid_client_metadata", 400),
            (
                E::InvalidSoftwareStatement,
                "invalid_software_statement",
                400,
            ),
            (
                E::UnapprovedSoftwareStatement,
                "unapproved_software_statement",
                400,
            ),
            (
                E::UnmetAuthenticationRequirements,
                "unmet_authentication_requirements",
                400,
            ),
            (
                E::InsufficientUserAuthentication,
                "insufficient_user_authentication",
                401,
            ),
        ] {
            assert_eq!((code.as_str(), code.http_status()), (registered, status));
        }
    }

    #[test]
    fn only_a_failed_client_is_challenged_with_basic() {
        let error = OAuthError::invalid_client("no");
        assert_eq!(
            error.basic_challenge("a\"b\r\n").unwrap(),
            r#"Basic realm="a\"b??", charset="UTF-8""#
        );
        assert_eq!(OAuthError::invalid_request("no").basic_challenge("a"), None);
    }

    proptest! {
        #[test]
        fn a_description_stays_in_its_character_set(text in "\\PC{0,600}|[\u{0}-\u{ff}]{0,40}") {
            let error = OAuthError::invalid_request(&text);
            prop_assert!(error.description().len() <= MAX_DESCRIPTION_BYTES);
            prop_assert!(error.description().bytes().all(
                |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)
            ));
        }
    }
}
