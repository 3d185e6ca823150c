//! The claims of a JWT access token (RFC 9068 §2.2).

use crate::Scope;
use serde::{Deserialize, Serialize};

/// `aud` (RFC 7519 §4.1.3): written as a string when there is one recipient, else as an array.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "OneOrMany", into = "OneOrMany")]
pub struct Audience(Vec<String>);

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl Audience {
    /// Whether `recipient` is named, by exact comparison.
    pub fn contains(&self, recipient: &str) -> bool {
        self.0.iter().any(|one| one == recipient)
    }

    /// The recipients, each once, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether nobody is named. Such a token is for nobody (G1).
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<String> for Audience {
    fn from_iter<I: IntoIterator<Item = String>>(recipients: I) -> Self {
        let mut audience = Self::default();
        for recipient in recipients {
            if !audience.contains(&recipient) {
                audience.0.push(recipient);
            }
        }
        audience
    }
}

impl From<OneOrMany> for Audience {
    fn from(json: OneOrMany) -> Self {
        match json {
            OneOrMany::One(one) => Self(vec![one]),
            OneOrMany::Many(many) => many.into_iter().collect(),
        }
    }
}

impl From<Audience> for OneOrMany {
    fn from(mut audience: Audience) -> Self {
        match (audience.0.len(), audience.0.pop()) {
            (1, Some(one)) => Self::One(one),
            (_, last) => {
                audience.0.extend(last);
                Self::Many(audience.0)
            }
        }
    }
}

/// The claims of an access token of type `at+jwt`. Dates are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessTokenClaims {
    /// Who issued it.
    pub iss: String,
    /// The subject: the person, or the client itself.
    pub sub: String,
    /// For whom it is.
    pub aud: Audience,
    /// Invalid from this second on.
    pub exp: i64,
    /// When it was issued.
    pub iat: i64,
    /// Its unique name.
    pub jti: String,
    /// The client it was issued to (RFC 8693 §4.3).
    pub client_id: String,
    /// The scope granted (RFC 8693 §4.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// When the person was authenticated (RFC 9068 §2.2.1, RFC 9470 §6.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<i64>,
    /// How well the person was authenticated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acr: Option<String>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::{from_value, json, to_value};

    #[test]
    fn rfc7519_4_1_3_audience_has_two_forms() {
        for (recipients, written) in [
            (vec!["a"], json!("a")),
            (vec!["a", "b", "c"], json!(["a", "b", "c"])),
            (vec!["a", "a"], json!("a")),
            (vec![], json!([])),
        ] {
            let audience: Audience = recipients.into_iter().map(str::to_owned).collect();
            assert_eq!(to_value(&audience).unwrap(), written);
            assert_eq!(from_value::<Audience>(written).unwrap(), audience);
        }
        assert_eq!(
            from_value::<Audience>(json!(["a"]))
                .unwrap()
                .iter()
                .collect::<Vec<_>>(),
            ["a"]
        );
        assert!(from_value::<Audience>(json!([1])).is_err());
        assert!(from_value::<Audience>(json!(null)).is_err());
    }

    #[test]
    fn rfc9068_2_2_claims() {
        let json = json!({
            "iss": "https://as", "sub": "s", "aud": "https://rs", "exp": 2, "iat": 1,
            "jti": "j", "client_id": "c", "scope": "a b",
        });
        let claims: AccessTokenClaims = from_value(json.clone()).unwrap();
        assert_eq!(claims.scope.as_ref().unwrap().len(), 2);
        assert_eq!(to_value(&claims).unwrap(), json);
        for name in ["iss", "sub", "aud", "exp", "iat", "jti", "client_id"] {
            let mut without = json.clone();
            without.as_object_mut().unwrap().remove(name);
            assert!(from_value::<AccessTokenClaims>(without).is_err(), "{name}");
        }
    }
}
