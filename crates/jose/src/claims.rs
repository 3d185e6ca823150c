//! The registered claims (RFC 7519 §4.1), strictly typed, and the rules they must meet (J8).

use crate::ClaimError;
use serde_json::{Map, Value};

/// The last second of the year 9999, beyond which no date of a token makes sense.
const MAX_NUMERIC_DATE: f64 = 253_402_300_799.0;

/// `aud` (RFC 7519 §4.1.3). The two forms are kept apart, because some profiles allow only the
/// first (RFC 7523bis: an assertion's audience is the issuer as a single string).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// A single string.
    One(String),
    /// An array of strings.
    Many(Vec<String>),
}

impl Audience {
    /// Whether the audience names `recipient`, by exact comparison.
    pub fn contains(&self, recipient: &str) -> bool {
        match self {
            Self::One(one) => one == recipient,
            Self::Many(many) => many.iter().any(|one| one == recipient),
        }
    }

    /// Whether the audience is the single string `recipient` (C1).
    pub fn is_only(&self, recipient: &str) -> bool {
        matches!(self, Self::One(one) if one == recipient)
    }
}

/// The registered claims of a token. Dates are seconds since 1970-01-01T00:00:00Z; fractions
/// are rounded to the stricter side.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RegisteredClaims {
    /// `iss`: who issued it.
    pub iss: Option<String>,
    /// `sub`: whom it is about.
    pub sub: Option<String>,
    /// `aud`: for whom it is.
    pub aud: Option<Audience>,
    /// `exp`: invalid from this second on.
    pub exp: Option<i64>,
    /// `nbf`: invalid before this second.
    pub nbf: Option<i64>,
    /// `iat`: when it was issued.
    pub iat: Option<i64>,
    /// `jti`: its unique name.
    pub jti: Option<String>,
}

/// What a token must say to be accepted here and now.
#[derive(Debug, Clone, Copy)]
pub struct ClaimRules<'a> {
    /// The one issuer accepted.
    pub issuer: &'a str,
    /// The recipient that must be in `aud`.
    pub audience: &'a str,
    /// The present time, in seconds since 1970.
    pub now: i64,
    /// How far the issuer's clock may be ahead or behind, in seconds.
    pub leeway: i64,
}

impl RegisteredClaims {
    /// Extracts the claims.
    ///
    /// # Errors
    /// [`ClaimError::Malformed`] naming a claim of the wrong JSON type or out of range; a number
    /// in a string is no number.
    pub fn from_map(claims: &Map<String, Value>) -> Result<Self, ClaimError> {
        Ok(Self {
            iss: string(claims, "iss")?,
            sub: string(claims, "sub")?,
            aud: audience(claims)?,
            exp: date(claims, "exp", f64::floor)?,
            nbf: date(claims, "nbf", f64::ceil)?,
            iat: date(claims, "iat", f64::ceil)?,
            jti: string(claims, "jti")?,
        })
    }

    /// Holds the claims to the rules: `iss`, `aud` and `exp` must be there and right; `nbf` and
    /// `iat`, where present, must not lie in the future.
    ///
    /// # Errors
    /// [`ClaimError`], named for the first rule broken.
    pub fn check(&self, rules: &ClaimRules<'_>) -> Result<(), ClaimError> {
        match &self.iss {
            None => return Err(ClaimError::Missing("iss")),
            Some(iss) if iss != rules.issuer => return Err(ClaimError::Mismatch("iss")),
            Some(_) => {}
        }
        match &self.aud {
            None => return Err(ClaimError::Missing("aud")),
            Some(aud) if !aud.contains(rules.audience) => return Err(ClaimError::Mismatch("aud")),
            Some(_) => {}
        }
        self.check_times(rules.now, rules.leeway)
    }

    /// The part of [`Self::check`] about time; `exp` must be there.
    ///
    /// # Errors
    /// [`ClaimError::Missing`], [`ClaimError::Expired`] or [`ClaimError::NotYetValid`].
    pub fn check_times(&self, now: i64, leeway: i64) -> Result<(), ClaimError> {
        // RFC 7519 §4.1.4: "the current date/time MUST be before the expiration date/time".
        let exp = self.exp.ok_or(ClaimError::Missing("exp"))?;
        if now >= exp.saturating_add(leeway) {
            return Err(ClaimError::Expired);
        }
        let latest = now.saturating_add(leeway);
        if self.nbf.is_some_and(|nbf| nbf > latest) || self.iat.is_some_and(|iat| iat > latest) {
            return Err(ClaimError::NotYetValid);
        }
        Ok(())
    }
}

fn string(claims: &Map<String, Value>, name: &'static str) -> Result<Option<String>, ClaimError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(ClaimError::Malformed(name)),
    }
}

