//! The `Authorization: Bearer` header (RFC 6750 §2.1), the only way a token is taken (G2).
//!
//! ```abnf
//! b64token    = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
//! credentials = "Bearer" 1*SP b64token
//! ```

use crate::{ErrorCode, OAuthError};
use std::fmt;

/// Longest bearer token taken, in bytes.
pub const MAX_BEARER_BYTES: usize = 16 * 1024;

/// A presented token: well-formed, and nothing more is known of it. `Debug` shows no content.
#[derive(Clone, Copy)]
pub struct BearerToken<'a>(&'a str);

impl<'a> BearerToken<'a> {
    /// The token's text.
    pub fn expose(&self) -> &'a str {
        self.0
    }
}

impl fmt::Debug for BearerToken<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BearerToken")
    }
}

/// Takes the token from the values of all `Authorization` headers. `None` if there is none of
/// scheme `Bearer`, compared without case.
///
/// # Errors
/// - `invalid_request` if there is more than one header or more than one credential in it, or
///   none after the scheme (RFC 6750 §3.1; G2);
/// - `invalid_token` if the token is too long or not a `b64token`.
pub fn extract<'a>(authorization: &[&'a str]) -> Result<Option<BearerToken<'a>>, OAuthError> {
    let header = match authorization {
        [] => return Ok(None),
        [header] => header,
        _ => return Err(OAuthError::invalid_request("several Authorization headers")),
    };
    let (scheme, token) = header.split_once(' ').unwrap_or((header, ""));
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Ok(None);
    }
    let token = token.trim_start_matches(' ');
    let is_one = is_b64token(token);
    if token.is_empty() || (!is_one && token.contains([' ', ','])) {
        return Err(OAuthError::invalid_request(
            "the Authorization header has not exactly one token",
        ));
    }
    if token.len() > MAX_BEARER_BYTES || !is_one {
        return Err(OAuthError::new(
            ErrorCode::InvalidToken,
            "the access token is malformed",
        ));
    }
    Ok(Some(BearerToken(token)))
}

fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    // Every byte is looked at, without a branch: that is done to many at once.
    !body.is_empty()
        && body
            .bytes()
            .fold(true, |good, byte| good & is_in_body(byte))
}

const fn is_in_body(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    // `-` is followed by `.`, `/` and the digits.
    let digit = byte.wrapping_sub(b'-') < 13;
    letter | digit | (byte == b'_') | (byte == b'~') | (byte == b'+')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc6750_2_1_tokens_are_taken() {
        for (header, token) in [
            ("Bearer mF_9.B5f-4.1JqM", "mF_9.B5f-4.1JqM"),
            ("bearer a", "a"),
            ("BEARER   a+/~==", "a+/~=="),
        ] {
            assert_eq!(
                extract(&[header]).unwrap().unwrap().expose(),
                token,
                "{header}"
            );
        }
        let longest = "a".repeat(MAX_BEARER_BYTES);
        assert!(extract(&[&format!("Bearer {longest}")]).unwrap().is_some());
    }

    #[test]
    fn other_schemes_present_no_bearer_token() {
        for headers in [&[][..], &[""], &["Basic YTpi"], &["Bearerx a"], &["DPoP a"]] {
            assert!(extract(headers).unwrap().is_none(), "{headers:?}");
        }
    }

    #[test]
    fn g2_several_credentials_are_invalid_request() {
        for headers in [
            &["Bearer a", "Bearer b"][..],
            &["Bearer a", "Basic YTpi"],
            &["Bearer a, Bearer b"],
            &["Bearer a,b"],
            &["Bearer a b"],
            &["Bearer"],
            &["Bearer "],
        ] {
            let error = extract(headers).unwrap_err();
            assert_eq!(
                (error.code(), error.http_status()),
                (ErrorCode::InvalidRequest, 400)
            );
        }
    }

    #[test]
    fn malformed_tokens_are_invalid_token() {
        let long = format!("Bearer {}", "a".repeat(MAX_BEARER_BYTES + 1));
        for header in [
            "Bearer =",
            "Bearer a=b",
            "Bearer \u{e9}",
            "Bearer a\tb",
            "Bearer \"a\"",
            &long,
        ] {
            let error = extract(&[header]).unwrap_err();
            assert_eq!(
                (error.code(), error.http_status()),
                (ErrorCode::InvalidToken, 401)
            );
        }
    }

    #[test]
    fn each_byte_is_what_the_grammar_says() {
        for byte in 0..=u8::MAX {
            let expected = byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
            assert_eq!(is_in_body(byte), expected, "{byte:#x}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_what_was_sent(header in "(Bearer )?\\PC{0,30}") {
            if let Ok(Some(token)) = extract(&[&header]) {
                prop_assert!(header.ends_with(token.expose()));
                prop_assert!(is_b64token(token.expose()));
            }
        }
    }
}
