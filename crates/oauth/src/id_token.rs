//! The claims of ID tokens (OIDC Core §2) and of logout tokens (Back-Channel Logout §2.4).

use crate::{Audience, Issuer};
use serde::Serialize;
use serde_json::{Map, Value};

mod logout_token;

pub use logout_token::{LogoutSubject, LogoutTokenClaims};

/// Claims with a meaning of their own in an ID token, an access token or a logout token. Claims
/// about the person never have these names.
const PROTOCOL: [&str; 24] = [
    "acr",
    "act",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "c_hash",
    "client_id",
    "cnf",
    "events",
    "exp",
    "iat",
    "iss",
    "jti",
    "may_act",
    "nbf",
    "nonce",
    "s_hash",
    "scope",
    "sid",
    "sub",
    "sub_jwk",
    "typ",
];

/// The claims of an ID token. Dates are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IdTokenClaims {
    /// Who issued it.
    pub iss: Issuer,
    /// The person.
    pub sub: String,
    /// The client, and nobody else.
    pub aud: Audience,
    /// Invalid from this second on.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// When the person signed in; required if `max_age` was asked for, or `auth_time` itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// The `nonce` of the authorization request, unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// How strongly the person signed in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
    /// By which methods (RFC 8176).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub amr: Vec<String>,
    /// The client to which it was issued, where `aud` has others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub azp: Option<String>,
    /// The session (Back-Channel Logout §2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// Half of the access token's hash (§3.1.3.6).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_hash: Option<String>,
    /// Half of the code's hash (§3.3.2.11).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub c_hash: Option<String>,
    /// Claims about the person.
    #[serde(flatten)]
    pub claims: PersonClaims,
}

/// Claims about a person (OIDC Core §5.1): never one that the protocol gives a meaning.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct PersonClaims(Map<String, Value>);

impl PersonClaims {
    /// Whether a claim of this name may be about a person.
    pub fn may_have(name: &str) -> bool {
        !name.is_empty() && !PROTOCOL.contains(&name)
    }

    /// Sets a claim. `false`, and nothing set, if [`Self::may_have`] says so.
    #[must_use]
    pub fn set(&mut self, name: &str, value: Value) -> bool {
        let may = Self::may_have(name);
        if may {
            self.0.insert(name.to_owned(), value);
        }
        may
    }

    /// The claims by name.
    pub const fn as_map(&self) -> &Map<String, Value> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn claims() -> IdTokenClaims {
        IdTokenClaims {
            iss: "https://as.example/r".parse().unwrap(),
            sub: "248289761001".into(),
            aud: ["s6BhdRkqt3".to_owned()].into_iter().collect(),
            exp: 1_311_281_970,
            iat: 1_311_280_970,
            auth_time: None,
            nonce: None,
            acr: None,
            amr: vec![],
            azp: None,
            sid: None,
            at_hash: None,
            c_hash: None,
            claims: PersonClaims::default(),
        }
    }

    #[test]
    fn oidc_core_2_claims() {
        let least = json!({
            "iss": "https://as.example/r", "sub": "248289761001", "aud": "s6BhdRkqt3",
            "exp": 1_311_281_970, "iat": 1_311_280_970,
        });
        assert_eq!(serde_json::to_value(claims()).unwrap(), least);

        let mut all = IdTokenClaims {
            auth_time: Some(1_311_280_969),
            nonce: Some("n-0S6_WzA2Mj".into()),
            acr: Some("urn:mace:incommon:iap:silver".into()),
            amr: vec!["pwd".into(), "otp".into()],
            azp: Some("s6BhdRkqt3".into()),
            sid: Some("08a5019c".into()),
            at_hash: Some("77QmUPtjPfzWtF2AnpK9RQ".into()),
            c_hash: Some("LDktKdoQak3Pk0cnXxCltA".into()),
            ..claims()
        };
        assert!(all.claims.set("email", json!("a@b.example")));
        let mut expected = least;
        let more = json!({
            "auth_time": 1_311_280_969, "nonce": "n-0S6_WzA2Mj",
            "acr": "urn:mace:incommon:iap:silver", "amr": ["pwd", "otp"], "azp": "s6BhdRkqt3",
            "sid": "08a5019c", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ",
            "c_hash": "LDktKdoQak3Pk0cnXxCltA", "email": "a@b.example",
        });
        expected
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!(serde_json::to_value(&all).unwrap(), expected);
    }

    /// A claim about a person takes the place of none of the token's own, and no logout token's
    /// (REG-07).
    #[test]
    fn reg07_protocol_claims_are_not_about_a_person() {
        let mut token = claims();
        for name in PROTOCOL.into_iter().chain([""]) {
            assert!(!token.claims.set(name, json!("x")), "{name}");
        }
        assert!(token.claims.as_map().is_empty());
        let mut written = serde_json::to_value(&token).unwrap();
        for (name, _) in written.as_object_mut().unwrap().iter() {
            assert!(!PersonClaims::may_have(name), "{name}");
        }
    }
}
