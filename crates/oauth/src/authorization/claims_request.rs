//! The `claims` parameter (OIDC Core §5.5).

use crate::OAuthError;
use crate::bounded::refused;
use crate::form::MAX_VALUE_BYTES;
use crate::strict_json;
use serde_json::{Map, Value, json};
use std::str::FromStr;

/// Most claims asked for at one place.
const MAX_CLAIMS: usize = 64;
/// Longest name of a claim, in bytes.
const MAX_CLAIM_NAME_BYTES: usize = 255;
/// Most members of `values`.
const MAX_VALUES: usize = 32;
/// Deepest nesting, also of members that are ignored.
const MAX_DEPTH: usize = 8;

/// The claims that a client asks for by name. Asking gives no right to any of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ClaimsRequest {
    /// To be had at the userinfo endpoint.
    pub userinfo: Vec<ClaimRequest>,
    /// To be had in the ID token.
    pub id_token: Vec<ClaimRequest>,
}

/// One claim asked for (§5.5.1).
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimRequest {
    /// Its name.
    pub name: String,
    /// Whether the client can't do without it.
    pub essential: bool,
    /// Which value it is to have.
    pub wanted: WantedValue,
}

/// The value that a claim is to have (§5.5.1).
#[derive(Debug, Clone, PartialEq)]
pub enum WantedValue {
    /// Any.
    Any,
    /// `value`.
    One(Value),
    /// `values`, in the order of preference.
    OneOf(Vec<Value>),
}

impl WantedValue {
    /// Whether this value would do.
    pub fn admits(&self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::One(wanted) => wanted == value,
            Self::OneOf(wanted) => wanted.contains(value),
        }
    }
}

impl ClaimsRequest {
    /// What is asked for of a claim in the ID token.
    pub fn in_id_token(&self, name: &str) -> Option<&ClaimRequest> {
        self.id_token.iter().find(|claim| claim.name == name)
    }

    /// What is asked for of a claim at the userinfo endpoint.
    pub fn in_userinfo(&self, name: &str) -> Option<&ClaimRequest> {
        self.userinfo.iter().find(|claim| claim.name == name)
    }

    /// As the parameter is written; members that were ignored are gone.
    pub fn to_json(&self) -> Value {
        let mut written = Map::new();
        for (place, claims) in [("userinfo", &self.userinfo), ("id_token", &self.id_token)] {
            if !claims.is_empty() {
                let claims = claims.iter().map(ClaimRequest::to_member);
                written.insert(place.to_owned(), Value::Object(claims.collect()));
            }
        }
        Value::Object(written)
    }
}

impl FromStr for ClaimsRequest {
    type Err = OAuthError;

    /// §5.5: "Other members MAY be present. Any members used that are not understood MUST be
    /// ignored."
    ///
    /// # Errors
    /// `invalid_request`: no JSON, a member twice, a wrong type, too many claims or values.
    fn from_str(text: &str) -> Result<Self, OAuthError> {
        let value = strict_json::parse(text, MAX_DEPTH);
        let Some(Value::Object(members)) = value else {
            return Err(refused("claims", "is no JSON object that can be read"));
        };
        let request = Self {
            userinfo: claims_at(&members, "userinfo")?,
            id_token: claims_at(&members, "id_token")?,
        };
        // A number may be longer than it was written; what is kept is read again.
        if request.to_json().to_string().len() > MAX_VALUE_BYTES {
            return Err(refused("claims", "is too long"));
        }
        Ok(request)
    }
}

fn claims_at(members: &Map<String, Value>, place: &str) -> Result<Vec<ClaimRequest>, OAuthError> {
    match members.get(place) {
        None => Ok(Vec::new()),
        Some(Value::Object(claims)) if claims.len() > MAX_CLAIMS => {
            Err(refused("claims", "asks for too many claims"))
        }
        Some(Value::Object(claims)) => claims.iter().map(ClaimRequest::read).collect(),
        Some(_) => Err(refused("claims", &format!("has a wrong '{place}'"))),
    }
}

impl ClaimRequest {
    fn read((name, request): (&String, &Value)) -> Result<Self, OAuthError> {
        if name.is_empty() || name.len() > MAX_CLAIM_NAME_BYTES || name.contains('\0') {
            return Err(refused("claims", "has a wrong name of a claim"));
        }
        let empty = Map::new();
        let request = match request {
            Value::Null => &empty,
            Value::Object(request) => request,
            _ => {
                return Err(refused(
                    "claims",
                    "has a claim that is neither null nor an object",
                ));
            }
        };
        let essential = match request.get("essential") {
            None => false,
            Some(Value::Bool(essential)) => *essential,
            Some(_) => return Err(refused("claims", "has an 'essential' that is no boolean")),
        };
        Ok(Self {
            name: name.clone(),
            essential,
            wanted: wanted(request)?,
        })
    }

    fn to_member(&self) -> (String, Value) {
        let mut request = Map::new();
        if self.essential {
            request.insert("essential".to_owned(), json!(true));
        }
        match &self.wanted {
            WantedValue::Any => None,
            WantedValue::One(value) => request.insert("value".to_owned(), value.clone()),
            WantedValue::OneOf(values) => request.insert("values".to_owned(), json!(values)),
        };
        let request = match request.is_empty() {
            true => Value::Null,
            false => Value::Object(request),
        };
        (self.name.clone(), request)
    }
}