fn audience(claims: &Map<String, Value>) -> Result<Option<Audience>, ClaimError> {
    match claims.get("aud") {
        None => Ok(None),
        Some(Value::String(one)) => Ok(Some(Audience::One(one.clone()))),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map(|many| Some(Audience::Many(many)))
            .ok_or(ClaimError::Malformed("aud")),
        Some(_) => Err(ClaimError::Malformed("aud")),
    }
}

/// A NumericDate (RFC 7519 §2), which may have a fraction.
fn date(
    claims: &Map<String, Value>,
    name: &'static str,
    round: fn(f64) -> f64,
) -> Result<Option<i64>, ClaimError> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => number
            .as_f64()
            .filter(|seconds| (0.0..=MAX_NUMERIC_DATE).contains(seconds))
            // Exact: the range is far below 2^53.
            .map(|seconds| Some(round(seconds) as i64))
            .ok_or(ClaimError::Malformed(name)),
        Some(_) => Err(ClaimError::Malformed(name)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use serde_json::json;

    fn claims(value: Value) -> Result<RegisteredClaims, ClaimError> {
        match value {
            Value::Object(map) => RegisteredClaims::from_map(&map),
            other => panic!("not an object: {other}"),
        }
    }

    const RULES: ClaimRules<'_> = ClaimRules {
        issuer: "https://as",
        audience: "https://rs",
        now: 1_000,
        leeway: 10,
    };

    fn good() -> Value {
        json!({"iss": "https://as", "aud": ["https://x", "https://rs"], "exp": 1_001, "iat": 990})
    }

    #[test]
    fn each_claim_has_its_type() {
        for name in ["iss", "sub", "jti"] {
            for value in [json!(1), json!(null), json!(["a"]), json!({})] {
                assert_eq!(
                    claims(json!({name: value})),
                    Err(ClaimError::Malformed(name))
                );
            }
        }
        for name in ["exp", "nbf", "iat"] {
            for value in [
                json!("1000"),
                json!(null),
                json!(-1),
                json!(1e300),
                json!([1]),
                json!(true),
            ] {
                assert_eq!(
                    claims(json!({name: value})),
                    Err(ClaimError::Malformed(name))
                );
            }
        }
        for value in [
            json!(1),
            json!(null),
            json!(["a", 1]),
            json!([["a"]]),
            json!({}),
        ] {
            assert_eq!(
                claims(json!({"aud": value})),
                Err(ClaimError::Malformed("aud"))
            );
        }
    }

    #[test]
    fn fractions_round_to_the_stricter_side() {
        let claims = claims(json!({"exp": 9.9, "nbf": 9.1, "iat": 1.0e1})).unwrap();
        assert_eq!(
            (claims.exp, claims.nbf, claims.iat),
            (Some(9), Some(10), Some(10))
        );
    }

    #[test]
    fn c1_a_single_string_audience_is_told_from_an_array() {
        let audience = |value| claims(json!({"aud": value})).unwrap().aud.unwrap();
        assert!(audience(json!("a")).is_only("a"));
        assert!(!audience(json!(["a"])).is_only("a"));
        assert!(audience(json!(["b", "a"])).contains("a"));
        assert!(!audience(json!("a/")).contains("a"));
        assert!(!audience(json!([])).contains("a"));
    }

    #[test]
    fn j8_every_rule_is_held() {
        let with = |name: &str, value: Value| {
            let mut all = good();
            match value {
                Value::Null => drop(all.as_object_mut().unwrap().remove(name)),
                value => all[name] = value,
            }
            claims(all).unwrap().check(&RULES)
        };
        assert_eq!(with("sub", json!("anyone")), Ok(()));
        assert_eq!(with("iss", Value::Null), Err(ClaimError::Missing("iss")));
        assert_eq!(
            with("iss", json!("https://as/")),
            Err(ClaimError::Mismatch("iss"))
        );
        assert_eq!(with("aud", Value::Null), Err(ClaimError::Missing("aud")));
        assert_eq!(
            with("aud", json!("https://x")),
            Err(ClaimError::Mismatch("aud"))
        );
        assert_eq!(with("exp", Value::Null), Err(ClaimError::Missing("exp")));
        assert_eq!(with("exp", json!(991)), Ok(()));
        assert_eq!(with("exp", json!(990)), Err(ClaimError::Expired));
        assert_eq!(with("nbf", json!(1_010)), Ok(()));
        assert_eq!(with("nbf", json!(1_011)), Err(ClaimError::NotYetValid));
        assert_eq!(with("iat", json!(1_010)), Ok(()));
        assert_eq!(with("iat", json!(1_011)), Err(ClaimError::NotYetValid));
    }
}
