//! Proof Key for Code Exchange (RFC 7636), with `S256` only (RFC 9700 §2.1.1; A4).
//!
//! This crate knows no hash: whoever holds both compares SHA-256 of [`CodeVerifier::expose`] with
//! [`CodeChallenge::as_bytes`].

use crate::{OAuthError, Secret};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// The one `code_challenge_method` (RFC 7636 §4.3).
pub const CODE_CHALLENGE_METHOD: &str = "S256";

/// A `code_challenge` by `S256` (RFC 7636 §4.2): a SHA-256, written in 43 characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge([u8; 32]);

impl CodeChallenge {
    /// Reads challenge and method. RFC 7636 §4.3: the method "defaults to "plain" if not present
    /// in the request", and `plain` is refused.
    ///
    /// # Errors
    /// `invalid_request`: a method other than `S256` or none, one of the two without the other,
    /// or a challenge that is none.
    pub fn read(challenge: Option<&str>, method: Option<&str>) -> Result<Option<Self>, OAuthError> {
        match (challenge, method) {
            (None, None) => Ok(None),
            (None, Some(_)) => Err(OAuthError::missing("code_challenge")),
            (Some(challenge), Some(CODE_CHALLENGE_METHOD)) => challenge.parse().map(Some),
            (Some(_), _) => Err(OAuthError::invalid_request(
                "parameter 'code_challenge_method' must be S256",
            )),
        }
    }

    /// The SHA-256 that the verifier must have.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for CodeChallenge {
    type Err = OAuthError;

    fn from_str(text: &str) -> Result<Self, OAuthError> {
        let decoded = URL_SAFE_NO_PAD.decode(text).ok();
        let hash = decoded.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        hash.map(Self).ok_or_else(|| {
            OAuthError::invalid_request(
                "parameter 'code_challenge' is not the base64url of a SHA-256 (RFC 7636 §4.2)",
            )
        })
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = OAuthError;

    fn try_from(text: String) -> Result<Self, OAuthError> {
        text.parse()
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.to_string()
    }
}

impl fmt::Display for CodeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// A `code_verifier` (RFC 7636 §4.1). `Debug` does not show it.
#[derive(Debug, Clone)]
pub struct CodeVerifier(Secret);

impl CodeVerifier {
    /// The verifier, to be hashed.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl FromStr for CodeVerifier {
    type Err = OAuthError;

    /// RFC 7636 §4.1: `code-verifier = 43*128unreserved`.
    ///
    /// # Errors
    /// `invalid_request`.
    fn from_str(text: &str) -> Result<Self, OAuthError> {
        let unreserved =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        if (43..=128).contains(&text.len()) && text.bytes().all(unreserved) {
            Ok(Self(Secret::new(text)))
        } else {
            Err(OAuthError::invalid_request(
                "parameter 'code_verifier' is not 43 to 128 unreserved characters (RFC 7636 §4.1)",
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ErrorCode;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn rfc7636_appendix_b() {
        let challenge = CodeChallenge::read(Some(CHALLENGE), Some("S256"));
        let challenge = challenge.unwrap().unwrap();
        assert_eq!(challenge.as_bytes()[..4], [19, 211, 30, 150]);
        assert_eq!(challenge.as_bytes()[28..], [203, 112, 249, 195]);
        assert_eq!(challenge.to_string(), CHALLENGE);
        let json = serde_json::to_value(challenge).unwrap();
        assert_eq!(json, CHALLENGE);
        assert_eq!(
            serde_json::from_value::<CodeChallenge>(json).unwrap(),
            challenge
        );
        let verifier: CodeVerifier = VERIFIER.parse().unwrap();
        assert_eq!(verifier.expose(), VERIFIER);
        assert!(!format!("{verifier:?}").contains("dBjft"));
    }

    #[test]
    fn a4_reg04_plain_absent_and_unknown_methods_are_refused() {
        let read = |challenge, method| CodeChallenge::read(challenge, method);
        assert_eq!(read(None, None), Ok(None));
        for method in [
            None,
            Some("plain"),
            Some("s256"),
            Some("S256 "),
            Some("S512"),
            Some("none"),
        ] {
            let error = read(Some(CHALLENGE), method).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequest, "{method:?}");
            assert_eq!(
                error.description(),
                "parameter 'code_challenge_method' must be S256"
            );
        }
        for method in ["S256", "plain"] {
            let error = read(None, Some(method)).unwrap_err();
            assert_eq!(error.description(), "parameter 'code_challenge' is missing");
        }
    }

    #[test]
    fn reg04_a_challenge_is_43_characters_of_one_spelling() {
        let short = &CHALLENGE[..42];
        for text in [
            String::new(),
            short.to_owned(),
            format!("{CHALLENGE}="),
            format!("{CHALLENGE}A"),
            format!("{short}N"),
            format!("{short}+"),
            format!("{short}/"),
            format!(" {short}"),
            CHALLENGE.replace('-', "+"),
            VERIFIER.repeat(3),
        ] {
            let error = CodeChallenge::read(Some(&text), Some("S256")).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequest, "{text:?}");
        }
    }

    #[test]
    fn a5_a_verifier_is_43_to_128_unreserved_characters() {
        for length in [43, 44, 127, 128] {
            assert!("a".repeat(length).parse::<CodeVerifier>().is_ok());
        }
        for length in [0, 1, 42, 129, 8192] {
            let refused = "a".repeat(length).parse::<CodeVerifier>();
            assert_eq!(
                refused.unwrap_err().code(),
                ErrorCode::InvalidRequest,
                "{length}"
            );
        }
        for byte in 0..=0x7f_u8 {
            let allowed = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            let text = format!("{VERIFIER}{}", char::from(byte));
            assert_eq!(text.parse::<CodeVerifier>().is_ok(), allowed, "{byte}");
        }
        assert!(format!("{VERIFIER}é").parse::<CodeVerifier>().is_err());
    }
}