fn wanted(request: &Map<String, Value>) -> Result<WantedValue, OAuthError> {
    let scalar = |value: &Value| !(value.is_object() || value.is_array() || value.is_null());
    match (request.get("value"), request.get("values")) {
        (None, None) => Ok(WantedValue::Any),
        (Some(value), None) if scalar(value) => Ok(WantedValue::One(value.clone())),
        (None, Some(Value::Array(values)))
            if (1..=MAX_VALUES).contains(&values.len()) && values.iter().all(scalar) =>
        {
            Ok(WantedValue::OneOf(values.clone()))
        }
        _ => Err(refused("claims", "has a wrong 'value' or 'values'")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ErrorCode;

    /// The example of OIDC Core §5.5.
    #[test]
    fn oidc_core_5_5_example() {
        let text = r#"{
            "userinfo": {"given_name": {"essential": true}, "nickname": null, "picture": null,
                "http://example.info/claims/groups": null},
            "id_token": {"auth_time": {"essential": true},
                "acr": {"values": ["urn:mace:incommon:iap:silver"]}, "sub": {"value": "248289"}}
        }"#;
        let request: ClaimsRequest = text.parse().unwrap();
        assert_eq!(request.userinfo.len(), 4);
        assert!(request.in_userinfo("given_name").unwrap().essential);
        assert!(!request.in_userinfo("nickname").unwrap().essential);
        assert_eq!(request.in_userinfo("acr"), None);
        let acr = &request.in_id_token("acr").unwrap().wanted;
        assert!(acr.admits(&json!("urn:mace:incommon:iap:silver")) && !acr.admits(&json!("x")));
        let sub = &request.in_id_token("sub").unwrap().wanted;
        assert!(sub.admits(&json!("248289")) && !sub.admits(&json!(248_289)));
        assert!(
            request
                .in_id_token("auth_time")
                .unwrap()
                .wanted
                .admits(&json!(1))
        );
        let written = request.to_json();
        assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(written.to_string().parse(), Ok(request));
    }

    #[test]
    fn what_is_not_understood_is_ignored() {
        let text =
            r#"{"purpose": 1, "userinfo": {"a": {"purpose": {"b": [1]}, "essential": false}}}"#;
        let request: ClaimsRequest = text.parse().unwrap();
        assert_eq!(request.to_json(), json!({"userinfo": {"a": null}}));
        assert_eq!("{}".parse(), Ok(ClaimsRequest::default()));
    }

    #[test]
    fn j12_what_is_malformed_is_refused() {
        for text in [
            "",
            "[]",
            "null",
            "{",
            r#"{"userinfo": {}, "userinfo": {}}"#,
            r#"{"userinfo": {"a": null, "a": {"essential": true}}}"#,
            r#"{"userinfo": {"a": {"value": "x", "value": "y"}}}"#,
            r#"{"userinfo": {"a": {"other": {"b": 1, "b": 2}}}}"#,
            r#"{"userinfo": []}"#,
            r#"{"id_token": null}"#,
            r#"{"id_token": {"a": true}}"#,
            r#"{"id_token": {"": null}}"#,
            r#"{"id_token": {"a": {"essential": "true"}}}"#,
            r#"{"id_token": {"a": {"value": {}}}}"#,
            r#"{"id_token": {"a": {"value": null}}}"#,
            r#"{"id_token": {"a": {"values": []}}}"#,
            r#"{"id_token": {"a": {"values": "x"}}}"#,
            r#"{"id_token": {"a": {"values": [["x"]]}}}"#,
            r#"{"id_token": {"a": {"value": 1, "values": [1]}}}"#,
        ] {
            let error = text.parse::<ClaimsRequest>().unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidRequest, "{text}");
            assert!(error.description().contains("'claims'"));
        }
    }

    #[test]
    fn reg09_bounds_are_refusals() {
        let claims = |count: usize| {
            let names: Vec<String> = (0..count).map(|n| format!(r#""c{n}":null"#)).collect();
            format!(r#"{{"id_token":{{{}}}}}"#, names.join(",")).parse::<ClaimsRequest>()
        };
        assert_eq!(claims(64).unwrap().id_token.len(), 64);
        assert!(claims(65).is_err());
        let values = |count: usize| {
            let values = vec!["1"; count].join(",");
            format!(r#"{{"id_token":{{"a":{{"values":[{values}]}}}}}}"#).parse::<ClaimsRequest>()
        };
        assert!(values(32).is_ok() && values(33).is_err());
        let long = |count: usize| {
            let claim = |n| format!(r#""c{n}":{{"values":[{}]}}"#, vec!["1e15"; 20].join(","));
            let claims: Vec<String> = (0..count).map(claim).collect();
            format!(r#"{{"id_token":{{{}}}}}"#, claims.join(","))
        };
        assert!(long(20).parse::<ClaimsRequest>().is_ok());
        assert!(long(60).len() <= MAX_VALUE_BYTES && long(60).parse::<ClaimsRequest>().is_err());
        let name = |length: usize| {
            format!(r#"{{"id_token":{{"{}":null}}}}"#, "a".repeat(length)).parse::<ClaimsRequest>()
        };
        assert!(name(255).is_ok() && name(256).is_err());
        let deep = |depth: usize| {
            let (open, close) = ("[".repeat(depth), "]".repeat(depth));
            format!(r#"{{"x":{open}{close}}}"#).parse::<ClaimsRequest>()
        };
        assert!(deep(7).is_ok() && deep(8).is_err());
    }
}
