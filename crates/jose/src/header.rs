//! The protected header of a JWS (RFC 7515 §4.1) and the split of a token into its parts.

use crate::jwk::MAX_KID_BYTES;
use crate::{Algorithm, JoseError, MAX_TOKEN_BYTES, base64url, parse_object};
use serde_json::{Map, Value};

/// What is used of a protected header. `jku`, `jwk`, `x5u` and `x5c` are ignored: keys come
/// from configuration, never from the message (J5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// `alg` (§4.1.1).
    pub algorithm: Algorithm,
    /// `typ` (§4.1.9).
    pub typ: Option<String>,
    /// `kid` (§4.1.4), an opaque name of at most 256 bytes.
    pub kid: Option<String>,
}

impl Header {
    fn parse(json: &[u8]) -> Result<Self, JoseError> {
        let members = parse_object(json)?;
        // §4.1.11: "If any of the listed extension Header Parameters are not understood and
        // supported by the recipient, then the JWS is invalid." None is; an empty list is
        // invalid too.
        if members.contains_key("crit") {
            return Err(JoseError::Critical);
        }
        let algorithm = text(&members, "alg")?.ok_or(JoseError::Header("alg"))?;
        let kid = text(&members, "kid")?;
        if kid.is_some_and(|kid| kid.len() > MAX_KID_BYTES) {
            return Err(JoseError::Header("kid"));
        }
        Ok(Self {
            algorithm: algorithm.parse()?,
            typ: text(&members, "typ")?.map(str::to_owned),
            kid: kid.map(str::to_owned),
        })
    }

    /// Whether `typ` names this media type: letter case and a leading `application/` do not
    /// count (§4.1.9).
    pub fn is_typ(&self, wanted: &str) -> bool {
        fn short(typ: &str) -> &str {
            const PREFIX: &str = "application/";
            match typ.split_at_checked(PREFIX.len()) {
                Some((prefix, rest))
                    if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') =>
                {
                    rest
                }
                _ => typ,
            }
        }
        self.typ
            .as_deref()
            .is_some_and(|typ| short(typ).eq_ignore_ascii_case(short(wanted)))
    }
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
) -> Result<Option<&'a str>, JoseError> {
    match members.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(JoseError::Header(name)),
    }
}

/// A token taken apart, with nothing verified yet.
pub(crate) struct Parts<'a> {
    pub(crate) header: Header,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a str,
    pub(crate) signing_input: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits a JWS in compact serialization, the only one read (J9). Length and number of
    /// parts are bounded before anything is decoded (J13); five parts are a JWE, which is no
    /// signature (J10).
    pub(crate) fn split(token: &'a str) -> Result<Self, JoseError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(JoseError::TooLong);
        }
        if token.bytes().filter(|&byte| byte == b'.').count() != 2 {
            return Err(JoseError::NotCompactJws);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(JoseError::NotCompactJws)?;
        let (header, payload) = signing_input
            .split_once('.')
            .ok_or(JoseError::NotCompactJws)?;
        let header = Header::parse(&base64url::decode(header)?)?;
        Ok(Self {
            header,
            payload,
            signature,
            signing_input,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn header(json: &str) -> Result<Header, JoseError> {
        Header::parse(json.as_bytes())
    }

    #[test]
    fn j6_any_crit_is_refused() {
        for crit in [
            r#"["b64"]"#,
            r#"["exp"]"#,
            "[]",
            "null",
            r#""b64""#,
            r#"["alg"]"#,
        ] {
            let json = format!(r#"{{"alg":"ES256","crit":{crit},"b64":true,"exp":1}}"#);
            assert_eq!(header(&json), Err(JoseError::Critical), "{crit}");
        }
    }

    #[test]
    fn parameters_have_their_types() {
        for (json, name) in [
            (r"{}", "alg"),
            (r#"{"alg":null}"#, "alg"),
            (r#"{"alg":["ES256"]}"#, "alg"),
            (r#"{"alg":"ES256","typ":1}"#, "typ"),
            (r#"{"alg":"ES256","kid":{}}"#, "kid"),
        ] {
            assert_eq!(header(json), Err(JoseError::Header(name)), "{json}");
        }
    }

    #[test]
    fn j4_kid_is_opaque_and_at_most_256_bytes() {
        let hostile = "../../etc/passwd' OR 1=1 --*)(uid=";
        let json = format!(r#"{{"alg":"ES256","kid":"{hostile}"}}"#);
        assert_eq!(header(&json).unwrap().kid.as_deref(), Some(hostile));
        for (length, accepted) in [(0, true), (256, true), (257, false)] {
            let json = format!(r#"{{"alg":"ES256","kid":"{}"}}"#, "k".repeat(length));
            assert_eq!(header(&json).is_ok(), accepted, "{length}");
        }
    }

    #[test]
    fn j7_typ_is_compared_as_a_media_type() {
        let is = |typ: &str, wanted: &str| {
            let json = format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#);
            header(&json).unwrap().is_typ(wanted)
        };
        assert!(is("at+jwt", "at+jwt"));
        assert!(is("AT+JWT", "at+jwt"));
        assert!(is("application/at+jwt", "at+jwt"));
        assert!(is("Application/At+Jwt", "at+jwt"));
        assert!(!is("JWT", "at+jwt"));
        assert!(!is("at+jwt ", "at+jwt"));
        assert!(!is("application/application/at+jwt", "at+jwt"));
        assert!(!is("text/at+jwt", "at+jwt"));
        assert!(!header(r#"{"alg":"ES256"}"#).unwrap().is_typ(""));
    }
}
