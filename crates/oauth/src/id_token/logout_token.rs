//! Logout tokens (Back-Channel Logout §2.4).

use crate::{Audience, Issuer};
use serde::Serialize;
use serde_json::{Value, json};

/// The event that a logout token tells of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claims of a logout token. There is never a `nonce`: "This prohibits a Logout Token from
/// being used as an ID Token" (§2.4).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogoutTokenClaims {
    iss: Issuer,
    aud: Audience,
    iat: i64,
    exp: i64,
    jti: String,
    events: Value,
    #[serde(flatten)]
    subject: LogoutSubject,
}

/// Who was logged out of what. §2.4: "A Logout Token MUST contain either a sub or a sid Claim, and
/// MAY contain both."
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum LogoutSubject {
    /// Every session of the person at this client.
    Person {
        /// The person.
        sub: String,
    },
    /// One session.
    Session {
        /// The session, as in the ID tokens.
        sid: String,
    },
    /// One session of the person.
    SessionOf {
        /// The person.
        sub: String,
        /// The session, as in the ID tokens.
        sid: String,
    },
}

impl LogoutTokenClaims {
    /// A token for one client. Dates are seconds since 1970; `jti` is used once.
    pub fn new(
        iss: Issuer,
        client_id: &str,
        iat: i64,
        exp: i64,
        jti: String,
        subject: LogoutSubject,
    ) -> Self {
        Self {
            iss,
            aud: std::iter::once(client_id.to_owned()).collect(),
            iat,
            exp,
            jti,
            events: json!({ EVENT: {} }),
            subject,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn written(subject: LogoutSubject) -> Value {
        let issuer = "https://server.example.com".parse().unwrap();
        let token = LogoutTokenClaims::new(issuer, "s6BhdRkqt3", 1, 121, "bWJq".into(), subject);
        serde_json::to_value(token).unwrap()
    }

    #[test]
    fn backchannel_logout_2_4_claims() {
        let (sub, sid) = ("248289761001".to_owned(), "08a5019c".to_owned());
        let mut expected = json!({
            "iss": "https://server.example.com", "aud": "s6BhdRkqt3", "iat": 1, "exp": 121,
            "jti": "bWJq", "sub": "248289761001", "sid": "08a5019c",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        let both = LogoutSubject::SessionOf {
            sub: sub.clone(),
            sid: sid.clone(),
        };
        assert_eq!(written(both), expected);
        let all = expected.as_object_mut().unwrap();
        all.remove("sid");
        assert_eq!(written(LogoutSubject::Person { sub }), json!(all));
        all.remove("sub");
        all.insert("sid".into(), json!(sid));
        assert_eq!(written(LogoutSubject::Session { sid }), json!(all));
    }
}
